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
from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.page_generator import write_folder

FIRST_DAY = date(2000, 1, 1)
_PAGES = 10
_BETWEEN = 365
"""Pages on as many days that follow one another, and days from one such stretch to the next: as results come out."""


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

    def share(self, part: Spent, whole: Spent) -> float:
        """Processor seconds of one as a share of another's."""
        return part.cpu / whole.cpu

    def as_record(self) -> dict[str, Any]:
        """The measurement as plain data."""
        return {
            **asdict(self),
            "ratio": self.share(self.first, self.empty),
            "run_ratio": self.share(self.run, self.empty),
        }


def measure(days: int = 1000) -> Days:
    """Backfills over `days` days from 2000 on, ten days of each year with a page."""
    last = FIRST_DAY + timedelta(days - 1)
    with tempfile.TemporaryDirectory() as folder:
        backfilled, ran = Home(Path(folder) / "backfilled"), Home(Path(folder) / "ran")
        pages = [_land(home, Path(folder), days) for home in (backfilled, ran)]
        graph, for_run = (build_definitions({"home": HomeResource(root=str(home.root))}) for home in (backfilled, ran))
        empty = _timed(_range_run(empty_graph(graph), Home(Path(folder) / "empty"), last))
        first, second = (_timed(_range_run(graph, backfilled, last)) for _ in range(2))
        run, run_again = (_kpi_run(for_run, ran, last) for _ in range(2))
        return Days(days, pages[0], len(_cut_by_day(graph)), empty, first, second, run[0], run_again[1])


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


def _land(home: Home, folder: Path, days: int) -> int:
    """Lands made-up pages, one a day on ten days of each year; how many they are."""
    home.prepare()
    for number, start in enumerate(range(0, days, _BETWEEN)):
        first = FIRST_DAY + timedelta(start)
        made = folder / f"pages-{number}"
        if not made.exists():
            last = first + timedelta(_PAGES - 1)
            write_folder(made, seed=number, n=_PAGES, size="small", first_day=first, last_day=last)
        land_folder(LandingStore(home.landing), made / "0000", made / "manifest.csv", first, date.today())
    return len(LandingStore(home.landing).all_pages())


def _range_run(definitions: dg.Definitions, home: Home, last: date) -> tuple[Home, Callable[[], object]]:
    """One run of Dagster over all days, as a backfill under the one policy makes it."""

    def run() -> None:
        tags = range_tags(FIRST_DAY.isoformat(), last.isoformat())
        with running.open_instance(home) as instance:
            job = definitions.resolve_job_def(backfill.name)
            assert job.execute_in_process(instance=instance, tags=tags, run_config=running.QUIET).success

    return home, run


def _kpi_run(definitions: dg.Definitions, home: Home, last: date) -> tuple[Spent, Spent]:
    """`kpi run` in this process: up to the warehouse, and the whole."""
    moments: list[tuple[float, float]] = []

    def tell(progress: running.Progress) -> None:
        if progress.at_work == "warehouse and publication":
            moments.append(_now())

    start = _now()
    before = _event_log_mb(home)
    running.run(definitions, home, FIRST_DAY, last, tell)
    grown = _event_log_mb(home) - before
    days, whole = ([end - begin for begin, end in zip(start, moment, strict=True)] for moment in (moments[0], _now()))
    return Spent(days[0], days[1], grown), Spent(whole[0], whole[1], grown)


def _timed(work: tuple[Home, Callable[[], object]]) -> Spent:
    home, run = work
    before, start = _event_log_mb(home), _now()
    run()
    end = _now()
    return Spent(end[0] - start[0], end[1] - start[1], _event_log_mb(home) - before)


def _now() -> tuple[float, float]:
    """Wall and processor seconds, those of ended worker processes included."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter(), time.process_time() + children.ru_utime + children.ru_stime


def _event_log_mb(home: Home) -> float:
    return sum(file.stat().st_size for file in home.dagster.rglob("*.db*")) / 1e6
