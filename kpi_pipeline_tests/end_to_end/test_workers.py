"""The page stages with worker processes: the lake is the same however many read, and no page stops a run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline.defs import running
from kpi_pipeline.defs.resources import HomeResource, Readers
from kpi_pipeline.landing import LandingStore, land_folder
from kpi_pipeline.reading.cleaned import Row
from kpi_pipeline.reading.extracted import PageFacts
from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.workers import ENOUGH, workers_of
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline_tests.conftest import PROJECT
from kpi_pipeline_tests.end_to_end.test_run import _hashes
from kpi_pipeline_tests.page_generator import write_folder
from kpi_pipeline_tests.reading.odd_pages import clean_or_hang, extract_or_crash

FIRST, LAST = date(2022, 3, 1), date(2022, 3, 9)
TAGS = {
    "dagster/asset_partition_range_start": FIRST.isoformat(),
    "dagster/asset_partition_range_end": LAST.isoformat(),
}


class OddReaders(Readers):
    """Readers to whom some pages do what their bytes say."""

    @property
    def clean_page(self) -> Callable[[Row], dict[str, object]]:
        return clean_or_hang

    @property
    def extract_page(self) -> Callable[[Row], PageFacts]:
        return extract_or_crash


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of small pages over nine days, enough for worker processes."""
    return write_folder(
        tmp_path / "pages", seed=5, n=ENOUGH + 12, kind="mixed", size="small", first_day=FIRST, last_day=LAST
    )


def land(home: Home, folder: Path) -> Home:
    home.prepare()
    land_folder(LandingStore(home.landing), folder / "0000", folder / "manifest.csv", LAST, LAST)
    return home


def read_days(home: Home, monkeypatch: pytest.MonkeyPatch, workers: int, **resources: object) -> dict[str, str]:
    """The hashes of the lake after the page stages of all days, as a run in the UI goes through them."""
    monkeypatch.setenv("KPI_WORKERS", str(workers))
    monkeypatch.setenv("KPI_PAGE_SECONDS", "8")
    definitions = build_definitions({"home": HomeResource(root=str(home.root)), **resources})
    with dg.instance_for_test() as instance:
        result = definitions.resolve_job_def("backfill").execute_in_process(instance=instance, tags=TAGS)
    assert result.success
    workers_of(Limits.from_environment()).stop()
    return _hashes(home.lake)


