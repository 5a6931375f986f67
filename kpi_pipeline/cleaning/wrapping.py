"""Lines of text: made tidy, and put together again where hard wrapping has broken them in mid-sentence.

Belongs here: what a line is made of, and whether it runs on. Does not belong here: which lines are an article
(`capture`), or markup (`blocks`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from kpi_pipeline.cleaning.furniture import is_box_head, is_end_head, is_furniture

_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f]")
_CLOSED: Final = re.compile(r"[.!?…:][\"”’')\]]*$")
# A full stop that closes no sentence: after an abbreviation, or inside a number written with blanks.
_ABBREVIATED: Final = re.compile(r"\b(?:TP|Tp|TX|TS|ThS|PGS|GS|BS)\.$")
_DIGIT_STOP: Final = re.compile(r"\b\d{1,3}\.$")
_THOUSANDS: Final = re.compile(r"\d{3}(?!\d)")
_BULLET: Final = re.compile(r"[-–+*•●▪■◦]\s|\d{1,2}[.)]\s|[a-zđ]\)\s")
_RUNS_ON: Final = re.compile(r"[\w(,\-–/]$")
_HYPHENED: Final = re.compile(r"\d[-–/]$")
WIDEST: Final = 130
_LONG: Final = 45
_MIN_SIGNS: Final = 3


def without_invisible(text: str) -> str:
    """The text without characters that nobody sees."""
    return _INVISIBLE.sub("", text)


def tidy(line: str) -> str:
    """One line in NFC with single spaces and without invisible characters."""
    return " ".join(unicodedata.normalize("NFC", without_invisible(line)).split())


def join_lines(raw: Sequence[str]) -> list[str]:
    """The lines, tidied, blank ones dropped; in a text that is hard-wrapped, a line that the next word would have made
    too long runs on into the next line, whatever that begins with, unless a sentence or a head ends there."""
    tidied = [tidy(line) for line in raw]
    width = _wrapped_at(tidied)
    lines: list[str] = []
    last = ""
    for line in tidied:
        if line and last and width and _runs_on(last, line, width):
            glue = "" if _HYPHENED.search(last) and line[0].isdigit() else " "
            lines[-1] = f"{lines[-1]}{glue}{line}"
        elif line:
            lines.append(line)
        last = line
    return lines


def _wrapped_at(lines: Sequence[str]) -> int:
    """The width at which a text is wrapped, as in a mail or a terminal; 0 where it is not.

    In wrapped text nearly every line near the width that has no closing mark ends where the next word found no room;
    one that carries on with a small letter is a sign twice over.
    """
    width = max((len(line) for line in lines if " " in line), default=0)
    if not _LONG < width <= WIDEST:
        return 0
    near = [
        (line, after)
        for line, after in pairwise(lines)
        if after and len(line) > 0.8 * width and not (_CLOSED.search(line) and not _is_full(line, after, width))
    ]
    full = [after for line, after in near if _is_full(line, after, width)]
    signs = len(full) + sum(after[0].islower() for after in full)
    return width if signs >= _MIN_SIGNS and len(full) * 10 >= len(near) * 6 else 0


def _is_full(line: str, after: str, width: int) -> bool:
    return len(line) + 1 + len(after.split(" ", 1)[0]) > width


def _runs_on(line: str, after: str, width: int) -> bool:
    if _CLOSED.search(line):
        inside = _ABBREVIATED.search(line) or (_DIGIT_STOP.search(line) and _THOUSANDS.match(after))
        return bool(inside) and _is_full(line, after, width)
    cells = after.count(" | ")
    if (cells and line.count(" | ") in (0, cells)) or _stands_alone(after):
        return False
    if after[0].islower() and _RUNS_ON.search(line):
        return len(line) > width // 2
    if _BULLET.match(after) and not _RUNS_ON.search(line):
        return False
    return _is_full(line, after, width)


def _stands_alone(line: str) -> bool:
    """A dateline, a counter, the head of a list: no part of a sentence."""
    return is_end_head(line) or is_box_head(line) or (is_furniture(line) and not line.endswith("."))
