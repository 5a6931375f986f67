"""Rating groups: whether the shares and counts of one rating of one population on one page add up.

Belongs here: the sum of shares against 100, the sum of counts against the total, values that contradict each other
inside a group. Does not belong here: a single share against its count (see comparison) and anything across pages.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from kpi_pipeline.validation.candidate import EPSILON, GROUP_FIELDS, Candidate, number_text, text_of
from kpi_pipeline.validation.levels import Levels, covers_scale, disjoint, families

LEAST_TOLERANCE = 0.5
"""Points that a sum of shares may be off 100 however precisely its terms are written."""

_MOST_READINGS = 1_024
"""Where repeated levels allow more ways to add up than this, the first mention of each is taken."""


@dataclass(frozen=True)
class ShareSum:
    """The shares of a group that were added: `terms` in the order of the text, sum and tolerance in points."""

    terms: tuple[Candidate, ...]
    total: float
    tolerance: float
    verdict: str


@dataclass(frozen=True)
class Group:
    """One page's facts about one population, rating, period and base, all sound and each mention once."""

    group_id: str
    indicator: str
    members: tuple[Candidate, ...]

    def values(self, measure: str, comparators: tuple[str, ...] = ("eq",)) -> dict[Levels, list[Candidate]]:
        """The accepted facts of a measure by the levels they cover, those outside the scale left out."""
        found: dict[Levels, list[Candidate]] = {}
        for member in self.members:
            if member.measure == measure and member.comparator in comparators and member.accepted and member.graded:
                found.setdefault(member.levels, []).append(member)
        return found

    @property
    def totals(self) -> list[Candidate]:
        """The accepted totals that the page states exactly; it may state more than one."""
        return [member for member in self.members if member.measure == "total" and member.exact and member.accepted]

    def quarantine(self, rule_id: str, reason: str) -> None:
        """Hold every fact of the group that no earlier rule holds."""
        for member in self.members:
            member.quarantine(rule_id, reason)


def judge_group(group: Group) -> ShareSum | None:
    """Apply the rules of a group of base `assessed`; give the sum of its shares, or None when it has none."""
    judge_total(group.members)
    share_sum = add_shares(group)
    if share_sum and share_sum.verdict in ("over", "short"):
        group.quarantine(f"rating_sum_{share_sum.verdict}", _sum_reason(share_sum))
    reason = counts_over_total(group)
    if reason:
        group.quarantine("counts_over_total", reason)
    judge_counts(group.members)
    if share_sum and share_sum.verdict == "incomplete":
        for shares in group.values("share").values():
            for share in shares:
                share.flags.add("incomplete")
    _flag_conflicts(group)
    _flag_parts(group)
    return share_sum


def add_shares(group: Group) -> ShareSum | None:
    """Add the group's exact shares of disjoint levels and judge the sum; None when there is none."""
    shares = group.values("share")
    if not shares:
        return None
    found = None
    for family in families(shares):
        terms = _nearest([shares[levels] for levels in family], 100.0)
        total = round(math.fsum(term.value for term in terms), 6)
        tolerance = round(max(LEAST_TOLERANCE, math.fsum(term.half_unit for term in terms)), 6)
        fits = total <= 100 + tolerance + EPSILON
        if found is None or fits:
            found = ShareSum(terms, total, tolerance, _verdict(group, family, total, tolerance))
        if fits:
            break
    return found


def judge_total(members: Sequence[Candidate]) -> None:
    """Hold a total of 0 in which the page counts units all the same."""
    counted = [m for m in members if m.measure == "count" and m.value > 0 and m.comparator in ("eq", "ge", "gt")]
    for member in members:
        if member.measure == "total" and member.exact and member.value == 0 and counted:
            member.quarantine("value_out_of_range", f"The total is 0 and yet units are counted: {counted[0].place}.")


def judge_counts(members: Sequence[Candidate]) -> None:
    """Hold each count above the largest total stated for its population."""
    for count, largest in _above_total(members):
        count.quarantine(
            "count_above_total", f"The count {count.place} is larger than the stated total {largest.place}."
        )


def counts_over_total(group: Group) -> str | None:
    """Why the group's counts cannot all be parts of its total, as a sentence; None when they can or none is stated.

    A lower bound ("more than 130") counts with its bound; approximate counts are left out. One count above the total
    is held by itself, so it is left out here; when two that exclude each other are, the total is the suspect.
    """
    totals = group.totals
    if not totals:
        return None
    largest = max(totals, key=lambda total: total.value)
    counts = group.values("count", ("eq", "ge", "gt"))
    least = {levels: min(found, key=lambda count: count.value) for levels, found in counts.items()}
    above = {levels for levels, count in least.items() if count.value > largest.value}
    if len(disjoint(above)) < 2:
        least = {levels: count for levels, count in least.items() if levels not in above}
    for family in families(least):
        terms = [least[levels] for levels in family]
        total = sum(term.value for term in terms)
        if total <= largest.value:
            return None
    return f"The counts of the group add to {number_text(total)} ({_places(terms)}), above the total {largest.place}."


