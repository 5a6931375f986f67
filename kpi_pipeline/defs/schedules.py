"""The schedule of the daily partition; off until a person switches it on in the UI."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from kpi_pipeline.defs.jobs import daily
from kpi_pipeline.storage.calendar import TIMEZONE


@dg.schedule(
    job=daily,
    cron_schedule="30 5 * * *",
    execution_timezone=TIMEZONE,
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="At half past five in the morning in Vietnam: the pages published the day before, then the warehouse "
    "and its publication. Pages that land later are the affair of the sensor late_days.",
)
def each_morning(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    morning = context.scheduled_execution_time.astimezone(ZoneInfo(TIMEZONE))
    day = (morning.date() - timedelta(days=1)).isoformat()
    return dg.RunRequest(run_key=day, partition_key=day)


SCHEDULES = (each_morning,)
