"""A share against its count: 87,4 % beside 132 of 151.

Belongs here: which count and which whole a share is compared with, and what a difference means. Does not belong here:
sums over a group (see rating_groups).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kpi_pipeline.reference.codes import BASE_ALL, BASE_ASSESSED, split_levels
from kpi_pipeline.validation.candidate import EPSILON, Candidate, number_text
from kpi_pipeline.validation.levels import covers_scale, disjoint
from kpi_pipeline.validation.rating_groups import Group, ShareSum

FLAG_UP_TO = 1.0
"""Points a share may differ from its count before both are held."""


@dataclass(frozen=True)
class Comparison:
    """A share, its count, the whole, and by how many points the share is off."""

    share: Candidate
    count: Candidate
    whole: float
    whole_place: str
    off: float


def judge_shares(facts: Sequence[Candidate]) -> None:
    """Compare every exact share with its exact count and the stated whole, and hold or flag both.

    `facts` are all facts of one page, population and period, of every base. A share of the assessed is compared with
    the total, a share of all with the total of all, a share of levels ("of those good or better") with the count of
    those levels. Where the page states several, the best fit counts.
    """
    found = list(_stated(facts))
    for compared in found:
        if compared.off > FLAG_UP_TO + EPSILON:
            reason = (
                f"The share {compared.share.place} differs by {compared.off:.2f} points from the count "
                f"{compared.count.place} of {compared.whole_place}."
            )
            compared.count.quarantine("share_count_mismatch", reason)
            compared.share.quarantine("share_count_mismatch", reason)
    for compared in found:
        if _beyond_rounding(compared) and compared.share.accepted and compared.count.accepted:
            _flag(compared, "share_mismatch")


def judge_shares_unstated(group: Group, share_sum: ShareSum | None) -> None:
    """Compare shares with counts where no total is stated, by the sum of counts that make a whole distribution.

    They do when the shares of their levels add to 100, or when they name every level of the scale. Such a comparison
    only warns.
    """
    if any(member.measure == "total" and member.exact for member in group.members):
        return
    counts = group.values("count")
    family = disjoint(counts)
    if share_sum and share_sum.verdict == "complete" and all(term.levels in counts for term in share_sum.terms):
        family = tuple(term.levels for term in share_sum.terms)
    elif not family or not covers_scale(group.indicator, family):
        return
    if any(len(counts[levels]) > 1 for levels in family):
        return
    whole = sum(counts[levels][0].value for levels in family)
    if whole <= 0:
        return
    for levels, shares in group.values("share").items():
        for share in shares:
            if levels not in counts:
                continue
            compared = min((_compare(share, count, whole, "") for count in counts[levels]), key=lambda c: c.off)
            if compared.off > FLAG_UP_TO + EPSILON:
                _flag(compared, "share_count_unlikely")
            elif _beyond_rounding(compared):
                _flag(compared, "share_mismatch")


def _stated(facts: Sequence[Candidate]) -> Iterator[Comparison]:
    exact = [fact for fact in facts if fact.exact and fact.accepted]
    totals = [fact for fact in exact if fact.measure == "total"]
    counts: dict[frozenset[str], list[Candidate]] = {}
    for fact in exact:
        if fact.measure == "count":
            counts.setdefault(fact.levels, []).append(fact)
    for share in exact:
        if share.measure != "share" or share.levels not in counts:
            continue
        if share.base == BASE_ASSESSED and share.levels and not share.graded:
            continue
        own = [count for count in counts[share.levels] if count.base in (share.base, BASE_ASSESSED)]
        if share.base in (BASE_ASSESSED, BASE_ALL):
            wholes = [total for total in totals if total.base == share.base]
        else:
            levels = frozenset(split_levels(share.base or ""))
            wholes = counts.get(levels, []) if levels != share.levels else []
        best = _best_fit(share, own, wholes)
        if best:
            yield best


def _best_fit(share: Candidate, counts: Sequence[Candidate], wholes: Sequence[Candidate]) -> Comparison | None:
    """The count and whole that fit the share best, the earlier ones where two fit alike; None without any."""
    ordered = sorted(counts, key=lambda count: count.value)
    best: Comparison | None = None
    for whole in wholes:
        if whole.value <= 0:
            continue
        position = bisect_left(ordered, share.value * whole.value / 100, key=lambda count: count.value)
        for count in ordered[max(0, position - 1) : position + 1]:
            compared = _compare(share, count, whole.value, whole.place)
            if best is None or compared.off < best.off - EPSILON:
                best = compared
    return best


def _compare(share: Candidate, count: Candidate, whole: float, whole_place: str) -> Comparison:
    off = abs(share.value - 100 * count.value / whole)
    return Comparison(share, count, whole, whole_place or number_text(whole), off)


def _beyond_rounding(compared: Comparison) -> bool:
    return compared.off > compared.share.half_unit + EPSILON


def _flag(compared: Comparison, flag: str) -> None:
    compared.share.flags.add(flag)
    compared.count.flags.add(flag)
