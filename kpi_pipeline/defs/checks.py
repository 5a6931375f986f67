"""The asset checks of the page stages, named for what they protect.

Blocking: what our own code guarantees (contracts, grounded spans, conserved rows, the account of numbers).
Warning: what pages say. A run over a range of days evaluates a check once, so failures stand by day in its metadata.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import pandas as pd

from kpi_pipeline.contracts import LAKE_CONTRACTS
from kpi_pipeline.contracts.fields import failures
from kpi_pipeline.defs.corrections import not_holding, told
from kpi_pipeline.defs.facts import EXTRACTED_FACTS, QUARANTINED_FACTS, VALIDATED_FACTS
from kpi_pipeline.defs.looks import Finding, Look, Outcome, listing
from kpi_pipeline.defs.pages import CLEANED_TEXT, RAW_PAGES
from kpi_pipeline.defs.partitions import DAYS
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.defs.skipped import SKIPPED_PAGES
from kpi_pipeline.reading.extracted import counted_tokens, uncounted
from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.workers import workers_of
from kpi_pipeline.reference.codes import SKIPPED
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline.validation import RULES, summarise_groups, unaccounted, unconserved, ungrounded

_CONSERVED = ("extracted_facts", "validated_facts", "quarantined_facts", "merged_facts")
_COMPARED = {**dict.fromkeys(_CONSERVED[:3], ("page_id", "fact_id")), "merged_facts": None, "applied_corrections": None}
_SPAN = ("page_id", "span_start", "span_end")
_VALUE = ("fact_id", *_SPAN, "quote", "value")
_TOLD = (*_SPAN, "quote", "subject", "levels", "measure", "url")


def checks_of(asset: dg.AssetKey, looks: Sequence[Look]) -> dg.AssetChecksDefinition:
    """The checks of one asset as one step: Dagster's bookkeeping for a step costs more than most looks."""
    by_name = {look.name: look for look in looks}

    @dg.multi_asset_check(
        name=f"check_{asset.to_python_identifier()}",
        specs=[
            dg.AssetCheckSpec(look.name, asset=asset, description=look.protects, blocking=look.blocking)
            for look in looks
        ],
        can_subset=True,
    )
    def check(context: dg.AssetCheckExecutionContext, home: HomeResource) -> Iterator[dg.AssetCheckResult]:
        lake = home.lake
        days = _days_of(context.run, lake)
        chosen = [by_name[key.name] for key in sorted(context.selected_asset_check_keys, key=lambda key: key.name)]
        broken: set[str] = set()
        for look in chosen:
            outcome = look.at(lake, days)
            failed = sorted({str(finding["day"]) for finding in outcome.findings})
            if look.blocking:
                broken.update(failed)
            yield dg.AssetCheckResult(
                asset_key=asset,
                check_name=look.name,
                passed=not outcome.findings,
                severity=dg.AssetCheckSeverity.ERROR if look.blocking else dg.AssetCheckSeverity.WARN,
                description=f"{len(outcome.findings)} on {len(failed)} days. {outcome.remedy}" if failed else None,
                metadata={**listing(outcome.findings), **outcome.metadata},
            )
        for day in broken:
            lake.mark_failed(asset.to_user_string(), day)
        if {look.name for look in looks if look.blocking} <= {look.name for look in chosen}:
            for day in days:
                if day not in broken:
                    lake.clear(asset.to_user_string(), day)

    return check


def contract_of(*tables: str) -> Look:
    """The blocking check that every row of an asset's tables keeps its contract."""

    def at(lake: Lake, days: Sequence[str]) -> Outcome:
        findings: list[Finding] = []
        rows = 0
        for table in tables:
            for frame in lake.frames(table, days):
                rows += len(frame)
                for failure in failures(LAKE_CONTRACTS[table], frame):
                    row = frame.iloc[failure.index] if failure.index is not None else None
                    findings.append(
                        {
                            "day": str(row["published_on"]) if row is not None else days[0],
                            "table": table,
                            "row": _key_of(row) if row is not None else "(table)",
                            "column": failure.column,
                            "rule": failure.check,
                            "value": failure.value,
                        }
                    )
        return Outcome(
            findings, "The code that wrote these rows is at fault: report it, with this list.", {"rows": rows}
        )

    return Look("contract", f"Every row keeps the contract of {', '.join(tables)}.", True, at)


