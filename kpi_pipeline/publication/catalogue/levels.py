"""Levels of a rating beside each other: their order, what holds what, and which shares make up a bar.

Only codes and numbers, as levels.csv of the reference data has them; names are words.py's affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from kpi_pipeline.reference.codes import NOT_ASSESSED, split_levels
from kpi_pipeline.reference.tables import data_rows

_MOST = 101.0


@cache
def _scale(indicator: str) -> dict[str, tuple[int, frozenset[str]]]:
    """The position and the parts of each level of an indicator."""
    rows = data_rows("levels.csv", ("indicator", "level", "position", "parts"))
    return {
        row["level"]: (int(row["position"]), frozenset(split_levels(row["parts"])))
        for row in rows
        if row["indicator"] == indicator
    }


def parts(indicator: str, level: str) -> frozenset[str]:
    """The single levels that a level or a set of levels holds."""
    return _scale(indicator)[level][1] if level in _scale(indicator) else frozenset(split_levels(level))


def singles(indicator: str) -> list[str]:
    """The levels of a scale that hold no other, best first."""
    found = [level for level, (_, own) in _scale(indicator).items() if own == {level} and level != NOT_ASSESSED]
    return in_order(indicator, found)


def best(indicator: str) -> str:
    """The cumulative level that holds the best ones: what provinces are compared by."""
    scale = _scale(indicator)
    return min((level for level, (_, own) in scale.items() if len(own) > 1), key=lambda level: scale[level][0])


def in_order(indicator: str, levels: Iterable[str]) -> list[str]:
    """Levels in the order of their scale, best first; other sets after them."""
    scale = _scale(indicator)
    return sorted(levels, key=lambda level: (scale[level][0] if level in scale else len(scale), level))


def side_by_side(indicator: str, shares: Mapping[str, float]) -> dict[str, float]:
    """The shares that make up one bar, best first, none counted twice.

    A set whose parts are all there is left out, and so are the parts of a set that stands where one of them is
    missing. `exemplary` is left out where it can only be a part of `clean_strong`. No bar where the rest is above 100.
    """

    def held(level: str) -> frozenset[str]:
        return parts(indicator, level)

    taken = {level for level in shares if len(held(level)) == 1 and level != NOT_ASSESSED}
    for level in sorted(set(shares) - taken - {NOT_ASSESSED}, key=lambda own: (len(held(own)), own)):
        inside = [held(other) for other in taken if held(other) < held(level)]
        if held(level) and held(level) != frozenset().union(*inside):
            taken = {other for other in taken if not held(other) & held(level)} | {level}
    if sum(shares[level] for level in taken) > _MOST:
        taken.discard("exemplary")
    if sum(shares[level] for level in taken) > _MOST:
        return {}
    return {level: shares[level] for level in sorted(taken, key=lambda own: _place(indicator, own))}


def _place(indicator: str, level: str) -> tuple[int, str]:
    """Where a level stands in a bar: where the best level that it holds stands."""
    order = singles(indicator)
    return (min((order.index(part) for part in parts(indicator, level) if part in order), default=len(order)), level)
