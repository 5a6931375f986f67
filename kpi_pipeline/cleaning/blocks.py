"""An HTML tree made fit for reading: layout taken off, and the text as lines in the order of the page.

Belongs here: structure of markup (layout tables, forms around whole pages, boxes beside an article, hidden parts, list
items). Does not belong here: data tables (`tables`), which lines are the article (`article`, `capture`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

from lxml import etree

from kpi_pipeline.cleaning.tables import table_rows
from kpi_pipeline.cleaning.wrapping import join_lines, tidy

# What `itertext` gives, without an object for every element.
_TEXTS: Final = etree.XPath("descendant::text()", smart_strings=False)
_SILENT: Final = frozenset((
    "script", "style", "noscript", "template", "head", "select", "option", "button", "input", "textarea", "svg",
    "iframe", "object", "embed", "canvas", "map", "datalist",
))  # fmt: skip
_APART_ROLES: Final = frozenset(("navigation", "complementary", "contentinfo", "banner"))
_APART: Final = frozenset(("nav", "aside", "footer", "menu", "dialog", "amp-sidebar"))
_WHOLE: Final = frozenset(("html", "body", "main"))
INLINE: Final = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins",
    "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
))  # fmt: skip
_BESIDE: Final = re.compile(
    r"(?:^|[\s_\-])(?:related|relate|sidebar|side-bar|breadcrumbs?|comments?|footer|nav|navbar|"
    r"tin-?lien-?quan|tinlienquan|lien-?quan|lienquan|tin-?khac|tinkhac|cung-?chuyen-?muc|cungchuyenmuc|other-?news|othernews|"
    r"doc-?nhieu|xem-?nhieu|binh-?luan|social|counter|quang-?cao|bai-?viet-?khac|tag-?list)(?:$|[\s_\-\d])",
    re.IGNORECASE,
)
# Names that also stand on boxes of page builders with the article inside.
_PERHAPS_BESIDE: Final = re.compile(
    r"(?:^|[\s_\-])(?:widget|menu|popular|most|share|banner|ads?)(?:$|[\s_\-\d])", re.IGNORECASE
)
# Elementor calls every paragraph a widget.
_BUILDER: Final = re.compile(r"\belementor[\w\-]*")
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"[^\n]{50,}[.!?…]")
_BULLET: Final = re.compile(r"[-–+*•]|\d{1,2}\s?[.)/]\s|[a-zđ]\)")
_DIGIT: Final = re.compile(r"\d")
_BREAK: Final = "\u2028"
_SHORTEST_ITEM: Final = 25
_LONG_CELL: Final = 500


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a page: `raw` is its text as it stands in the markup (a row of a table may repeat heads); rows of
    one table share a number, which is 0 for other lines."""

    line: str
    raw: str
    table: int = 0


def tag_of(element: Any) -> str:
    """The element's tag in lower case, "" for comments and processing instructions."""
    return element.tag.lower() if isinstance(element.tag, str) else ""


def text_of(element: Any) -> str:
    """All text inside an element as one tidy line."""
    if len(element) == 0:
        return tidy(element.text or "")
    return " ".join(lines_of(element, skip_beside=False))


def is_beside(element: Any) -> bool:
    """True for an element that by its tag, role, class or id stands beside the article."""
    return _stands_beside(tag_of(element), element) and not _outweighs(element, _mass(element.getroottree().getroot()))


def _stands_beside(tag: str, element: Any) -> bool:
    """`is_beside` without a look at how much of the page the element holds."""
    if tag in _APART or (tag == "article" and _is_teaser(element)):
        return True
    attributes = element.attrib
    if not attributes or tag in _WHOLE:
        return False
    if attributes.get("role") in _APART_ROLES:
        return True
    for name in ("class", "id"):
        kind = _kind(attributes.get(name) or "")
        if kind == 2 or (kind == 1 and not _has_prose(element)):
            return True
    return False


@lru_cache(maxsize=4096)
def _kind(name: str) -> int:
    """2 for the class of a box beside the article, 1 for one that may be, else 0."""
    name = _BUILDER.sub("", name)
    return 2 if _BESIDE.search(name) else int(_PERHAPS_BESIDE.search(name) is not None)


def _is_teaser(article: Any) -> bool:
    """An `article` whose headline is a link tells of another page."""
    heading = next(article.iter("h1", "h2", "h3", "h4"), None)
    if heading is None or heading.tag == "h1":
        return False
    links = [link for link in (*heading.iter("a"), heading.getparent()) if link.tag == "a" and link.get("href")]
    return any(len(link.text_content()) >= len(heading.text_content()) > 0 for link in links)


def _has_prose(element: Any) -> bool:
    """Running sentences that are no links."""
    linked = sum(len(link.text_content()) for link in element.iter("a"))
    text = element.text_content()
    return linked * 4 < len(text) and _SENTENCE.search(text) is not None


def _outweighs(element: Any, total: int) -> bool:
    """True where an element holds most of a page's prose: whatever its class says, it is no box."""
    return tag_of(element) not in _APART and _mass(element) * 2 > total > 0


def _mass(element: Any) -> int:
    """How many characters of running prose an element holds."""
    texts = [text for text in _TEXTS(element) if len(text) > 1 and "{" not in text]
    return sum(map(len, _SENTENCE.findall("\n".join(texts))))


