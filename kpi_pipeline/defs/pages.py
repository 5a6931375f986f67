"""The page assets: raw_pages and cleaned_text. Thin: landing/ knows pages, reading/ makes their rows."""

from collections import Counter
from collections.abc import Iterable, Iterator

import dagster as dg

from kpi_pipeline.defs.columns import column_schema
from kpi_pipeline.defs.partitions import DAYS, ONE_RUN
from kpi_pipeline.defs.resources import HomeResource, Readers
from kpi_pipeline.defs.stages import CLEANED, RAW, DayTables, cleaning, landed_fingerprint, run_stage
from kpi_pipeline.landing import LandingError, LandingStore
from kpi_pipeline.reading.landed import raw_row
from kpi_pipeline.storage.lake import Lake

RAW_PAGES = dg.AssetKey("raw_pages")
CLEANED_TEXT = dg.AssetKey("cleaned_text")


@dg.asset(
    key=RAW_PAGES,
    group_name="pages",
    description="The pages published on a day, bytes unchanged: the latest version of each that is not withdrawn.",
    partitions_def=DAYS,
    backfill_policy=ONE_RUN,
    code_version=RAW.code_version,
    kinds={"python", "parquet"},
    metadata=column_schema("raw_pages"),
)
def raw_pages(context: dg.AssetExecutionContext, home: HomeResource) -> None:
    landing, lake = home.landing, home.lake
    run_stage(
        context,
        lake,
        RAW,
        expected=lambda day: landed_fingerprint(landing, day),
        make=lambda days: ((day, {"raw_pages": _raw_rows(context, landing, day)}) for day in days),
        tell=lambda day: {RAW_PAGES: {"dagster/partition_row_count": lake.count("raw_pages", day)}},
    )


@dg.asset(
    key=CLEANED_TEXT,
    group_name="pages",
    description="The article of each page as one NFC text, which the spans of all its facts count in.",
    deps=[RAW_PAGES],
    partitions_def=DAYS,
    backfill_policy=ONE_RUN,
    code_version=CLEANED.code_version,
    kinds={"python", "parquet"},
    metadata=column_schema("cleaned_text"),
)
def cleaned_text(context: dg.AssetExecutionContext, home: HomeResource, readers: Readers) -> None:
    lake = home.lake
    stage = cleaning()
    broken_off = lake.left_open("cleaned_text", context.partition_keys)
    run_stage(
        context,
        lake,
        stage,
        expected=lambda day: stage.expected(lake.made_from("raw_pages", day)),
        make=lambda days: _clean_days(readers, lake, days, broken_off),
        tell=lambda day: {CLEANED_TEXT: _status_counts(lake, day)},
    )


def _clean_days(readers: Readers, lake: Lake, days: Iterable[str], apart: bool) -> Iterator[DayTables]:
    for day, rows in readers.clean(((day, lake.rows("raw_pages", day)) for day in days), apart):
        yield day, {"cleaned_text": rows}


def _raw_rows(context: dg.AssetExecutionContext, landing: LandingStore, day: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for page in landing.pages(day):
        try:
            content = landing.read(page.sha256)
        except LandingError as error:
            context.log.error(str(error))
            content = b""
        rows.append(raw_row(page, content))
    return rows


def _status_counts(lake: Lake, day: str) -> dict[str, object]:
    counts = Counter(str(row["status"]) for row in lake.rows("cleaned_text", day, ["status"]))
    return {"dagster/partition_row_count": counts.total(), **{f"pages_{status}": n for status, n in counts.items()}}
