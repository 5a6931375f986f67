"""The looks at raw_pages and cleaned_text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from kpi_pipeline.days.contract import contract_of
from kpi_pipeline.days.look import Look, Seen, with_remedy
from kpi_pipeline.reference.codes import SKIPPED
from kpi_pipeline.storage.lake import Lake


def bytes_intact(lake: Lake, days: Sequence[str]) -> Seen:
    findings = [
        {"day": day, "page_id": row["page_id"], "file": row["source_file"], "url": row["url"] or ""}
        for day in days
        for row in lake.rows("raw_pages", day, ("page_id", "page_version", "source_file", "url", "content"))
        if hashlib.sha256(row["content"]).hexdigest() != row["page_version"]  # type: ignore[arg-type]
    ]
    return Seen(findings, {})


def pages_readable(lake: Lake, days: Sequence[str]) -> Seen:
    findings = [
        {"day": day, "url": row["url"], "status": row["status"], "reason": row["status_reason"],
         "page_id": row["page_id"], "file": row["source_file"]}
        for day in days
        for row in lake.rows("cleaned_text", day, ("page_id", "url", "source_file", "status", "status_reason"))
        if row["status"] not in ("ok", SKIPPED)
    ]  # fmt: skip
    return Seen(findings, {})


RAW_PAGES = (
    contract_of("raw_pages"),
    Look(
        "bytes_intact",
        "The stored bytes of every page are those that were captured.",
        False,
        bytes_intact,
        with_remedy("The landing store is damaged: land these pages again."),
    ),
)
CLEANED_TEXT = (
    contract_of("cleaned_text"),
    Look(
        "pages_readable",
        "Every page could be read as a Vietnamese article.",
        False,
        pages_readable,
        with_remedy("They give no facts; `kpi quarantine` lists them with what to do."),
    ),
)
"""The looks at each asset; that at skipped pages stands in defs/skipped.py."""
