"""A number beside the first one: the same of another year, both ends of a change, a plan and its result.

Belongs here: telling that the second number says what the first does, and of when. Does not belong here: numbers that
share a level or a verb (coordination), numbers told in turn (in_turn).
"""

import re
from collections.abc import Sequence

from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.joined import Level, counts_same
from kpi_pipeline.extraction.other_matters import RATE
from kpi_pipeline.extraction.period import Period
from kpi_pipeline.extraction.slots import WHOLE, Slot, names_plan
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold


def with_rises(page: Page, tokens: list[Token]) -> list[Token]:
    """The tokens, a rise to a number ("tỷ lệ ... tăng lên 91%", "tăng lên 50/52") told from a rise by one.

    No share of a whole rises by more than half of it, or is said to rise "lên" by more than a tenth; a number that has
    its whole or its share beside it is what came.
    """
    result = tokens
    for place, token in enumerate(tokens):
        if token.kind != "change" or not page.folded.endswith(_UP, token.start, token.end):
            continue
        behind = [after for after in tokens[place + 1 : place + 7] if after.kind != "before"]
        came = behind[0] if behind else None
        if not isinstance(came, Figure):
            continue
        rate = came.percent and any(page.folded.startswith(RATE, earlier.start) for earlier in tokens[:place])
        rated = any(isinstance(earlier, Level) for earlier in tokens[:place])
        told = rated and (came.total is not None or _has_share(behind) or _outgrows(tokens, place, came))
        by = any(after.kind == "versus" for after in behind[1:3])  # "... tăng lên 12% so với năm 2022"
        if told or (rate and came.value > (_HALF if by else _SMALL)):
            result = [*tokens] if result is tokens else result
            result[place] = Token("becomes", "level", token.start, token.end)
    return result


def _has_share(tokens: Sequence[Token]) -> bool:
    """ "50 đồng chí, chiếm 12,5%": whether a count is told with its share."""
    kinds = [token.kind for token in tokens[1:5]]
    place = 1 + (kinds[:1] in (["unit"], ["subject"]))
    counted = isinstance(tokens[0], Figure) and not tokens[0].percent
    led = [token.kind for token in tokens[place : place + 3]]
    place += 2 if led in ([",", "link", "number"], ["(", "link", "number"]) else led[:2] == ["(", "number"]
    share = tokens[place] if len(tokens) > place else None
    return counted and isinstance(share, Figure) and share.percent


def _outgrows(tokens: Sequence[Token], place: int, came: Figure) -> bool:
    """ "có 200 chi bộ ..., năm 2023 tăng lên 210 chi bộ": whether a count is larger than the one that grew."""
    grew = next((token for token in reversed(tokens[:place]) if isinstance(token, Figure)), None)
    counts = grew is not None and grew.kind == "number" and not grew.percent and not came.percent
    return counts and grew is not None and grew.value < came.value < 2 * grew.value


_UP, _HALF, _SMALL = fold("tăng lên"), 50, 10


def rises_to(page: Page, tokens: Sequence[Token], slot: Slot, before: Slot) -> bool:
    """ "tăng từ 62% lên 78,5%", "từ 62% năm 2019 tăng lên 78,5%": both ends of a change say the same of two years."""
    if not isinstance(before.topic, Level) or slot.percent != before.percent or not before.index:
        return False
    if slot.unit is not None and slot.percent and slot.unit.kind != "unit":
        return False
    lead, link = tokens[before.index - 1], tokens[slot.index - 1]
    if link.kind == "before":
        link = tokens[slot.index - 2]
    between = {token.kind for token in tokens[before.index + 1 : slot.index]}
    rises = page.folded[lead.start : lead.end].split(" ")[-1] == "từ"
    goes = link.kind == "becomes" or (link.kind == "change" and page.folded.endswith(_TO, link.start, link.end))
    return rises and goes and not between & {",", ";", "level", "number"}


