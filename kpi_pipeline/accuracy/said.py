"""What the extractor says about the texts of a gold set: cases as they stand, pages through the whole way.

Only the way from a text or a file to fact records; nothing is compared here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kpi_pipeline.accuracy.cases import Case
from kpi_pipeline.cleaning import clean
from kpi_pipeline.extraction import extract
from kpi_pipeline.extraction.record import page_context
from kpi_pipeline.landing.alone import LoneFile, landed_alone

Said = dict[str, list[dict[str, Any]]]

_NO_LAST_DAY = date.max
"""Pages are of any day: what is measured must not hang on the day of the measurement."""


def said_of_cases(cases: Sequence[Case]) -> Said:
    """The facts of each case's text by its id, as extraction gives them."""
    return {case.id: [fact.as_record(case.id) for fact in extract(case.text, case.context).facts] for case in cases}


def said_of_pages(files: Sequence[Path], manifest: Path | None) -> Said:
    """The facts of each page by its file's stem: landed for its day and address, cleaned, extracted.

    A page that landing or cleaning refuses says nothing. Raises `LandingError` for a malformed manifest.
    """
    return {found.file.stem: _said(found) for found in landed_alone(files, manifest, _NO_LAST_DAY)}


def _said(found: LoneFile) -> list[dict[str, Any]]:
    if found.page is None:
        return []
    document = clean(found.content, found.page.media_type, found.page.url)
    if document.status != "ok":
        return []
    known = {
        "published_on": found.page.published_on,
        "day_source": found.page.day_source,
        "url": found.page.url,
        "source_province": found.page.source_province,
        "title": document.title,
    }
    context = page_context(known, [(cue.kind, cue.text) for cue in document.cues])
    return [fact.as_record(found.file.stem) for fact in extract(document.text, context).facts]
