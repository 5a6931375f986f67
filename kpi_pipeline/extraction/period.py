"""Periods a text names, and how a missing or relative one is resolved.

Belongs here: composing years, months, quarters and terms into periods; the rules for relative periods.
Does not belong here: which number a period belongs to (binding).
"""

import re
from bisect import bisect_left
from dataclasses import dataclass

from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.number_shapes import year_text
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold


@dataclass(slots=True)
class Period(Token):
    """A period in the text, kind `period`; `code` is year, span, months, point, date or a relative word.

    `first` and `last` are ISO years or months ("" where unknown); `term` marks a named term, `plan` a year that
    is only announced, `versus` the other side of a comparison, `congress` the term of a congress named.
    """

    first: str = ""
    last: str = ""
    term: bool = False
    plan: bool = False
    versus: bool = False
    congress: bool = False
    mended: bool = False


_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4, "01": 1, "02": 2, "03": 3, "04": 4}
_QUARTER = re.compile(r"quý (iv|i{1,3}|0?[1-4])(?:\s?[/-]\s?|,? năm | của năm )?((?:19|20)\d\d)?(?!\w)")


def _backwards(*words: str) -> str:
    return "|".join(f"{word} "[::-1] for word in words)


_LEAD = re.compile(
    f"(?:{_backwards('ngày', 'tháng', 'năm học', 'năm', 'nhiệm kỳ', 'nhiệm kì', 'giai đoạn', 'khoá')})+"
    f"(?:{_backwards('hết', 'cuối', 'đầu', 'giữa')})?(?:{_backwards('đến')})?(?:{_backwards('tính')})?"
    f"|{_backwards('đến')}(?:{_backwards('tính', 'từ')})?"
    f"|{_backwards('cuối', 'hết')}"
)
"""The words that lead to a year or month, for a text that is read from right to left."""
_LONGEST_LEAD = 34
_CODES = {"year": "year", "years": "span", "month": "point", "months": "months", "date": "date"}
_SEASON = re.compile(fold(r"(?<!\w)(?:vụ|đông xuân|hè thu|thu đông|mùa khô|mùa mưa)(?: năm)? $"))
"""What makes two years those of a harvest."""
_MARK_KINDS = frozenset(("when", "versus", "change", "before", "trap"))
_RELATIVE = frozenset({"last_year", "this_year", "now", "year_end", "year_start", "this_term", "past_term"})


def quarter_months(number: int, year: str) -> tuple[str, str]:
    """First and last month of a quarter: (1, "2021") is ("2021-01", "2021-03")."""
    return f"{year}-{3 * number - 2:02d}", f"{year}-{3 * number:02d}"


def _compose(page: Page, figures: list[Figure]) -> list[Period]:
    folded = page.folded
    periods: list[Period] = []
    for figure in figures:
        code = _CODES.get(figure.kind)
        if code is None or (code == "span" and _SEASON.search(folded, max(0, figure.start - 24), figure.start)):
            continue
        start = _lead_start(folded, figure.start)
        lead = folded[start : figure.start]
        first, last = figure.years
        if figure.kind == "date" and "đến" in lead:
            code = "point"
        if figure.kind == "months":
            count = int(figure.value)
            if first and figure.code == "cuối":
                first, last = f"{first}-{13 - count:02d}", f"{last}-12"
            elif first:
                first, last = f"{first}-01", f"{last}-{count:02d}"
            else:
                first, last = "-01", f"-{count:02d}"
        period = Period("period", code, start, figure.end, first, last)
        period.term = figure.kind == "years" and ("nhiệm" in lead or "giai đoạn" in lead)
        period.mended = bool(figure.mended)
        periods.append(period)
    return periods


def _lead_start(folded: str, start: int) -> int:
    """Where the words that lead to a year or month at an offset begin ("tính đến hết năm 2021")."""
    stop = start - 1 if start and folded[start - 1] == "\n" else start
    match = _LEAD.match(folded[max(0, start - _LONGEST_LEAD) : stop][::-1])
    return stop - match.end() if match else start


def _join_from_to(folded: str, periods: list[Period]) -> list[Period]:
    """Makes one span of "từ năm 2016 đến tháng 10/2020"."""
    joined: list[Period] = []
    for period in periods:
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.code in ("year", "point")
            and period.code in ("year", "point")
            and before.first < period.last
            and folded[max(0, before.start - 4) : before.start].endswith("từ ")
            and folded[before.end : period.start].strip(" ,") in ("", "đến")
            and (folded.startswith("đến", period.start) or "đến" in folded[before.end : period.start])
        ):
            before.code, before.last, before.end = "span", period.last, period.end
            continue
        joined.append(period)
    return joined


_COUNTED = re.compile(fold(r"(?:\d|hai|ba|bốn|năm|mười|nhiều|những|các|mấy) $"))
"""What makes "năm qua" several years: "5 năm qua", "những năm trước"."""


