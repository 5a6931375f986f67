"""The fact assets: extracted, validated and quarantined facts. Thin: extraction/ reads, validation/ judges."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence

import dagster as dg

from kpi_pipeline.defs.columns import column_schema
from kpi_pipeline.defs.corrections import corrections_of
from kpi_pipeline.defs.pages import CLEANED_TEXT
from kpi_pipeline.defs.partitions import DAYS, ONE_RUN
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.defs.stages import EXTRACTED, VALIDATED, Rows, run_stage
from kpi_pipeline.extraction import Extraction, Unread, extract, number_tokens
from kpi_pipeline.extraction.record import fact_rows, page_context, unread_rows
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline.validation import Correction, summarise_groups, validate

EXTRACTED_FACTS = dg.AssetKey("extracted_facts")
VALIDATED_FACTS = dg.AssetKey("validated_facts")
QUARANTINED_FACTS = dg.AssetKey("quarantined_facts")


@dg.asset(
    key=EXTRACTED_FACTS,
    group_name="facts",
    description="Candidate facts, each mention with the characters that state it; every other number is listed with "
    "the reason why it is none (lake table unread_numbers).",
    deps=[CLEANED_TEXT],
    partitions_def=DAYS,
    backfill_policy=ONE_RUN,
    code_version=EXTRACTED.code_version,
    kinds={"python", "parquet"},
    metadata=column_schema("extracted_facts"),
)
def extracted_facts(context: dg.AssetExecutionContext, home: HomeResource) -> None:
    lake = home.lake
    run_stage(
        context,
        lake,
        EXTRACTED,
        expected=lambda day: EXTRACTED.expected(lake.fingerprint("cleaned_text", day) or ""),
        make=lambda day: _extract_day(context, lake, day),
        tell=lambda day: {EXTRACTED_FACTS: _reading_counts(lake, day)},
    )


# The texts of cleaned_text are read here too; named as a dependency of its own, it would make a diamond over which
# Dagster's backfill takes the targets of the two assets for different ones.
@dg.multi_asset(
    name="validated_facts",
    specs=[
        dg.AssetSpec(
            VALIDATED_FACTS,
            deps=[EXTRACTED_FACTS],
            group_name="facts",
            description="Facts that may be counted: an analyst's corrections applied, repeated mentions merged, no "
            "rule of the catalogue against them.",
            code_version=VALIDATED.code_version,
            kinds={"python", "parquet"},
            metadata=column_schema("validated_facts"),
        ),
        dg.AssetSpec(
            QUARANTINED_FACTS,
            deps=[EXTRACTED_FACTS],
            group_name="facts",
            description="Facts that a rule keeps out of every table, with the rule and what a person should do.",
            code_version=VALIDATED.code_version,
            kinds={"python", "parquet"},
            metadata=column_schema("quarantined_facts"),
        ),
    ],
    partitions_def=DAYS,
    backfill_policy=ONE_RUN,
)
def validated_facts(context: dg.AssetExecutionContext, home: HomeResource):  # type: ignore[no-untyped-def]
    lake, corrections = home.lake, corrections_of(home.home, home.landing)
    run_stage(
        context,
        lake,
        VALIDATED,
        expected=lambda day: VALIDATED.expected(
            lake.fingerprint("extracted_facts", day) or "", corrections.fingerprint(day)
        ),
        make=lambda day: _validate_day(lake, day, corrections.of(day)),
        tell=lambda day: _validation_counts(lake, day),
    )


def extracted_rows(page: Mapping[str, object]) -> tuple[Rows, Rows, str | None]:
    """Rows of extracted_facts and unread_numbers for a row of cleaned_text, and what went wrong, if anything.

    A page that breaks extraction gives no fact, and each of its numbers is listed as unread.
    """
    text = str(page["text"])
    if page["status"] != "ok":
        return [], unread_rows(page, _unread(text, f"page_{page['status']}")), None
    cues = [(str(kind), str(words)) for kind, words in json.loads(str(page["cues"]))]
    problem = None
    try:
        extraction = extract(text, page_context(page, cues))
    except Exception as error:  # one page's trouble is not the day's
        problem = (
            f"Page {page['page_id']}: extraction failed ({type(error).__name__}: {error}); its numbers are unread."
        )
        extraction = Extraction(facts=(), unread=_unread(text, "extraction_failed"))
    return fact_rows(page, text, extraction.facts), unread_rows(page, extraction.unread), problem


def _unread(text: str, reason: str) -> tuple[Unread, ...]:
    return tuple(
        Unread(start, end, text[start:end], reason, text[max(0, start - 40) : end + 40])
        for start, end in number_tokens(text)
    )


def _extract_day(context: dg.AssetExecutionContext, lake: Lake, day: str) -> dict[str, Rows]:
    facts: list[Mapping[str, object]] = []
    unread: list[Mapping[str, object]] = []
    for page in lake.rows("cleaned_text", day):
        page_facts, page_unread, problem = extracted_rows(page)
        facts += page_facts
        unread += page_unread
        if problem:
            context.log.error(problem)
    return {"extracted_facts": facts, "unread_numbers": unread}


def _validate_day(lake: Lake, day: str, corrections: Sequence[Correction]) -> dict[str, Rows]:
    pages = {str(row["page_id"]): row for row in lake.rows("cleaned_text", day)}
    texts = {page_id: str(row["text"]) for page_id, row in pages.items()}
    tables = validate(lake.rows("extracted_facts", day), texts, corrections, pages)
    return {table: getattr(tables, table) for table in VALIDATED.tables}


def _reading_counts(lake: Lake, day: str) -> dict[str, object]:
    facts, unread = lake.rows("extracted_facts", day), lake.count("unread_numbers", day)
    spans = len({(fact["page_id"], fact["span_start"]) for fact in facts})
    read = spans / (spans + unread) if spans + unread else 1.0
    return {
        "dagster/partition_row_count": len(facts),
        "numbers_unread": unread,
        "share_of_numbers_read": round(read, 4),
    }


def _validation_counts(lake: Lake, day: str) -> dict[dg.AssetKey, dict[str, object]]:
    rules = Counter(str(row["rule_id"]) for row in lake.rows("quarantined_facts", day))
    groups = summarise_groups(lake.rows("rating_groups", day))
    return {
        VALIDATED_FACTS: {
            "dagster/partition_row_count": lake.count("validated_facts", day),
            "mentions_merged": lake.count("merged_facts", day),
            "corrections": lake.count("applied_corrections", day),
            "rating_groups": groups.n,
            "share_of_groups_passing": round(groups.share_passing, 4),
        },
        QUARANTINED_FACTS: {
            "dagster/partition_row_count": rules.total(),
            **{f"rule_{rule}": n for rule, n in sorted(rules.items())},
        },
    }
