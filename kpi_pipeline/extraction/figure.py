"""A number as it stands in a text, and which two of them are the ends of a range.

Belongs here: the record that the steps after masking read. Does not belong here: finding numbers (mask).
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from kpi_pipeline.extraction import number_shapes as shapes
from kpi_pipeline.extraction.tags import Token

_WIDEST_DASH = 5


@dataclass(slots=True)
class Figure(Token):
    """A number: kind `number` (a value), `year`, `years`, `month`, `date`, or `masked` with the reason as code.

    `mended` is the first year of a term as it stands in the text where its digits were mixed up.
    """

    value: float = 0.0
    percent: bool = False
    total: "Figure | None" = None
    part: "Figure | None" = None
    ends_range: str = ""
    noun: str = ""
    words: bool = False
    years: tuple[str, str] = ("", "")
    mended: str = ""


def join_ranges(figures: Sequence[Figure], folded: str) -> None:
    """Marks the two ends of "85-90%", "từ 180 - 200 đảng viên", "từ 85% đến 90%"."""
    for low, high in itertools.pairwise(figures):
        if low.kind == "number" and high.kind == "masked" and folded[low.end : high.start] in ("-", " - "):
            low.kind, low.code = "masked", high.code  # "90-100 điểm"
        if high.start - low.end > _WIDEST_DASH or low.kind != "number" or high.kind != "number":
            continue
        if low.total or low.part or high.part or high.total:
            continue
        match = shapes.DASH.match(folded, low.end)
        if match is None or match.end() != high.start or low.value >= high.value:
            continue
        if low.percent and not high.percent:
            continue
        led = folded[max(0, low.start - 4) : low.start].endswith("từ ") or (low.percent and high.percent)
        if "-" not in match.group() and not led:
            continue
        low.ends_range, high.ends_range = "low", "high"
        low.percent = high.percent
