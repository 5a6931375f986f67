"""Which period a number is about, and whether it is a target or meant for each year.

Belongs here: the order in which the periods of a sentence are asked. Does not belong here: finding periods in a text
(period), what a sentence without a period takes from the page (dating).
"""

import re
from collections.abc import Callable, Sequence
from functools import cache

from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.period import Period, event_year, report_year, shift_year
from kpi_pipeline.extraction.plans import asks_of_term, is_asked_aside, is_planned, opens_plan
from kpi_pipeline.extraction.slots import Slot
from kpi_pipeline.extraction.state import State
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold

_YEARLY = frozenset(("every", "whole"))


def is_annual(tokens: Sequence[Token], kinds: frozenset[str], slot: Slot, state: State, continued: bool) -> bool:
    """Whether "each year" covers the number: the nearest such word to its left, in its zone, or carried.

    `kinds` are those of the tokens.
    """
    if kinds.isdisjoint(_YEARLY):
        return continued and state.annual
    for index in range(slot.index - 1, -1, -1):
        kind, code = tokens[index].kind, tokens[index].code
        far = code == "per" or (code == "mean" and index < slot.zone[0])
        if kind == "every" and (not far or (code == "mean" and _holds(tokens, index, slot))):
            return True
        if kind == "whole":
            return False
    for token in tokens[slot.index : slot.zone[1]]:
        if token.kind == "every":
            return True
        if token.kind in (",", ";", "number") and token is not tokens[slot.index]:
            break
    return continued and state.annual


def _holds(tokens: Sequence[Token], index: int, slot: Slot) -> bool:
    """Whether a mean over the years is that of all numbers of a coordination, or of its whole sentence."""
    between: set[str] = set()
    depth = 0
    for token in tokens[index + 1 : slot.index]:
        depth += (token.kind == "(") - (token.kind == ")")
        if not depth and token.kind != ")":
            between.add(token.kind)
    return _opens(tokens, index) or between <= _COORDINATED


_COORDINATED = frozenset(("have", "number", "subject", "unit", "and", "before", "filler", ",", "level", "above"))


def _opens(tokens: Sequence[Token], index: int) -> bool:
    """Whether a word stands at the head of its sentence, parted from all that follows ("Bình quân hằng năm, ...")."""
    return index <= 1 and index + 1 < len(tokens) and tokens[index + 1].kind == ","


_SETS = re.compile(fold(r"(?:xác định|đề ra|đặt ra|đưa ra|thông qua|thống nhất|quyết nghị)(?: \w+){0,3} $"))
"""What is done with a number of targets before they are listed; "đạt 18 chỉ tiêu" tells results."""
_MET_SINCE = re.compile(
    fold(r"(?<!\w)(?:(?:đều|đã) (?:đạt|hoàn thành|vượt)|đã thực hiện|đến nay|kết quả|đạt và|đạt, vượt)(?!\w)")
)
"""Words behind a number of targets that tell of their results."""
_LONGEST_SET = 40
_SETS_MODALITY = frozenset(("target", "past", "indicator", "period", "(", ")"))


def is_target(page: Page, tokens: Sequence[Token], slot: Slot, state: State, continued: bool) -> bool:
    """Whether a target word to the left covers the number; a result word after it ends its reach."""
    if is_planned(tokens, slot) or is_asked_aside(page, tokens, slot):
        return True
    if _reached(page, tokens, slot) or (slot.index and tokens[slot.index - 1].code.endswith(_CARRIED_OUT)):
        return False
    depth = 0
    for index in range(slot.index - 1, -1, -1):
        token = tokens[index]
        if token.kind not in _SETS_MODALITY:
            continue
        if token.kind == ")":
            depth += 1
        elif token.kind == "(":
            if depth == 0 and index and tokens[index - 1].kind in ("planref", "planpart"):
                return True
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif token.kind == "target":
            if index and tokens[index - 1].kind == "planref" and token.start - tokens[index - 1].end <= 1:
                continue
            if _accounts_for(tokens, index):
                return False
            counted = index and tokens[index - 1].kind in ("number", "masked") and index + 1 < len(tokens)
            if counted and (_is_percent(tokens[index - 1]) or tokens[index + 1].kind != ":"):
                met = _MET_SINCE.search(page.folded, token.end, slot.figure.start) is not None
                if met or _sets(page, tokens[index - 1]):
                    return not met
                continue
            return True
        elif token.kind == "past" or is_done(page, token) or token.code == "past_term":
            return False
        elif isinstance(token, Period) and token.plan and token.code == "span":
            return True
    carried = continued and state.modality == "target"
    return carried or opens_plan(page, tokens) or asks_of_term(page, tokens, slot, state.day or "")


