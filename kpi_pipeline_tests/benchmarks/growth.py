"""How the time of one extraction grows with the length of a single line, or of a page of one kind of line.

Belongs here: the ladder of sizes, the clock, the fit. Does not belong here: what the lines are (`odd_lines`), real
pages (`beside`). A linear reader has an exponent near 1; 2 is quadratic. The clock is the processor's, so that a busy
machine tells the same. A rung that would cost more than the budget, told from the rungs before, is left out.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from kpi_pipeline.extraction import PageContext, extract
from kpi_pipeline_tests.benchmarks.odd_lines import LINES, PAGES

SIZES = (10_000, 40_000, 160_000, 640_000, 1_280_000, 4_000_000)
"""Characters of each rung."""

CONTEXT = PageContext(published_on="2022-01-15", source_province="VN-27")


@dataclass(slots=True)
class Growth:
    """One kind of text at growing sizes: sizes in characters, seconds of each, the exponent of the fit."""

    name: str
    sizes: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    exponent: float | None = None
    left_out: list[int] = field(default_factory=list)
    error: str | None = None

    @property
    def per_kb(self) -> list[float]:
        """Milliseconds per 1,000 characters, rung by rung."""
        return [seconds / size * 1e6 for size, seconds in zip(self.sizes, self.seconds, strict=True)]

    def as_record(self) -> dict[str, Any]:
        """The measurement as plain data."""
        return {**asdict(self), "ms_per_kb": self.per_kb}


def fit(sizes: Sequence[int], seconds: Sequence[float]) -> float | None:
    """The slope of log seconds over log size by least squares; None for fewer than two rungs."""
    if len(sizes) < 2:
        return None
    xs = [math.log(size) for size in sizes]
    ys = [math.log(max(value, 1e-9)) for value in seconds]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    over = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return over / sum((x - mean_x) ** 2 for x in xs)


def measure(name: str, sizes: Sequence[int] = SIZES, budget: float = 10.0, rounds: int = 2) -> Growth:
    """Time `extract` over one text of each size, best of `rounds`.

    `budget` is in seconds for one rung: a rung expected above it, by the last two rungs' growth, is left out; the
    first three may take ten times that, since fewer tell nothing about growth.
    """
    make = LINES.get(name) or PAGES[name]
    growth = Growth(name)
    for size in sizes:
        expected = _expected(growth, size)
        if expected is not None and expected > budget * (10 if len(growth.sizes) < 3 else 1):
            growth.left_out.append(size)
            continue
        text = make(size)
        try:
            seconds = min(_time(text) for _ in range(1 if expected is not None and expected > 1 else rounds))
        except Exception as error:
            growth.error = f"{size} characters: {type(error).__name__}: {error}"
            break
        growth.sizes.append(size)
        growth.seconds.append(seconds)
    growth.exponent = fit(growth.sizes[-4:], growth.seconds[-4:])
    return growth


def _expected(growth: Growth, size: int) -> float | None:
    if not growth.sizes:
        return None
    slope = fit(growth.sizes[-2:], growth.seconds[-2:]) or 1.0
    return growth.seconds[-1] * (size / growth.sizes[-1]) ** max(1.0, slope)


def _time(text: str) -> float:
    start = time.process_time()
    extract(text, CONTEXT)
    return time.process_time() - start
