"""Pages a second where pages that can state nothing are skipped, beside a bare pool of trafilatura that reads them all.

Belongs here: mixes of pages, few of which state results, and whether both ways give the same facts. Does not belong
here: the clocks (`throughput`).

Two mixes, both with one page of twenty that states results. Around "ordinary news" stand headlines of ordinary news.
"Misleading news" is the generator's own: its sentences are traps with levels and numbers, and around each page stand
headlines with ratings, so that next to none of it can be told from a report without being read.
"""

import csv
import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kpi_pipeline.landing import LandingStore, land_folder
from kpi_pipeline.reading.extracted import extracted_rows
from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.skipping import cleaned_if_worth
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline_tests.benchmarks.throughput import FIRST_DAY, Spent, bare_extract, bare_pool, whole_run
from kpi_pipeline_tests.page_generator import GeneratedPage, make_ordinary_page, make_page

RELEVANT_EVERY = 20
_PAGES_A_DAY = 25
_WARM_DAYS = 4
_SAME = ("extracted_facts", "validated_facts", "quarantined_facts", "merged_facts")
_READING = ("cleaning", "extraction")


def _misleading(seed: str, first_day: date, last_day: date) -> GeneratedPage:
    return make_page(seed, size="realistic", relevant=0.0, first_day=first_day, last_day=last_day)


MIXES: dict[str, Callable[[str, date, date], GeneratedPage]] = {
    "ordinary news": make_ordinary_page,
    "misleading news": _misleading,
}


@dataclass(frozen=True, slots=True)
class Skipping:
    """One mix: seconds of the bare pool before and after, of the run that skips and of the run that reads all.

    `alone`: processor seconds of one process that does nothing but read the pages, bare and with skipping.
    """

    mix: str
    pages: int
    skipped: int
    facts: int
    same_facts: bool
    workers: int
    load: float
    bare: tuple[Spent, Spent]
    skipping: Spent
    reading_all: Spent
    stages_skipping: Spent
    stages_reading_all: Spent
    workers_skipping: float
    workers_reading_all: float
    alone: tuple[float, float]

    @property
    def bare_seconds(self) -> float:
        """Wall seconds of the bare pool, the mean of both times."""
        return sum(spent.wall for spent in self.bare) / 2

    @property
    def ratio(self) -> float:
        """Pages a second of the whole run that skips, as a multiple of the bare pool's."""
        return self.bare_seconds / self.skipping.wall

    @property
    def ratio_of_stages(self) -> float:
        """The same of cleaning and extraction alone, without what does not hang on reading pages."""
        return self.bare_seconds / self.stages_skipping.wall

    @property
    def ratio_of_work(self) -> float:
        """Processor seconds of the bare pool, as a multiple of those that cleaning and extraction take with skipping
        and all that the worker processes take: their start, and what they do for facts, checks and accuracy."""
        return sum(spent.cpu for spent in self.bare) / 2 / (self.stages_skipping.cpu + self.workers_skipping)

    @property
    def ratio_alone(self) -> float:
        """Processor seconds of bare trafilatura, as a multiple of those of cleaning and extraction with skipping, both
        in one process that has started: what the reading of a page comes to by itself."""
        return self.alone[0] / self.alone[1]

    def as_record(self) -> dict[str, Any]:
        """The measurement as plain data."""
        return {
            **asdict(self),
            "ratio": self.ratio,
            "ratio_of_stages": self.ratio_of_stages,
            "ratio_of_work": self.ratio_of_work,
            "ratio_alone": self.ratio_alone,
        }