def _accounts_for(tokens: Sequence[Token], place: int) -> bool:
    """ "Kết quả thực hiện các chỉ tiêu nhiệm kỳ 2015-2020: ...": whether results of the targets at a place follow."""
    lead = place - 1
    while lead >= 0 and tokens[lead].kind == "filler":
        lead -= 1
    return lead >= 0 and tokens[lead].kind == "past"


def _sets(page: Page, number: Token) -> bool:
    """ "đề ra 18 chỉ tiêu, trong đó ...": whether targets are set by what follows their number."""
    return _SETS.search(page.folded, max(0, number.start - _LONGEST_SET), number.start) is not None


def _before_bar(tokens: Sequence[Token], place: int) -> bool:
    """Whether a share stands at a place, and behind a bar the one that was asked."""
    if not _is_percent(tokens[place]) or tokens[place + 1 : place + 2] == [] or tokens[place + 1].kind != "/":
        return False
    asked = next((token for token in tokens[place + 2 : place + 4] if token.kind == "number"), None)
    return asked is not None and _is_percent(asked)


def _reached(page: Page, tokens: Sequence[Token], slot: Slot) -> bool:
    """ "chỉ tiêu ... đạt 96,4%/90%": a share before the one that was asked, or behind "đạt" in an account to date."""
    barred = slot.percent and page.folded.find("/", tokens[0].start, tokens[-1].end) >= 0
    if barred and any(_before_bar(tokens, place) for place in range(slot.index + 1)):
        return slot.index < 1 or tokens[slot.index - 1].kind != "/"
    met = slot.index > 1 and page.folded[tokens[slot.index - 1].start : tokens[slot.index - 1].end] == _MET
    now = [at for at, token in enumerate(tokens[: slot.index]) if isinstance(token, Period) and token.code == "now"]
    return met and bool(now) and all(token.kind != "target" for token in tokens[now[-1] : slot.index])


_MET = fold("đạt")


def is_done(page: Page, token: Token) -> bool:
    """Whether an indicator's word tells what was done ("đã kết nạp")."""
    return token.kind == "indicator" and page.folded.startswith(_DONE, token.start)


_CARRIED_OUT = fold("thực hiện")
"""What stands before a result beside its plan ("kết nạp 30 đảng viên, thực hiện 34")."""
_DONE = fold("đã ")


def _is_percent(token: Token) -> bool:
    """Whether a number is a share: "đạt 84% chỉ tiêu" tells how far a plan was fulfilled."""
    return isinstance(token, Figure) and token.percent


