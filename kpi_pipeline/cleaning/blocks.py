"""An HTML tree made fit for reading: layout taken off, and the text as lines in the order of the page.

Belongs here: structure of markup (layout tables, forms around whole pages, lists of places, boxes beside an article).
Does not belong here: which lines are the article (`html`, `capture`).
"""

from __future__ import annotations

import re
from typing import Any, Final

from kpi_pipeline.cleaning.capture import tidy
from kpi_pipeline.cleaning.furniture import is_place_list

_SILENT: Final = re.compile(
    "script|style|noscript|template|head|select|option|button|input|textarea|svg|iframe|object|embed|canvas|map"
)
_APART_ROLES: Final = ("navigation", "complementary", "contentinfo", "banner")
_APART: Final = re.compile("nav|aside|footer|menu|dialog")
_INLINE: Final = re.compile(
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|img|ins|kbd|label|mark|q|s|samp|small|span|strike|strong|"
    "sub|sup|time|tt|u|var|wbr"
)
_BESIDE: Final = re.compile(
    r"(?:^|[\s_\-])(?:related|relate|sidebar|side-bar|widget|breadcrumbs?|comments?|footer|nav|navbar|menu|popular|most|"
    r"tin-?lien-?quan|tinlienquan|lien-?quan|lienquan|tin-?khac|tinkhac|cung-?chuyen-?muc|cungchuyenmuc|other-?news|othernews|"
    r"doc-?nhieu|xem-?nhieu|binh-?luan|share|social|counter|banner|quang-?cao|ads?|bai-?viet-?khac|tag-?list)(?:$|[\s_\-\d])",
    re.IGNORECASE,
)


def tag_of(element: Any) -> str:
    """The element's tag in lower case, "" for comments and processing instructions."""
    return element.tag.lower() if isinstance(element.tag, str) else ""


def text_of(element: Any) -> str:
    """All text inside an element as one tidy line."""
    return " ".join(lines_of(element, skip_beside=False))


def is_beside(element: Any) -> bool:
    """True for an element that by its tag, role, class or id stands beside the article."""
    if _APART.fullmatch(tag_of(element)) or element.get("role") in _APART_ROLES:
        return True
    return any(_BESIDE.search(element.get(name) or "") for name in ("class", "id"))


def unwrap_layout(tree: Any) -> None:
    """Turn markup that only lays a page out into plain divisions, in place.

    Forms around the whole page (ASP.NET), figures around a table (CKEditor) and tables that hold an article instead
    of data would otherwise be cut out, or read as rows. Lists of provinces in one cell or paragraph are taken out.
    """
    for form in tree.xpath(".//form[.//p or .//h1 or .//table]"):
        if len(text_of(form)) > 400:
            form.tag = "div"
    for figure in tree.xpath(".//figure[.//table]"):
        figure.tag = "div"
    for table in reversed(tree.xpath(".//table")):
        if _is_layout(table):
            _divide(table)
    for element in tree.xpath(".//p | .//td | .//div | .//span | .//font | .//center"):
        if element.getparent() is not None and len(element) <= 200 and _holds_only_places(element):
            _empty(element)


def _empty(element: Any) -> None:
    """Take out what an element holds; what follows it stays."""
    for child in list(element):
        element.remove(child)
    element.text = None


def _is_layout(table: Any) -> bool:
    """A table is layout where it nests a table, holds headings or long running text, or has but one column."""
    if table.xpath(".//table | .//h1 | .//h2 | .//article"):
        return True
    rows = table.xpath("./tr | ./tbody/tr | ./thead/tr | ./tfoot/tr")
    widths = [len(row.xpath("./td | ./th")) for row in rows]
    if not widths or max(widths) < 2:
        return True
    cells = table.xpath(".//td | .//th")
    return any(len(cell.xpath(".//p | .//br | .//div")) >= 2 and len(text_of(cell)) > 500 for cell in cells)


def _divide(table: Any) -> None:
    for part in [
        table,
        *table.xpath("./tr | ./tbody | ./thead | ./tfoot | ./*/tr | ./tr/td | ./tr/th | ./*/tr/td | ./*/tr/th"),
    ]:
        part.tag = "div"


def _holds_only_places(element: Any) -> bool:
    pieces = list(element.itertext())
    return 20 <= sum(map(len, pieces)) <= 4000 and is_place_list(tidy(" ".join(pieces).replace("\n", " ")))


def mark_items(tree: Any) -> None:
    """Gives the items of a list that state something a dash, so that they stay items once the markup is gone."""
    for item in tree.iter("li"):
        words = text_of(item)
        linked = sum(len(text_of(link)) for link in item.iter("a"))
        if len(words) < _ITEM or linked * 2 > len(words) or not any(char.isdigit() for char in words):
            continue
        if not words.lstrip().startswith(("-", "•", "+", "*")) and not words.lstrip()[:1].isdigit():
            first = next((child for child in item.iter() if (child.text or "").strip()), item)
            first.text = "- " + (first.text or "").lstrip()


_ITEM = 25


def lines_of(tree: Any, skip_beside: bool = True) -> list[str]:
    """The visible text of the tree, a line a block; the cells of a data table's row joined by " | "."""
    lines: list[str] = []
    pieces: list[str] = []

    def flush() -> None:
        line = tidy("".join(pieces).replace("\n", " "))
        pieces.clear()
        if line:
            lines.append(line)

    def walk(element: Any) -> None:
        tag = tag_of(element)
        if not tag or _SILENT.fullmatch(tag) or (skip_beside and is_beside(element)):
            return
        if tag == "tr":
            flush()
            cells = [text_of(cell) for cell in element if tag_of(cell) in ("td", "th")]
            if any(cells):
                lines.append(" | ".join(cells))
            return
        block = _INLINE.fullmatch(tag) is None
        if block:
            flush()
        if element.text:
            pieces.append(element.text)
        for child in element:
            if tag_of(child) == "br":
                flush()
            else:
                walk(child)
            if child.tail:
                pieces.append(child.tail)
        if block:
            flush()

    walk(tree)
    flush()
    return lines