@pytest.mark.slow
def test_the_same_lake_with_no_worker_one_and_two(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lakes = [read_days(land(Home(tmp_path / f"home{n}"), folder), monkeypatch, n) for n in (0, 1, 2)]
    assert len([name for name in lakes[0] if name.startswith("extracted_facts")]) == 9
    assert lakes[0] == lakes[1] == lakes[2]


@pytest.mark.slow
def test_pages_that_hang_or_crash_are_listed_and_the_others_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = land(Home(tmp_path / "plain"), folder)
    read_days(plain, monkeypatch, workers=0)
    hanging, crashing, quitting = sorted((folder / "0000").glob("*.html"))[3:6]
    hanging.write_bytes(hanging.read_bytes() + b"<!-- HANG -->")
    crashing.write_bytes(crashing.read_bytes() + b"<!-- CRASH -->")
    quitting.write_bytes(quitting.read_bytes().replace(b"</h1>", b" QUIT</h1>"))
    odd = land(Home(tmp_path / "odd"), folder)
    read_days(odd, monkeypatch, workers=2, readers=OddReaders())

    def rows(home: Home, table: str) -> dict[str, dict[str, object]]:
        lake = Lake(home.lake)
        return {str(row["source_file"]): row for day in lake.days(table) for row in lake.rows(table, day)}

    before, after = rows(plain, "cleaned_text"), rows(odd, "cleaned_text")
    touched = {hanging.name, crashing.name, quitting.name}
    assert {name: row for name, row in after.items() if name not in touched} == {
        name: row for name, row in before.items() if name not in touched
    }
    assert after[hanging.name]["status"] == after[crashing.name]["status"] == "failed"
    assert "took longer than 8 seconds (KPI_PAGE_SECONDS); `kpi run" in str(after[hanging.name]["status_reason"])
    assert "ended its process (exit code 3); `kpi run" in str(after[crashing.name]["status_reason"])
    assert after[quitting.name]["status"] == "ok"
    lake, day = Lake(odd.lake), str(after[quitting.name]["published_on"])
    page = after[quitting.name]["page_id"]
    assert not [fact for fact in lake.rows("extracted_facts", day) if fact["page_id"] == page]
    reasons = {row["reason"] for row in lake.rows("unread_numbers", day) if row["page_id"] == page}
    assert reasons == {"extraction_failed"}

    unlimited = build_definitions({"home": HomeResource(root=str(odd.root))})

    def days_run(**how: bool) -> tuple[str, ...]:
        return running.run(unlimited, odd, None, None, lambda progress: None, **how).days

    lost = {str(after[name]["published_on"]) for name in touched}
    assert days_run() == ()
    assert set(days_run(retry_lost=True)) == lost
    read = rows(odd, "cleaned_text")
    assert {read[name]["status"] for name in touched} == {"ok"}
    assert {name: row["text"] for name, row in read.items() if name != quitting.name} == {
        name: row["text"] for name, row in before.items() if name != quitting.name
    }
    found = {fact["page_id"] for day in lost for fact in lake.rows("extracted_facts", day)}
    assert {read[name]["page_id"] for name in touched} <= found
    assert days_run(retry_lost=True) == ()
    lake.path("cleaned_text", FIRST.isoformat()).write_bytes(b"no file of a lake")
    assert days_run(retry_lost=True) == (FIRST.isoformat(),)


@pytest.mark.slow
def test_a_page_that_has_ended_a_small_run_costs_itself_alone_in_the_next(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(tmp_path / "few", seed=5, n=3, size="small", first_day=FIRST, last_day=FIRST)
    crashing = min((folder / "0000").iterdir())
    crashing.write_bytes(crashing.read_bytes() + b"<!-- CRASH -->")
    lake = Lake(land(home, folder).lake)
    ended = f"from pathlib import Path; from {Lake.__module__} import Lake\n"
    ended += f"Lake(Path({str(lake.root)!r})).mark_open('cleaned_text', {FIRST.isoformat()!r})"
    subprocess.run([sys.executable, "-c", ended], cwd=PROJECT, check=True)
    read_days(home, monkeypatch, workers=2, readers=OddReaders())
    statuses = {row["source_file"]: row["status"] for row in lake.rows("cleaned_text", FIRST.isoformat())}
    assert len(statuses) == 3
    assert [name for name, status in statuses.items() if status == "failed"] == [crashing.name]


def _living(processes: list[int]) -> list[int]:
    stats = {process: Path(f"/proc/{process}/stat") for process in processes}
    return [process for process, stat in stats.items() if stat.exists() and ") Z " not in stat.read_text()]


def _readers_of_pages() -> list[int]:
    """The living worker processes of this one."""
    children = [child for task in Path("/proc/self/task").glob("*/children") for child in task.read_text().split()]
    return [child for child in _living(list(map(int, children))) if b"spawn_main" in _command(child)]


def _command(process: int) -> bytes:
    return Path(f"/proc/{process}/cmdline").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in /proc")
def test_no_worker_holds_memory_while_the_warehouse_is_built(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_WORKERS", "2")
    definitions = build_definitions({"home": HomeResource(root=str(land(home, folder).root))})
    seen = []
    running.run(definitions, home, None, None, lambda progress: seen.append((progress.at_work, _readers_of_pages())))
    assert len(seen[0][1]) == 2
    assert dict(seen)["warehouse and publication"] == []


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in /proc")
@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_run_leaves_no_process_and_the_next_one_goes_on(
    home: Home, tmp_path: Path, blow: signal.Signals
) -> None:
    folder = write_folder(tmp_path / "pages", seed=6, n=400, first_day=FIRST, last_day=LAST)
    land(home, folder)
    environment = {**os.environ, "KPI_HOME": str(home.root), "KPI_WORKERS": "2"}
    command = [sys.executable, "-m", "kpi_pipeline.cli", "run"]
    run = subprocess.Popen(
        command, cwd=PROJECT, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    lake = Lake(home.lake)
    while not lake.days("cleaned_text"):
        assert run.poll() is None
        time.sleep(0.05)
    children = [int(child) for child in Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()]
    assert len(children) >= 2
    if blow == signal.SIGINT:
        os.killpg(run.pid, blow)  # as a terminal does it: to all of them
    else:
        run.kill()
    _, said = run.communicate(timeout=60)
    end = time.monotonic() + 10
    while _living(children):
        assert time.monotonic() < end
        time.sleep(0.05)
    if blow == signal.SIGINT:
        assert run.returncode == 1
        assert "The run was interrupted" in said
        assert "spawn_main" not in said  # what the traceback of a worker process begins with
    assert len(lake.days("cleaned_text")) < 9
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(lake.days("cleaned_text")) == 9