def own_period(tokens: Sequence[Token], slot: Slot, target: bool) -> Period | None:
    """The period that stands with a number: in brackets after it, to its left, or to its right in the clause."""
    if isinstance(slot.year, Period):
        return slot.year
    if slot.year_index >= 0:
        token = tokens[slot.year_index]
        return token if isinstance(token, Period) else None
    dated = tokens[slot.index - 2] if slot.index > 1 and tokens[slot.index - 1].kind == "(" else None
    if slot.percent and isinstance(dated, Period) and dated.code in ("year", "last_year") and not dated.plan:
        return dated
    after = tokens[slot.index + 1 : slot.index + 3]
    dates_another = _dates_another(tokens, slot)
    opens = len(after) == 2 and after[0].kind == "(" and not dates_another
    if opens and isinstance(after[1], Period) and after[1].code != "date":
        return after[1]
    usable = _usable(target)
    low, high = slot.zone
    beyond: Period | None = None
    parted = closed = False
    aside: Period | None = None
    for index in range(slot.index - 1, low - 1, -1):
        token = tokens[index]
        kind = token.kind
        if kind not in _DATES:
            continue
        parted = parted or kind == ";"
        if kind in ("(", ")"):
            closed = kind == ")" and index < slot.index - 2
        elif closed and isinstance(token, Period) and usable(token) and aside is None:
            aside = token
            continue
        if isinstance(token, Period) and usable(token):
            if not parted and not token.congress:
                return token
            if not _of_a_part(tokens, index) and not _in_passing(tokens, index, token, usable):
                beyond = beyond or token
    if aside is not None and beyond is None:
        return aside
    for index in range(slot.index + 1, high):
        token = tokens[index]
        kind = token.kind
        if kind not in _ENDS_LOOK:
            continue
        if kind == ";" or (kind == "," and not _in_a_name(tokens, index)):
            break
        if (kind == "number" and index > slot.index + 2) or (kind == "(" and dates_another):
            break
        if isinstance(token, Period) and usable(token):
            return token
    if beyond is not None:
        return _after_object(tokens, slot, usable) or beyond
    return None


_WHILE = fold("trong khi")


def _of_a_part(tokens: Sequence[Token], index: int) -> bool:
    """ "...; riêng năm 2021 ...": whether a period dates one part of a sentence; one that opens it dates all."""
    before = tokens[index - 1] if index > 1 else None
    return before is not None and (before.kind == "within" or before.code.endswith(_WHILE))


def _dates_another(tokens: Sequence[Token], slot: Slot) -> bool:
    """ "0,3% (năm 2021 là 0,5%)": whether the brackets behind a share hold a year with a share of its own."""
    inside = tokens[slot.index + 1 : slot.index + 7]
    if not slot.percent or len(inside) < 3 or inside[0].kind != "(":
        return False
    inside = inside[: next((place for place, token in enumerate(inside) if token.kind == ")"), len(inside))]
    if len(inside) < 3:
        return False
    dated = next((place for place, token in enumerate(inside[:4]) if isinstance(token, Period)), 0)
    return dated > 0 and any(_is_percent(token) for token in inside[dated:])


def _after_object(tokens: Sequence[Token], slot: Slot, usable: Callable[[Period], bool]) -> Period | None:
    """The period that ends a clause whose object is a list ("... nhiệm vụ sản xuất, kinh doanh năm 2020")."""
    for index in range(slot.index + 1, slot.zone[1]):
        token = tokens[index]
        if isinstance(token, Period) and usable(token):
            ends = index + 1 >= len(tokens) or tokens[index + 1].kind in (";", ")")
            return token if ends else None
        if token.kind not in ("word", ",", "and", "filler", "subject", "unit", "level", "above", "assess"):
            return None
    return None


def _in_a_name(tokens: Sequence[Token], index: int) -> bool:
    """Whether a comma stands behind the name of a body or between two counted nouns."""
    before, after = tokens[index - 1].kind, tokens[index + 1].kind if index + 1 < len(tokens) else ""
    return before in ("scope", "orgname") or (before in ("subject", "unit") and after in ("subject", "unit"))


_DATES = frozenset(("period", ";", "(", ")"))
_ENDS_LOOK = frozenset(("period", ";", ",", "number", "("))
"""What dates a number to its left, or may end the look for what does."""
_OPENING = 3
"""How far into a sentence a span of years may stand to hold behind a `;` too."""


