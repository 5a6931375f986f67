"""The words directly beside a number: what stands before it, and which known noun stands after it.

Belongs here: looking a few words to the left or to the right of an offset. Does not belong here: the shape of
numbers (mask), what a number is about. Every look reads a bounded stretch.
"""

import re
from functools import cache

from kpi_pipeline.reference.lexicon import look_up

DATE_WORDS = frozenset(["ngày", "sáng", "chiều", "tối", "trưa", "đêm", "hôm", "dịp", "lễ", "mùng", "mồng"])
_DATE_PARTS = frozenset(("tháng", "quý", "giờ", "phút"))
_HOURS = (["sáng"], ["chiều"], ["tối"], ["hôm"])
_LOOSE_CUES = frozenset(("số", "loại", "mức", "thứ"))
_COUNTING = frozenset(("con", "tổng", "trong", "xếp", "phân", "với", "đưa", "nâng", "tỷ", "trên"))

_REACH = 40
_MOST_WORDS = 4
_BESIDE = " :-\"'("
_WORD = re.compile(r"[^\W_]+")
_NOUN = re.compile(r"[^\W_]+(?:[\W_][^\W_]+){0,3}")


def words_before(folded: str, start: int) -> list[str]:
    """Up to four words directly before a position, nearest last; nothing across a mark other than a colon."""
    stretch = folded[max(0, start - _REACH) : start].rstrip(_BESIDE)
    find = stretch.rfind
    cut = max(find("."), find(","), find(";"), find("("), find(")"), find("\n"), find("|"))
    return stretch[cut + 1 :].split()[-_MOST_WORDS:]


def word_before(folded: str, start: int) -> str:
    """The nearest of `words_before`; an empty text for none."""
    stretch = folded[start - _REACH if start > _REACH else 0 : start].rstrip(_BESIDE)
    word = stretch[stretch.rfind(" ") + 1 :]
    if word.isalpha():
        return word
    words = words_before(folded, start)
    return words[-1] if words else ""


@cache
def nouns_by_word() -> dict[str, tuple[tuple[str, str], ...]]:
    """The nouns that may follow a number, with their codes, by their first word, the longest first."""
    nouns: dict[str, list[tuple[str, str]]] = {}
    for noun, entry in look_up("after").items():
        if len(noun) <= _REACH and _NOUN.fullmatch(noun):
            first = _WORD.match(noun)
            nouns.setdefault(first.group() if first else "", []).append((noun, entry.code))
    return {first: tuple(sorted(group, key=lambda pair: -len(pair[0]))) for first, group in nouns.items()}


def noun_after(folded: str, end: int) -> tuple[str, int]:
    """The code and end of the longest known noun directly after a position; an empty text and `end` for none."""
    if not folded.startswith(" ", end):
        return "", end
    begin = end + 1
    first = _WORD.match(folded, begin)
    if first is not None:
        for noun, code in nouns_by_word().get(first.group(), ()):
            stop = begin + len(noun)
            if folded.startswith(noun, begin) and not folded[stop : stop + 1].isalnum():
                return code, stop
    return "", end


@cache
def telling_words() -> frozenset[str]:
    """The words that may say, directly before a number, what kind of number it is."""
    return DATE_WORDS | _DATE_PARTS | _LOOSE_CUES | {cue.split()[-1] for cue in look_up("before")}


def told_before(folded: str, start: int) -> str:
    """The kind of a number by the words before it, as a reason; an empty text for none."""
    words = words_before(folded, start)
    if not words:
        return ""
    previous = words[-1]
    if previous in DATE_WORDS or previous in _DATE_PARTS or (previous == "nay" and words[-2:-1] in _HOURS):
        return "date"
    cues = look_up("before")
    for count in range(len(words), 0, -1):
        entry = cues.get(" ".join(words[-count:]))
        if entry is not None and not (count == 1 and previous in _LOOSE_CUES):
            return entry.code
    if previous in _LOOSE_CUES and (len(words) < 2 or words[-2] not in _COUNTING):
        return cues[previous].code
    return ""


def opens_line(folded: str, start: int) -> bool:
    """Whether nothing but bullets and blanks, three at most, stands between a line break and a position."""
    low = max(0, start - 4)
    cut = folded.rfind("\n", low, start) + 1
    return folded[cut or low : start].strip(" -•+*") == "" and (start < 4 or cut > 0)
