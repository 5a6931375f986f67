"""The days the page stages are cut into, the one policy their backfills follow, and days as stretches for one run."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import dagster as dg

from kpi_pipeline.storage.calendar import FIRST_DAY, TIMEZONE


class CalendarDays(dg.DailyPartitionsDefinition):
    """Dagster's days, listed by the calendar: Dagster lists all of them for each check of a run, and looks for each day
    at time zone and cron schedule, which takes fifty times as long."""

    def get_partition_keys(
        self, current_time: datetime | None = None, dynamic_partitions_store: Any = None
    ) -> list[str]:
        """All days (ISO) from the first to the last there is at this time, in order."""
        with dg.partition_loading_context(current_time, dynamic_partitions_store):
            first, last = self.get_first_partition_key(), self.get_last_partition_key()
        if first is None or last is None:
            return []
        days = range(date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal() + 1)
        return [date.fromordinal(day).isoformat() for day in days]


DAYS = CalendarDays(start_date=FIRST_DAY.isoformat(), timezone=TIMEZONE, end_offset=1)
"""Days of publication, from 2000-01-01 to today inclusive."""

ONE_RUN = dg.BackfillPolicy.single_run()
"""A range of days is one run: Dagster's bookkeeping for a run costs more than most days' pages."""

GAP = 14
"""Empty days between two due ones that are cheaper to run through than to start another run for."""


def stretches(days: Sequence[str], gap: int = GAP) -> list[list[str]]:
    """Days in order, cut where more than `gap` empty days lie between two."""
    parts: list[list[str]] = []
    for day in days:
        if parts and (date.fromisoformat(day) - date.fromisoformat(parts[-1][-1])).days <= gap + 1:
            parts[-1].append(day)
        else:
            parts.append([day])
    return parts


def range_tags(first: str, last: str) -> dict[str, str]:
    """The tags that make one run go through all days from `first` to `last` (ISO, both included)."""
    return {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
