"""The day a page was published, and what says so.

Belongs here: the order of the sources and what each is believed for. Does not belong here: which days are refused
(`folder`), markup that states a day (`page_metadata`), how a written day is read (`cleaning.dates`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from kpi_pipeline.cleaning.blocks import lines_of, tag_of, unwrap_layout
from kpi_pipeline.cleaning.capture import find_article, split_lines
from kpi_pipeline.cleaning.dates import read_dateline
from kpi_pipeline.cleaning.encoding import UndecodableError, decode
from kpi_pipeline.cleaning.furniture import is_box_head, is_end_head
from kpi_pipeline.cleaning.html import MarkupError, headline_of, parse
from kpi_pipeline.cleaning.media import HTML
from kpi_pipeline.landing.page import FIRST_DAY
from kpi_pipeline.landing.page_metadata import stated_day

_PATH_DAY: Final = re.compile(r"/((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})(?=[/\-_.]|$)")
_DASHED_DAY: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})-(\d{2})-(\d{2})(?!\d)")
_JOINED_DAY: Final = re.compile(
    r"(?<!\d)(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])?(?:[0-5]\d){0,2}\d{0,3}(?!\d)"
)
_NUMBERED_DAY: Final = re.compile(
    r"(?<!\d)1\d{2}(\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d\d{3}(?!\d)"
)
_NEAR: Final = 6


@dataclass(frozen=True, slots=True)
class PublicationDay:
    """A day, its source (one of `DAY_SOURCES`) and a note where something else was read and not believed."""

    day: date
    source: str
    note: str | None = None


def find_day(
    content: bytes, media_type: str, url: str | None, captured_on: date, stated: date | None = None
) -> PublicationDay:
    """Find the publication day: the manifest's, the metadata's, the address's, the dateline's, else that of capture.

    `stated` is the manifest's. A day that the page gives and that lies after its capture is not believed. Days before
    2000 or after today are handed on as they are stated by manifest and metadata; nothing is refused here.
    """
    if stated is not None:
        return PublicationDay(stated, "manifest")
    notes: list[str] = []
    lines, tree = read_page(content, media_type)
    headline = headline_of(tree) if tree is not None else None
    candidates = (
        ("metadata", stated_day(tree, headline) if tree is not None else None),
        ("address", day_in_address(url) if url else None),
        ("dateline", _dateline_of_html(tree, headline) if tree is not None else dateline_of_lines(lines)),
    )
    for source, day in candidates:
        if day is None:
            continue
        if day > captured_on:
            notes.append(f"The {source} says {day}, which is after the capture on {captured_on}; it was not used.")
        elif day >= FIRST_DAY or source == "metadata":
            return PublicationDay(day, source, " ".join(notes) or None)
    return PublicationDay(captured_on, "captured", " ".join(notes) or None)


def read_page(content: bytes, media_type: str) -> tuple[list[str], Any | None]:
    """The lines of a text capture, or the tree of an HTML page; neither where the bytes cannot be read."""
    try:
        text, _ = decode(content)
        return ([], parse(text)) if media_type == HTML else (split_lines(text), None)
    except (UndecodableError, MarkupError):
        return [], None


def day_in_address(url: str) -> date | None:
    """The day written in an address, such as /2022/08/20/, 2022-08-20 or 20220820; None where it holds none or two.

    Eighteen digits with a day and time inside, the numbering of one widespread news system, count as well.
    """
    path = unquote(urlsplit(url).path)
    found: set[date] = set()
    for pattern, century in ((_PATH_DAY, 0), (_DASHED_DAY, 0), (_JOINED_DAY, 0), (_NUMBERED_DAY, 2000)):
        for match in pattern.finditer(path):
            year, month, day = (int(part) for part in match.groups())
            try:
                found.add(date(year + century, month, day))
            except ValueError:
                continue
        if found:
            break
    return found.pop() if len(found) == 1 else None


def dateline_of_lines(lines: Sequence[str]) -> date | None:
    """The dateline of a text capture: within a few lines after the headline, never above it (that is a masthead)."""
    title = find_article(lines).title
    return None if title is None else _first_dateline(lines[title + 1 : title + 1 + _NEAR])


def _dateline_of_html(tree: Any, headline: str | None) -> date | None:
    """The dateline near an HTML page's headline: after it, or above it within the article's own element.

    Takes layout tables apart in the tree.
    """
    if headline is None:
        return None
    unwrap_layout(tree)
    lines = lines_of(tree)
    places = [index for index, line in enumerate(lines) if line == headline]
    for place in places:
        day = _first_dateline(lines[place + 1 : place + 1 + _NEAR])
        if day is not None:
            return day
    for heading in tree.xpath(".//h1"):
        parent = heading.getparent()
        if parent is None or tag_of(parent) in ("body", "form", "html"):
            continue
        inside = lines_of(parent)
        if headline in inside:
            place = inside.index(headline)
            day = _first_dateline(inside[max(0, place - 2) : place])
            if day is not None:
                return day
    return None


def _first_dateline(lines: Sequence[str]) -> date | None:
    """The first line that is a dateline, up to the head of a list of other pages.

    A line that only tells of the last change counts where there is no other.
    """
    fallback = None
    for line in lines:
        if is_end_head(line) or is_box_head(line):
            break
        found = read_dateline(line)
        if found is None or found.today or "GMT]" in line or "[GMT" in line:
            continue
        if not found.updated:
            return found.day
        fallback = fallback or found.day
    return fallback
