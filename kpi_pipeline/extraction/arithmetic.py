"""A second reading by arithmetic: which base a share has, which total, whether a level is cumulative.

Belongs here: everything decided by the page's own numbers. Does not belong here: words.
"""

import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

from kpi_pipeline.extraction.statement import Statement
from kpi_pipeline.reference.codes import CLEAN_STRONG, TASK_COMPLETION, join_levels

_WIDER = {
    TASK_COMPLETION: ("good", "excellent"),
    CLEAN_STRONG: ("clean_strong", "exemplary"),
}


def fits(part: float, whole: float, share: float, quote: str) -> bool:
    """Whether `share` percent is part/whole, within half a unit of the last digit written."""
    if whole <= 0:
        return False
    digits = quote.replace(" ", "").rstrip("%").replace(".", ",")
    decimals = len(digits.rsplit(",", 1)[1]) if "," in digits else 0
    return abs(100.0 * part / whole - share) <= 0.5 * 10.0**-decimals + 1e-9


def settle(statements: Sequence[Statement]) -> list[Statement]:
    """Widens cumulative levels, settles bases and totals; returns the statements that stand."""
    for statement in statements:
        _widen(statement)
    _widen_coordinated(statements)
    _widen_over_hundred(statements)
    for statement in statements:
        if statement.owner is not None and "cumulative" in statement.owner.flags and statement.levels:
            statement.levels = statement.owner.levels
    for statement in statements:
        if statement.parent is not None and statement.measure == "share" and statement.owner is None:
            _bare_subset_share(statement)
    _populations_rated(statements)
    _listed_totals(statements)
    for statement in statements:
        if statement.owner is not None:
            _base_of_share(statement, statements)
    _subset_totals(statements)
    return [statement for statement in statements if not statement.dropped]


_Told = tuple[int, str]
"""Sentence and subject of a statement."""


def _by_sentence(
    statements: Sequence[Statement],
) -> tuple[dict[_Told, list[Statement]], dict[_Told, list[Statement]]]:
    """The statements of each sentence and subject, and the shares of the counts of each; all in their order."""
    told: dict[_Told, list[Statement]] = defaultdict(list)
    shares: dict[_Told, list[Statement]] = defaultdict(list)
    for statement in statements:
        told[statement.sentence, statement.subject].append(statement)
        if statement.owner is not None:
            shares[statement.owner.sentence, statement.owner.subject].append(statement)
    return told, shares


def _fitting(shares: Iterable[Statement], whole: Statement) -> list[Statement]:
    """The shares that fit a count and this whole of it."""
    return [
        share
        for share in shares
        if share.owner is not None
        and fits(share.owner.value, whole.value, share.value, share.reading.partition("|")[2])
    ]


def _with_ends(wholes: Sequence[Statement]) -> list[tuple[Statement, int]]:
    """Each whole with the place where the next one of the same sentence and subject begins: its parts end there."""
    ends: dict[_Told, int] = {}
    found: list[tuple[Statement, int]] = []
    for whole in reversed(wholes):
        key = whole.sentence, whole.subject
        found.append((whole, ends.get(key, sys.maxsize)))
        ends[key] = whole.figure.start
    return found[::-1]


def _populations_rated(statements: Sequence[Statement]) -> None:
    """ "Có N tổ chức, trong đó a xuất sắc (x%), b tốt": N is the total where the parts add up to it or a share fits."""
    wholes = [statement for statement in statements if statement.indicator == "population"]
    if not wholes:
        return
    told, owned = _by_sentence(statements)
    for whole, until in _with_ends(wholes):
        key = whole.sentence, whole.subject
        parts = [
            part
            for part in told[key]
            if part.indicator in _WIDER
            and part.figure.start < until
            and part.measure == "count"
            and len(part.levels) == 1
            and part.figure.start > whole.figure.start
        ]
        counts = [part for part in parts if part.within] or (parts if _is_distribution(parts, whole) else [])
        if not counts:
            continue
        shares = [part for part in owned[key] if part.owner in counts and part.measure == "share" and part.levels]
        added = len(counts) > 1 and sum(part.value for part in counts) == whole.value
        shared = whole.reading != "of_all" and shares and len(_fitting(shares, whole)) == len(shares)
        if added or shared:
            model = counts[0]
            whole.indicator, whole.measure, whole.reading = model.indicator, "total", "total_by_sum"
            whole.first, whole.last, whole.annual = model.first, model.last, model.annual


