"""The article in a text capture: a page whose HTML is gone, so that menus, counters and lists are lines like others.

Belongs here: which lines form the article and which of them is the headline. Does not belong here: what a single
line of furniture looks like (`furniture`), or markup (`html`).
A paragraph classifier in the manner of jusText: lines are judged by length, closing punctuation and the share of
frequent Vietnamese syllables, then by their neighbours; a line inside the article stays unless it is furniture.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from kpi_pipeline.cleaning.dates import read_dateline
from kpi_pipeline.cleaning.furniture import is_box_head, is_end_head, is_furniture, place_runs
from kpi_pipeline.cleaning.language import share_of_stop_words
from kpi_pipeline.cleaning.wrapping import join_lines

_CLOSED: Final = re.compile(r"[.!?…:;][\"”’')\]]*$|\./\.?$")
_CRUMB: Final = re.compile(r"\s[>»›/]\s|^Trang chủ\b", re.IGNORECASE)
_CAPTION: Final = re.compile(
    r"^(?:Ảnh|Quang cảnh|Toàn cảnh|Các đại biểu|Đại biểu|Đồng chí|Lãnh đạo|Hình ảnh|Một góc|Tác giả)\b|\bẢnh\s*:"
)
_SITE: Final = re.compile(
    r"^(?:(?:Cổng|Trang) (?:thông tin|tin|TTĐT)\b.{0,60}|Báo và (?:phát thanh|Đài)\b.{0,40}"
    r"|(?:Báo|Tạp chí|Đài|Website)\b.{0,40}(?:điện tử|online|truyền hình)"
    r"|(?:UBND|Ủy ban nhân dân) (?:tỉnh|thành phố|huyện|thị xã|xã|phường)\b.{0,30})$",
    re.IGNORECASE,
)
_DIGIT: Final = re.compile(r"\d")
_LINE_END: Final = re.compile(r"[\n\r\u2028\u2029\x85]")
_GOOD_WORDS: Final = 15
_SHORT_GOOD_WORDS: Final = 6
_MENU_RUN: Final = 4
_LOOK_BACK: Final = 12


@dataclass(frozen=True, slots=True)
class Article:
    """What a capture's lines hold: indices into the lines handed in (`title` None where no line is a headline)."""

    title: int | None
    body: tuple[int, ...]


def split_lines(text: str) -> list[str]:
    """The lines of a capture, tidied, blank ones dropped; lines broken in mid-sentence by hard wrapping are joined."""
    return join_lines(_LINE_END.split(text))


def find_article(lines: Sequence[str], headline: str | None = None) -> Article:
    """Find the headline and the article's lines among all lines of a page; `headline` where it is known already."""
    places = place_runs(lines)
    plain = [index not in places and not is_furniture(line) for index, line in enumerate(lines)]
    good = _good_lines(lines, plain)
    if not good:
        return Article(None, tuple(index for index, kept in enumerate(plain) if kept))
    start, end = _main_segment(lines, good)
    first = next(index for index in range(start, end) if index in good)
    known = [index for index in range(start, first + 1) if lines[index] == headline]
    title = known[-1] if known else _headline(lines, plain, start, first)
    begin = first if title is None else title + 1
    body = [index for index in range(begin, end) if plain[index] and lines[index] != _text_at(lines, title)]
    body = _without_menu_tail(lines, body, good)
    body += [index for index in _after_box(lines, plain, good, end) if lines[index] != _text_at(lines, title)]
    return Article(title, tuple(body))


def _text_at(lines: Sequence[str], index: int | None) -> str | None:
    return None if index is None else lines[index]


def _good_lines(lines: Sequence[str], plain: Sequence[bool]) -> dict[int, int]:
    """Indices of running prose, with their numbers of words; on pages of a few short lines the bar is lower."""
    for bar in (_GOOD_WORDS, _SHORT_GOOD_WORDS):
        found = {}
        for index, line in enumerate(lines):
            words = len(line.split())
            prose = plain[index] and words >= bar and (_CLOSED.search(line) or words >= 3 * _GOOD_WORDS)
            if prose and share_of_stop_words(line) >= 0.1:
                found[index] = words
        if found:
            return found
    return {}


