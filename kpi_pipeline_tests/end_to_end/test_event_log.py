"""The event log of `kpi run`: what it writes is what Dagster's own storage would have written, and reads."""

import os
from pathlib import Path

import dagster as dg
import pytest
from dagster._check import CheckError
from dagster._core.storage.event_log import SqliteEventLogStorage

from kpi_pipeline.defs.event_log import LastingEventLog, lasting

DAYS = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-02-01")
FIRST, LAST = "2024-01-03", "2024-01-11"
RANGE = {"dagster/asset_partition_range_start": FIRST, "dagster/asset_partition_range_end": LAST}


@dg.asset(partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run())
def counted(context: dg.AssetExecutionContext) -> None:
    for day in context.partition_keys:
        context.add_asset_metadata({"day": day}, partition_key=day)


@dg.asset_check(asset=counted, blocking=True)
def in_order() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True, metadata={"findings": 0})


DEFINITIONS = dg.Definitions([counted], asset_checks=[in_order], jobs=[dg.define_asset_job("count")])


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_EVENT_BATCH_SIZE", "4")


def _instance(folder: Path) -> dg.DagsterInstance:
    folder.mkdir(exist_ok=True)
    (folder / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    return dg.DagsterInstance.from_config(str(folder))


def _count(instance: dg.DagsterInstance) -> str:
    result = DEFINITIONS.resolve_job_def("count").execute_in_process(instance=instance, tags=RANGE)
    assert result.success
    return result.run_id


def _told(folder: Path, run: str) -> tuple[list[tuple[str, str | None]], dict[str, object], bool]:
    """What Dagster's own storage reads: the events of a run, what each day was told, whether the check passed."""
    with _instance(folder) as instance:
        events = [event.get_dagster_event() for event in instance.all_logs(run) if event.is_dagster_event]
        found = instance.fetch_materializations(counted.key, limit=100).records
        days = {str(record.partition_key): record.asset_materialization for record in found}
        checks = instance.event_log_storage.get_latest_asset_check_execution_by_key([in_order.check_key])
        assert set(instance.get_materialized_partitions(counted.key)) == set(days)
        return (
            [(event.event_type_value, event.partition) for event in events],
            {day: said.metadata["day"].value for day, said in days.items() if said},
            checks[in_order.check_key].status.value == "SUCCEEDED",
        )


def test_dagster_reads_what_was_written_as_if_it_had_written_it_itself(tmp_path: Path) -> None:
    with _instance(tmp_path / "own") as own:
        own_run = _count(own)
    with lasting(_instance(tmp_path / "lasting"), tmp_path / "lasting") as ours:
        assert isinstance(ours.event_log_storage, LastingEventLog)
        our_run = _count(ours)
    events, days, passed = _told(tmp_path / "lasting", our_run)
    assert (events, days, passed) == _told(tmp_path / "own", own_run)
    assert passed
    assert (len(days), days[FIRST]) == (9, FIRST)


def test_more_runs_than_files_stay_open_are_all_kept(tmp_path: Path) -> None:
    with lasting(_instance(tmp_path), tmp_path) as ours:
        runs = [_count(ours) for _ in range(5)]
        opened = [Path(os.readlink(f"/proc/self/fd/{fd}")) for fd in os.listdir("/proc/self/fd") if _is_file(fd)]
        assert len({path for path in opened if path.suffix == ".db" and path.parent.name == "runs"}) <= 4
    assert all(len(_told(tmp_path, run)[0]) == len(_told(tmp_path, runs[0])[0]) for run in runs)


def test_of_a_batch_that_cannot_be_stored_nothing_is_and_the_log_goes_on(tmp_path: Path) -> None:
    with lasting(_instance(tmp_path), tmp_path) as ours:
        run = _count(ours)
        log = ours.event_log_storage
        events = list(ours.all_logs(run))
        with pytest.raises(CheckError, match="EventLogEntry"):
            log.store_event_batch([events[0], "no event"])  # type: ignore[list-item]
        assert len(ours.all_logs(run)) == len(events)
        log.store_event_batch(events[:2])
        assert len(ours.all_logs(run)) == len(events) + 2


def test_an_instance_that_keeps_its_events_elsewhere_is_left_as_it_is(tmp_path: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert lasting(instance, tmp_path) is instance
    with _instance(tmp_path) as instance:
        assert type(instance.event_log_storage) is SqliteEventLogStorage


def _is_file(fd: str) -> bool:
    return Path(f"/proc/self/fd/{fd}").exists()
