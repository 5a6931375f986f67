"""The looks at extracted, validated and quarantined facts, in the order of the assets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kpi_pipeline.days.contract import contract_of
from kpi_pipeline.days.corrected import not_holding, told
from kpi_pipeline.days.look import Finding, Look, Outcome, Seen, with_remedy
from kpi_pipeline.reading.extracted import counted_tokens
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline.validation import RULES, share_passing, summarise_groups, unaccounted, unconserved, ungrounded

_CONSERVED = ("extracted_facts", "validated_facts", "quarantined_facts", "merged_facts")
_COMPARED = {**dict.fromkeys(_CONSERVED[:3], ("page_id", "fact_id")), "merged_facts": None, "applied_corrections": None}
_SPAN = ("page_id", "span_start", "span_end")
_VALUE = ("fact_id", *_SPAN, "quote", "value")
_TOLD = (*_SPAN, "quote", "subject", "levels", "measure", "url")
_TEXT = ("page_id", "text")
_OF_EXTRACTION = with_remedy("The extractor is at fault: report it, with this list.")


def spans_grounded(lake: Lake, days: Sequence[str]) -> Seen:
    findings = [
        {"day": day, **finding}
        for day in days
        for finding in ungrounded(lake.rows("extracted_facts", day, _VALUE), _texts(lake, day))
    ]
    return Seen(findings, {})


def numbers_accounted(lake: Lake, days: Sequence[str]) -> Seen:
    findings: list[Finding] = []
    read = unread = 0
    for day in days:
        facts, others = lake.rows("extracted_facts", day, _SPAN), lake.rows("unread_numbers", day, _SPAN)
        tokens = dict(map(counted_tokens, lake.rows("cleaned_text", day, _TEXT)))
        findings += [{"day": day, **finding} for finding in unaccounted(tokens, facts, others)]
        read += len({(fact["page_id"], fact["span_start"]) for fact in facts})
        unread += len(others)
    return Seen(findings, {"numbers_read": read, "numbers_unread": unread})


def share_read(seen: Seen) -> Outcome:
    """Tells how large a share of all numbers was read."""
    numbers = sum(seen.counts.values())
    share = seen.counts["numbers_read"] / numbers if numbers else 1.0
    told = _OF_EXTRACTION(seen)
    return Outcome(told.findings, told.remedy, {**told.metadata, "share_of_numbers_read": round(share, 4)})


def pages_extracted(lake: Lake, days: Sequence[str]) -> Seen:
    findings = [
        {"day": day, "page_id": page, "numbers": count}
        for day in days
        for page, count in _failed_pages(lake, day)
    ]  # fmt: skip
    return Seen(findings, {})


def rows_conserved(lake: Lake, days: Sequence[str]) -> Seen:
    findings = [
        {"day": day, **finding}
        for day in days
        for finding in unconserved(*(lake.rows(table, day, columns) for table, columns in _COMPARED.items()))
    ]
    return Seen(findings, {table: sum(lake.count(table, day) for day in days) for table in _CONSERVED})


def values_grounded(lake: Lake, days: Sequence[str]) -> Seen:
    findings = [
        {"day": day, **finding}
        for day in days
        for finding in ungrounded(
            lake.rows("validated_facts", day, _VALUE), _texts(lake, day), lake.rows("applied_corrections", day)
        )
    ]
    return Seen(findings, {})


def corrections_hold(lake: Lake, days: Sequence[str]) -> Seen:
    rows = [row for day in days for row in lake.rows("applied_corrections", day)]
    return Seen(not_holding(rows), {"corrections": len({row["correction_id"] for row in rows})})


def lines_not_holding(seen: Seen) -> Outcome:
    """Tells of the rows of corrections.csv in the order of the file."""
    findings = sorted(seen.findings, key=lambda row: int(str(row["line"])))
    return Outcome(findings, told(findings), seen.counts)


def rating_sums(lake: Lake, days: Sequence[str]) -> Seen:
    findings: list[Finding] = []
    n = complete = incomplete = 0
    for day in days:
        rows = lake.rows("rating_groups", day)
        summary = summarise_groups(rows)
        n, complete, incomplete = n + summary.n, complete + summary.n_complete, incomplete + summary.n_incomplete
        if wrong := [row for row in rows if row["verdict"] in ("over", "short")]:
            held = {str(fact["fact_id"]): fact for fact in lake.rows("quarantined_facts", day)}
            findings.extend(_group_finding(row, held) for row in wrong)
    return Seen(findings, {"groups": n, "groups_complete": complete, "groups_incomplete": incomplete})


def share_of_groups(seen: Seen) -> Outcome:
    """Tells how large a share of the rating groups adds up."""
    n, passing = seen.counts["groups"], seen.counts["groups_complete"] + seen.counts["groups_incomplete"]
    return Outcome(
        seen.findings,
        "These groups are in quarantine and in no KPI table: compare the spans with the page.",
        {**seen.counts, "share_of_groups_passing": round(share_passing(passing, n), 4)},
    )


def shares_match_counts(lake: Lake, days: Sequence[str]) -> Seen:
    findings = [
        _fact_finding(day, row, "accepted, flagged share_mismatch")
        for day in days
        if any(_mismatched(row) for row in lake.rows("validated_facts", day, ("flags",)))  # few days have one
        for row in lake.rows("validated_facts", day, (*_TOLD, "flags"))
        if _mismatched(row)
    ] + [
        _fact_finding(day, row, f"quarantined: {row['reason']}")
        for day in days
        for row in lake.rows("quarantined_facts", day)
        if row["rule_id"] == "share_count_mismatch"
    ]
    return Seen(findings, {})


def nothing_quarantined(lake: Lake, days: Sequence[str]) -> Seen:
    rows = [(day, row) for day in days for row in lake.rows("quarantined_facts", day)]
    rules = sorted({str(row["rule_id"]) for _, row in rows})
    return Seen(
        [_fact_finding(day, row, f"{row['rule_id']}: {row['reason']}") for day, row in rows],
        {rule: sum(row["rule_id"] == rule for _, row in rows) for rule in rules},
    )


def what_rules_say(seen: Seen) -> Outcome:
    """Tells what to do about each rule that kept a fact out."""
    rules = sorted(seen.counts)
    return Outcome(
        seen.findings,
        " ".join(f"{rule}: {RULES[rule].what_to_do}" for rule in rules if rule in RULES),
        {f"rule_{rule}": seen.counts[rule] for rule in rules},
    )


EXTRACTED_FACTS = (
    contract_of("extracted_facts", "unread_numbers"),
    Look(
        "spans_grounded",
        "Every fact's quote stands at its span and reads as its value.",
        True,
        spans_grounded,
        _OF_EXTRACTION,
    ),
    Look(
        "numbers_accounted",
        "Every number of a page's text is a fact or is listed as unread with a reason.",
        True,
        numbers_accounted,
        share_read,
    ),
    Look(
        "pages_extracted",
        "No page broke the extraction: if one does, its numbers are unread.",
        False,
        pages_extracted,
        with_remedy("These pages gave no facts: report them."),
    ),
)
VALIDATED_FACTS = (
    contract_of("validated_facts", "merged_facts", "rating_groups", "applied_corrections"),
    Look(
        "rows_conserved",
        "Extracted and added facts = validated + quarantined + merged, page by page.",
        True,
        rows_conserved,
        with_remedy("Validation lost or invented rows: report it, with this list."),
    ),
    Look(
        "values_grounded",
        "Every accepted value is read from its quote, or is given by an applied correction.",
        True,
        values_grounded,
        with_remedy("Validation is at fault: report it, with this list."),
    ),
    Look(
        "corrections_hold",
        "Each row of corrections.csv finds what it expects: nothing is published over one that does not.",
        True,
        corrections_hold,
        lines_not_holding,
    ),
    Look(
        "rating_sums",
        "The percentages of each rating add up to about 100 percent.",
        False,
        rating_sums,
        share_of_groups,
    ),
    Look(
        "shares_match_counts",
        "Each share is its count out of its total, rounding allowed.",
        False,
        shares_match_counts,
        with_remedy("The page contradicts itself: compare the quotes with it."),
    ),
)
QUARANTINED_FACTS = (
    contract_of("quarantined_facts"),
    Look(
        "nothing_quarantined",
        "No fact had to be kept out of the tables.",
        False,
        nothing_quarantined,
        what_rules_say,
    ),
)
"""The looks at each asset."""


def _texts(lake: Lake, day: str) -> dict[str, str]:
    return {str(row["page_id"]): str(row["text"]) for row in lake.rows("cleaned_text", day, _TEXT)}


def _failed_pages(lake: Lake, day: str) -> Iterator[tuple[object, int]]:
    rows = lake.rows("unread_numbers", day, ("page_id", "reason"))
    pages = [row["page_id"] for row in rows if row["reason"] == "extraction_failed"]
    yield from ((page, pages.count(page)) for page in dict.fromkeys(pages))


def _mismatched(row: Mapping[str, object]) -> bool:
    return "share_mismatch" in str(row["flags"]).split(",")


def _group_finding(row: Mapping[str, object], held: Mapping[str, Mapping[str, object]]) -> Finding:
    facts = [held[fact] for fact in str(row["fact_ids"]).split(",") if fact in held]
    return {
        "day": row["published_on"],
        "url": facts[0]["url"] if facts else "",
        "page_id": row["page_id"],
        "subject": row["subject"],
        "period": row["period_end"],
        "verdict": row["verdict"],
        "sum": row["share_sum"],
        "tolerance": row["tolerance"],
        "spans": "; ".join(f"{fact['span_start']}-{fact['span_end']} {fact['quote']}" for fact in facts),
    }


def _fact_finding(day: str, row: Mapping[str, object], what: str) -> Finding:
    return {
        "day": day,
        "page_id": row["page_id"],
        "subject": row["subject"],
        "levels": row["levels"],
        "measure": row["measure"],
        "quote": row["quote"],
        "span": f"{row['span_start']}-{row['span_end']}",
        "what": what,
        "url": row["url"] or "",
    }
