"""Counting again what the stages have promised: the pure side of the asset checks.

Each function looks at tables that are already written and gives the rows that break a promise, each with a reason;
an empty list means that the promise holds. Does not belong here: running a check, how hard it blocks, the rules.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kpi_pipeline.validation.candidate import Row, read_row, text_of, whole_of
from kpi_pipeline.validation.correctable import field_of
from kpi_pipeline.validation.soundness import not_grounded

Failing = dict[str, object]


@dataclass(frozen=True)
class GroupSummary:
    """How the rating groups of some days add up; `share_passing` (0 to 1) is 1 where there is no group."""

    n: int
    n_complete: int
    n_incomplete: int
    n_over: int
    n_short: int
    share_passing: float


def summarise_groups(groups: Iterable[Row]) -> GroupSummary:
    """Count rows of rating_groups by verdict. Complete and incomplete groups pass, over and short ones do not."""
    verdicts = Counter(text_of(row, "verdict") for row in groups)
    n = sum(verdicts.values())
    passing = verdicts["complete"] + verdicts["incomplete"]
    return GroupSummary(
        n=n,
        n_complete=verdicts["complete"],
        n_incomplete=verdicts["incomplete"],
        n_over=verdicts["over"],
        n_short=verdicts["short"],
        share_passing=share_passing(passing, n),
    )


def share_passing(passing: int, n: int) -> float:
    """The share (0 to 1) of `n` rating groups that pass; 1 where there is none."""
    return passing / n if n else 1.0


def ungrounded(rows: Iterable[Row], texts: Mapping[str, str], applied: Iterable[Row] = ()) -> list[Failing]:
    """Fact rows whose span does not carry their value in the page's text (`texts`, by page id).

    Where a row of applied_corrections gives the fact its value, the span must carry the one that it names as the old
    one. Gives page_id, fact_id, span_start, span_end, quote and reason of each.
    """
    given = {
        text_of(row, "fact_id"): (text_of(row, "old_value") or "", text_of(row, "new_value"))
        for row in applied
        if row.get("field") == "value" and row.get("action") == "override" and row.get("problem") is None
    }
    failing: list[Failing] = []
    for row in rows:
        fact = read_row(row)
        old, new = given.get(fact.fact_id, ("", None))
        if new is not None and field_of(row, "value") == new:
            fact.stated = float(old)
        reason = not_grounded(fact, texts.get(fact.page_id))
        if reason is not None:
            failing.append(
                {
                    "page_id": fact.page_id,
                    "fact_id": fact.fact_id,
                    "span_start": fact.start,
                    "span_end": fact.end,
                    "quote": fact.quote,
                    "reason": reason,
                }
            )
    return sorted(failing, key=_order)


def unconserved(
    extracted: Iterable[Row],
    validated: Iterable[Row],
    quarantined: Iterable[Row],
    merged: Iterable[Row],
    applied: Iterable[Row] = (),
) -> list[Failing]:
    """Facts that validation lost, doubled or made up, and merged ones whose standing fact is gone.

    Facts that rows of applied_corrections add count as extracted. Looks at page_id and fact_id (and merged_into) only.
    Gives page_id, fact_id and reason of each.
    """
    merged = list(merged)
    added = (row for row in applied if row.get("field") == "fact" and row.get("problem") is None)
    before = Counter(map(_identity, (*extracted, *added)))
    standing = Counter(map(_identity, (*validated, *quarantined)))
    after = standing + Counter(map(_identity, merged))
    failing: list[Failing] = []
    for identity in before.keys() | after.keys():
        was, is_now = before[identity], after[identity]
        if was != is_now:
            reason = f"Extracted {was} times, found {is_now} times among validated, quarantined and merged facts."
            failing.append({"page_id": identity[0], "fact_id": identity[1], "reason": reason})
    for row in merged:
        page_id, fact_id = _identity(row)
        into = text_of(row, "merged_into") or ""
        if not standing[page_id, into]:
            reason = f"Merged into {into or 'nothing'}, which is neither validated nor quarantined on its page."
            failing.append({"page_id": page_id, "fact_id": fact_id, "reason": reason})
    return sorted(failing, key=_order)


def unaccounted(
    number_tokens: Mapping[str, Sequence[tuple[int, int]]], facts: Iterable[Row], unread: Iterable[Row]
) -> list[Failing]:
    """Number tokens (start and end, by page id) that lie in no fact's span and in no row of unread_numbers.

    Gives page_id, span_start, span_end and reason of each.
    """
    spans: dict[str, list[tuple[int, int]]] = {}
    for row in (*facts, *unread):
        span = whole_of(row, "span_start"), whole_of(row, "span_end")
        spans.setdefault(text_of(row, "page_id") or "", []).append(span)
    failing: list[Failing] = []
    for page_id in sorted(number_tokens):
        known = sorted(spans.get(page_id, ()))
        position, reach = 0, -1
        for start, end in sorted(number_tokens[page_id]):
            while position < len(known) and known[position][0] <= start:
                reach = max(reach, known[position][1])
                position += 1
            if reach < end:
                reason = f"The number at {start}-{end} is neither in a fact's span nor among the unread numbers."
                failing.append({"page_id": page_id, "span_start": start, "span_end": end, "reason": reason})
    return failing


def _identity(row: Row) -> tuple[str, str]:
    return text_of(row, "page_id") or "", text_of(row, "fact_id") or ""


def _order(failing: Failing) -> tuple[str, str]:
    return str(failing["page_id"]), str(failing["fact_id"])
