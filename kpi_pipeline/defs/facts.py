"""The fact assets: extracted, validated and quarantined facts. Thin: reading/ makes their rows, validation/ judges."""

from collections import Counter
from collections.abc import Iterable, Iterator

import dagster as dg

from kpi_pipeline.days.judged import Day
from kpi_pipeline.defs.columns import column_schema
from kpi_pipeline.defs.corrections import corrections_of
from kpi_pipeline.defs.pages import CLEANED_TEXT
from kpi_pipeline.defs.partitions import DAYS, ONE_RUN
from kpi_pipeline.defs.resources import HomeResource, Readers
from kpi_pipeline.defs.stages import EXTRACTED, VALIDATED, DayTables, run_stage
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline.validation import summarise_groups

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
def extracted_facts(context: dg.AssetExecutionContext, home: HomeResource, readers: Readers) -> None:
    lake = home.lake
    broken_off = lake.left_open("extracted_facts", context.partition_keys)
    run_stage(
        context,
        lake,
        EXTRACTED,
        expected=lambda day: EXTRACTED.expected(lake.made_from("cleaned_text", day)),
        make=lambda days: _extract_days(context, readers, lake, days, broken_off),
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
def validated_facts(context: dg.AssetExecutionContext, home: HomeResource, readers: Readers):  # type: ignore[no-untyped-def]
    lake, corrections = home.lake, corrections_of(home.home, home.landing)

    def expected(day: str) -> str:
        return VALIDATED.expected(lake.made_from("extracted_facts", day), corrections.fingerprint(day))

    run_stage(
        context,
        lake,
        VALIDATED,
        expected=expected,
        make=lambda days: readers.judge(Day(lake.root, day, corrections.of(day), expected(day)) for day in days),
        tell=lambda day: _validation_counts(lake, day),
    )


def _extract_days(
    context: dg.AssetExecutionContext, readers: Readers, lake: Lake, days: Iterable[str], apart: bool
) -> Iterator[DayTables]:
    for day, pages in readers.extract(((day, lake.rows("cleaned_text", day)) for day in days), apart):
        for page in pages:
            if page.problem:
                context.log.error(page.problem)
        yield (
            day,
            {
                "extracted_facts": [fact for page in pages for fact in page.facts],
                "unread_numbers": [number for page in pages for number in page.unread],
            },
        )


def _reading_counts(lake: Lake, day: str) -> dict[str, object]:
    facts, unread = lake.rows("extracted_facts", day, ["page_id", "span_start"]), lake.count("unread_numbers", day)
    spans = len({(fact["page_id"], fact["span_start"]) for fact in facts})
    read = spans / (spans + unread) if spans + unread else 1.0
    return {
        "dagster/partition_row_count": len(facts),
        "numbers_unread": unread,
        "share_of_numbers_read": round(read, 4),
    }


def _validation_counts(lake: Lake, day: str) -> dict[dg.AssetKey, dict[str, object]]:
    rules = Counter(str(row["rule_id"]) for row in lake.rows("quarantined_facts", day, ["rule_id"]))
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