def _is_hidden(element: Any) -> bool:
    attributes = element.attrib
    return "hidden" in attributes or _HIDDEN.search(attributes.get("style") or "") is not None


def prune(tree: Any, hidden_too: bool = False) -> None:
    """Take out, in place, what no reader sees and what stands beside the article, with all that is in it.

    With `hidden_too`, parts that only a style hides stay: scripts may show them.
    """
    total = -1
    waiting = [tree]
    while waiting:
        for element in waiting.pop():
            tag = tag_of(element)
            gone = tag in _SILENT
            if not gone and (_stands_beside(tag, element) or (not hidden_too and _is_hidden(element))):
                total = _mass(tree) if total < 0 else total
                gone = not _outweighs(element, total)
            if gone:
                element.drop_tree()
            elif len(element):
                waiting.append(element)


def unwrap_layout(tree: Any) -> None:
    """Turn markup that only lays a page out into plain divisions, in place.

    Forms around the whole page (ASP.NET), figures around a table (CKEditor) and tables that hold an article instead
    of data would otherwise be cut out, or read as rows.
    """
    for form in tree.xpath(".//form[.//p or .//h1 or .//table]"):
        if len(text_of(form)) > 400:
            form.tag = "div"
    for entry in tree.iter("dt", "dd"):
        entry.tag = "p"
    tables = list(tree.iter("table"))
    for table in reversed(tables):
        if _is_layout(table):
            _divide(table)
    if tables:
        for figure in tree.xpath(".//figure[.//table]"):
            figure.tag = "div"


def _is_layout(table: Any) -> bool:
    """A table is layout where it nests a table, holds headings or long running text, or has but one column."""
    if next(table.iterdescendants("table", "h1", "h2", "article"), None) is not None:
        return True
    rows = table.xpath("./tr | ./tbody/tr | ./thead/tr | ./tfoot/tr")
    widths = [sum(1 for cell in row if cell.tag in ("td", "th")) for row in rows]
    if not widths or max(widths) < 2:
        return True
    for cell in table.iterdescendants("td", "th"):
        if sum(1 for _ in cell.iterdescendants("p", "br", "div")) >= 2 and len(text_of(cell)) > _LONG_CELL:
            return True
    return False


def _divide(table: Any) -> None:
    for part in [
        table,
        *table.xpath("./tr | ./tbody | ./thead | ./tfoot | ./*/tr | ./tr/td | ./tr/th | ./*/tr/td | ./*/tr/th"),
    ]:
        part.tag = "div"


def lines_of(tree: Any, skip_beside: bool = True) -> list[str]:
    """The visible text of the tree, a line a block; the cells of a data table's row joined by " | ".

    Items of a list that state something begin with a dash, so that they stay items once the markup is gone.
    """
    return [block.line for block in blocks_of(tree, skip_beside)]


def blocks_of(tree: Any, skip_beside: bool = True) -> list[Block]:
    """`lines_of` with what is known of each line."""
    blocks: list[Block] = []
    pieces: list[str] = []

    def flush() -> None:
        whole = "".join(pieces)
        pieces.clear()
        lines = join_lines(whole.split(_BREAK)) if _BREAK in whole else [tidy(whole)]
        blocks.extend(Block(line, line) for line in lines if line)

    def walk(element: Any, kept: bool) -> None:
        tag = tag_of(element)
        if not tag or tag in _SILENT:
            return
        if skip_beside and element is not tree and (is_beside(element) or _is_hidden(element)):
            return
        inline = tag in INLINE
        if not inline and pieces:
            flush()
        if tag in ("table", "tr"):
            rows = table_rows(element, text_of)
            number = 1 + len(blocks)
            blocks.extend(Block(line, raw, number if " | " in line else 0) for line, raw in rows)
            return
        first = len(blocks)
        kept = kept or tag == "pre"
        if element.text:
            pieces.append(element.text.replace("\n", _BREAK) if kept else element.text)
        for child in element:
            if child.tag == "br":
                pieces.append(_BREAK)
            else:
                walk(child, kept)
            tail = child.tail
            if tail:
                pieces.append(tail.replace("\n", _BREAK) if kept else tail)
        if not inline:
            if pieces:
                flush()
            if tag == "li":
                _mark_item(element, blocks, first)

    walk(tree, False)
    flush()
    return blocks


def rejoined(blocks: Sequence[Block]) -> list[Block]:
    """The lines of a page on which every line of a hard-wrapped text became a paragraph, put together again."""
    found: list[Block] = []
    for of_table, group in groupby(blocks, key=lambda block: block.table > 0):
        stretch = list(group)
        lines = [] if of_table else join_lines([block.line for block in stretch])
        found += [Block(line, line) for line in lines] if len(lines) not in (0, len(stretch)) else stretch
    return found


def _mark_item(item: Any, blocks: list[Block], first: int) -> None:
    """Give the item whose lines begin at `first` a dash, unless it is a link or says no number."""
    if first >= len(blocks) or blocks[first].table or _BULLET.match(blocks[first].line):
        return
    size = sum(len(block.line) for block in blocks[first:])
    if size < _SHORTEST_ITEM or not any(_DIGIT.search(block.line) for block in blocks[first:]):
        return
    if sum(len(link.text_content()) for link in item.iter("a")) * 2 <= size:
        blocks[first] = Block("- " + blocks[first].line, blocks[first].raw)
