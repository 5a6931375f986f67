"""Pages a second of a whole run, from landed pages to the published warehouse, beside a bare pool of trafilatura.

Belongs here: both clocks, and where the run's time goes. Does not belong here: making pages (`page_generator`).

The bare pool has as many processes as the run, started and warmed up before its clock starts, and does nothing but
`trafilatura.extract` on decoded pages with the options our cleaning gives it. It is measured before and after the run,
since other work on the machine slows both. The run is what `kpi run` does in its own process: worker processes started,
every check on, no day done before. The clock is the wall's; `load` says how busy the machine was when it began. Beside
it stand seconds of the processor, which other work on the machine does not stretch as much: of the main process for
each part, of the worker processes in sum.
"""

import os
import resource
import tempfile
import time
from bisect import bisect_left
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Thread
from typing import Any

import dagster as dg
import trafilatura

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline.defs import running
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.landing import LandingStore, land_folder
from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.workers import workers_of
from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.page_generator import write_folder

FIRST_DAY = date(2021, 1, 1)
MIXES = (1.0, 0.05)
"""Shares of pages that state results: all, which is the hardest for what follows the reading, and few, as on a site."""

_PAGES_A_DAY = 25
_CHUNK = 16
_REST = "Dagster and the rest"
_PARTS = {
    "raw_pages": "raw pages into the lake",
    "cleaned_text": "cleaning",
    "extracted_facts": "extraction",
    "validated_facts": "validation",
    "check": "checks of the page stages",
    "published": "publication",
}
_SQL = "SQL"
_STAGES = ("raw_pages", "cleaned_text", "extracted_facts", "validated_facts")


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the wall, and of the processor."""

    wall: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.wall + other.wall, self.cpu + other.cpu)

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(self.wall - other.wall, self.cpu - other.cpu)


@dataclass(frozen=True, slots=True)
class Throughput:
    """One measurement: the share of the pages that is `relevant`, the bare pool before and after the run, the run (its
    processor seconds are those of the main process), its parts, and the processor seconds of its workers; `load` is the
    machine's load in the last minute before it began."""

    pages: int
    relevant: float
    days: int
    megabytes: float
    workers: int
    load: float
    bare: tuple[Spent, Spent]
    run: Spent
    parts: dict[str, Spent]
    workers_cpu: float

    @property
    def bare_seconds(self) -> float:
        """Wall seconds of the bare pool, the mean of both times."""
        return sum(spent.wall for spent in self.bare) / 2

    @property
    def ratio(self) -> float:
        """Pages a second of the run as a share of the bare pool's."""
        return self.bare_seconds / self.run.wall

    def as_record(self) -> dict[str, Any]:
        """The measurement as plain data."""
        return {**asdict(self), "ratio": self.ratio}


def measure(pages: int = 1000, relevant: float = 1.0, seed: int = 4711) -> Throughput:
    """A run over `pages` made-up pages of 30 to 60 kB, 25 a day; `relevant` is the share that states results,
    the others are the generator's misleading news."""
    workers = max(1, Limits.from_environment().workers)
    load = os.getloadavg()[0]
    days = max(1, pages // _PAGES_A_DAY)
    last = date.fromordinal(FIRST_DAY.toordinal() + days - 1)
    with tempfile.TemporaryDirectory() as folder:
        made = write_folder(Path(folder) / "pages", seed, pages, relevant=relevant, first_day=FIRST_DAY, last_day=last)
        home = Home(Path(folder) / "home")
        home.prepare()
        for part in sorted(path for path in made.iterdir() if path.is_dir()):
            land_folder(LandingStore(home.landing), part, made / "manifest.csv", last, last)
        files = sorted(made.rglob("*.html"))
        before = bare_pool(files, workers)
        run, parts, workers_cpu = whole_run(home)
        return Throughput(
            pages=len(files),
            relevant=relevant,
            days=days,
            megabytes=sum(file.stat().st_size for file in files) / 1e6,
            workers=workers,
            load=load,
            bare=(before, bare_pool(files, workers)),
            run=run,
            parts=parts,
            workers_cpu=workers_cpu,
        )


def bare_pool(files: list[Path], workers: int) -> Spent:
    """The pool over all pages; its processor seconds are those of its processes from their start."""
    pages = [file.read_text(encoding="utf-8") for file in files]
    cpu = _children_cpu()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(bare_extract, pages[: workers * _CHUNK]))
        start = time.perf_counter()
        list(pool.map(bare_extract, pages, chunksize=_CHUNK))
        wall = time.perf_counter() - start
    return Spent(wall, _children_cpu() - cpu)


def bare_extract(html: str) -> str | None:
    """What the bare pool does with a page: its decoded bytes become the text of its article."""
    text: str | None = trafilatura.extract(html, include_comments=False, include_tables=True, with_metadata=False)
    return text


def whole_run(home: Home) -> tuple[Spent, dict[str, Spent], float]:
    """What `kpi run` spends in a home where pages have landed: in all, by part, and the seconds of its workers."""
    definitions = build_definitions({"home": HomeResource(root=str(home.root))})
    workers = workers_of(Limits.from_environment())
    workers.stop()
    workers_cpu = _children_cpu()
    with _Clock() as clock:
        running.run(definitions, home, None, None, lambda progress: None)
    workers.stop()
    run = clock.at(clock.end) - clock.at(clock.start)
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        parts = _parts(instance, clock)
    parts[_REST] = run - sum(parts.values(), start=Spent())
    return run, parts, _children_cpu() - workers_cpu


class _Clock:
    """Notes wall and processor time of this process twenty times a second, so that both are known at any moment."""

    def __enter__(self) -> "_Clock":
        self.start = time.time()
        self._walls: list[float] = []
        self._cpus: list[float] = []
        self._ended = Event()
        self._thread = Thread(target=self._note, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end = time.time()
        self._ended.set()
        self._thread.join()

    def at(self, moment: float) -> Spent:
        """What had been spent at a moment, in seconds since the epoch."""
        return Spent(moment, self._cpus[min(bisect_left(self._walls, moment), len(self._cpus) - 1)])

    def _note(self) -> None:
        while True:
            self._walls.append(time.time())
            self._cpus.append(time.process_time())
            if self._ended.wait(0.05):
                return


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _parts(instance: dg.DagsterInstance, clock: _Clock) -> dict[str, Spent]:
    """What each kind of step spent, by the times of its events. What follows a page stage's last line, up to the end of
    its step, is Dagster writing down what the stage told about its days, and no part of the stage."""
    spent: dict[str, Spent] = defaultdict(Spent)
    kinds = {dg.DagsterEventType.STEP_START, dg.DagsterEventType.STEP_OUTPUT, dg.DagsterEventType.STEP_SUCCESS}
    for run in reversed(instance.get_runs()):
        times: dict[str, dict[dg.DagsterEventType, float]] = defaultdict(dict)
        for event in instance.all_logs(run.run_id, of_type=kinds):
            told = event.get_dagster_event()
            times[str(told.step_key)].setdefault(told.event_type, event.timestamp)
        for step, at in times.items():
            kind = "check" if step.startswith("check_") else step
            end = dg.DagsterEventType.STEP_OUTPUT if kind in _STAGES else dg.DagsterEventType.STEP_SUCCESS
            spent[_PARTS.get(kind, _SQL)] += clock.at(at[end]) - clock.at(at[dg.DagsterEventType.STEP_START])
    return dict(spent)
