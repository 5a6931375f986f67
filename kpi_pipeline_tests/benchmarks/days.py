"""What days cost: a backfill over mostly empty days beside an empty graph of the same shape, and what spares it.

Belongs here: both graphs, the clock, the size of the event log. Does not belong here: the naive design (`naive`).

The empty graph has the assets, checks and partitions of ours, by name and by dependency, and nothing to do: it is made
from our definitions. Both go through all days in one run of Dagster, in this process, each on a storage of its own.
The ratio is that of processor seconds, which other work on the machine stretches less than those of the wall.
"""

import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline.defs import running
from kpi_pipeline.defs.jobs import backfill
from kpi_pipeline.defs.partitions import DAYS, ONE_RUN, range_tags
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.landing import LandingStore, land_folder
from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.workers import workers_of
from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.benchmarks import naive
from kpi_pipeline_tests.benchmarks.naive import naive_graph
from kpi_pipeline_tests.page_generator import write_folder

FIRST_DAY = date(2000, 1, 1)
_PAGES = 10
_BETWEEN = 365
"""Pages within as many days that follow one another, and days from one such stretch to the next."""

_PAGES_A_DAY = 10
"""Pages of 30 to 60 kB for each day of the comparison with the naive design."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the wall and of the processor, and megabytes by which the event log grew."""

    wall: float
    cpu: float
    event_log_mb: float = 0.0


@dataclass(frozen=True, slots=True)
class Days:
    """One measurement over `days` days with `pages` pages; `assets` are those cut by day.

    `empty` is the empty graph; `first` and `second` the same range run twice; `run` what `kpi run` does on the days
    that have something to do, without the warehouse and the publication that close it; `run_again` a second `kpi run`,
    warehouse and publication included.
    """

    days: int
    pages: int
    assets: int
    empty: Spent
    first: Spent
    second: Spent
    run: Spent
    run_again: Spent

    def as_record(self) -> dict[str, Any]:
        """The measurement as plain data, with shares of processor seconds."""
        return {
            **asdict(self),
            "ratio": self.first.cpu / self.empty.cpu,
            "run_ratio": self.run.cpu / self.empty.cpu,
        }


@dataclass(frozen=True, slots=True)
class BesideNaive:
    """The same `pages` on `days` days: `naive` is a run a day, `ours` one run, with `again` the same once more and
    `run_again` what `kpi run` then takes up to the warehouse."""

    days: int
    pages: int
    naive: Spent
    ours: Spent
    again: Spent
    run_again: Spent

    def as_record(self) -> dict[str, Any]:
        """The measurement as plain data, with shares of processor seconds."""
        return {
            **asdict(self),
            "ratio": self.ours.cpu / self.naive.cpu,
            "again_ratio": self.again.cpu / self.ours.cpu,
            "run_again_ratio": self.run_again.cpu / self.ours.cpu,
        }


def measure(days: int = 1000) -> Days:
    """Backfills over `days` days from 2000 on, with ten pages in the first days of each year."""
    last = FIRST_DAY + timedelta(days - 1)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        backfilled, ran = Home(root / "backfilled"), Home(root / "ran")
        for number, start in enumerate(range(0, days, _BETWEEN)):
            first = FIRST_DAY + timedelta(start)
            made = write_folder(
                root / f"pages-{number}", seed=number, n=_PAGES, size="small",
                first_day=first, last_day=min(last, first + timedelta(_PAGES - 1)),
            )  # fmt: skip
            for home in (backfilled, ran):
                _land(home, made)
        graph, for_run = (_graph(home) for home in (backfilled, ran))
        empty = _range_run(empty_graph(graph), Home(root / "empty"), last)
        first_time, second = (_range_run(graph, backfilled, last) for _ in range(2))
        run, run_again = (_kpi_run(for_run, ran, last) for _ in range(2))
        pages = len(LandingStore(ran.landing).all_pages())
        return Days(days, pages, _assets(graph), empty, first_time, second, run[0], run_again[1])


def measure_beside_naive(days: int = 30) -> BesideNaive:
    """Both designs over `days` days with ten pages of 30 to 60 kB on average."""
    last = FIRST_DAY + timedelta(days - 1)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        home, apart = Home(root / "home"), Home(root / "naive")
        made = write_folder(root / "pages", seed=1, n=_PAGES_A_DAY * days, first_day=FIRST_DAY, last_day=last)
        for where in (home, apart):
            _land(where, made)
        frames = naive_graph(apart, root / "naive.duckdb")
        one_by_one = _timed(apart, lambda: _run_day_by_day(frames, apart, days))
        ours, again = (_range_run(_graph(home), home, last) for _ in range(2))
        run_again, _ = _kpi_run(_graph(home), home, last)
        return BesideNaive(days, len(LandingStore(home.landing).all_pages()), one_by_one, ours, again, run_again)