def goes_to(page: Page, tokens: Sequence[Token], slot: Slot, before: Slot) -> bool:
    """ "là 90%; đến năm 2023 tăng lên 93%": a change to a share that a year of its own leads."""
    lead = [token for token in tokens[before.index + 1 : slot.index] if token.kind not in _SAID_DONE][-2:]
    if not isinstance(before.topic, Level) or not (slot.percent and before.percent) or len(lead) < 2:
        return False
    if lead[0].kind != "period" or lead[1].kind != "change" or slot.unit is not None:
        return False
    words = page.folded[lead[1].start : lead[1].end]
    return slot.value > before.value if words.endswith(_TO[0]) else words.endswith(_TO[1]) and slot.value < before.value


_TO = tuple(map(fold, (" lên", " xuống")))
_SAID_DONE = frozenset(("reported", "filler", "before"))
_OWNED = frozenset((fold("của"), fold("của năm")))


def compared(page: Page, tokens: Sequence[Token], slot: Slot, before: Slot) -> bool:
    """Reads a number that the one before it is compared with: of another year, or what was asked; whether it is one.

    "97,2%, so với năm 2022 là 96,5%", "so với 96,5% của năm 2022", "cao hơn mức 96,5% của năm 2022", "so với nghị quyết
    là 95%", "vượt chỉ tiêu đề ra là 95%".
    """
    rated = isinstance(before.topic, Level) and before.percent == slot.percent and not slot.zero and not before.zero
    same = slot.unit is None or (
        not slot.percent and before.unit is not None and counts_same(before.unit, slot.unit, True)
    )
    if not rated or not same or _COMPARED.search(page.folded, before.figure.end, slot.figure.start) is None:
        return False
    first = max(before.index + 1, before.after if before.unit is not None else 0)
    first = next((at + 1 for at in range(first, slot.index) if tokens[at] is before.topic), first)
    zone = [t for t in tokens[first : slot.index] if t.kind not in _LEADS and t.code not in _DENIES]
    led = [at for at, token in enumerate(zone) if page.folded.startswith(_VERSUS, token.start)]
    if not led and zone and _COMPARED.match(page.folded, zone[0].start):
        led = [0]
    foreign, zone = (zone[: led[0]], zone[led[0] :]) if led else ((), [])
    kinds = [token.kind for token in zone]
    if not kinds or not _FOREIGN.isdisjoint({token.kind for token in foreign}):
        return False
    linked = kinds[-1] == "link"
    asked = kinds[: len(kinds) - linked]
    alone = not slot.in_paren or tokens[slot.index + 1].kind == ")"
    if slot.percent and alone and asked and _COMPARES_PLAN.issuperset(asked) and not _OF_PLAN.isdisjoint(asked):
        slot.share_of, slot.topic = None, None
        if slot.value > WHOLE:
            slot.reading, slot.reason = "", "plan_ratio"
        elif 2 * slot.value > before.value:
            slot.like, slot.reading, slot.reason = before, "target_beside", ""
        else:
            slot.reading, slot.reason = "", "change"
        return True
    year = slot.after if slot.unit is not None else slot.index + 1
    behind = [page.folded[token.start : token.end] for token in tokens[year : year + 1]]
    said = page.folded[tokens[slot.index - 1].start : tokens[slot.index - 1].end]
    near = 2 * slot.value > before.value
    if kinds == ["change", "period", "link"] and not near:  # "tăng hơn năm 2022 là 13 chi bộ"
        slot.topic, slot.share_of, slot.reading, slot.reason = None, None, "", "change"
        return True
    if kinds[1:] == ["period", "link"] or (kinds == ["change", "period"] and slot.in_paren and near):
        year = tokens.index(zone[1])
    elif kinds == ["versus"] or said.endswith(_VERSUS) or (kinds in _COMPARES_LEVEL and said in _LEVELS_SAID):
        year += behind[:1] != [] and behind[0] in _OWNED
    if year >= len(tokens) or tokens[year].kind != "period" or tokens[year].code not in ("year", "last_year"):
        return False
    slot.like, slot.share_of, slot.topic, slot.year_index = before, None, None, year
    slot.reading, slot.reason = "other_period", ""
    return True


