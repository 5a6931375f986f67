"""The days the page stages are cut into, and the one policy their backfills follow."""

import dagster as dg

from kpi_pipeline.storage.calendar import FIRST_DAY, TIMEZONE

DAYS = dg.DailyPartitionsDefinition(start_date=FIRST_DAY.isoformat(), timezone=TIMEZONE, end_offset=1)
"""Days of publication, from 2000-01-01 to today inclusive."""

ONE_RUN = dg.BackfillPolicy.single_run()
"""A range of days is one run: Dagster's bookkeeping for a run costs more than most days' pages."""
