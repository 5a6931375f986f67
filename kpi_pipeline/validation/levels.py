"""Sets of levels: which of a group's values exclude each other and may be added.

Belongs here: choosing disjoint level sets, and what covers a scale. Does not belong here: values and verdicts.
"""

from collections.abc import Iterable
from functools import lru_cache

from kpi_pipeline.reference.codes import LEVELS

Levels = frozenset[str]

EXEMPLARY: Levels = frozenset({"exemplary"})
CLEAN_STRONG: Levels = frozenset({"clean_strong"})
"""By the rules of its time "exemplary" was a part of "clean_strong"; pages write it both beside it and inside it."""


def disjoint(sets: Iterable[Levels]) -> tuple[Levels, ...]:
    """The level sets to add: no level twice, as many levels as possible, in as few sets as possible.

    So what stands inside another set ("excellent" inside "excellent+good") is not added twice. Ordered by level.
    """
    return _disjoint(frozenset(sets))


def families(sets: Iterable[Levels]) -> tuple[tuple[Levels, ...], ...]:
    """The ways to add up the level sets, the one to try first in front.

    There is one, except where "exemplary" stands beside "clean_strong" alone: whether it is counted inside it only
    the sum tells, so the second way leaves it out.
    """
    chosen = disjoint(sets)
    if EXEMPLARY in chosen and CLEAN_STRONG in chosen:
        return chosen, tuple(levels for levels in chosen if levels != EXEMPLARY)
    return (chosen,)


def covers_scale(indicator: str, sets: Iterable[Levels]) -> bool:
    """Whether the sets together name every level of the indicator's scale; "exemplary" need not be named."""
    named = frozenset[str]().union(*sets)
    return set(LEVELS[indicator]) - EXEMPLARY <= named


@lru_cache(maxsize=4_096)
def _disjoint(sets: frozenset[Levels]) -> tuple[Levels, ...]:
    ordered = sorted(sets, key=_name)
    if sum(map(len, ordered)) == len(frozenset[str]().union(*ordered)):
        return tuple(ordered)
    best: tuple[Levels, ...] = ()
    rank = (0, 0)

    def extend(chosen: tuple[Levels, ...], covered: Levels, position: int) -> None:
        nonlocal best, rank
        if (len(covered), -len(chosen)) > rank:
            best, rank = chosen, (len(covered), -len(chosen))
        for index in range(position, len(ordered)):
            if not covered & ordered[index]:
                extend((*chosen, ordered[index]), covered | ordered[index], index + 1)

    extend((), frozenset(), 0)
    return best


def _name(levels: Levels) -> tuple[str, ...]:
    return tuple(sorted(levels))