def _main_segment(lines: Sequence[str], good: dict[int, int]) -> tuple[int, int]:
    """The stretch between two heads that holds the article: the first with a fair part of the most prose."""
    heads = [index for index, line in enumerate(lines) if _is_head(line)]
    edges = [0, *heads, len(lines)]
    spans = list(pairwise(edges))
    masses = [sum(words for index, words in good.items() if start <= index < end) for start, end in spans]
    bar = 0.3 * max(masses)
    chosen = next(number for number, mass in enumerate(masses) if mass >= bar and mass > 0)
    start, end = spans[chosen]
    return (start + 1 if start in heads else start), end


def _headline(lines: Sequence[str], plain: Sequence[bool], start: int, first: int) -> int | None:
    """The line before the first prose that most looks like a headline, or None.

    A dateline just below speaks for it most, then a path of menus just above, and being part of a longer line (a
    caption). Of equals the first counts, but the last where the stretch begins as a list of other pages.
    """
    best: tuple[int, int] | None = None
    in_list = start > 0 and _is_head(lines[start - 1])
    for index in [index for index in range(start, first) if plain[index]][-_LOOK_BACK:]:
        line = lines[index]
        words = len(line.split())
        if not is_headline_like(line) or _CRUMB.search(line) or (words <= 11 and _SITE.match(line)):
            continue
        if _DIGIT.match(line) and words < 6:
            continue
        score = next((3 - far for far, other in enumerate(lines[index + 1 : index + 3]) if read_dateline(other)), 0)
        score += 2 * bool(index > 0 and _CRUMB.search(lines[index - 1]))
        score += 2 * any(line in other and line != other for other, kept in zip(lines, plain, strict=True) if kept)
        score += words >= 8
        score -= 2 * bool(_CAPTION.search(line))
        if best is None or score > best[0] or (in_list and score == best[0]):
            best = (score, index)
    return None if best is None else best[1]


def _without_menu_tail(lines: Sequence[str], body: list[int], good: dict[int, int]) -> list[int]:
    """Cut what follows the last prose once it turns into a menu: several short lines without figure or full stop."""
    last = max((place for place, index in enumerate(body) if index in good), default=-1)
    run = 0
    for place in range(last + 1, len(body)):
        line = lines[body[place]]
        bland = len(line.split()) <= 8 and not _DIGIT.search(line) and not _CLOSED.search(line)
        run = run + 1 if bland else 0
        if run >= _MENU_RUN:
            return body[: place - run + 1]
    return body


def _after_box(lines: Sequence[str], plain: Sequence[bool], good: dict[int, int], end: int) -> list[int]:
    """Where boxes of links stand inside the article, the lines that carry on after each; else nothing."""
    found: list[int] = []
    while end < len(lines) and is_box_head(lines[end]):
        stop = next((index for index in range(end + 1, len(lines)) if _is_head(lines[index])), len(lines))
        start = next((index for index in range(end + 1, stop) if index in good), stop)
        rest = [index for index in range(start, stop) if plain[index]]
        if not carries_on([lines[index] for index in range(end + 1, start)], [lines[index] for index in rest]):
            break
        found += _without_menu_tail(lines, rest, good)
        end = stop
    return found


def _is_head(line: str) -> bool:
    return is_end_head(line) or is_box_head(line)


def carries_on(box: Sequence[str], rest: Sequence[str]) -> bool:
    """Whether `rest`, which begins with the first prose after the lines of a box of links, is article again.

    In a list of other pages each summary stands under its own headline; an article's paragraphs follow each other.
    A single paragraph counts where several headlines in a row stand before it.
    """
    prose = sum(1 for line in rest if _CLOSED.search(line) and len(line.split()) >= _SHORT_GOOD_WORDS)
    headlines = sum(1 for line in rest if is_headline_like(line) and not _CAPTION.search(line))
    return 2 * headlines < prose and (prose > 1 or len(box) > 1)


def is_headline_like(line: str) -> bool:
    """True for a line that could be a page's headline: some words, no closing punctuation, no row of cells."""
    return 4 <= len(line.split()) <= 60 and not _CLOSED.search(line) and " | " not in line and not line.endswith(",")
