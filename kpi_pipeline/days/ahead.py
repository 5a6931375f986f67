"""Starting the processes that read pages ahead of the pages: a run has much to import and open before its first one.

Belongs here: when that pays. Does not belong here: which days are due (`defs/stages`), and what workers do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import islice

from kpi_pipeline.days import IMPORTS
from kpi_pipeline.landing import FIRST_DAY, LandingStore
from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.workers import ENOUGH, workers_of
from kpi_pipeline.storage.lake import Lake


def new_days(landing: LandingStore, lake: Lake, first: date | None = None, last: date | None = None) -> list[str]:
    """The days (ISO) from `first` to `last` whose pages the lake has no file of: told without reading one, so that of
    the days that are due it may miss some, and names no other."""
    start, end = (first or FIRST_DAY).isoformat(), (last or date.max).isoformat()
    read = set(lake.days("raw_pages"))
    return [day for day in landing.days() if start <= day <= end and day not in read]


def start_workers(landing: LandingStore, days: Iterable[str]) -> None:
    """Start the processes within the limits of the settings, if the days have pages enough for it to pay."""
    pages = (page for day in days for page in landing.pages(day))
    if len(list(islice(pages, ENOUGH))) == ENOUGH:
        workers_of(Limits.from_environment()).start(*IMPORTS)