def bytes_intact(lake: Lake, days: Sequence[str]) -> Outcome:
    findings = [
        {"day": day, "page_id": row["page_id"], "file": row["source_file"], "url": row["url"] or ""}
        for day in days
        for row in lake.rows("raw_pages", day)
        if hashlib.sha256(row["content"]).hexdigest() != row["page_version"]  # type: ignore[arg-type]
    ]
    return Outcome(findings, "The landing store is damaged: land these pages again.", {})


def pages_readable(lake: Lake, days: Sequence[str]) -> Outcome:
    findings = [
        {"day": day, "url": row["url"], "status": row["status"], "reason": row["status_reason"],
         "page_id": row["page_id"], "file": row["source_file"]}
        for day in days
        for row in lake.rows("cleaned_text", day)
        if row["status"] not in ("ok", SKIPPED)
    ]  # fmt: skip
    return Outcome(findings, "They give no facts; `kpi quarantine` lists them with what to do.", {})


def spans_grounded(lake: Lake, days: Sequence[str]) -> Outcome:
    findings = [
        {"day": day, **finding}
        for day in days
        for finding in ungrounded(lake.rows("extracted_facts", day, _VALUE), _texts(lake, day))
    ]
    return Outcome(findings, "The extractor is at fault: report it, with this list.", {})


def numbers_accounted(lake: Lake, days: Sequence[str]) -> Outcome:
    findings: list[Finding] = []
    read = unread = 0
    pages = ((day, lake.rows("cleaned_text", day, ("page_id", "text"))) for day in days)
    for day, counted in workers_of(Limits.from_environment()).read(counted_tokens, uncounted, pages):
        facts, others = lake.rows("extracted_facts", day, _SPAN), lake.rows("unread_numbers", day, _SPAN)
        tokens = dict(counted)
        findings += [{"day": day, **finding} for finding in unaccounted(tokens, facts, others)]
        read += len({(fact["page_id"], fact["span_start"]) for fact in facts})
        unread += len(others)
    share = read / (read + unread) if read + unread else 1.0
    return Outcome(
        findings,
        "The extractor is at fault: report it, with this list.",
        {"numbers_read": read, "numbers_unread": unread, "share_of_numbers_read": round(share, 4)},
    )


def pages_extracted(lake: Lake, days: Sequence[str]) -> Outcome:
    findings = [
        {"day": day, "page_id": page, "numbers": count}
        for day in days
        for page, count in _failed_pages(lake, day)
    ]  # fmt: skip
    return Outcome(findings, "These pages gave no facts: report them.", {})


def rows_conserved(lake: Lake, days: Sequence[str]) -> Outcome:
    findings = [
        {"day": day, **finding}
        for day in days
        for finding in unconserved(*(lake.rows(table, day, columns) for table, columns in _COMPARED.items()))
    ]
    counts = {table: sum(lake.count(table, day) for day in days) for table in _CONSERVED}
    return Outcome(findings, "Validation lost or invented rows: report it, with this list.", counts)


def values_grounded(lake: Lake, days: Sequence[str]) -> Outcome:
    findings = [
        {"day": day, **finding}
        for day in days
        for finding in ungrounded(
            lake.rows("validated_facts", day, _VALUE), _texts(lake, day), lake.rows("applied_corrections", day)
        )
    ]
    return Outcome(findings, "Validation is at fault: report it, with this list.", {})


def corrections_hold(lake: Lake, days: Sequence[str]) -> Outcome:
    rows = [row for day in days for row in lake.rows("applied_corrections", day)]
    findings = not_holding(rows)
    return Outcome(findings, told(findings), {"corrections": len({row["correction_id"] for row in rows})})


def rating_sums(lake: Lake, days: Sequence[str]) -> Outcome:
    findings: list[Finding] = []

    def groups() -> Iterator[Mapping[str, object]]:
        for day in days:
            rows = lake.rows("rating_groups", day)
            yield from rows
            if wrong := [row for row in rows if row["verdict"] in ("over", "short")]:
                held = {str(fact["fact_id"]): fact for fact in lake.rows("quarantined_facts", day)}
                findings.extend(_group_finding(row, held) for row in wrong)

    summary = summarise_groups(groups())
    return Outcome(
        findings,
        "These groups are in quarantine and in no KPI table: compare the spans with the page.",
        {
            "groups": summary.n,
            "groups_complete": summary.n_complete,
            "groups_incomplete": summary.n_incomplete,
            "share_of_groups_passing": round(summary.share_passing, 4),
        },
    )


