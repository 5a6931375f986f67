"""Many runs at once on one home: eight of different days and two publications through Dagster's queue, one more
publication after the other beside them, and four readers; nothing fails, and the bytes are those of one run.
"""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from kpi_pipeline.defs.jobs import backfill, publish
from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.end_to_end.disturbed import (
    DAY,
    copy_of,
    locks_held,
    make_home,
    reading,
    run_kpi,
    state_of,
)
from kpi_pipeline_tests.end_to_end.serving_ui import Ui, start
from kpi_pipeline_tests.end_to_end.test_run import _hashes, read_elsewhere

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

DAYS = [date(2021, month, 5) for month in range(1, 9)]

QUEUE = """\
telemetry:
  enabled: false
run_coordinator:
  module: dagster._core.run_coordinator
  class: QueuedRunCoordinator
  config:
    max_concurrent_runs: 10
    dequeue_interval_seconds: 1
    dequeue_use_threads: true
    dequeue_num_workers: 10
"""

LAUNCH = """
mutation Launch($params: ExecutionParams!) {
  launchRun(executionParams: $params) { __typename ... on PythonError { message } }
}
"""


def launch(ui: Ui, job: str, day: date | None = None) -> None:
    """Put a run into the queue: that of a day, or a publication."""
    selector = {
        "repositoryName": "__repository__",
        "repositoryLocationName": "province_kpi",
        "pipelineName": job,
    }
    tags = [{"key": "dagster/partition", "value": day.isoformat()}] if day else []
    told = {} if day else {"ops": {"published": {"config": {"day": DAY}}}}
    params = {"selector": selector, "runConfigData": told, "executionMetadata": {"tags": tags}}
    answer = ui.ask(LAUNCH, {"params": params})["launchRun"]
    assert answer["__typename"] == "LaunchRunSuccess", answer


def publish_until(home: Home, instance: dg.DagsterInstance, runs: int) -> int:
    """Publish again and again, from a process of its own, until that many queued runs are over; how often it did."""
    times = 0
    while sum(run.is_finished and "kpi/started_by" not in run.tags for run in instance.get_runs()) < runs:
        run_kpi(home, "--from", "2000-01-01", "--to", "2000-01-01")
        times += 1
        time.sleep(0.1)
    return times


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the queue is tried on Linux only")
def test_runs_of_eight_days_readers_and_publications_at_once(tmp_path: Path) -> None:
    home = make_home(tmp_path, [(30, day, day) for day in DAYS])
    alone = copy_of(home, tmp_path / "alone")
    run_kpi(alone)
    (home.dagster / "dagster.yaml").write_text(QUEUE, encoding="utf-8")
    before, after = state_of(home, tmp_path / "stop-before"), state_of(alone, tmp_path / "stop-after")
    with ExitStack() as stack:
        ui = start(home, {"KPI_WORKERS": "1"})
        stack.callback(ui.end, 15)
        readers = [stack.enter_context(reading(home, tmp_path / f"stop-{number}")) for number in range(4)]
        instance = stack.enter_context(dg.DagsterInstance.from_config(str(home.dagster)))
        for day in DAYS:
            launch(ui, backfill.name, day)
        for _ in range(2):
            launch(ui, publish.name)
        times = publish_until(home, instance, len(DAYS) + 2)
        statuses = [(run.job_name, run.status.value) for run in instance.get_runs()]
        assert {status for _, status in statuses} == {"SUCCESS"}, statuses
        spans = [(record.start_time or 0.0, record.end_time or 0.0) for record in instance.get_run_records()
                 if "dagster/partition" in record.dagster_run.tags]  # fmt: skip
        at_once = max(sum(begin <= moment < end for begin, end in spans) for moment, _ in spans)
        print(f"{times} publications beside {len(spans)} runs of days, {at_once} of them at work at one moment")
        assert len(spans) == len(DAYS)
        assert at_once > 1
        run_kpi(home)
    assert all(reader.seen[0] == before and reader.seen[-1] == after for reader in readers)
    assert _hashes(home.lake) == _hashes(alone.lake)
    made, sequential = (_hashes(each.published.resolve()) for each in (home, alone))
    history = {f"{kind}/{table}.{kind}" for kind in ("csv", "parquet") for table in ("kpi_history", "dq_lost_rows")}
    assert made.keys() == sequential.keys()
    assert {name for name in sequential if made[name] != sequential[name]} <= history
    standing = (
        "SELECT * EXCLUDE (known_from, publication, cause) FROM marts.kpi_history WHERE known_to IS NULL ORDER BY ALL"
    )
    assert read_elsewhere(home, standing) == read_elsewhere(alone, standing)
    assert not locks_held(home)
    assert not list(home.lake.rglob("_open/*/*"))
    assert not [*home.releases.glob(".*"), *home.warehouse.parent.glob(".*")]