def empty_graph(definitions: dg.Definitions) -> dg.Definitions:
    """The page stages of a graph by name, dependency, partitions and checks, with nothing to do in them."""
    assets = [_empty_asset(asset) for asset in _cut_by_day(definitions)]
    keys = {key for asset in assets for key in asset.keys}
    checks = [
        _empty_check(check)
        for check in definitions.asset_checks or ()
        if isinstance(check, dg.AssetChecksDefinition) and {key.asset_key for key in check.check_keys} <= keys
    ]
    job = dg.define_asset_job(backfill.name, selection=dg.AssetSelection.assets(*keys))
    return dg.Definitions(assets=assets, asset_checks=checks, jobs=[job], executor=dg.in_process_executor)


def _assets(definitions: dg.Definitions) -> int:
    return sum(len(list(asset.keys)) for asset in _cut_by_day(definitions))


def _cut_by_day(definitions: dg.Definitions) -> list[dg.AssetsDefinition]:
    assets = [asset for asset in definitions.assets or () if isinstance(asset, dg.AssetsDefinition)]
    return [asset for asset in assets if asset.partitions_def == DAYS]


def _empty_asset(like: dg.AssetsDefinition) -> dg.AssetsDefinition:
    specs = [dg.AssetSpec(spec.key, deps=[dep.asset_key for dep in spec.deps]) for spec in like.specs]

    @dg.multi_asset(name=like.op.name, specs=specs, partitions_def=DAYS, backfill_policy=ONE_RUN)
    def nothing():  # type: ignore[no-untyped-def]
        """Nothing to do."""

    return nothing


def _empty_check(like: dg.AssetChecksDefinition) -> dg.AssetChecksDefinition:
    specs = [dg.AssetCheckSpec(spec.name, asset=spec.asset_key, blocking=spec.blocking) for spec in like.check_specs]

    @dg.multi_asset_check(name=like.op.name, specs=specs)
    def passed():  # type: ignore[no-untyped-def]
        for spec in specs:
            yield dg.AssetCheckResult(asset_key=spec.asset_key, check_name=spec.name, passed=True)

    return passed


def _land(home: Home, made: Path) -> None:
    home.prepare()
    land_folder(LandingStore(home.landing), made, made / "manifest.csv", date.today(), date.today())


def _graph(home: Home) -> dg.Definitions:
    return build_definitions({"home": HomeResource(root=str(home.root))})


def _range_run(definitions: dg.Definitions, home: Home, last: date) -> Spent:
    """One run of Dagster over all days, as a backfill under the one policy makes it."""

    def run() -> None:
        with running.open_instance(home) as instance:
            job = definitions.resolve_job_def(backfill.name)
            tags = range_tags(FIRST_DAY.isoformat(), last.isoformat())
            assert job.execute_in_process(instance=instance, tags=tags, run_config=running.QUIET).success

    return _timed(home, run)


def _run_day_by_day(definitions: dg.Definitions, home: Home, days: int) -> None:
    """One run of Dagster a day, all in this process; started from the UI, each would be a process more."""
    with running.open_instance(home) as instance:
        job = definitions.resolve_job_def(naive.JOB)
        for number in range(days):
            day = (FIRST_DAY + timedelta(number)).isoformat()
            assert job.execute_in_process(instance=instance, partition_key=day, run_config=running.QUIET).success


def _kpi_run(definitions: dg.Definitions, home: Home, last: date) -> tuple[Spent, Spent]:
    """`kpi run` in this process: up to the warehouse, and the whole."""
    moments: list[tuple[float, float]] = []

    def tell(progress: running.Progress) -> None:
        if progress.at_work == "warehouse and publication":
            moments.append(_now())

    start = _now()
    before = _event_log_mb(home)
    running.run(definitions, home, FIRST_DAY, last, tell)
    workers_of(Limits.from_environment()).stop()
    grown = _event_log_mb(home) - before
    days, whole = ([end - begin for begin, end in zip(start, moment, strict=True)] for moment in (moments[0], _now()))
    return Spent(days[0], days[1], grown), Spent(whole[0], whole[1], grown)


def _timed(home: Home, run: Callable[[], object]) -> Spent:
    before, start = _event_log_mb(home), _now()
    run()
    workers_of(Limits.from_environment()).stop()
    end = _now()
    return Spent(end[0] - start[0], end[1] - start[1], _event_log_mb(home) - before)


def _now() -> tuple[float, float]:
    """Wall and processor seconds, those of ended worker processes included."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter(), time.process_time() + children.ru_utime + children.ru_stime


def _event_log_mb(home: Home) -> float:
    return sum(file.stat().st_size for file in home.dagster.rglob("*.db*")) / 1e6
