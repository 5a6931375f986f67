"""The Dagster UI on a home: a range of days launched as one backfill, and how the UI ends."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline_tests.conftest import call_kpi
from kpi_pipeline_tests.end_to_end.serving_ui import GRAPH, Ui, start, wait_until
from kpi_pipeline_tests.end_to_end.test_run import _hashes, read_elsewhere

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

BACKFILL = """
mutation Launch($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""
STATUS = """
query Status($id: String!) {
  partitionBackfillOrError(backfillId: $id) {
    ... on PartitionBackfill { status runs(limit: 10) { tags { key value } } }
  }
}
"""


@pytest.fixture(scope="module")
def ui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ui]:
    home = Home(tmp_path_factory.mktemp("ui") / "home")
    assert call_kpi(home.root, "land", "--samples").returncode == 0
    running = start(home)
    yield running
    running.end(signal.SIGTERM)


def test_a_range_of_days_is_one_backfill_with_the_same_tables(ui: Ui, sampled: Home) -> None:
    nodes = ui.ask(GRAPH)["assetNodes"]
    days = Lake(sampled.lake).days("raw_pages")
    first, last = date.fromisoformat(days[-3]), date.fromisoformat(days[-1])
    wanted = [(first + timedelta(n)).isoformat() for n in range((last - first).days + 1)][-400:]
    before = [day for day in days if day < wanted[0]]
    assert call_kpi(ui.home.root, "run", "--to", before[-1]).returncode == 0
    launched = ui.ask(
        BACKFILL,
        {"params": {"assetSelection": [node["assetKey"] for node in nodes], "partitionNames": wanted}},
    )["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched

    def status() -> dict[str, Any]:
        found: dict[str, Any] = ui.ask(STATUS, {"id": launched["backfillId"]})["partitionBackfillOrError"]
        return found

    wait_until(lambda: status()["status"] not in ("REQUESTED", "CANCELING"), 600, "the backfill to end")
    assert status()["status"] in ("COMPLETED_SUCCESS", "COMPLETED")
    ranges = [t for run in status()["runs"] for t in run["tags"] if t["key"] == "dagster/asset_partition_range_start"]
    assert [tag["value"] for tag in ranges] == [wanted[0]]
    made, sequential = (_hashes(home.published.resolve()) for home in (ui.home, sampled))
    history = {f"{kind}/{table}.{kind}" for kind in ("csv", "parquet") for table in ("kpi_history", "dq_lost_rows")}
    assert {name for name in sequential if made.get(name) != sequential[name]} <= history
    assert made.keys() == sequential.keys()
    standing = (
        "SELECT * EXCLUDE (known_from, publication, cause) FROM marts.kpi_history WHERE known_to IS NULL ORDER BY ALL"
    )
    assert read_elsewhere(ui.home, standing) == read_elsewhere(sampled, standing)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="This system does not list its processes in /proc")
def test_it_ends_whole(tmp_path: Path, number: signal.Signals) -> None:
    running = start(Home(tmp_path))
    assert processes_of(running.home)
    assert running.end(number) == (0 if number != signal.SIGKILL else -number)
    wait_until(lambda: not processes_of(running.home), 20, "the last process of the UI to end")


def processes_of(home: Home) -> list[str]:
    """The processes that work on a home, by what their environment says."""
    named = f"KPI_HOME={home.root}".encode()
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if named in environment.read_bytes().split(b"\0"):
                found.append(environment.parent.name)
    return found
