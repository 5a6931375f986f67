"""The days the page stages are cut into, and the one policy their backfills follow."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import dagster as dg

FIRST_DAY = date(2000, 1, 1)
TIMEZONE = "Asia/Ho_Chi_Minh"

DAYS = dg.DailyPartitionsDefinition(start_date=FIRST_DAY.isoformat(), timezone=TIMEZONE, end_offset=1)
"""Days of publication, from 2000-01-01 to today inclusive."""

ONE_RUN = dg.BackfillPolicy.single_run()
"""A range of days is one run: Dagster's bookkeeping for a run costs more than most days' pages."""


def today() -> date:
    """Today in Vietnam."""
    return datetime.now(ZoneInfo(TIMEZONE)).date()
