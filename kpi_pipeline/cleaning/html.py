"""The article of an HTML page: headline, paragraphs, and what the markup says about the site.

Belongs here: trafilatura and what keeps it from losing or letting in text. Does not belong here: text captures
(`capture`), publication days (`landing.publication_day`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import trafilatura
from lxml import etree
from lxml import html as lxml_html
from trafilatura.settings import Document as Extracted

from kpi_pipeline.cleaning.blocks import is_beside, lines_of, mark_items, tag_of, text_of, unwrap_layout
from kpi_pipeline.cleaning.capture import carries_on, find_article, tidy
from kpi_pipeline.cleaning.furniture import is_box_head, is_end_head, is_furniture, place_runs

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_SITE_TITLE: Final = re.compile(
    r"^(?:Báo|Cổng|Trang (?:chủ|tin|thông tin)|Tạp chí|Đài|Website|Home|Tin tức|UBND|Ủy ban nhân dân)\b", re.IGNORECASE
)
_SEPARATOR: Final = re.compile(r"\s+(?:[|»·–—]|-)\s+")
# Control characters, written out or as references: XML trees refuse them.
_FORBIDDEN: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]"
    r"|&#(?:0*(?:[0-8]|1[1-24-9]|2\d|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));?(?![0-9a-fA-F])"
)
_LETTERS: Final = re.compile(r"\W+")
_DIGIT: Final = re.compile(r"\d")
_CLOSED: Final = re.compile(r"[.!?…:;][\"”’')\]]*$")
_LEAD_LINES: Final = 3
_PROSE_WORDS: Final = 6
_FIGURE_WORDS: Final = 3
_MAX_LUMPS: Final = 50
_MAX_DEPTH: Final = 300


class MarkupError(ValueError):
    """Markup that no page has."""


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """What an HTML page holds; paragraphs are tidy NFC lines without the headline.

    `edges` are the lines around the article that may tell its source and did not become paragraphs.
    """

    title: str | None
    paragraphs: tuple[str, ...]
    site_name: str | None
    canonical_url: str | None
    edges: tuple[str, ...] = ()


def parse(text: str) -> Any | None:
    """The page's element tree, or None where no markup can be read. Raises `MarkupError` where nobody can mean it."""
    if not text.strip():
        return None
    body = _FORBIDDEN.sub("", re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1))
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        tree = lxml_html.document_fromstring(body.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    if not tag_of(tree):
        return None
    if _depth(tree) > _MAX_DEPTH:
        raise MarkupError(f"elements are nested more than {_MAX_DEPTH} deep")
    return tree


def read_html(text: str) -> HtmlPage | None:
    """Read one page; None where there is no markup to read. Raises `MarkupError` where nobody can have meant it."""
    tree = parse(text)
    if tree is None:
        return None
    title, site_name = _title_and_site(tree)
    canonical = _first(tree, ".//link[@rel='canonical']/@href", ".//meta[@property='og:url']/@content")
    unwrap_layout(tree)
    mark_items(tree)
    lines = lines_of(tree)
    article = find_article(lines, title)
    if title is None and article.title is not None:
        title = lines[article.title]
    inside = [lines[index] for index in article.body]
    paragraphs = article_paragraphs(tree, title, lines, inside)
    edges = [line for line in inside[-3:] if line not in paragraphs]
    return HtmlPage(title, tuple(paragraphs), site_name, canonical, tuple(edges))


def _depth(tree: Any) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def headline_of(tree: Any) -> str | None:
    """The headline that the markup gives, or None."""
    return _title_and_site(tree)[0]


def article_paragraphs(tree: Any, title: str | None, lines: list[str], inside: list[str]) -> list[str]:
    """The article's paragraphs: trafilatura's, without furniture, cut at the head of a list of other pages, and with
    the prose that it lost.

    `lines` are all lines of the page, `inside` those that the paragraph classifier takes for the article.
    """
    found = trafilatura.bare_extraction(tree, include_comments=False, include_tables=True, with_metadata=False)
    raw = _body_lines(found.body) if isinstance(found, Extracted) else []
    if _has_lump(raw, lines):
        raw = []
    taken = _without_furniture(_from_headline(raw, title))
    return [line for line in _merge(taken, inside) if title is None or _key(line) != _key(title)]


def _has_lump(raw: list[str], lines: list[str]) -> bool:
    """True where trafilatura's last resort has put several lines of the page into one paragraph."""
    keys = {_key(line) for line in lines}
    lumps = [whole for whole in map(_key, raw) if whole not in keys]
    pieces = {_key(line) for line in lines if len(line.split()) >= 4} if lumps else set()
    for whole in lumps[:_MAX_LUMPS]:
        inner = [piece for piece in pieces if len(piece) < len(whole) and piece in whole]
        if len(inner) >= 2 and (len(inner) >= 5 or sum(map(len, inner)) >= 0.7 * len(whole)):
            return True
    return False


def _from_headline(lines: list[str], title: str | None) -> list[str]:
    """What follows the headline, where the headline is among the lines; menus stand above it."""
    keys = [_key(line) for line in lines]
    place = keys.index(_key(title)) if title and _key(title) in keys else -1
    return lines[place + 1 :]


def _body_lines(body: Any) -> list[str]:
    """Paragraphs of trafilatura's tree; a table row is one paragraph."""
    lines: list[str] = []
    pieces: list[str] = []

    def flush() -> None:
        line = tidy("".join(pieces).replace("\n", " "))
        pieces.clear()
        if line:
            lines.append(line)

    def walk(element: Any) -> None:
        tag = tag_of(element)
        if tag == "row":
            flush()
            cells = [text_of(cell) for cell in element if tag_of(cell) == "cell"]
            if any(cells):
                lines.append(" | ".join(cells))
            return
        inline = tag in ("hi", "ref", "del", "code")
        if not inline:
            flush()
        pieces.append(element.text or "")
        for child in element:
            walk(child)
            pieces.append(child.tail or "")
        if not inline:
            flush()

    walk(body)
    flush()
    return lines


def _without_furniture(lines: Sequence[str]) -> list[str]:
    """Drop furniture line by line, boxes of links, and everything from the head of a list of other pages on."""
    places = place_runs(lines)
    kept: list[str] = []
    in_box = False
    for index, line in enumerate(lines):
        if is_end_head(line) or is_box_head(line):
            if kept and (is_end_head(line) or not _resumes(lines[index + 1 :])):
                break
            in_box = True
            continue
        in_box = in_box and not _CLOSED.search(line)
        if not in_box and index not in places and not is_furniture(line):
            kept.append(line)
    return kept


def _resumes(lines: Sequence[str]) -> bool:
    """Whether the article carries on behind a box of links whose head stands before `lines`."""
    stop = next((place for place, line in enumerate(lines) if is_end_head(line) or is_box_head(line)), len(lines))
    start = next((place for place in range(stop) if _CLOSED.search(lines[place])), stop)
    return carries_on(lines[:start], lines[start:stop])


def _merge(taken: list[str], inside: list[str]) -> list[str]:
    """Put back prose that stands inside the article and was lost on the way.

    Only what `inside` has between lines that both readings share, or just before the first of them (the lead), counts
    as inside; behind the last shared line only prose or rows with a figure do, and only directly behind it. Where
    trafilatura found nothing, the classifier's reading stands.
    """
    if not taken:
        return inside
    whole = _key(" ".join(taken))
    taken_keys = {_key(line) for line in taken}
    shared = [index for index, line in enumerate(inside) if _key(line) in taken_keys or _key(line) in whole]
    if not shared:
        return taken
    known = {_key(line) for line in inside}
    first = next((place for place, line in enumerate(taken) if _key(line) in known or _is_text(line)), 0)
    own = taken[first:]
    places = {line: place for place, line in reversed(list(enumerate(own)))}
    lost: dict[int, list[str]] = {}
    anchor = -1
    known_here = set(shared)
    for index in range(max(0, shared[0] - _LEAD_LINES), min(len(inside), shared[-1] + 1 + _LEAD_LINES)):
        line = inside[index]
        if index in known_here:
            anchor = places.get(line, anchor)
        elif _is_lost(line, index < shared[-1]):
            lost.setdefault(anchor, []).append(line)
    merged = lost.get(-1, [])
    for place, line in enumerate(own):
        merged += [line, *lost.get(place, [])]
    return merged


def _is_text(line: str) -> bool:
    return _CLOSED.search(line) is not None or (" | " in line and _DIGIT.search(line) is not None)


def _is_lost(line: str, surrounded: bool) -> bool:
    """True for a line worth putting back: running prose, or behind the article a row or sentence with a figure."""
    figure = _DIGIT.search(line) is not None
    prose = _CLOSED.search(line) is not None and len(line.split()) >= (_FIGURE_WORDS if figure else _PROSE_WORDS)
    return (prose and (surrounded or figure)) or (figure and " | " in line)


@lru_cache(maxsize=4096)
def _key(line: str) -> str:
    return _LETTERS.sub("", line.lower())


def _title_and_site(tree: Any) -> tuple[str | None, str | None]:
    """The headline and the site's name, from the headings, Open Graph and the window's title."""
    site = _first(tree, ".//meta[@property='og:site_name']/@content", ".//meta[@name='application-name']/@content")
    shared = _first(tree, ".//meta[@property='og:title']/@content", ".//meta[@name='title']/@content")
    window = _first(tree, ".//title/text()")
    headings = [text_of(node) for node in tree.xpath(".//h1") if not _stands_beside(node)]
    headings = [heading for heading in headings if len(heading.split()) >= 4]
    for heading in headings:
        if any(_key(heading) in _key(other) or _key(other) in _key(heading) for other in (shared, window) if other):
            return heading, site or _suffix(window, heading)
    if headings and not (shared or window):
        return headings[0], site
    for other in (shared, window):
        name = _headline_of(other, site)
        if name:
            return name, site or _suffix(window, name)
    return (headings[0] if headings else None), site or window


def _stands_beside(node: Any) -> bool:
    return any(is_beside(parent) for parent in node.iterancestors())


def _headline_of(title: str | None, site: str | None) -> str | None:
    """A window title without the site's name; None where it is nothing but the site's name."""
    if not title:
        return None
    parts = [part for part in _SEPARATOR.split(title) if part and part != site]
    while len(parts) > 1 and (_SITE_TITLE.match(parts[-1]) or len(parts[-1].split()) < 4):
        parts.pop()
    while len(parts) > 1 and _SITE_TITLE.match(parts[0]):
        parts.pop(0)
    name = " - ".join(parts)
    return None if len(name.split()) < 4 or (len(parts) == 1 and _SITE_TITLE.match(name)) else name


def _suffix(window: str | None, title: str) -> str | None:
    """The site's name where the window's title is the headline followed by it."""
    if not window or not _key(window).startswith(_key(title)):
        return None
    parts = _SEPARATOR.split(window)
    return parts[-1] if len(parts) > 1 and _key(parts[-1]) not in _key(title) else None


def _first(tree: Any, *paths: str) -> str | None:
    for path in paths:
        for found in tree.xpath(path):
            line = tidy(str(found).replace("\n", " "))
            if line:
                return line
    return None