def _is_distribution(parts: Sequence[Statement], whole: Statement) -> bool:
    """Whether parts are counts of three levels or more, each told once, that add up to a whole."""
    levels = {part.levels for part in parts}
    if whole.reading == "of_all":
        return False
    return 2 < len(levels) == len(parts) and sum(part.value for part in parts) == whole.value


def _listed_totals(statements: Sequence[Statement]) -> None:
    """A total told with a colon alone stands only where its parts add up to it or a share of a part fits."""
    wholes = [statement for statement in statements if "listed" in statement.flags]
    if not wholes:
        return
    told, owned = _by_sentence(statements)
    for whole, until in _with_ends(wholes):
        whole.flags.discard("listed")
        key = whole.sentence, whole.subject
        parts = [part for part in told[key] if part.measure == "count" and part.levels and part.figure.start < until]
        parts = [part for part in parts if part.figure.start > whole.figure.start] or parts
        fitting = _fitting((share for share in owned[key] if share.owner in parts), whole)
        if not fitting and sum(part.value for part in parts) != whole.value:
            whole.dropped = "listed"


def _widen(statement: Statement) -> None:
    """ "N hoàn thành tốt, trong đó M xuất sắc": N covers both levels."""
    parent = statement.parent
    if parent is None or parent.indicator != statement.indicator or parent.subject != statement.subject:
        return
    pair = _WIDER.get(statement.indicator)
    if parent.levels == ("completed",) and statement.levels in (("excellent",), ("good",), ("excellent", "good")):
        parent.levels = ("completed", "excellent", "good")
        parent.flags.add("cumulative")
        return
    if pair and parent.levels == (pair[0],) and statement.levels == (pair[1],):
        parent.levels = tuple(sorted(pair))
        parent.flags.add("cumulative")


def _widen_coordinated(statements: Sequence[Statement]) -> None:
    """ "92% A và 90% B hoàn thành tốt nhiệm vụ, trong đó ...": where the level of B is cumulative, A's is.

    Not where the part names whose it is ("trong đó 15% B hoàn thành xuất sắc nhiệm vụ"): it is B's alone.
    """
    alone = {id(part.parent) for part in statements if part.parent is not None and part.named}
    following: Statement | None = None
    for statement in reversed(statements):
        if statement.measure == "total":
            continue
        shared = statement.reading == "coordination" and following is not None
        if shared and following is not None and following.sentence == statement.sentence:
            statement.levels = following.levels
            statement.flags.add("cumulative")
        following = statement if "cumulative" in statement.flags and id(statement) not in alone else None


def _widen_over_hundred(statements: Sequence[Statement]) -> None:
    """ "hoàn thành tốt nhiệm vụ 94,8%, hoàn thành xuất sắc nhiệm vụ 12%": over 100 %, so the first holds both."""
    good: Statement | None = None
    for statement in statements:
        if statement.measure != "share" or statement.modality != "actual" or statement.base != "assessed":
            continue
        if statement.indicator == TASK_COMPLETION and statement.levels == ("good",) and statement.owner is None:
            good = statement
        elif good is not None and statement.levels == ("excellent",) and good.value + statement.value > _OVER_HUNDRED:
            same = (good.sentence, good.segment, good.subject, good.first, good.last, good.indicator)
            if same == (
                statement.sentence, statement.segment, statement.subject, statement.first, statement.last,
                statement.indicator,
            ):  # fmt: skip
                good.levels = tuple(sorted(_WIDER[TASK_COMPLETION]))
                good.flags.add("cumulative")


