"""Cleaning: the bytes of a page become its text, whatever the bytes are.

Belongs here: `clean`, the one entrance. Does not belong here: where pages come from (`landing`) and what their text
says (`extraction`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Final

from kpi_pipeline.cleaning.capture import find_article, split_lines
from kpi_pipeline.cleaning.cues import find_cues
from kpi_pipeline.cleaning.document import (
    CUE_CANONICAL_URL,
    CUE_KINDS,
    CUE_SITE_NAME,
    CUE_SOURCE_LINE,
    STATUS_FAILED,
    STATUS_NO_TEXT,
    STATUS_NOT_VIETNAMESE,
    STATUS_OK,
    STATUS_SKIPPED,
    STATUS_UNDECODABLE,
    STATUSES,
    Cue,
    Document,
)
from kpi_pipeline.cleaning.encoding import UndecodableError, decode
from kpi_pipeline.cleaning.html import MarkupError, read_html
from kpi_pipeline.cleaning.language import VIETNAMESE, language_of
from kpi_pipeline.cleaning.media import HTML, sniff
from kpi_pipeline.cleaning.skim import skim
from kpi_pipeline.reference.tables import ReferenceDataError

# Letters written as in HTML, in a text whose markup is gone.
_REFERENCE: Final = re.compile(r"&(?:#\d{2,5}|#[xX][0-9a-fA-F]{2,4}|[A-Za-z]{2,8});")
_MIN_REFERENCES: Final = 3
_SKIPPED: Final = (
    "No sentence of the page has a number and the words of an indicator, so it was not parsed; run with KPI_SKIP=0 to "
    "have its text."
)

__all__ = ["CUE_KINDS", "STATUSES", "Cue", "Document", "Worth", "clean"]


Worth = Callable[[str, bool], bool]
"""Whether lines (NFC, joined by line feeds) are worth reading; the second argument says that they may be one table."""


def clean(
    content: bytes, media_type: str | None = None, url: str | None = None, worth: Worth | None = None
) -> Document:
    """Turn the bytes of one page into a `Document`. Raises nothing but `MemoryError`.

    `media_type` ("text/html", "text/plain; charset=…") is what is known of the bytes, else they are looked at;
    `url` is the page's address, kept as a cue where the page names no other. A page that gives no text says so in
    `status` and `reason`. With `worth`, an HTML page none of whose lines is worth reading is not parsed: it has the
    status "skipped" and no text. `worth` must be true of a page if it is of any of its lines.
    """
    try:
        return _clean(content, media_type, url, worth)
    except UndecodableError as error:
        message = str(error)
        reason = f"{message[0].upper()}{message[1:]}; fetch the page again, or save it as UTF-8 and land it anew."
        return Document(None, (), None, None, STATUS_UNDECODABLE, reason)
    except MarkupError as error:
        reason = f"The markup cannot be read: {error}; save the article's text as .txt and land that."
        return Document(None, (), None, None, STATUS_FAILED, reason)
    except (ReferenceDataError, MemoryError):
        raise
    except Exception as error:
        reason = f"Cleaning broke off ({type(error).__name__}); save the article's text as .txt and land that."
        return Document(None, (), None, None, STATUS_FAILED, reason)


def _clean(content: bytes, media_type: str | None, url: str | None, worth: Worth | None) -> Document:
    kind, _, rest = (media_type or "").partition(";")
    if not content.strip():
        return Document(None, (), None, None, STATUS_NO_TEXT, "The page is empty; fetch it again.")
    seen = sniff(content)
    if seen is None:
        raise UndecodableError("the bytes are no text (a PDF, a picture, an archive, or damaged beyond reading)")
    kind = kind.strip().lower() or seen
    charset = rest.partition("charset=")[2].strip("\"' ") or None
    text, encoding = decode(content, charset)
    if worth is not None and kind == HTML:
        skimmed = skim(text)
        if skimmed is not None and not worth(skimmed.text, skimmed.tied):
            return Document(None, (), None, encoding, STATUS_SKIPPED, _SKIPPED)
    title, paragraphs, cues = _read_html(text) if kind == HTML else _read_capture(text)
    if url and all(cue.kind != CUE_CANONICAL_URL for cue in cues):
        cues.append(Cue(CUE_CANONICAL_URL, url))
    whole = "\n".join([*([title] if title else []), *paragraphs])
    language = language_of(whole)
    status, reason = _verdict(paragraphs, language)
    return Document(title, tuple(paragraphs), language, encoding, status, reason, tuple(cues))


def _read_html(text: str) -> tuple[str | None, list[str], list[Cue]]:
    page = read_html(text)
    if page is None:
        return None, [], []
    cues = [Cue(CUE_SITE_NAME, page.site_name)] if page.site_name else []
    if page.canonical_url:
        cues.append(Cue(CUE_CANONICAL_URL, page.canonical_url))
    cues += find_cues(page.paragraphs)
    cues += [cue for cue in find_cues(page.edges) if cue.kind == CUE_SOURCE_LINE]
    return page.title, list(page.paragraphs), cues


def _read_capture(text: str) -> tuple[str | None, list[str], list[Cue]]:
    if len(_REFERENCE.findall(text)) >= _MIN_REFERENCES:
        text = unescape(text)
    lines = split_lines(text)
    article = find_article(lines)
    title = None if article.title is None else lines[article.title]
    paragraphs = [lines[index] for index in article.body]
    return title, paragraphs, find_cues(paragraphs)


def _verdict(paragraphs: list[str], language: str | None) -> tuple[str, str | None]:
    if not paragraphs:
        return STATUS_NO_TEXT, "No article text was found on the page; save its text as .txt and land that."
    if language is None:
        return STATUS_NO_TEXT, "Fewer than five words are left of the page; save its text as .txt and land that."
    if language != VIETNAMESE:
        return STATUS_NOT_VIETNAMESE, (
            "The text is not Vietnamese, or has lost its diacritics; land the Vietnamese edition of the page instead."
        )
    return STATUS_OK, None
