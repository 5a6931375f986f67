"""Province KPI warehouse: web pages about how Vietnamese provinces were rated, as traceable province-year tables.

The rooms, from the bottom: reference, contracts, cleaning, landing, storage, extraction, validation, publication, defs.
Nothing is defined here.
"""

__version__ = "0.1.0"
