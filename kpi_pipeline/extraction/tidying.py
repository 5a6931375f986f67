"""A text as extraction reads it: letters composed, blanks as print sets them, and the way back to the text as it came.

Belongs here: what is evened out before the first step, and the offsets. Does not belong here: meaning; which lines are
titles, lists and tables (layout, tables).
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

_ZERO_WIDTH = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
"""What no reader sees: it parts no number and no word."""
_BLANK = r"[^\S\n\r\t]"
_UNTIDY = re.compile(rf"[^\S\n\r\t ]|  |[{_ZERO_WIDTH}]|(?<=\S) (?=[,;:)%])|(?<=[^\s\d]) (?=\.(?:\s|\Z))|(?<=\() ")
"""Where a text is set otherwise than print sets it."""
_SIGNS = ("  ", " ,", " ;", " :", " )", " %", " .", "( ")
"""One of these stands in all that `_UNTIDY` finds, or a character that is not printed: that is told faster."""
_BREAK = re.compile(r"\n(?=[\w(])(?<=[\w,%)]\n)")
"""Where a line break may only wrap a sentence, at first sight."""
_GAP = re.compile(
    rf"[{_ZERO_WIDTH}]+|(?<=\S){_BLANK}+(?=[,;:)%])|(?<=[^\s\d]){_BLANK}+(?=\.(?:\s|\Z))|(?<=\(){_BLANK}+"
    rf"|{_BLANK}{{2,}}|[^\S\n\r\t ]"
)
"""What is taken out of a text, or made one blank."""


@dataclass(frozen=True)
class Tidied:
    """A tidied text; `starts` and `ends`: where each of its characters begins and ends in the text as it came."""

    text: str
    starts: list[int]
    ends: list[int]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The span in the text as it came that a span of the tidied text stands for."""
        if start >= end:
            place = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return place, place
        return self.starts[start], self.ends[end - 1]


def tidy(text: str) -> Tidied | None:
    """The text composed (NFC), with single blanks between words and none before a mark, and wrapped lines joined.

    None where it is so already.
    """
    if unicodedata.is_normalized("NFC", text):
        wraps = _wraps(text)
        if not wraps and not (_may_be_untidy(text) and _UNTIDY.search(text)):
            return None
        letters, starts, ends = text, list(range(len(text))), list(range(1, len(text) + 1))
    else:
        letters, starts, ends = _composed(text)
        wraps = _wraps(letters)
    if wraps:
        letters = _joined(letters, wraps)
    pieces: list[str] = []
    kept_starts: list[int] = []
    kept_ends: list[int] = []
    reached = 0
    for gap in _GAP.finditer(letters):
        before, after = letters[gap.start() - 1 : gap.start()], letters[gap.end() : gap.end() + 1]
        if before.isdecimal() and after.isdecimal() and letters[gap.start()] not in _ZERO_WIDTH:
            continue  # a blank between two numbers, or inside one: that is for the grammar of numbers to say
        pieces.append(letters[reached : gap.start()])
        kept_starts += starts[reached : gap.start()]
        kept_ends += ends[reached : gap.start()]
        if _stays(letters, gap.start(), gap.end()):
            pieces.append(" ")
            kept_starts.append(starts[gap.start()])
            kept_ends.append(ends[gap.end() - 1])
        reached = gap.end()
    pieces.append(letters[reached:])
    return Tidied("".join(pieces), kept_starts + starts[reached:], kept_ends + ends[reached:])


def _may_be_untidy(text: str) -> bool:
    """Whether a first look does not rule out that `_UNTIDY` finds something; blanks but " " are not printable."""
    if any(map(text.__contains__, _SIGNS)):
        return True
    return not text.isprintable() and not text.replace("\n", "").replace("\t", "").replace("\r", "").isprintable()


def _wraps(text: str) -> list[int]:
    """The places of the line breaks that only wrap a sentence."""
    return [found.start() for found in _BREAK.finditer(text) if _is_wrap(text, found.start())]


def _is_wrap(text: str, place: int) -> bool:
    """Whether a line break only wraps a sentence: a long line without an end, and the next goes on in small letters."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if not (before.isalnum() or before in tuple(",%)")) or not (after.isalnum() or after == "("):
        return False
    goes_on = after.islower() or after == "(" or (after.isdecimal() and (before in tuple(",)") or before.islower()))
    if not goes_on or _ITEM.match(text, place + 1) is not None:
        return False
    start, stop = text.rfind("\n", 0, place) + 1, text.find("\n", place + 1)
    lines = text[start : stop if stop >= 0 else len(text)]
    return place - start >= _LONG_LINE and _CELLS.isdisjoint(lines)


_LONG_LINE = 60
_ITEM = re.compile(r"[0-9a-zđ]{1,2}[.)]\s")
_CELLS = frozenset("|\t")


def _joined(text: str, wraps: list[int]) -> str:
    """The text with a blank for each of some line breaks."""
    pieces = [text[: wraps[0]]]
    for place, end in pairwise([*wraps, len(text)]):
        pieces += [" ", text[place + 1 : end]]
    return "".join(pieces)


def _stays(text: str, start: int, end: int) -> bool:
    """Whether a gap parts words: it has a blank, no opening bracket stands before it and no mark behind it."""
    if not text[start:end].isspace() or text[start - 1 : start] == "(":
        return False
    if start == 0 or text[start - 1].isspace():
        return True
    behind = text[end : end + 2]
    ends = behind[:1] == "." and not text[start - 1].isdecimal() and (len(behind) == 1 or behind[1].isspace())
    return behind[:1] not in tuple(",;:)%") and not ends


def _composed(text: str) -> tuple[str, list[int], list[int]]:
    """The text with every letter and its marks composed, and for each character where it begins and ends in `text`."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and (unicodedata.combining(text[end]) or _joins(text[start:end], text[end])):
            end += 1
        piece = unicodedata.normalize("NFC", text[start:end])
        pieces.append(piece)
        same = next((at for at, char in enumerate(piece) if char != text[start + at]), len(piece))
        starts.extend([start + min(at, same) for at in range(len(piece))])
        ends.extend([start + at + 1 if at < same and at + 1 < len(piece) else end for at in range(len(piece))])
        start = end
    return "".join(pieces), starts, ends


def _joins(cluster: str, following: str) -> bool:
    """Whether a following letter is part of a composed one although it is no mark (Hangul and the like)."""
    if following < "\u0300" or len(cluster) > 8:
        return False
    return unicodedata.normalize("NFC", cluster + following) != unicodedata.normalize("NFC", cluster) + following
