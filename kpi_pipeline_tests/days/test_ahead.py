"""Starting workers ahead: told by days that the lake has nothing of, and only where they have pages enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from multiprocessing import active_children
from pathlib import Path

import pytest

from kpi_pipeline.days.ahead import new_days, start_workers
from kpi_pipeline.landing import LandingStore, land_folder
from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.workers import ENOUGH, workers_of
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline_tests.page_generator import write_folder

FIRST, LAST = date(2022, 3, 1), date(2022, 3, 3)
DAYS = ["2022-03-01", "2022-03-02", "2022-03-03"]


@pytest.fixture
def landing(tmp_path: Path) -> LandingStore:
    """As many small pages as it takes to start workers, over three days."""
    made = write_folder(tmp_path / "pages", seed=5, n=ENOUGH, size="small", first_day=FIRST, last_day=LAST)
    store = LandingStore(tmp_path / "landing")
    for part in sorted(path for path in made.iterdir() if path.is_dir()):
        land_folder(store, part, made / "manifest.csv", LAST, LAST)
    return store


@pytest.fixture
def _two_workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KPI_WORKERS", "2")
    monkeypatch.setenv("KPI_PAGE_SECONDS", "59")  # so that they are those of no other test
    yield
    workers_of(Limits.from_environment()).stop()


def test_days_that_the_lake_has_are_not_new(landing: LandingStore, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    assert new_days(landing, lake) == DAYS
    file = lake.path("raw_pages", DAYS[1])
    file.parent.mkdir(parents=True)
    file.touch()
    assert new_days(landing, lake) == [DAYS[0], DAYS[2]]


def test_days_outside_those_asked_for_are_not_named(landing: LandingStore, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    assert new_days(landing, lake, first=date(2022, 3, 2)) == DAYS[1:]
    assert new_days(landing, lake, last=date(2022, 3, 1)) == DAYS[:1]


@pytest.mark.usefixtures("_two_workers")
def test_workers_start_for_pages_enough(landing: LandingStore) -> None:
    before = {child.pid for child in active_children()}
    start_workers(landing, DAYS[:2])
    assert {child.pid for child in active_children()} == before
    start_workers(landing, DAYS)
    assert len({child.pid for child in active_children()} - before) == 2