def find_periods(page: Page, tokens: list[Token], figures: list[Figure]) -> list[Period]:
    """Every period of the page in order: figures with their lead words, quarters, relative words."""
    folded = page.folded
    periods = _compose(page, figures)
    tokens = [token for token in tokens if token.kind in _MARK_KINDS]
    if "quý " in folded:
        for match in _QUARTER.finditer(folded):
            year = year_text(match.group(2) or "")
            first, last = quarter_months(_QUARTERS[match.group(1)], year)
            inside = [period for period in periods if period.start < match.end() and match.start() < period.end]
            for period in inside:
                periods.remove(period)
            periods.append(Period("period", "months", match.start(), match.end(), first, last))
        periods.sort(key=lambda period: period.start)
    periods = _join_from_to(folded, periods)
    taken = [period.start for period in periods]
    for token in tokens:
        if token.kind == "when" and token.code in _RELATIVE:
            if token.code in ("this_year", "last_year") and _COUNTED.search(
                folded, max(0, token.start - 8), token.start
            ):
                continue
            if token.code == "now" and token.end - token.start == 4 and not _opens_clause(folded, token.start):
                continue
            index = bisect_left(taken, token.end + 2)
            near = periods[index - 1] if index else None
            if near is not None and token.code == "now" and _since(folded, near, token):
                near.code, near.last, near.end = "since", "", token.end
                continue
            if near is not None and near.start <= token.end + 1 and near.end > token.start:
                near.start = min(near.start, token.start)
                continue
            periods.append(Period("period", token.code, token.start, token.end))
    periods.sort(key=lambda period: (period.start, -period.end))
    _mark_context(folded, tokens, periods)
    return periods


def _since(folded: str, period: Period, token: Token) -> bool:
    """Whether a year and "đến nay" are the two ends of "từ năm 2017 đến nay"."""
    return (
        period.code in ("year", "point")
        and folded[max(0, period.start - 3) : period.start] == "từ "
        and folded[period.end : token.start].strip(" ,") == ""
    )


def _opens_clause(folded: str, start: int) -> bool:
    return (
        folded[max(0, start - 3) : start].strip(' "') in ("", "-")
        if start < 3
        else (folded[start - 2 : start].strip(' "')[-1:] in (".", ",", ";", ":", "\n", "(", "-"))
    )


_TELLS = re.compile(
    fold(
        r"(?<!\w)(?:nêu|đánh giá|chỉ rõ|khẳng định|nhấn mạnh|cho thấy|cho biết|ghi nhận)"
        r"(?: [^,:;.]{0,30})?[,:] [^,]{0,20}$"
    )
)
"""What a congress or its report says, before the years that it speaks of."""


def _of_congress(period: Period, between: str) -> bool:
    """Whether a period names the congress before it: its term, or a year told without a comma."""
    if period.code == "span":
        return len(between) <= 120 and _TELLS.search(between) is None
    return len(between) <= 60 and "," not in between


_LOOKS_BACK = re.compile(fold(r"(?<!\w)(?:qua|sau) (?:5|năm) năm (?:triển khai )?thực hiện [^.;\n]{0,40}$"))
_LONGEST_LOOK = 80
"""What opens an account of a whole term ("Qua 5 năm thực hiện Nghị quyết Đại hội ..., nhiệm kỳ 2015 - 2020")."""
_PARTED = frozenset(".;(\n")
_THAN = (fold(" với"), fold(" hơn"))
_THAN_A_YEAR = fold("hơn năm ")
_A_SHARE = re.compile(fold(r" (?:mức |tỷ lệ )?\d+(?:[.,]\d+)?% (?:của |trong )?"))
"""The share of a year that is compared with ("so với 93,2% của năm 2019")."""
_AND = frozenset((" và ", ", ", " "))
"""What joins years that are all compared with ("so với năm 2020 và năm 2021")."""


def _mark_context(folded: str, tokens: list[Token], periods: list[Period]) -> None:
    """Marks years that are announced, compared with, or name a congress."""
    marks = [
        token
        for token in tokens
        if token.kind == "versus"
        or token.code in ("next_plan", "congress", "term_word")
        or (token.code == "attendance" and folded.endswith("đại hội", token.start, token.end))
        or (token.kind == "change" and folded.endswith(_THAN, token.start, token.end))
        or (token.kind == "before" and folded.startswith(_THAN_A_YEAR, token.start))
    ]
    starts = [token.start for token in marks]
    before: Period | None = None
    for period in periods:
        period.versus = before is not None and before.versus and folded[before.end : period.start] in _AND
        before = period
        index = bisect_left(starts, period.start)
        for token in marks[max(0, index - 2) : index]:
            between = folded[token.end : period.start]
            if not _PARTED.isdisjoint(between):
                continue
            heads = folded.startswith(":", period.end)
            near = len(between) <= 12 and "," not in between
            sets = token.kind == "versus" or (token.kind == "change" and folded.endswith(_THAN, token.start, token.end))
            near = near or (sets and _A_SHARE.fullmatch(between) is not None)
            if token.kind in ("versus", "change", "before") and near and not heads:
                period.versus = True
            elif token.code == "next_plan" and len(between) <= 45 and "," not in between:
                period.plan = True
            elif token.code in ("congress", "attendance") and _of_congress(period, between):
                period.congress = _LOOKS_BACK.search(folded, max(0, token.start - _LONGEST_LOOK), token.start) is None
            elif token.code == "term_word" and len(between) <= 1:
                period.term = period.term or period.code == "span"


def shift_year(year: str, by: int) -> str:
    """A year or month text moved by whole years."""
    return f"{int(year[:4]) + by}{year[4:]}" if year[:4].isdigit() else year


def report_year(day: str) -> str:
    """The year a rating published on a day is about when nothing says it: to April the year before."""
    return shift_year(day[:4], -1) if day[5:7] <= "04" else day[:4]


def event_year(day: str) -> str:
    """The year of events told without a year: to March the year before."""
    return shift_year(day[:4], -1) if day[5:7] <= "03" else day[:4]
