"""Days as Vietnamese pages write them, and lines that are nothing but a day.

Belongs here: reading one written day, and telling a dateline (a line that only says when a page was put up) from a
sentence that mentions a day. Does not belong here: which of a page's days counts (`landing.publication_day`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

_NUMERIC: Final = r"(?<![\d/.\-])(?P<d>\d{1,2})\s?(?P<sep>[/.\-])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<y>\d{4})(?![\d/])"
_ISO: Final = r"(?<![\d/.\-])(?P<y2>\d{4})-(?P<m2>\d{2})-(?P<d2>\d{2})(?!\d)"
_WORDS: Final = r"(?:ngày\s+)?(?P<d3>\d{1,2})\s*(?:,\s*)?tháng\s+(?P<m3>\d{1,2})(?:\s*,)?\s+năm\s+(?P<y3>\d{4})"
_SHORT_WORDS: Final = r"(?P<d4>\d{1,2})\s+Tháng\s+(?P<m4>\d{1,2}),?\s+(?P<y4>\d{4})"
_DAY: Final = re.compile(f"{_NUMERIC}|{_ISO}|{_WORDS}|{_SHORT_WORDS}", re.IGNORECASE)

_AROUND: Final = re.compile(
    r"""\d{1,2}\s?[:hg]\s?\d{1,2}(?:\s?[:'m]\s?\d{0,2})?s?(?:\s?(?:AM|PM|SA|CH))?
      | (?:chủ\s+nhật|thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7]))
      | \[?\(?(?:GMT|UTC)\s?\+?\s?\d{0,2}(?::?00)?\)?\]?
      | \d[\d.,]*\s+(?:lượt\s+(?:xem|đọc|truy\s+cập)|views?)
      | (?:lượt\s+(?:xem|đọc)|đã\s+xem|views?)\s*:?\s*[\d.,]*
      | (?:ngày|giờ|lúc|vào)\b
      | (?P<update>(?:cập\s+nhật|sửa|chỉnh\s+sửa)(?:\s+(?:lần\s+cuối|lúc|ngày|cuối))*)
      | (?:ngày\s+)?(?:đăng|xuất\s+bản|phát\s+hành|gửi|tạo|viết)(?:\s+(?:bài|tin|ngày|lúc|tải|bởi))*
      | thời\s+gian | tác\s+giả | post(?:ed)?(?:\s+on)? | published | hôm\s+nay
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PUNCTUATION: Final = re.compile(r"[\s|,;:.()\[\]\-–—/•·~*@>+]+")
_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Dateline:
    """A line that says a day and little else; `updated` where it only speaks of the last change."""

    day: date
    updated: bool
    today: bool


def days_in(text: str) -> list[date]:
    """Every full day (day, month, four-digit year) written in `text`, in order; impossible ones are left out."""
    found = []
    for match in _DAY.finditer(text):
        day = _day_of(match)
        if day is not None:
            found.append(day)
    return found


def _day_of(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    for suffix in ("", "2", "3", "4"):
        if parts["y" + suffix]:
            try:
                return date(int(parts["y" + suffix]), int(parts["m" + suffix]), int(parts["d" + suffix]))
            except ValueError:
                return None
    return None


def read_dateline(line: str) -> Dateline | None:
    """Read `line` as a dateline, or return None.

    A dateline holds one day, perhaps the time, the weekday, a counter and up to four further words (an author, a
    place, the paper's sign): "20/08/2022 09:11", "Thứ 6, 24/02/2023 | 16:29:32", "Ngày 24 tháng 2 năm 2023".
    """
    if len(line) > 120:
        return None
    matches = list(_DAY.finditer(line))
    if not matches:
        return None
    days = [day for day in (_day_of(match) for match in matches) if day is not None]
    if not days or len(set(days)) > 2:
        return None
    rest = _DAY.sub(" ", line)
    updated = today = False
    for found in _AROUND.finditer(rest):
        updated = updated or found.group("update") is not None
        today = today or found.group().lower().startswith("hôm")
    rest = _PUNCTUATION.sub(" ", _AROUND.sub(" ", rest)).strip()
    if len(_WORD.findall(rest)) > 4 or re.search(r"\d", rest):
        return None
    if len(set(days)) == 2 and not updated:
        return None
    return Dateline(min(days), updated and len(set(days)) == 1, today)
