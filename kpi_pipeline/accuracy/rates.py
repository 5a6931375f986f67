"""Precision and recall of a gold set, by indicator and grade, each with its interval.

Belongs here: from matches to figures. Does not belong here: the comparison (`matching`), what a figure must reach
(`floors`).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from kpi_pipeline.accuracy.gold import GoldSet
from kpi_pipeline.accuracy.matching import Facts, Match, match
from kpi_pipeline.reference.codes import GRADES, INDICATORS, RATINGS

ALL = "all"
RATING_INDICATORS = "ratings"
GROUPS: dict[str, tuple[str, ...]] = {
    ALL: INDICATORS,
    RATING_INDICATORS: RATINGS,
    **{indicator: (indicator,) for indicator in INDICATORS},
}
"""What rates are given for: all indicators together, the ratings together, each by itself."""

_Z = 1.959963984540054
_DIGITS = 6


@dataclass(frozen=True)
class Rate:
    """Precision and recall (0 to 1) of one set, indicator and grade, with 95 % Wilson intervals.

    `n_gold` counts the gold facts that are sure: those found (`hit`) and those `missed`. Precision is empty where
    nothing was said, recall where there is no sure gold fact. `forgiven` counts what was said where the gold doubts.
    """

    gold_set: str
    kind: str
    tuned: bool | None
    indicator: str
    grade: str
    n_texts: int
    n_gold: int
    hit: int
    missed: int
    invented: int
    forgiven: int
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    recall: float | None
    recall_low: float | None
    recall_high: float | None

    def as_row(self) -> dict[str, Any]:
        """The rate under the names of the table error_rate, floors aside."""
        return asdict(self)


@dataclass(frozen=True)
class Measurement:
    """What was said about a gold set, and how it compares with the gold."""

    gold: GoldSet
    said: Facts

    def match(self, indicator: str, grade: str) -> Match:
        """The comparison for an indicator, or for one of the groups `all` and `ratings`, on one grade."""
        return match(self.gold.facts, self.said, GROUPS[indicator], grade)

    @cached_property
    def rates(self) -> tuple[Rate, ...]:
        """The rates by indicator and grade; an indicator that neither the gold nor the extractor has is left out."""
        found = ((indicator, grade, self.match(indicator, grade)) for indicator in GROUPS for grade in GRADES)
        return tuple(
            self._rate(indicator, grade, compared)
            for indicator, grade, compared in found
            if compared.hit or compared.missed or compared.invented or compared.forgiven
        )

    def _rate(self, indicator: str, grade: str, compared: Match) -> Rate:
        hit, missed, invented = len(compared.hit), len(compared.missed), len(compared.invented)
        return Rate(
            self.gold.name,
            self.gold.kind,
            self.gold.tuned,
            indicator,
            grade,
            len(self.gold.facts),
            hit + missed,
            hit,
            missed,
            invented,
            len(compared.forgiven),
            *_share(hit, hit + invented),
            *_share(hit, hit + missed),
        )


def measure(gold: GoldSet) -> Measurement:
    """Let the extractor read a gold set now."""
    return Measurement(gold, gold.said())


def wilson(hit: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of `hit` out of `n` (n > 0) by Wilson's score, between 0 and 1."""
    share, spread = hit / n, _Z**2 / n
    middle = share + spread / 2
    half = _Z * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))


def _share(hit: int, n: int) -> tuple[float | None, float | None, float | None]:
    if not n:
        return None, None, None
    low, high = wilson(hit, n)
    return round(hit / n, _DIGITS), round(low, _DIGITS), round(high, _DIGITS)
