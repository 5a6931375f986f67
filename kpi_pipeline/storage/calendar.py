"""The days the product has partitions for: from 2000-01-01 to today in Vietnam."""

from datetime import date, datetime

from kpi_pipeline.landing.page import FIRST_DAY, VIETNAM

TIMEZONE = VIETNAM.key

__all__ = ["FIRST_DAY", "TIMEZONE", "today"]


def today() -> date:
    """Today in Vietnam; a clock for what people ask, never for data."""
    return datetime.now(VIETNAM).date()
