"""A second reading by arithmetic: which base a share has, which total, whether a level is cumulative.

Belongs here: everything decided by the page's own numbers. Does not belong here: words.
"""

from collections.abc import Sequence

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


def _populations_rated(statements: Sequence[Statement]) -> None:
    """ "Có N tổ chức, trong đó a xuất sắc (x%), b tốt": N is the total where the parts add up to it or a share fits."""
    for whole in statements:
        if whole.indicator != "population":
            continue
        parts = [
            part
            for part in statements
            if part.sentence == whole.sentence
            and part.subject == whole.subject
            and part.indicator in _WIDER
            and part.within
            and part.levels
            and part.figure.start > whole.figure.start
        ]
        counts = [part for part in parts if part.measure == "count" and len(part.levels) == 1]
        shares = [part for part in statements if part.owner in counts and part.measure == "share" and part.levels]
        fitting = [
            share
            for share in shares
            if share.owner is not None
            and fits(share.owner.value, whole.value, share.value, share.reading.partition("|")[2])
        ]
        added = len(counts) > 1 and sum(part.value for part in counts) == whole.value
        if added or (shares and len(fitting) == len(shares)):
            model = counts[0]
            whole.indicator, whole.measure, whole.reading = model.indicator, "total", "total_by_sum"
            whole.first, whole.last, whole.annual = model.first, model.last, model.annual


def _listed_totals(statements: Sequence[Statement]) -> None:
    """A total told with a colon alone stands only where its parts add up to it or a share of a part fits."""
    for whole in statements:
        if "listed" not in whole.flags:
            continue
        whole.flags.discard("listed")
        parts = [
            part
            for part in statements
            if (part.sentence, part.subject, part.measure) == (whole.sentence, whole.subject, "count") and part.levels
        ]
        shares = [share for share in statements if share.owner in parts]
        fitting = any(
            fits(share.owner.value, whole.value, share.value, share.reading.partition("|")[2])
            for share in shares
            if share.owner is not None
        )
        if not fitting and sum(part.value for part in parts) != whole.value:
            whole.dropped = "listed"


def _widen(statement: Statement) -> None:
    """ "N hoàn thành tốt, trong đó M xuất sắc": N covers both levels."""
    parent = statement.parent
    if parent is None or parent.indicator != statement.indicator or parent.subject != statement.subject:
        return
    pair = _WIDER.get(statement.indicator)
    if parent.levels == ("completed",) and statement.levels == ("excellent",):
        parent.levels = ("completed", "excellent", "good")
        parent.flags.add("cumulative")
        return
    if pair and parent.levels == (pair[0],) and statement.levels == (pair[1],):
        parent.levels = tuple(sorted(pair))
        parent.flags.add("cumulative")


def _bare_subset_share(statement: Statement) -> None:
    parent = statement.parent
    if parent is None or not parent.levels or not statement.levels or statement.base != "assessed":
        return
    if set(statement.levels) < set(parent.levels):
        statement.base = join_levels(parent.levels)
        statement.flags.add("base_unsure")


def _base_of_share(statement: Statement, statements: Sequence[Statement]) -> None:
    """Tests a bracketed share of a part against the part's whole and the total."""
    owner = statement.owner
    if owner is None or owner.measure != "count" or statement.base != "assessed":
        return
    parent = owner.parent
    if parent is None or not parent.levels or parent.measure != "count" or not set(owner.levels) < set(parent.levels):
        return
    quote_text = statement.reading.partition("|")[2]
    if fits(owner.value, parent.value, statement.value, quote_text):
        statement.base = join_levels(parent.levels)


def _subset_totals(statements: Sequence[Statement]) -> None:
    """The second number of a ratio that repeats a count of better levels is that count, no total."""
    for statement in statements:
        total = statement.total
        if total is None or any(
            other.measure == "total" and (other.value, other.subject) == (total.value, total.subject)
            for other in statements
            if other.figure.start < total.figure.start
        ):
            continue
        for other in statements:
            if (
                other.measure == "count"
                and other is not statement
                and other.value == total.value
                and other.subject == statement.subject
                and other.indicator == statement.indicator
                and other.figure.start < statement.figure.start
                and abs(other.sentence - statement.sentence) <= 2
                and set(statement.levels) < set(other.levels)
            ):
                total.measure, total.levels, total.reading = "count", other.levels, "repeated"
                for share in statements:
                    if share.owner is statement and share.base == "assessed":
                        share.base = join_levels(other.levels)
                break