_LEADS = frozenset((",", ";", "(", "before", "filler"))
_DENIES = frozenset((fold("không"), fold("chưa")))
_VERSUS = (fold("so với"), fold("cùng kỳ"))
_COMPARED = re.compile(fold(r"(?:tăng |giảm |cao |thấp |nhiều |ít )?(?:so với|hơn )|cùng kỳ|vượt|đạt (?=chỉ|mục)"))
_COMPARES_LEVEL = (["change"], ["versus", "word"])
_FOREIGN = frozenset(("word", "trap", "subject", "indicator", "level"))
_COMPARES_PLAN = frozenset(("target", "planref", "planpart", "change"))
_LEVELS_SAID = frozenset((fold("mức"), fold("con số"), fold("tỷ lệ"), fold("tỉ lệ")))


def _is_compared_with(token: Token) -> bool:
    """Whether a token is a year with which the numbers of the sentence are compared."""
    return isinstance(token, Period) and token.versus and token.code in ("year", "last_year")


def _near(tokens: Sequence[Token], place: int, slot: Slot) -> bool:
    """Whether no semicolon parts a place from a number."""
    low, high = sorted((place, slot.index))
    return all(token.kind != ";" for token in tokens[low:high])


def _dates(token: Token) -> bool:
    """Whether a token is a period that numbers may be of, not one that is only compared with."""
    return token.kind == "period" and not _is_compared_with(token)


def date_ends(tokens: Sequence[Token], slots: Sequence[Slot], slot: Slot, before: Slot) -> None:
    """Gives each end of a change its year: the first end the one right behind it, else the one compared with.

    Where neither is named, the first end is unread.
    """
    behind = before.after if before.unit is not None else before.index + 1
    behind += tokens[behind].kind == "("
    if tokens[behind].kind != "period":
        versus = (place for place, token in enumerate(tokens) if _is_compared_with(token))
        behind = next((place for place in versus if _near(tokens, place, slot)), -1)
    if behind < 0 and _ends_of_span(tokens, slot, before):
        return
    if behind < 0:
        slot.topic, slot.side, before.reason = before.topic, "left", "change"
        return
    before.year_index = behind
    slot.like, slot.reading = before, "other_period"
    if not new_period(tokens, slots, slot, min(behind, slot.index)):
        years = [place for place in range(before.index) if _dates(tokens[place])]
        slot.year_index = years[-1] if years else -1
        slot.reason = "" if years else "ambiguous"
    if slot.reason and _is_compared_with(tokens[behind]):
        slot.topic, slot.side, slot.like, slot.reading, slot.reason = before.topic, "left", None, "", ""


def _ends_of_span(tokens: Sequence[Token], slot: Slot, before: Slot) -> bool:
    """ "Từ năm 2015 đến năm 2019, tỷ lệ ... tăng từ 12% lên 19%": gives both ends of a change those of the span."""
    spans = [token for token in tokens[: before.index] if isinstance(token, Period) and token.code == "span"]
    from_to = [
        token for place, token in enumerate(tokens) if token in spans and place and tokens[place - 1].kind == "before"
    ]
    if len(spans) != 1 or not from_to or any(token.kind == "period" for token in tokens[before.index : slot.index]):
        return False
    span = spans[0]
    slot.topic, slot.side = before.topic, "left"
    before.year = Period("period", "year", span.start, span.end, span.first[:4], span.first[:4])
    slot.year = Period("period", "year", span.start, span.end, span.last[:4], span.last[:4])
    return True


