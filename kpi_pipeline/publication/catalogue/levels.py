"""Levels of a rating beside each other: their order, what holds what, and which shares make up a bar.

Only codes and numbers; names are words.py's affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kpi_pipeline.reference.codes import LEVELS, NOT_ASSESSED, split_levels

CUMULATIVE: dict[str, tuple[str, ...]] = {
    "good_or_better": ("excellent", "good"),
    "completed_or_better": ("excellent", "good", "completed"),
    "clean_strong_or_better": ("exemplary", "clean_strong"),
}
"""The levels of the marts that hold others."""

ALL = "_T"
_MOST = 101.0


def parts(level: str) -> frozenset[str]:
    """The single levels that a level of the marts holds."""
    return frozenset(CUMULATIVE.get(level) or split_levels(level))


def in_order(indicator: str, levels: Iterable[str]) -> list[str]:
    """Levels best first, a cumulative one before those it holds, other sets after the scale."""
    scale = LEVELS.get(indicator, ())

    def place(level: str) -> tuple[int, int, str]:
        inside = [scale.index(part) for part in parts(level) if part in scale]
        return (min(inside, default=len(scale)), -len(inside), level)

    return sorted(levels, key=place)


def side_by_side(indicator: str, shares: Mapping[str, float]) -> dict[str, float]:
    """The shares that make up one bar, best first, none counted twice.

    A set whose parts are all there is left out, and so are the parts of a set that stands where one of them is
    missing. `exemplary` is left out where it can only be a part of `clean_strong`. No bar where the rest is above 100.
    """
    single = {level for level in shares if len(parts(level)) == 1 and level != NOT_ASSESSED}
    taken: set[str] = set(single)
    for level in sorted(shares, key=lambda level: (len(parts(level)), level)):
        inside = [other for other in taken if parts(other) < parts(level)]
        if len(parts(level)) > 1 and parts(level) != frozenset().union(*map(parts, inside)):
            taken = {other for other in taken if not parts(other) & parts(level)} | {level}
    if sum(shares[level] for level in taken) > _MOST:
        taken.discard("exemplary")
    if sum(shares[level] for level in taken) > _MOST:
        return {}
    return {level: shares[level] for level in in_order(indicator, taken)}
