"""The row of cleaned_text for a page. Only its shape; how bytes become text stands in cleaning/."""

from __future__ import annotations

import json
from collections.abc import Mapping

from kpi_pipeline.cleaning import Document, Worth, clean
from kpi_pipeline.cleaning.document import STATUS_FAILED

Row = Mapping[str, object]

DAMAGED = "The stored bytes of this page are damaged or missing: land the page again."
_KNOWN = ("page_id", "page_version", "url", "published_on", "day_source", "captured_on", "source_province")


def cleaned_row(page: Row, worth: Worth | None = None) -> dict[str, object]:
    """The row of cleaned_text for a row of raw_pages; `worth` is that of `clean`. Raises `MemoryError` where the page
    does not fit."""
    content = page["content"]
    assert isinstance(content, bytes)
    if not content:
        return lost_page(page, DAMAGED)
    url = page["url"]
    return _row(page, clean(content, str(page["media_type"]), None if url is None else str(url), worth))


def lost_page(page: Row, reason: str) -> dict[str, object]:
    """The row of cleaned_text for a page that could not be read; `reason` says why and what to do."""
    return _row(page, Document(None, (), None, None, STATUS_FAILED, reason))


def _row(page: Row, document: Document) -> dict[str, object]:
    return {
        **{name: page[name] for name in _KNOWN},
        "source_file": page["source_file"],
        "title": document.title,
        "text": document.text,
        "n_paragraphs": len(document.paragraphs),
        "language": document.language,
        "encoding": document.encoding,
        "status": document.status,
        "status_reason": document.reason,
        "cues": json.dumps([[cue.kind, cue.text] for cue in document.cues], ensure_ascii=False),
    }