def group_row(group: Group, share_sum: ShareSum) -> dict[str, object]:
    """The group as a row of rating_groups."""
    first = group.members[0]
    fields = dict(zip(GROUP_FIELDS, first.context, strict=True))
    return {
        "group_id": group.group_id,
        "page_id": first.page_id,
        "published_on": text_of(first.row, "published_on"),
        "province": fields["province"],
        "scope": fields["scope"],
        "unit_name": fields["unit_name"],
        "subset": fields["subset"],
        "subject": fields["subject"],
        "indicator": fields["indicator"],
        "period_start": fields["period_start"],
        "period_end": fields["period_end"],
        "annual": fields["annual"],
        "modality": fields["modality"],
        "base": first.base,
        "n_terms": len(share_sum.terms),
        "share_sum": share_sum.total,
        "tolerance": share_sum.tolerance,
        "verdict": share_sum.verdict,
        "fact_ids": ",".join(term.fact_id for term in share_sum.terms),
    }


def _verdict(group: Group, family: tuple[Levels, ...], total: float, tolerance: float) -> str:
    if total > 100 + tolerance + EPSILON:
        return "over"
    if total >= 100 - tolerance - EPSILON:
        return "complete"
    if covers_scale(group.indicator, family) or _counts_make_total(group, family):
        return "short"
    return "incomplete"


def _counts_make_total(group: Group, family: tuple[Levels, ...]) -> bool:
    """Whether the counts of just the levels whose shares were added make up a stated total.

    Counts of further levels do not matter here: a page may give five counts and only three of their shares.
    """
    counts = group.values("count")
    if not all(levels in counts for levels in family):
        return False
    for total in group.totals:
        terms = _nearest([counts[levels] for levels in family], total.value)
        if sum(term.value for term in terms) == total.value:
            return True
    return False


def _nearest(columns: Sequence[Sequence[Candidate]], aim: float) -> tuple[Candidate, ...]:
    """One fact of each column, so that the sum comes nearest to `aim`, in the order of the text.

    Where a page gives two values for one level, the group gets the benefit of the doubt (and `value_conflict`).
    """
    ways = math.prod(len(column) for column in columns)
    chosen = tuple(column[0] for column in columns)
    if 1 < ways <= _MOST_READINGS:
        distance = abs(math.fsum(fact.value for fact in chosen) - aim)
        for facts in product(*columns):
            other = abs(math.fsum(fact.value for fact in facts) - aim)
            if other < distance - EPSILON:
                chosen, distance = facts, other
    return tuple(sorted(chosen, key=lambda fact: (fact.start, fact.fact_id)))


def _above_total(members: Sequence[Candidate]) -> Iterator[tuple[Candidate, Candidate]]:
    totals = [member for member in members if member.measure == "total" and member.exact and member.accepted]
    if not totals:
        return
    largest = max(totals, key=lambda total: total.value)
    for member in members:
        within = member.graded or not member.levels
        bounded = member.measure == "count" and member.comparator in ("eq", "ge", "gt")
        if bounded and within and member.value > largest.value:
            yield member, largest


def _flag_conflicts(group: Group) -> None:
    """Flag exact facts of one measure and level whose values rounding does not reconcile."""
    for measure in ("count", "share"):
        for facts in group.values(measure).values():
            _flag_different(facts)
    _flag_different(group.totals)


def _flag_different(facts: Sequence[Candidate]) -> None:
    if len(facts) < 2:
        return
    ends = min(facts, key=lambda fact: fact.value), max(facts, key=lambda fact: fact.value)
    for fact in facts:
        for other in ends:
            rounding = max(fact.half_unit, other.half_unit) if fact.measure == "share" else 0.0
            if abs(fact.value - other.value) > rounding + EPSILON:
                fact.flags.add("value_conflict")
                other.flags.add("value_conflict")


def _flag_parts(group: Group) -> None:
    """Flag a value of several levels together with parts of it that exceed it, or that all stand there and miss it."""
    for measure in ("count", "share"):
        values = group.values(measure)
        for whole_levels, wholes in values.items():
            inside = disjoint(levels for levels in values if levels < whole_levels)
            if not inside:
                continue
            parts = _nearest([values[levels] for levels in inside], wholes[0].value)
            difference = math.fsum(part.value for part in parts) - wholes[0].value
            rounding = 0.0
            if measure == "share":
                rounding = max(LEAST_TOLERANCE, math.fsum(fact.half_unit for fact in (wholes[0], *parts)))
            all_parts = frozenset[str]().union(*inside) == whole_levels
            if difference > rounding + EPSILON or (all_parts and difference < -rounding - EPSILON):
                for fact in (wholes[0], *parts):
                    fact.flags.add("parts_mismatch")


def _sum_reason(share_sum: ShareSum) -> str:
    side = "above 100 % plus" if share_sum.verdict == "over" else "below 100 % minus"
    return (
        f"The shares of the group add to {number_text(share_sum.total)} % ({_places(share_sum.terms)}), {side} the "
        f"tolerance of {number_text(share_sum.tolerance)} points."
    )


def _places(terms: Sequence[Candidate]) -> str:
    return "; ".join(term.place for term in terms)
