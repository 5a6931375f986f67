"""Plans named before a number: directions for a time to come, a resolution or a plan that asks for a share.

Belongs here: whether the words of one sentence set a plan. Does not belong here: in which order such words are asked
(when), targets that are listed over several sentences (aims).
"""

import re
from collections.abc import Sequence

from kpi_pipeline.extraction.period import Period
from kpi_pipeline.extraction.slots import Slot, names_plan
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold


def opens_plan(page: Page, tokens: Sequence[Token]) -> bool:
    """Whether a sentence opens with the directions for a time to come ("Phương hướng năm 2024: ...").

    Not one that tells what became of them ("Phương hướng năm 2022 được triển khai hiệu quả, ...").
    """
    first, third = tokens[0], tokens[min(2, len(tokens) - 1)]
    low = first.start - _LONGEST_LEAD if first.start > _LONGEST_LEAD else 0
    if page.folded.find(_DIRECTIONS[1], low, third.end + len(_DIRECTIONS[0])) < 0:
        return False  # most sentences
    if any(token.kind in _TELLS or page.folded.startswith(_CARRIED, token.start) for token in tokens[:6]):
        return False
    for token in tokens[:3]:
        lead = page.folded[max(0, token.start - _LONGEST_LEAD) : token.end] if token.kind == "period" else ""
        if page.folded.startswith(_DIRECTIONS, token.start) or _TO_A_TIME.search(lead) is not None:
            return True
    return False


def asks_of_term(page: Page, tokens: Sequence[Token], slot: Slot, day: str) -> bool:
    """ "Theo Nghị quyết Đại hội nhiệm kỳ 2020 - 2025, hằng năm trên 85% ...": what a resolution wants of a term.

    The term is not over on the day of publication, nothing tells results, and the number has no year of its own.
    """
    if tokens[0].kind != "according" or not day or any(token.kind in _TELLS for token in tokens):
        return False
    if not page.folded.startswith(_RESOLUTION[0], tokens[0].end + 1):
        return False
    term = next((token for token in tokens[1:_OPENING] if isinstance(token, Period) and token.code == "span"), None)
    if term is None or term.last[:4] <= day[:4]:
        return False
    lead = {token.kind for token in tokens[: slot.index] if token.start > term.start}
    return "every" in lead and "period" not in lead


_OPENING = 8
_TELLS = frozenset(("reported", "past"))
_CARRIED = (fold("được triển khai"), fold("được thực hiện"), fold("được cụ thể"))
_DIRECTIONS = (fold("về phương hướng"), fold("phương hướng"))
_TO_A_TIME = re.compile(fold(r"(?:^|[.\n] ?)(?:về )?phương hướng[^.;:\n]{0,40}$"))
_LONGEST_LEAD = 64


def is_planned(tokens: Sequence[Token], slot: Slot) -> bool:
    """ "Kế hoạch năm 2020: 90% ...", "kế hoạch giao kết nạp 30 ...": the plan opens the clause whose number it sets."""
    admitted = slot.topic is not None and slot.topic.code == "party_members_admitted"
    if not slot.percent and not admitted:
        return False
    index = slot.index - 1
    if index > 0 and tokens[index].kind == "word" and _PLAN_WORD.fullmatch(tokens[index].code) is not None:
        return tokens[index - 1].kind == ":"
    while index > 0 and (tokens[index].kind in _TO_PLAN or (admitted and tokens[index].kind in _TO_ADMIT)):
        index -= 1
    if index < 0 or tokens[index].kind != "planpart":
        return False
    return not index or tokens[index - 1].kind in (",", ";", ":", "-", "according")


_TO_PLAN = frozenset(("period", ":", "link", "before", "filler", "every", "have"))
_TO_ADMIT = frozenset(("indicator", "word"))
_PLAN_WORD = re.compile(fold(r"(?:kh|nq|nghị quyết|chỉ tiêu|kế hoạch)(?: (?:đề ra|giao|đại hội|năm))*"))


def is_asked_aside(page: Page, tokens: Sequence[Token], slot: Slot) -> bool:
    """ "(nghị quyết đề ra trên 50% ...)", "(NQ 95%)": whether brackets open with the plan that asks for a share."""
    if not (slot.in_paren and slot.percent):
        return False
    near = range(slot.index - 1, max(-1, slot.index - _LONGEST_PLAN - 2), -1)
    opening = next((place for place in near if tokens[place].kind == "("), slot.index)
    inside = tokens[opening + 1 : slot.index]
    named = tokens[opening - 1] if 0 < opening < slot.index and tokens[opening - 1].kind == "word" else None
    if named is not None and named.code.endswith(_RESOLUTION) and all(token.kind == "before" for token in inside):
        return True  # "đạt yêu cầu của nghị quyết (trên 90%)"
    if not inside or not names_plan(page.folded[inside[0].start : inside[0].end]):
        return False
    return all(token.kind in _IN_PLAN for token in inside)


_RESOLUTION = (fold("nghị quyết"), fold("nghị quyết đại hội"), fold("nghị quyết đề ra"))
_LONGEST_PLAN = 5
_IN_PLAN = frozenset(("word", "planref", "planpart", "target", "link", "before", "period", "filler", ":"))
