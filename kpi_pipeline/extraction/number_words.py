"""Numbers written as words directly before what they count: "hai đơn vị", "mười sáu chi bộ".

Belongs here: telling such a number word from the same word with another meaning. Does not belong here: digits (mask),
the value of the words (fact).
"""

import re
from collections.abc import Sequence

from kpi_pipeline.extraction.neighbours import word_before
from kpi_pipeline.extraction.tags import Page, Token

_REACH = 24
_COUNTED = frozenset(("subject", "unit"))
LAST_WORDS = frozenset(
    ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mươi", "mốt", "tư", "lăm")
)
_WORDS = re.compile(
    r"(?<!\w)(?:(?:hai|ba|bốn|năm|sáu|bảy|tám|chín) mươi(?: (?:mốt|một|hai|ba|bốn|tư|lăm|năm|sáu|bảy|tám|chín))?"
    r"|mười(?: (?:một|hai|ba|bốn|lăm|sáu|bảy|tám|chín))?|một|hai|ba|bốn|năm|sáu|bảy|tám|chín)$"
)
_YEARLY = re.compile(
    r"(?:\d|(?<!\w)(?:hằng|hàng|nhiều|mỗi|từng|những|các|qua|cuối|đầu|giữa|suốt|mấy|vài|thâm|trong|cả|một|hai|ba|bốn|sáu"
    r"|bảy|tám|chín|mười|mươi|theo|của|là)) năm$"
)
_NO_NUMBER_AFTER = frozenset(("thứ", "hạng", "mươi", "phần"))
_WHOLE = frozenset(("một", "năm"))
"""Words behind "cả" that count nothing ("cả năm", "cả một")."""


def find_number_words(page: Page, tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Start and end of every number word before a counted noun among the tokens, in the order of the text."""
    text, folded = page.text, page.folded
    found: list[tuple[int, int]] = []
    for number, token in enumerate(tokens):
        if token.kind not in _COUNTED:
            continue
        end = token.start - 1
        if end < 0 or folded[end] != " ":
            continue
        low = end + 1 - _REACH if end >= _REACH else 0
        cut = folded.rfind(" ", low, end)
        if (low and cut < 0) or folded[cut + 1 : end] not in LAST_WORDS:
            continue
        tail = folded[low:end]
        match = _WORDS.search(tail)
        if match is None:
            continue
        start = end - len(match.group())
        if _tagged(tokens, number, start) or (match.group() == "năm" and _names_year(tokens, number, tail)):
            continue
        if start and text[start].isupper() and folded[start - 1] == " " and text[start - 2].isalnum():
            continue
        before = word_before(folded, start)
        if before not in _NO_NUMBER_AFTER and not (before == "cả" and match.group() in _WHOLE):
            found.append((start, end))
    return found


def _tagged(tokens: Sequence[Token], number: int, start: int) -> bool:
    """Whether a token before token `number` begins at an offset."""
    while number and tokens[number - 1].start > start:
        number -= 1
    return number > 0 and tokens[number - 1].start == start


def _names_year(tokens: Sequence[Token], number: int, tail: str) -> bool:
    """Whether "năm" before token `number` is the year of "hàng năm" rather than five; `tail` is the text up to it."""
    before = tokens[number - 1] if number else None
    closed = before is not None and before.end == tokens[number].start - 1 and before.kind in ("every", "when")
    return closed or _YEARLY.search(tail) is not None