def sentence_period(tokens: Sequence[Token], slot: Slot, target: bool) -> Period | None:
    """The nearest usable period to the left in the sentence, outside brackets when there is a choice."""
    usable = _usable(target)
    bracketed: Period | None = None
    depth = 0
    parted = False
    for index in range(slot.index - 1, -1, -1):
        token = tokens[index]
        if token.kind not in _DATES:
            continue
        parted = parted or token.kind == ";"
        if parted and isinstance(token, Period) and _of_a_part(tokens, index):
            continue
        opens = index <= _OPENING or tokens[index - 1].kind == ":"
        if parted and not target and isinstance(token, Period) and not opens and _is_long(token):
            continue
        if parted and isinstance(token, Period) and _in_passing(tokens, index, token, usable):
            continue
        if token.kind == ")":
            depth += 1
        elif token.kind == "(":
            depth = max(0, depth - 1)
        elif isinstance(token, Period) and usable(token):
            if depth == 0 or (target and token.code == "span" and bracketed is None):
                return token
            if not dates_next(tokens, index):
                bracketed = bracketed or token
    return bracketed


def _in_passing(tokens: Sequence[Token], index: int, period: Period, usable: Callable[[Period], bool]) -> bool:
    """ "Năm 2023, tỷ lệ hộ nghèo cuối năm 2022 là 3%; có ...": a year inside a part, before the sentence's own."""
    if index <= 1 or tokens[index - 1].kind == ";" or tokens[index - 2].kind == ";":
        return False
    opening = (token for token in tokens[:2] if isinstance(token, Period) and token.code == "year" and usable(token))
    return any(period.last[:4] < token.first for token in opening)


def dates_next(tokens: Sequence[Token], index: int) -> bool:
    """ "(63,6%, năm 2016: 65,9%)": whether a period in brackets is that of the number right behind it."""
    led = index > 0 and tokens[index - 1].kind in (",", "(", ";")
    return led and [token.kind for token in tokens[index + 1 : index + 3]] in ([":", "number"], ["link", "number"])


def _is_long(period: Period) -> bool:
    """Whether a period is a span of years, more than the two that a school year has."""
    return period.code == "span" and int(period.last[:4]) - int(period.first[:4]) > 1


@cache
def _usable(target: bool) -> Callable[[Period], bool]:
    """Whether a period may date a number; announced years and congress terms only a target."""

    def usable(period: Period) -> bool:
        if period.code in ("date", "now", "year_start", "year_end") or period.versus:
            return False
        return target or not (period.plan or period.congress)

    return usable


def year_of(period: Period, state: State, rating: bool) -> tuple[str, str]:
    """First and last of a period as ISO texts, relative ones resolved; empty texts when nothing tells."""
    if period.code in ("year", "span", "point"):
        return period.first, period.last
    if period.code == "since":
        return period.first, (state.day or "")[:4]
    if period.code == "months":
        if period.first.startswith("-"):
            day = state.day or ""
            year = state.first[:4] or (shift_year(day[:4], -1) if day[4:7] < period.first else day[:4])
            return (year + period.first, year + period.last) if year else ("", "")
        return period.first, period.last
    known = state.last[:4]
    if period.code == "last_year":
        if known:
            return (shift_year(known, -1),) * 2
        if state.day and period.versus and rating:
            return (shift_year(report_year(state.day), -1),) * 2
        return (shift_year(state.day[:4], -1),) * 2 if state.day else ("", "")
    if period.code == "this_year":
        if known and not (state.day and known > state.day[:4] and known > event_year(state.day)):
            return known, known
        return (event_year(state.day),) * 2 if state.day else ("", "")
    if rating and state.day:
        return (report_year(state.day),) * 2
    return "", ""


_SETTLED = frozenset(("year", "months", "point", "last_year", "this_year", "past_term", "now"))


def settles(period: Period, day: str) -> bool:
    """Whether a period is one of results: a year or a point not announced, or a span that is over on the day."""
    over = period.code == "span" and not period.congress and period.last[:4] <= day[:4]
    to_come = period.code in ("year", "point") and bool(day) and period.first[:4] > day[:4]
    return not (period.plan or to_come) and (over or period.code in _SETTLED)


def is_end_day(page: Page, period: Period) -> bool:
    """Whether a period is the day to which a report of the year before runs ("đến 22/01/2019", "đến cuối tháng 4")."""
    opening = period.code == "point" and len(period.first) == 7 and period.first[5:] <= "04"
    words = page.folded[period.start : period.end]
    return opening and ("đến" in words or ("ngày" in words and period.first[5:] <= "03"))
