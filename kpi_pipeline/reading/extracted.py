"""The rows of extracted_facts and unread_numbers for a page. Only their shape; extraction/ reads the text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kpi_pipeline.extraction import Extraction, Unread, extract, number_tokens
from kpi_pipeline.extraction.record import fact_rows, page_context, unread_rows
from kpi_pipeline.reference.tables import ReferenceDataError

Row = Mapping[str, object]
Spans = Sequence[tuple[int, int]]


class PageFacts(NamedTuple):
    """Rows of extracted_facts and unread_numbers for one page, and what went wrong, if anything."""

    facts: Sequence[Row]
    unread: Sequence[Row]
    problem: str | None


def extracted_rows(page: Row) -> PageFacts:
    """What a row of cleaned_text states. A page that breaks extraction gives no fact, and each of its numbers is listed
    as unread. Raises `MemoryError` where the page does not fit,
    `ReferenceDataError` where a reference file is not sound.
    """
    text = str(page["text"])
    if page["status"] != "ok":
        return PageFacts([], unread_rows(page, _unread(text, f"page_{page['status']}")), None)
    cues = [(str(kind), str(words)) for kind, words in json.loads(str(page["cues"]))]
    try:
        extraction = extract(text, page_context(page, cues))
    except (MemoryError, ReferenceDataError):  # of the machine, of a file that all pages are read with
        raise
    except Exception as error:  # one page's trouble is not the day's
        return lost_facts(page, f"extraction failed ({type(error).__name__}: {error}); its numbers are unread.")
    return _page_facts(page, text, extraction, None)


def lost_facts(page: Row, reason: str) -> PageFacts:
    """What is kept of a page whose text could not be read: no fact, all numbers unread, `reason` as the problem."""
    text = str(page["text"])
    nothing = Extraction(facts=(), unread=_unread(text, "extraction_failed"))
    return _page_facts(page, text, nothing, f"Page {page['page_id']}: {reason}")


def counted_tokens(page: Row) -> tuple[str, Spans]:
    """The id of a page and the spans of all numbers in its text, for counting them again."""
    return str(page["page_id"]), number_tokens(str(page["text"]))


def _page_facts(page: Row, text: str, extraction: Extraction, problem: str | None) -> PageFacts:
    return PageFacts(fact_rows(page, text, extraction.facts), unread_rows(page, extraction.unread), problem)


def _unread(text: str, reason: str) -> tuple[Unread, ...]:
    return tuple(
        Unread(start, end, text[start:end], reason, text[max(0, start - 40) : end + 40])
        for start, end in number_tokens(text)
    )