def shares_match_counts(lake: Lake, days: Sequence[str]) -> Outcome:
    findings = [
        _fact_finding(day, row, "accepted, flagged share_mismatch")
        for day in days
        for row in lake.rows("validated_facts", day, (*_TOLD, "flags"))
        if "share_mismatch" in str(row["flags"]).split(",")
    ] + [
        _fact_finding(day, row, f"quarantined: {row['reason']}")
        for day in days
        for row in lake.rows("quarantined_facts", day)
        if row["rule_id"] == "share_count_mismatch"
    ]
    return Outcome(findings, "The page contradicts itself: compare the quotes with it.", {})


def nothing_quarantined(lake: Lake, days: Sequence[str]) -> Outcome:
    rows = [(day, row) for day in days for row in lake.rows("quarantined_facts", day)]
    rules = sorted({str(row["rule_id"]) for _, row in rows})
    return Outcome(
        [_fact_finding(day, row, f"{row['rule_id']}: {row['reason']}") for day, row in rows],
        " ".join(f"{rule}: {RULES[rule].what_to_do}" for rule in rules if rule in RULES),
        {f"rule_{rule}": sum(row["rule_id"] == rule for _, row in rows) for rule in rules},
    )


CHECKS = (
    checks_of(
        RAW_PAGES,
        [
            contract_of("raw_pages"),
            Look("bytes_intact", "The stored bytes of every page are those that were captured.", False, bytes_intact),
        ],
    ),
    checks_of(
        CLEANED_TEXT,
        [
            contract_of("cleaned_text"),
            Look("pages_readable", "Every page could be read as a Vietnamese article.", False, pages_readable),
            SKIPPED_PAGES,
        ],
    ),
    checks_of(
        EXTRACTED_FACTS,
        [
            contract_of("extracted_facts", "unread_numbers"),
            Look(
                "spans_grounded", "Every fact's quote stands at its span and reads as its value.", True, spans_grounded
            ),
            Look(
                "numbers_accounted",
                "Every number of a page's text is a fact or is listed as unread with a reason.",
                True,
                numbers_accounted,
            ),
            Look(
                "pages_extracted",
                "No page broke the extraction: if one does, its numbers are unread.",
                False,
                pages_extracted,
            ),
        ],
    ),
    checks_of(
        VALIDATED_FACTS,
        [
            contract_of("validated_facts", "merged_facts", "rating_groups", "applied_corrections"),
            Look(
                "rows_conserved",
                "Extracted and added facts = validated + quarantined + merged, page by page.",
                True,
                rows_conserved,
            ),
            Look(
                "values_grounded",
                "Every accepted value is read from its quote, or is given by an applied correction.",
                True,
                values_grounded,
            ),
            Look(
                "corrections_hold",
                "Each row of corrections.csv finds what it expects: nothing is published over one that does not.",
                True,
                corrections_hold,
            ),
            Look("rating_sums", "The percentages of each rating add up to about 100 percent.", False, rating_sums),
            Look(
                "shares_match_counts",
                "Each share is its count out of its total, rounding allowed.",
                False,
                shares_match_counts,
            ),
        ],
    ),
    checks_of(
        QUARANTINED_FACTS,
        [
            contract_of("quarantined_facts"),
            Look("nothing_quarantined", "No fact had to be kept out of the tables.", False, nothing_quarantined),
        ],
    ),
)
"""The checks of the page stages."""


def _days_of(run: dg.DagsterRun, lake: Lake) -> list[str]:
    """The days of a run; a check that is executed by itself, without days, looks at all of them.

    The checks themselves have no partitions: Dagster evaluates them once for all days of a run, and would show a
    partitioned check of such a run as skipped on each of its days.
    """
    if day := run.tags.get("dagster/partition"):
        return [day]
    if first := run.tags.get("dagster/asset_partition_range_start"):
        return list(
            DAYS.get_partition_keys_in_range(dg.PartitionKeyRange(first, run.tags["dagster/asset_partition_range_end"]))
        )
    return lake.days("raw_pages")


def _texts(lake: Lake, day: str) -> dict[str, str]:
    return {str(row["page_id"]): str(row["text"]) for row in lake.rows("cleaned_text", day, ("page_id", "text"))}


def _failed_pages(lake: Lake, day: str) -> Iterator[tuple[object, int]]:
    rows = lake.rows("unread_numbers", day, ("page_id", "reason"))
    pages = [row["page_id"] for row in rows if row["reason"] == "extraction_failed"]
    yield from ((page, pages.count(page)) for page in dict.fromkeys(pages))


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


def _key_of(row: "pd.Series[Any]") -> str:
    return str(next((row[name] for name in ("fact_id", "group_id", "page_id") if name in row), ""))
