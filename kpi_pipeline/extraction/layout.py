"""Lines of a text and which of them are furniture: menus, counters, forms, headlines of other articles.

Belongs here: what can be told from the shape of lines. Does not belong here: anything inside a sentence.
"""

import re
from functools import cache
from typing import NamedTuple

from kpi_pipeline.extraction.tags import Page
from kpi_pipeline.reference.lexicon import look_up
from kpi_pipeline.reference.provinces import not_provinces, province_names

_BULLET = " \t•*-+–·○▪◦●|>»"
BULLETS = frozenset("•*-+–·○▪◦●")
_SHORT = 90
_REOPENS = 220
_LIST_OF_NAMES = 5
_OF_VISITS = ("views", "truy cập", "lượt xem", "online", "hits", "đã xem")
_OF_DAYS = ("hôm qua", "hôm nay", "tháng này", "tuần này", "tất cả")
"""Words that count visits only where nothing but their number stands behind ("Tất cả: 12.345")."""
_VISITS = _OF_VISITS + _OF_DAYS
_DIGIT = re.compile(r"\d")
_COUNTER = re.compile(
    rf"(?:{'|'.join(_OF_VISITS)})\b[^%]{{0,40}}\d"
    rf"|(?:{'|'.join(_OF_DAYS)})\b[\W_]{{0,9}}\d[\d.,]*(?: ?[|/]|\s*$| (?:lượt|{'|'.join(_OF_DAYS)}))"
)


class Line(NamedTuple):
    """One line: offsets without surrounding blanks; `role` is body, title, furniture, menu, bullet."""

    start: int
    end: int
    role: str


@cache
def _place_names() -> frozenset[str]:
    return frozenset((*province_names(), *not_provinces()))


@cache
def _head_openings() -> frozenset[str]:
    """The first words of all furniture heads."""
    return frozenset(_first_word(head) for head in look_up("head"))


def _first_word(words: str) -> str:
    """The first word without the marks that may stand around a head; empty for none."""
    return next(iter(words.split(None, 1)), "").strip(":(")


def _head_of(words: str) -> str:
    """The furniture code of a line that opens with a furniture head, else an empty text."""
    heads = look_up("head")
    plain = words.strip(" :.-|•»>")
    entry = heads.get(plain)
    if entry is not None:
        return entry.code
    if len(plain) > _SHORT:
        return ""
    opening = _first_word(plain)
    if opening and opening not in _head_openings():
        return ""
    pieces = plain.split()
    for count in range(min(6, len(pieces)), 1, -1):
        entry = heads.get(" ".join(pieces[:count]).strip(" :("))
        if entry is not None and entry.code == "form":
            return "form"
        if entry is not None and (count == len(pieces) or pieces[count - 1].endswith(":")):
            return entry.code
    return ""


def read_lines(page: Page) -> list[Line]:
    """The lines of a page that hold text, each with its role; one pass."""
    raw: list[tuple[int, str]] = []
    position = 0
    for piece in page.folded.split("\n"):
        stripped = piece.strip()
        if stripped:
            lead = len(piece) - len(piece.lstrip()) if len(stripped) < len(piece) else 0
            raw.append((position + lead, stripped))
        position += len(piece) + 1
    menu = _menu_lines([words.strip(_BULLET) for _, words in raw])
    lines: list[Line] = []
    closed = False
    seen_title = False
    for index, (start, words) in enumerate(raw):
        role = "body"
        length = len(words)
        if index in menu:
            role = "menu"
        else:
            head = _head_of(words)
            long = length >= _REOPENS
            if head == "related" and not long:
                closed, role = True, "furniture"
            elif (head == "form" and not long) or (closed and not long) or (length < _SHORT and _counts(words)):
                role = "furniture"
            else:
                closed = False
                if words[0] in BULLETS:
                    role = "bullet"
                elif not seen_title and _looks_like_title(words):
                    role = "title"
                    seen_title = True
        lines.append(Line(start, start + length, role))
    return lines


def _counts(words: str) -> bool:
    """Whether a line is a counter of visits. Most lines have no digit or no such word: asked first, it is cheaper."""
    if _DIGIT.search(words) is None or not any(map(words.__contains__, _VISITS)):
        return False
    return _COUNTER.search(words) is not None


def _looks_like_title(words: str) -> bool:
    return len(words) > 25 and words[-1] not in ".;:," and sum(map(str.isalpha, words)) > 0.6 * len(words)


def _menu_lines(words: list[str]) -> set[int]:
    """Indices of lines in a run of five or more that hold nothing but a place name."""
    names = _place_names()
    menu: set[int] = set()
    run: list[int] = []
    for index, line in enumerate([*words, ""]):
        if line and len(line) < 30 and line in names:
            run.append(index)
            continue
        if len(run) >= _LIST_OF_NAMES:
            menu.update(run)
        run = []
    return menu


def inline_menu(page: Page, line: Line, names: int) -> bool:
    """Whether a line of `names` province names is a list of places rather than a sentence."""
    return names >= _LIST_OF_NAMES and line.end - line.start < names * 26
