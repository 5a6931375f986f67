"""The days as Dagster sees them: listed by the calendar, they are the same as Dagster's own list."""

from datetime import UTC, datetime

import dagster as dg
import pytest

from kpi_pipeline.defs.partitions import DAYS
from kpi_pipeline.storage.calendar import TIMEZONE


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1999, 12, 30, tzinfo=UTC),  # before the first day
        datetime(1999, 12, 31, 16, 59, tzinfo=UTC),  # the last minute before it in Vietnam
        datetime(1999, 12, 31, 17, 0, tzinfo=UTC),  # its first
        datetime(2024, 2, 29, 16, 59, tzinfo=UTC),
        datetime(2024, 2, 29, 17, 0, tzinfo=UTC),
        None,
    ],
)
def test_the_days_are_those_that_dagster_lists(moment: datetime | None) -> None:
    dagsters = dg.DailyPartitionsDefinition(start_date="2000-01-01", timezone=TIMEZONE, end_offset=1)
    assert DAYS.get_partition_keys(moment) == dagsters.get_partition_keys(moment)


def test_a_moment_set_for_a_stretch_of_work_is_that_of_the_list() -> None:
    with dg.partition_loading_context(effective_dt=datetime(2000, 1, 2, 3, tzinfo=UTC)):
        assert DAYS.get_partition_keys() == ["2000-01-01", "2000-01-02"]
