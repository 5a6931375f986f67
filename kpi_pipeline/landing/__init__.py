"""Landing: where pages come from, kept as they came, with the day they belong to.

Belongs here: the landing store, folders and manifests, publication days. Does not belong here: what a page says.
"""

from kpi_pipeline.landing.folder import land_folder
from kpi_pipeline.landing.page import (
    ACTIONS,
    FIRST_DAY,
    VIETNAM,
    Act,
    LandedPage,
    LandingError,
    LandingReport,
    Outcome,
    Refusal,
)
from kpi_pipeline.landing.store import LandingStore
from kpi_pipeline.reference.codes import DAY_SOURCES

__all__ = [
    "ACTIONS",
    "DAY_SOURCES",
    "FIRST_DAY",
    "VIETNAM",
    "Act",
    "LandedPage",
    "LandingError",
    "LandingReport",
    "LandingStore",
    "Outcome",
    "Refusal",
    "land_folder",
]
