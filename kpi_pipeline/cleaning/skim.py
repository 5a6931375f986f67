"""The lines of an HTML page without parsing it: more than its article, and nothing less.

Belongs here: what can be taken off markup by looks alone, so that whoever reads the lines sees all that `read_html`
could make of the page. Does not belong here: which lines are the article, and what they say.

A page whose markup does not go by the book gives None: only a parser knows what its text is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Final

from kpi_pipeline.cleaning.blocks import INLINE
from kpi_pipeline.cleaning.wrapping import WIDEST, without_invisible

# Never text, wherever it stands; what is around it may be one line.
_SILENT: Final = re.compile(
    r"<!--[^-]*(?:-(?!->)[^-]*)*-->|<((?i:script|style))\b[^<>]*>[^<]*(?:<(?!/\1)[^<]*)*</\1\s*>"
)
# Cut out of every page with all that is in them, if they end where they seem to.
_APART: Final = re.compile(r"<((?i:nav|aside|footer))\b[^<>]*>([^<]*(?:<(?!/\1)[^<]*)*)</\1\s*>")
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
    whole = _SILENT.sub("", html).replace("\n", " ")
    body = _APART.sub(_apart, whole)
    tied = _TABLE.search(body) is not None
    parts = _TAG.split(body)
    parts[1::2] = ["" if tag.lower() in _INSIDE_LINES else "\n" for tag in parts[1::2]]
    body = "".join(parts)
    if ("<" in body or ">" in body) and _ODD.search(body):
        return None
    named = [tag[1:-1] for tag in _NAMED.findall(whole)]
    text = without_invisible(unescape("\n".join([body, *named])))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    lines = [" ".join(words) for words in map(str.split, text.split("\n")) if words]
    barred = [line for line in lines if "|" in line]
    tied = tied or (len(barred) > 1 and _DIGIT.search("".join(barred)) is not None)
    return Skimmed("\n".join(lines), tied or max(map(len, lines), default=0) <= WIDEST)


def _apart(match: re.Match[str]) -> str:
    """Nothing for a region whose tags close each other in turn; else the region as it stands."""
    return "" if _is_whole(match.group(2)) else match.group()


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
