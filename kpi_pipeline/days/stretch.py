"""Looking at days stretch by stretch: all looks at once, each file read once, in the worker processes if they run.

Belongs here: how days are cut for it. Does not belong here: what a look sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil
from pathlib import Path
from typing import NamedTuple

from kpi_pipeline.days.look import Look, Seen, together
from kpi_pipeline.reading.workers import Workers
from kpi_pipeline.storage.lake import KeptLake, Lake

_MOST_DAYS = 31
_MOST_BYTES = 16 * 2**20
"""What a stretch has at most, in days and in bytes of their pages; a day is never split."""

_FEWEST_DAYS = 10
"""A look costs some milliseconds before it sees its first row, which days of few pages do not pay for one by one."""

_A_WORKER = 4
"""Stretches a worker, where there are days enough."""


class _Stretch(NamedTuple):
    """Days of a lake, and what is to look at them."""

    root: Path
    days: tuple[str, ...]
    at: tuple[Callable[[Lake, Sequence[str]], Seen], ...]


def look_at(lake: Lake, days: Sequence[str], looks: Sequence[Look], workers: Workers) -> dict[str, Seen]:
    """What each look sees of the days, by its name. What a worker cannot do within its limits is done here."""
    parted = [look for look in looks if not look.whole]
    at = tuple(look.at for look in parted)
    seen = workers.each(_seen, [_Stretch(lake.root, part, at) for part in _stretches(lake, days, workers)])
    found = {look.name: together(parts) for look, parts in zip(parted, zip(*seen, strict=True), strict=True)}
    return {look.name: found[look.name] if look.name in found else look.at(lake, days) for look in looks}


def _seen(stretch: _Stretch) -> list[Seen]:
    lake = KeptLake(stretch.root)
    return [at(lake, stretch.days) for at in stretch.at]


def _stretches(lake: Lake, days: Sequence[str], workers: Workers) -> Iterator[tuple[str, ...]]:
    """The days cut into stretches, in their order; one without days where there are none."""
    even = ceil(len(days) / (_A_WORKER * max(1, workers.limits.workers)))
    most = min(_MOST_DAYS, max(_FEWEST_DAYS, even))
    part: list[str] = []
    size = 0
    for day in days:
        added = lake.size("raw_pages", day)
        if part and (len(part) == most or size + added > _MOST_BYTES):
            yield tuple(part)
            part, size = [], 0
        part.append(day)
        size += added
    yield tuple(part)
