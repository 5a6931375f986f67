"""What every description of the publication says of the whole: its name, what it is, its licence.

One place, so that the workbook, the data package and the catalogue entry agree. What single tables and columns mean
stands in the warehouse.
"""

from __future__ import annotations

NAME = "province-kpi-warehouse"
TITLE = "Province KPI warehouse, Viet Nam"
DESCRIPTION = (
    "How the party organisations, offices and communes of Viet Nam's provinces were rated, by province and year, as "
    "news pages and official sites state it. Every number leads to the sentence and the page it was read from."
)
PUBLISHER = "Province KPI warehouse"
KEYWORDS = ("Viet Nam", "province", "performance rating", "task completion", "party organisation", "public sector")
LANGUAGES = ("vi", "en")

LICENCE = "Apache-2.0"
LICENCE_TITLE = "Apache License 2.0; sentences quoted from pages stay their publishers'"
LICENCE_PATH = "https://www.apache.org/licenses/LICENSE-2.0"


def moment(day: str) -> str:
    """The beginning of a day of publication (ISO) in Viet Nam, as an ISO 8601 time."""
    return f"{day}T00:00:00+07:00"
