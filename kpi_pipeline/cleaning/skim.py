"""The lines of an HTML page without parsing it: more than its article, and nothing less.

Belongs here: what can be taken off markup by looks alone, so that whoever reads the lines sees all that `read_html`
could make of the page. Does not belong here: which lines are the article, and what they say.

A page whose markup does not go by the book gives None: only a parser knows what its text is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Final

from kpi_pipeline.cleaning.blocks import INLINE
from kpi_pipeline.cleaning.wrapping import WIDEST, without_invisible

# Never text, wherever it stands; what is around it may be one line.
_SILENT: Final = re.compile(r"<(?=[!sS])(?:!--|((?i:script|style))\b[^<>]*>)")
# Cut out of every page with all that is in them, if they end where they seem to.
_APART: Final = re.compile(r"<(?=[nafNAF])((?i:nav|aside|footer))\b[^<>]*>")
_CLOSED: Final = re.compile(r"(?<=-->)|\s*>")
_NAMED: Final = re.compile(r"<(?i:meta)\b[^<>]*(?i:title)[^<>]*>")
_TABLE: Final = re.compile(r"<(?:(?i:table|tr|pre|plaintext|xmp|listing|textarea)\b|!\[)")
_TAG: Final = re.compile(r"<([A-Za-z/!?][^\s/<>]*)[^<>]*>")
_INSIDE_LINES: Final = frozenset(INLINE | {f"/{name}" for name in INLINE})
_ODD: Final = re.compile(r"""<[A-Za-z/!?]|["']\s*>""")
_TAG_NAME: Final = re.compile(r"<(/?[A-Za-z][A-Za-z0-9]*)")
_ENDS_EARLY: Final = re.compile("--(?:!>|(?<=<!--)>|(?<=<!---)>)")
"""Comments that a parser ends before their `-->`."""
_DIGIT: Final = re.compile(r"\d")
_VOID: Final = frozenset(("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))


@dataclass(frozen=True, slots=True)
class Skimmed:
    """The lines of a page in NFC, joined by line feeds; `tied` where lines may belong together, as in a table or a
    text wrapped by hand."""

    text: str
    tied: bool


def skim(html: str) -> Skimmed | None:
    """All that may become the text of a page of `html` (decoded), or None where looks do not tell. Time is linear."""
    if _ENDS_EARLY.search(html):
        return None
    whole = _without(_SILENT, html)
    body = _without(_APART, whole, _is_whole).replace("\n", " ")
    tied = _TABLE.search(body) is not None
    parts = _TAG.split(body)
    parts[1::2] = ["" if tag.lower() in _INSIDE_LINES else "\n" for tag in parts[1::2]]
    body = "".join(parts)
    if ("<" in body or ">" in body) and _ODD.search(body):
        return None
    named = [tag[1:-1].replace("\n", " ") for tag in _NAMED.findall(whole)]
    text = without_invisible(unescape("\n".join([body, *named])))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    lines = list(filter(None, map(_single_spaced, text.split("\n"))))
    barred = [line for line in lines if "|" in line]
    tied = tied or (len(barred) > 1 and _DIGIT.search("".join(barred)) is not None)
    return Skimmed("\n".join(lines), tied or max(map(len, lines), default=0) <= WIDEST)


def _single_spaced(line: str) -> str:
    """The line with single blanks, none around it; most lines are so already."""
    line = line.strip()
    return line if "  " not in line and line.isprintable() else " ".join(line.split())


def _without(opening: re.Pattern[str], html: str, goes: Callable[[str], bool] | None = None) -> str:
    """The markup without the regions that begin with `opening` (its group is the name, none for a comment) and end at
    the next closing tag of that name; a region stays that has none, or whose inside `goes` does not hold of."""
    kept: list[str] = []
    ends: dict[str, int] = {}
    copied = place = 0
    while (match := opening.search(html, place)) is not None:
        place = inside = match.end()
        closing = f"</{match.group(1)}" if match.group(1) else "-->"
        end = ends.get(closing, 0)
        if 0 <= end < inside:
            end = ends[closing] = html.find(closing, inside)
        closed = None if end < 0 else _CLOSED.match(html, end + len(closing))
        if closed is None:
            continue
        place = closed.end()
        if goes is None or goes(html[inside:end]):
            kept.append(html[copied : match.start()])
            copied = place
    kept.append(html[copied:])
    return "".join(kept)


@lru_cache(maxsize=128)
def _is_whole(markup: str) -> bool:
    """Whether what opens in a piece of markup closes in it, in turn; a site's menu is looked at once."""
    opened: list[str] = []
    for tag in _TAG_NAME.findall(markup):
        if tag[0] != "/":
            if tag not in _VOID:
                opened.append(tag)
        elif not opened or opened.pop() != tag[1:]:
            return False
    return not opened
