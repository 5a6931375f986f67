"""What the assets are handed: the home with its landing store and its lake, and who reads pages."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import tee
from pathlib import Path

import dagster as dg

from kpi_pipeline.days.judged import Day, packed_tables
from kpi_pipeline.landing import LandingStore
from kpi_pipeline.reading.cleaned import Row, cleaned_row, lost_page
from kpi_pipeline.reading.extracted import PageFacts, extracted_rows, lost_facts
from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.skipping import cleaned_if_worth, skips_pages
from kpi_pipeline.reading.workers import workers_of
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake


class HomeResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The state folder; `root` empty means the folder that KPI_HOME names, at the time of the run."""

    root: str = ""

    @property
    def home(self) -> Home:
        return Home(Path(self.root).absolute()) if self.root else Home.from_environment()

    @property
    def lake(self) -> Lake:
        return Lake(self.home.lake)

    @property
    def landing(self) -> LandingStore:
        self.home.prepare()
        return LandingStore(self.home.landing)


class Readers(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Who reads pages: worker processes within the limits that the environment sets at the time of the run.

    `clean` and `extract` take days with their pages and give them back in the same order, as `judge` does;
    `apart` keeps even a few pages out of this process, as after a run that a page may have ended. Tests that need pages
    that hang or end their process hand in a subclass with another `clean_page` or `extract_page`: functions that a new
    process can import.
    """

    @property
    def clean_page(self) -> Callable[[Row], dict[str, object]]:
        return cleaned_if_worth if skips_pages() else cleaned_row

    @property
    def extract_page(self) -> Callable[[Row], PageFacts]:
        return extracted_rows

    def clean(
        self, days: Iterable[tuple[str, Sequence[Row]]], apart: bool = False
    ) -> Iterator[tuple[str, list[dict[str, object]]]]:
        """Rows of cleaned_text for days with their rows of raw_pages."""
        return workers_of(Limits.from_environment()).read(self.clean_page, lost_page, days, apart)

    def extract(
        self, days: Iterable[tuple[str, Sequence[Row]]], apart: bool = False
    ) -> Iterator[tuple[str, list[PageFacts]]]:
        """Facts and unread numbers for days with their rows of cleaned_text."""
        return workers_of(Limits.from_environment()).read(self.extract_page, lost_facts, days, apart)

    def judge(self, days: Iterable[Day]) -> Iterator[tuple[str, dict[str, bytes]]]:
        """The files of judged days by table."""
        ahead, days = tee(days)
        done = workers_of(Limits.from_environment()).each(packed_tables, ahead)
        return ((day.day, tables) for tables, day in zip(done, days, strict=True))
