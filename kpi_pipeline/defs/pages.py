"""The page assets: raw_pages and cleaned_text. Thin: landing/ knows pages, cleaning/ reads them."""

import json
from collections import Counter
from collections.abc import Mapping

import dagster as dg

from kpi_pipeline.cleaning import clean
from kpi_pipeline.defs.columns import column_schema
from kpi_pipeline.defs.partitions import DAYS, ONE_RUN
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.defs.stages import CLEANED, RAW, landed_fingerprint, run_stage
from kpi_pipeline.landing import LandedPage, LandingError, LandingStore
from kpi_pipeline.storage.lake import Lake

DAMAGED = "The stored bytes of this page are damaged or missing: land the page again."

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
        make=lambda day: {"raw_pages": _raw_rows(context, landing, day)},
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
def cleaned_text(context: dg.AssetExecutionContext, home: HomeResource) -> None:
    lake = home.lake
    run_stage(
        context,
        lake,
        CLEANED,
        expected=lambda day: CLEANED.expected(lake.fingerprint("raw_pages", day) or ""),
        make=lambda day: {"cleaned_text": [cleaned_row(page) for page in lake.rows("raw_pages", day)]},
        tell=lambda day: {CLEANED_TEXT: _status_counts(lake, day)},
    )


def cleaned_row(page: Mapping[str, object]) -> dict[str, object]:
    """The row of cleaned_text for a row of raw_pages."""
    content = page["content"]
    assert isinstance(content, bytes)
    url = page["url"]
    document = clean(content, str(page["media_type"]), None if url is None else str(url))
    status, reason = ("failed", DAMAGED) if not content else (document.status, document.reason)
    known = ("page_id", "page_version", "url", "published_on", "day_source", "captured_on", "source_province")
    return {
        **{name: page[name] for name in known},
        "source_file": page["source_file"],
        "title": document.title,
        "text": document.text,
        "n_paragraphs": len(document.paragraphs),
        "language": document.language,
        "encoding": document.encoding,
        "status": status,
        "status_reason": reason,
        "cues": json.dumps([[cue.kind, cue.text] for cue in document.cues], ensure_ascii=False),
    }


def raw_row(page: LandedPage, content: bytes) -> dict[str, object]:
    """The row of raw_pages for a landed page."""
    return {
        "page_id": page.page_id,
        "page_version": page.page_version,
        "url": page.url,
        "published_on": page.published_on,
        "day_source": page.day_source,
        "captured_on": page.captured_on,
        "source_province": page.source_province,
        "source_file": page.source_file,
        "media_type": page.media_type,
        "n_bytes": page.n_bytes,
        "content": content,
    }


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
    counts = Counter(str(row["status"]) for row in lake.rows("cleaned_text", day))
    return {"dagster/partition_row_count": counts.total(), **{f"pages_{status}": n for status, n in counts.items()}}