def asked_of(page: Page, tokens: Sequence[Token], slot: Slot, before: Slot) -> bool:
    """ "đạt 96,4%/chỉ tiêu 90%", "83%/NQ 80%": the share behind the bar is what was asked."""
    between = tokens[before.index + 1 : slot.index]
    if not between or between[0].kind != "/":
        return False
    plans = [token for token in between[1:] if token.kind == "word"]
    named = all(names_plan(page.folded[token.start : token.end]) for token in plans)
    return named and {token.kind for token in between[1:]} <= {"target", "planref", "planpart", "filler", "word"}


_AGAINST = tuple(map(fold, ("so với ", "theo ", "trong khi ", "nghị quyết", "chỉ tiêu", "kế hoạch", "kh ", "nq ")))


def beside_plan(page: Page, zone: Sequence[Token]) -> bool:
    """ "(nghị quyết là 95%)", ", kế hoạch giao 95%": the second number is what the plan asks."""
    if len(zone) < 2 or zone[0].kind not in (",", "("):
        return False
    words = page.folded[zone[0].end : zone[-1].end].strip()
    return f"{words} ".startswith(_AGAINST) and names_plan(words)


_RESULT = re.compile(
    fold(r"(?:(?:ước )?thực hiện|kết quả|th|(?:đã )?đạt)(?: (?:thực hiện|đạt|được|là|ước|năm \d{4}))*:? ?")
)
_OF_PLAN = frozenset(("target", "planref", "planpart"))


def result_of_plan(page: Page, zone: Sequence[Token], lead: Sequence[Token]) -> bool:
    """ "kế hoạch 90%, thực hiện 96%": the second number is what came of the plan that `lead` names."""
    if len(zone) < 2 or zone[0].kind not in (",", ";", "-", "/", "("):
        return False
    planned = any(token.kind in _OF_PLAN or (token.kind == "word" and names_plan(token.code)) for token in lead)
    return planned and _RESULT.fullmatch(page.folded[zone[1].start : zone[-1].end]) is not None


_UNTIL = fold("đến")
_SAID_AGAIN = frozenset(map(fold, ("này", "đó", "ấy", "trên", "con")))


def of_again(tokens: Sequence[Token], slot: Slot) -> int:
    """Where the year or the population stands that "this share" is told of; -1 for none.

    "..., đến năm 2023, tỷ lệ này là 91%", "...; đối với đảng viên, tỷ lệ này là 90%".
    """
    place = slot.index - 1
    while place > 0 and (tokens[place].kind in _SHARE_SAID or tokens[place].code in _SAID_AGAIN):
        place -= 1
    said = tokens[place + 1 : slot.index]
    again = any(token.kind == "link" or token.code in _SAID_AGAIN for token in said[:-1])
    if not again or place < 2 or tokens[place].kind != ",":
        return -1
    if _dates(tokens[place - 1]):
        return place - 1
    before = [token.kind for token in tokens[place - 3 : place]]
    this = any(token.code in _SAID_AGAIN for token in said)
    return place - 1 if this and before in _OTHERS_NAMED else -1


_OTHERS_NAMED = ([";", "filler", "subject"], [",", "filler", "subject"])
_SHARE_SAID = frozenset(("link", "filler", "becomes", "reported", "before"))


def new_period(tokens: Sequence[Token], slots: Sequence[Slot], slot: Slot, behind: int = -1) -> bool:
    """Whether a number has a year of its own: before it in its zone (past the token `behind`), or right behind it."""
    low, high = slot.zone
    left = any(_dates(token) for token in tokens[max(low, behind + 1) : slot.index])
    after = tokens[slot.index + 1 : slot.index + 3]
    right = len(after) == 2 and after[0].kind == "(" and after[1].kind == "period"
    if after and after[0].kind == "period":  # "19,4% năm 2020 và 17,8% năm 2021"
        lead = tokens[max(0, slot.index - 2) : slot.index]
        right = [token.kind for token in lead] == ["period", "and"] or (len(lead) == 2 and lead[1].code == _UNTIL)
    return left or right or (behind >= 0 and any(_dates(token) for token in tokens[slot.index : high]))