_OVER_HUNDRED = 101.0


def _bare_subset_share(statement: Statement) -> None:
    parent = statement.parent
    if parent is None or not parent.levels or not statement.levels or statement.base != "assessed" or statement.based:
        return
    if set(statement.levels) < set(parent.levels):
        statement.base = join_levels(parent.levels)
        statement.flags.add("base_unsure")


def _base_of_share(statement: Statement, statements: Sequence[Statement]) -> None:
    """Tests a share of a part against the part's whole and the total; it may be the share of the whole after all."""
    owner = statement.owner
    if owner is None or owner.measure != "count" or statement.base != "assessed":
        return
    parent = owner.parent
    if parent is None or not parent.levels or parent.measure != "count" or not set(owner.levels) < set(parent.levels):
        return
    quote_text = statement.reading.partition("|")[2]
    if fits(owner.value, parent.value, statement.value, quote_text):
        statement.base = join_levels(parent.levels)
        return
    whole = parent.total
    if whole is None or fits(owner.value, whole.value, statement.value, quote_text):
        return
    if fits(parent.value, whole.value, statement.value, quote_text):
        statement.levels, statement.owner = parent.levels, parent


class _Ratios:
    """What `_subset_totals` asks of the statements, kept up to date while it changes them."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.place = {id(statement): place for place, statement in enumerate(statements)}
        self.totals: dict[tuple[float, str], list[int]] = defaultdict(list)
        self.counts: dict[tuple[float, str, int], list[Statement]] = defaultdict(list)
        self.shares: dict[int, list[Statement]] = defaultdict(list)
        for statement in statements:
            if statement.measure == "total":
                self.totals[statement.value, statement.subject].append(statement.figure.start)
            elif statement.measure == "count":
                self.counts[statement.value, statement.subject, statement.sentence].append(statement)
            if statement.owner is not None:
                self.shares[id(statement.owner)].append(statement)
        for starts in self.totals.values():
            starts.sort()

    def told_before(self, total: Statement) -> bool:
        """Whether the same total stands earlier in the text."""
        starts = self.totals.get((total.value, total.subject), ())
        return len(starts) > 0 and starts[0] < total.figure.start

    def better(self, statement: Statement, total: Statement) -> Statement | None:
        """The first count near a statement that is equal to its total and has more levels than the statement."""
        levels = set(statement.levels)
        found = [
            other
            for sentence in range(statement.sentence - 2, statement.sentence + 3)
            for other in self.counts.get((total.value, statement.subject, sentence), ())
            if other is not statement
            and other.indicator == statement.indicator
            and other.figure.start < statement.figure.start
            and levels < set(other.levels)
        ]
        return min(found, key=lambda other: self.place[id(other)], default=None)

    def make_count(self, total: Statement, levels: tuple[str, ...]) -> None:
        """Makes a total a count of better levels."""
        if id(total) in self.place:
            if total.measure == "total":
                starts = self.totals[total.value, total.subject]
                del starts[bisect_left(starts, total.figure.start)]
            if total.measure != "count":
                self.counts[total.value, total.subject, total.sentence].append(total)
        total.measure, total.levels, total.reading = "count", levels, "repeated"


def _subset_totals(statements: Sequence[Statement]) -> None:
    """The second number of a ratio that repeats a count of better levels is that count, no total."""
    if all(statement.total is None for statement in statements):
        return
    ratios = _Ratios(statements)
    for statement in statements:
        total = statement.total
        if total is None or ratios.told_before(total):
            continue
        other = ratios.better(statement, total)
        if other is not None:
            ratios.make_count(total, other.levels)
            for share in ratios.shares[id(statement)]:
                if share.base == "assessed":
                    share.base = join_levels(other.levels)