def measure(mix: str, pages: int = 1000) -> Skipping:
    """A run over `pages` made-up pages of 30 to 60 kB, 25 a day, with and without skipping."""
    workers = max(1, Limits.from_environment().workers)
    load = os.getloadavg()[0]
    days = max(1, pages // _PAGES_A_DAY)
    last = date.fromordinal(FIRST_DAY.toordinal() + days - 1)
    with tempfile.TemporaryDirectory() as folder:
        made = _write(Path(folder) / "pages", MIXES[mix], pages, last)
        homes = [Home(Path(folder) / name) for name in ("skipping", "all")]
        for home in homes:
            home.prepare()
            land_folder(LandingStore(home.landing), made / "html", made / "manifest.csv", last, last)
        files = sorted(made.rglob("*.html"))
        before = bare_pool(files, workers)
        with _skips("1"):
            skipping, parts, workers_cpu = whole_run(homes[0])
        after = bare_pool(files, workers)
        with _skips("0"):
            reading_all, all_parts, all_workers_cpu = whole_run(homes[1])
        lakes = [Lake(home.lake) for home in homes]
        alone = _alone(lakes[0])
        return Skipping(
            mix=mix, pages=len(files), skipped=_skipped(lakes[0]), facts=_count(lakes[1], "validated_facts"),
            same_facts=all(_rows(lakes[0], table) == _rows(lakes[1], table) for table in _SAME), workers=workers,
            load=load, bare=(before, after), skipping=skipping, reading_all=reading_all,
            stages_skipping=sum((parts[part] for part in _READING), start=Spent()),
            stages_reading_all=sum((all_parts[part] for part in _READING), start=Spent()),
            workers_skipping=workers_cpu, workers_reading_all=all_workers_cpu, alone=alone,
        )  # fmt: skip


def _alone(lake: Lake) -> tuple[float, float]:
    """Processor seconds of reading all pages in this process, bare and with skipping, in turn day by day; the first
    days are read once before. As in a worker, no look for garbage goes through what stood before."""
    days = lake.days("raw_pages")
    for day in days[:_WARM_DAYS]:
        _alone_on(lake, day)
    gc.freeze()
    spent = [_alone_on(lake, day) for day in days]
    gc.unfreeze()
    return sum(bare for bare, _ in spent), sum(skipping for _, skipping in spent)


def _alone_on(lake: Lake, day: str) -> tuple[float, float]:
    rows = lake.rows("raw_pages", day)
    texts = [bytes(row["content"]).decode() for row in rows]
    start = time.process_time()
    for text in texts:
        bare_extract(text)
    between = time.process_time()
    for row in rows:
        extracted_rows(cleaned_if_worth(row))
    return between - start, time.process_time() - between


def _write(path: Path, other: Callable[[str, date, date], GeneratedPage], pages: int, last: date) -> Path:
    (path / "html").mkdir(parents=True)
    with (path / "manifest.csv").open("w", encoding="utf-8", newline="") as manifest:
        rows = csv.writer(manifest, lineterminator="\n")
        rows.writerow(("file", "url", "captured_at", "published_on", "source_province"))
        for number in range(pages):
            if number % RELEVANT_EVERY:
                page = other(f"skip-{number}", FIRST_DAY, last)
            else:
                page = make_page(f"skip-{number}", size="realistic", first_day=FIRST_DAY, last_day=last)
            (path / "html" / f"{page.page_id}.html").write_bytes(page.html)
            rows.writerow(
                (f"{page.page_id}.html", page.url, page.published_on, page.published_on, page.source_province or "")
            )
    return path


@contextmanager
def _skips(setting: str) -> Iterator[None]:
    before = os.environ.get("KPI_SKIP")
    os.environ["KPI_SKIP"] = setting
    try:
        yield
    finally:
        os.environ.pop("KPI_SKIP")
        if before is not None:
            os.environ["KPI_SKIP"] = before


def _skipped(lake: Lake) -> int:
    days = lake.days("cleaned_text")
    return sum(row["status"] == "skipped" for day in days for row in lake.rows("cleaned_text", day, ["status"]))


def _count(lake: Lake, table: str) -> int:
    return sum(lake.count(table, day) for day in lake.days(table))


def _rows(lake: Lake, table: str) -> list[Any]:
    return [row for day in lake.days(table) for row in lake.rows(table, day)]
