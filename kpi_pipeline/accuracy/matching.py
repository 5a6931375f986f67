"""When a stated fact is a gold fact: three grades of strictness, and what doubt forgives.

Belongs here: the comparison of two sets of facts page by page. Does not belong here: what the counts amount to
(`rates`) and whether a gold set is well-formed (`gold`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpi_pipeline.reference.codes import BASE_ASSESSED, join_levels

Facts = Mapping[str, Sequence[Mapping[str, Any]]]
"""Fact records by page; a page without facts stands there too."""

Key = tuple[Any, ...]
"""What two facts must share on a grade; it begins with indicator, levels, measure and value."""


@dataclass(frozen=True)
class Match:
    """Pairs of page and key, in order: found rightly, missed, invented, and said where the gold itself is in doubt."""

    hit: tuple[tuple[str, Key], ...]
    missed: tuple[tuple[str, Key], ...]
    invented: tuple[tuple[str, Key], ...]
    forgiven: tuple[tuple[str, Key], ...]


def key(fact: Mapping[str, Any], grade: str) -> Key:
    """What a fact is on a grade: `value`, then `meaning` (subject, modality, years), then `full` (province, scope,
    base, comparator)."""
    found: Key = (
        fact["indicator"],
        tuple(sorted(fact["levels"])),
        fact["measure"],
        round(float(fact["value"]), 4),
    )
    if grade == "value":
        return found
    found += (fact["subject"], fact["modality"], _year(fact["period_start"]), _year(fact["period_end"]))
    if grade == "meaning":
        return found
    return (
        *found,
        fact["province"],
        fact["scope"],
        fact.get("base", BASE_ASSESSED),
        fact.get("comparator", "eq"),
    )


def match(gold: Facts, said: Facts, indicators: Collection[str], grade: str) -> Match:
    """Compare what was said with the gold, of some indicators, on one grade.

    A gold fact marked `doubt` may be said or not; so may anything with its measure and value on its page. A fact said
    twice on a page counts once. What is said on pages that the gold does not know is invented.
    """
    hit: list[tuple[str, Key]] = []
    missed: list[tuple[str, Key]] = []
    invented: list[tuple[str, Key]] = []
    forgiven: list[tuple[str, Key]] = []
    for page in sorted({*gold, *said}):
        asked = [fact for fact in gold.get(page, ()) if fact["indicator"] in indicators]
        sure = {key(fact, grade) for fact in asked if not fact.get("doubt")}
        doubtful = {key(fact, grade) for fact in asked if fact.get("doubt")}
        near = {(found[2], found[3]) for found in doubtful}
        found = {key(fact, grade) for fact in said.get(page, ()) if fact["indicator"] in indicators}
        hit += [(page, item) for item in sorted(sure & found, key=str)]
        missed += [(page, item) for item in sorted(sure - found, key=str)]
        for item in sorted(found - sure, key=str):
            excused = item in doubtful or (item[2], item[3]) in near
            (forgiven if excused else invented).append((page, item))
    return Match(tuple(hit), tuple(missed), tuple(invented), tuple(forgiven))


def described(item: Key) -> str:
    """A key as a person reads it: `task_completion_rating excellent+good share 90, party_member target 2020-2025`."""
    indicator, levels, measure, value, *more = item
    text = f"{indicator} {join_levels(levels) + ' ' if levels else ''}{measure} {value:.10g}"
    if more:
        subject, modality, start, end, *place = more
        text += f", {subject} {modality} {start or '?'}-{end or '?'}"
        if place:
            province, scope, base, comparator = place
            text += f", {province or 'no province'} {scope} {base} {comparator}"
    return text


def _year(period: object) -> str:
    return str(period or "")[:4]
