"""The worker processes: the same results in the same order, and no page costs more than itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import active_children, get_context
from pathlib import Path
from types import ModuleType

import pytest

from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.workers import ENOUGH, Workers, WorkersError
from kpi_pipeline.storage.settings import SettingError
from kpi_pipeline_tests.conftest import PROJECT
from kpi_pipeline_tests.reading.odd_pages import act, act_and_sign, act_in, lost, lost_and_signed, pages, read_many

Start = Callable[..., Workers]

MANY = 2 * ENOUGH


@pytest.fixture
def start() -> Iterator[Start]:
    """Workers by their limits, stopped after the test."""
    started: list[Workers] = []

    def make(workers: int = 2, **limits: float) -> Workers:
        started.append(Workers(Limits(workers=workers, **limits)))  # type: ignore[arg-type]
        return started[-1]

    yield make
    for workers in started:
        workers.stop()


def names(number: int) -> list[str]:
    return [f"p{place}" for place in range(number)]


def read_all(workers: Workers, number: int, **odd: str) -> list[str]:
    """What came of one group of pages."""
    [(key, results)] = workers.read(act, lost, [("day", pages(number, **odd))])
    assert key == "day"
    return results


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_groups_come_back_in_their_order_however_many_read(start: Start, workers: int) -> None:
    sizes = [0, 1, 30, 0, 0, 2, 70, 1, 0]
    groups = [(f"day {place}", pages(size)) for place, size in enumerate(sizes)]
    found = list(start(workers).read(act, lost, groups))
    assert found == [(f"day {place}", names(size)) for place, size in enumerate(sizes)]


def test_nothing_to_read_gives_nothing(start: Start) -> None:
    assert list(start().read(act, lost, [])) == []
    assert list(start().read(act, lost, [("day", [])])) == [("day", [])]


def test_few_pages_start_no_process_and_many_do_once(start: Start) -> None:
    workers = start()
    few = [("few", pages(ENOUGH - 1))]
    assert {process for _, results in workers.read(act_and_sign, lost_and_signed, few) for _, process in results} == {
        os.getpid()
    }
    many = [("many", pages(MANY))]
    readers = {process for _, results in workers.read(act_and_sign, lost_and_signed, many) for _, process in results}
    assert readers
    assert os.getpid() not in readers
    again = {process for _, results in workers.read(act_and_sign, lost_and_signed, few) for _, process in results}
    assert again <= {child.pid for child in active_children()}


def test_few_pages_are_kept_out_of_this_process_when_asked(start: Start) -> None:
    workers = start()
    [(_, found)] = workers.read(act_and_sign, lost_and_signed, [("few", pages(1))], apart=True)
    assert found[0][0] == "p0"
    assert found[0][1] != os.getpid()


def test_pieces_are_done_one_by_one_by_processes_that_run_and_here_by_none(start: Start) -> None:
    workers, here = start(), os.getpid()
    pieces = [{"name": f"p{place}", "do": "sleep:0.1"} for place in range(8)]
    assert set(workers.each(act_and_sign, pieces)) == {(f"p{place}", here) for place in range(8)}
    workers.start("kpi_pipeline_tests.reading.odd_pages")
    done = list(workers.each(act_and_sign, pieces))
    assert [name for name, _ in done] == [f"p{place}" for place in range(8)]
    assert here not in {process for _, process in done}


def test_a_piece_that_ends_its_process_is_done_here(start: Start) -> None:
    workers, here = start(), os.getpid()
    workers.start()
    done = list(
        workers.each(act_in, [{"name": f"p{n}", "do": "crash" if n == 1 else "", "in": here} for n in range(4)])
    )
    assert [name for name, _ in done] == ["p0", "p1", "p2", "p3"]
    assert [process == here for _, process in done] == [False, True, False, False]


def test_no_process_starts_ahead_where_there_may_be_none(start: Start) -> None:
    before = active_children()
    start(1).start()
    assert active_children() == before


def test_groups_are_taken_a_bounded_number_of_pages_ahead(start: Start) -> None:
    taken: list[int] = []

    def days() -> Iterator[tuple[int, list[dict[str, str]]]]:
        for day in range(400):
            taken.append(day)
            yield day, pages(5)

    for day, _ in start().read(act, lost, days()):
        assert len(taken) - day <= 60
    assert len(taken) == 400


def test_a_page_that_hangs_costs_itself_alone(start: Start) -> None:
    found = read_all(start(page_seconds=4), MANY, p20="hang")
    assert found[20] == (
        "p20: Reading this page took longer than 4 seconds (KPI_PAGE_SECONDS); `kpi run --retry-lost`, or "
        "save the article's text as .txt and land that."
    )
    assert [name for name in found if ":" not in name] == [name for name in names(MANY) if name != "p20"]


def test_slow_pages_that_keep_the_limit_one_by_one_are_read(start: Start) -> None:
    slow = {f"p{place}": "sleep:0.6" for place in range(8)}
    assert read_all(start(page_seconds=4), MANY, **slow) == names(MANY)


def test_pages_that_end_their_process_cost_themselves_alone(start: Start) -> None:
    found = read_all(start(), MANY, p0="crash", p1="crash", p95="crash")
    assert [place for place, name in enumerate(found) if ":" in name] == [0, 1, 95]
    assert found[95].startswith("p95: Reading this page ended its process (exit code 3); `kpi run")


def test_a_page_whose_process_ends_for_a_passing_reason_is_read(start: Start, tmp_path: Path) -> None:
    alone = [{"name": "large", "do": f"crash-once:{tmp_path}", "text": "x" * 2_000_000}]
    [(_, found)] = start().read(act, lost, [("day", alone)], apart=True)
    assert found == ["large"]


def test_a_page_that_eats_memory_costs_itself_alone(start: Start) -> None:
    found = read_all(start(worker_mb=1024), MANY, p5="eat:3000")
    assert found[5].startswith("p5: Reading this page took more than 1024 MB of memory (KPI_WORKER_MB); `kpi run")
    assert [name for name in found if ":" not in name] == [name for name in names(MANY) if name != "p5"]


def test_a_worker_that_has_grown_is_replaced_between_batches(start: Start) -> None:
    [(_, found)] = start(worker_mb=800).read(
        act_and_sign, lost_and_signed, [("day", pages(20 * ENOUGH, p0="keep:450"))]
    )
    assert [name for name, _ in found] == names(20 * ENOUGH)
    grown = found[0][1]
    assert {process for _, process in found[:16]} == {grown}
    assert grown not in {process for _, process in found[16:]}


def test_an_exception_of_the_reader_is_raised_and_no_process_stays(start: Start) -> None:
    before = {child.pid for child in active_children()}
    with pytest.raises(ValueError, match="no reader knows p60"):
        read_all(start(), MANY, p60="fail")
    assert {child.pid for child in active_children()} <= before


def test_who_gives_up_on_the_results_leaves_no_process(start: Start) -> None:
    before = {child.pid for child in active_children()}
    results = start().read(act, lost, ((day, pages(5)) for day in range(400)))
    next(results)
    assert {child.pid for child in active_children()} > before
    results.close()
    assert {child.pid for child in active_children()} <= before


def test_workers_killed_between_two_readings_are_replaced(start: Start) -> None:
    workers = start()
    before = {child.pid for child in active_children()}
    assert read_all(workers, MANY) == names(MANY)
    for child in active_children():
        if child.pid not in before:
            child.kill()
            child.join()
    assert read_all(workers, MANY) == names(MANY)


def test_workers_that_cannot_live_are_no_endless_loop(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = ModuleType("gone")  # known to this process alone, so that a worker breaks off over what it is to call
    exec("def act(page): return page", gone.__dict__)
    monkeypatch.setitem(sys.modules, "gone", gone)
    with pytest.raises(WorkersError, match="KPI_WORKERS=1"):
        list(start().read(gone.act, lost, [("day", pages(MANY))]))


@pytest.mark.parametrize("started_by", ["multiprocessing, as Dagster starts runs", "a shell"])
def test_a_process_that_has_read_ends_with_its_workers(started_by: str) -> None:
    if started_by == "a shell":
        code = "from kpi_pipeline_tests.reading.odd_pages import read_many; read_many()"
        subprocess.run([sys.executable, "-c", code], cwd=PROJECT, timeout=60, check=True)
    else:
        process = get_context("spawn").Process(target=read_many)
        process.start()
        process.join(60)
        ended, code_of_exit = not process.is_alive(), process.exitcode
        process.kill()
        assert (ended, code_of_exit) == (True, 0)


def _other_process(code: str) -> subprocess.Popen[str]:
    """Python with this package, leading a group of processes of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def _wait_for(told: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def _running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


HANGING = """
from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.workers import Workers
from kpi_pipeline_tests.reading.odd_pages import act, lost, pages
odd = {{f"p{{place}}": "hang" if place % 16 else "tell:{folder}" for place in range(96)}}
list(Workers(Limits(workers=2)).read(act, lost, [("day", pages(96, **odd))]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's help is Linux's")
def test_no_worker_outlives_a_killed_parent(tmp_path: Path) -> None:
    parent = _other_process(HANGING.format(folder=tmp_path))
    _wait_for(lambda: len(list(tmp_path.iterdir())) == 2)
    workers = [int(file.name) for file in tmp_path.iterdir()]
    assert all(_running(worker) for worker in workers)
    parent.kill()
    parent.communicate()
    _wait_for(lambda: not any(_running(worker) for worker in workers), 10)


@pytest.mark.parametrize("started", [True, False])
def test_ctrl_c_ends_all_with_one_traceback(tmp_path: Path, started: bool) -> None:
    parent = _other_process(HANGING.format(folder=tmp_path))
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    _wait_for(lambda: len(list(tmp_path.iterdir()) if started else children.read_text().split()) >= 2 + (not started))
    at_work = [int(child) for child in children.read_text().split()]
    os.killpg(parent.pid, signal.SIGINT)
    _, said = parent.communicate(timeout=60)
    assert parent.returncode == -signal.SIGINT
    assert said.count("Traceback") == 1, said
    _wait_for(lambda: not any(_running(worker) for worker in at_work), 10)


@pytest.mark.parametrize(
    ("name", "value"),
    [("KPI_WORKERS", "many"), ("KPI_WORKERS", "-1"), ("KPI_PAGE_SECONDS", "0"), ("KPI_WORKER_MB", "inf")],
)
def test_a_setting_that_cannot_be_meant_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=f"{name} is '{value}': set it to a number from"):
        Limits.from_environment()


def test_the_settings_of_the_environment_count(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("KPI_WORKERS", "3"), ("KPI_PAGE_SECONDS", "7.5"), ("KPI_WORKER_MB", " ")):
        monkeypatch.setenv(name, value)
    assert Limits.from_environment() == Limits(workers=3, page_seconds=7.5, worker_mb=2048)
