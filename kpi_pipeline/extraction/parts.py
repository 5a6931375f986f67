"""Parts of those rated, and the same told of other blocs and bodies in turn.

Belongs here: telling that a number counts part of those a level was said of, stands in an item that a level heads, or
says the same of the next bloc, body or year. Does not belong here: other lists after one level (coordination), which
part a number is about (subset), whose result a number is (carry).
"""

from collections.abc import Sequence

from kpi_pipeline.extraction.bodies import BLOC
from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.joined import Level, counts_same
from kpi_pipeline.extraction.slots import Slot
from kpi_pipeline.extraction.subset import narrowing, subset_at
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold

_FORCES = (fold("lực lượng vũ trang"), fold("vũ trang"), fold("khu vực"))
_NAMES_BLOC = frozenset(("unit", "subject", "scope", "word", "link", "before", "filler"))
_PARTING = frozenset((",", ";", "and"))
_NAMES_BODY = frozenset((",", ";", "and", "scope", "orgname", "word", "have", "filler", "before"))
_NAMES = frozenset(("word", "orgname"))
_ENDS = frozenset((",", ";", ")", "and"))
_OPENS_PARTS = ([",", "within"], ["(", "within"], [";", "within"])


def next_bloc(page: Page, tokens: Sequence[Token], slot: Slot, before: Slot) -> bool:
    """ "... khối xã hoàn thành tốt nhiệm vụ đạt 90%, khối cơ quan đạt 95%", "...: khối xã 92%, khối cơ quan 97%"."""
    zone = tokens[slot.zone[0] : slot.index]
    if not isinstance(before.topic or (before.like and before.like.topic), Level) or len(zone) < 2:
        return False
    named = zone[0].kind in _PARTING and zone[1].kind == "word"
    told = tokens[before.zone[0] : before.index]
    parted = any(token.kind == "word" and token.code.startswith((BLOC, *_FORCES)) for token in told)
    said = named and zone[1].code.split(" ")[0] == BLOC
    known = zone[1].code != BLOC and narrowing(page, zone[1].start) != ""
    bloc = said and (known or (len(zone) > 2 and zone[2].kind in ("unit", "subject", "scope")))
    bloc = bloc or (named and parted and zone[1].code.startswith(_FORCES))
    linked = zone[-1].kind in ("link", "before")
    alike = linked == (bool(told) and told[-1].kind in ("link", "before"))
    return bloc and alike and {token.kind for token in zone[2:]} <= _NAMES_BLOC and (linked or parted)


def next_body(tokens: Sequence[Token], slot: Slot, told: Slot) -> bool:
    """ "huyện A có 10 chi bộ hoàn thành tốt nhiệm vụ, huyện B có 8 chi bộ": the same count of the next body."""
    plain = isinstance(slot.figure, Figure) and slot.figure.total is None and not slot.percent and not told.percent
    if not plain or slot.unit is None or told.unit is None or not isinstance(told.topic, Level) or slot.zero:
        return False
    zone = tokens[slot.zone[0] : slot.index]
    kinds = [token.kind for token in zone]
    if len(kinds) < 3 or kinds[0] not in _PARTING or kinds[1] not in ("scope", "orgname") or kinds[-1] != "have":
        return False
    first = [token.kind for token in tokens[told.zone[0] : told.index]]
    named = "have" in first and not {"scope", "orgname"}.isdisjoint(first)
    ends = slot.after >= len(tokens) or tokens[slot.after].kind in _ENDS
    same = slot.unit.end - slot.unit.start <= told.unit.end - told.unit.start and counts_same(
        told.unit, slot.unit, True
    )
    return named and ends and same and set(kinds) <= _NAMES_BODY and not _NAMES.isdisjoint(kinds)


def take_heading(tokens: Sequence[Token], slot: Slot) -> bool:
    """Gives a number the level that heads its item, if one does."""
    head = None if slot.reason else _heads_items(tokens, slot)
    if head is not None:
        slot.topic, slot.side, slot.reading = head, "left", "list"
    return head is not None


def _heads_items(tokens: Sequence[Token], slot: Slot) -> Level | None:
    """ "Hoàn thành tốt nhiệm vụ: chi bộ: 130, chiếm 80%; đảng viên: 980, ...": the level that heads all such items."""
    first = next((at for at, token in enumerate(tokens) if isinstance(token, Level)), -1)
    head = tokens[first] if first >= 0 else None
    opened = tokens[first + 1 : first + 4]
    if not isinstance(head, Level) or not head.full or [token.kind for token in opened[:2]] != [":", "subject"]:
        return None
    low = max((at for at in range(first, slot.index) if tokens[at].kind == ";"), default=first + 1)
    item = [token.kind for token in tokens[low + 1 : slot.index] if token.kind not in ("before", "filler")]
    levels = any(isinstance(token, Level) for token in tokens[first + 1 : slot.index])
    return None if levels or item not in (["subject"], ["subject", ":"], ["subject", "have"]) else head


def number_again(page: Page, tokens: Sequence[Token], told: Slot, slot: Slot) -> bool:
    """ "195 đảng viên ...; con số này năm 2022 là 182 đồng chí": the same number, with any noun for those counted."""
    if slot.percent or slot.unit is None or told.unit is None or not isinstance(told.topic, Level):
        return False
    lead = tokens[slot.zone[0] : slot.index]
    again = any(page.folded.startswith(_THIS_NUMBER, token.start) for token in lead)
    return again and counts_same(told.unit, slot.unit, True)


_THIS_NUMBER = tuple(map(fold, ("con số này", "số này")))


def take_part(page: Page, tokens: Sequence[Token], slots: Sequence[Slot], position: int) -> bool:
    """Gives a count the level of the number it is part of, if it is part of one."""
    whole = _whole_of_part(page, tokens, slots, position)
    if whole is not None:
        slots[position].like, slots[position].reading = whole, "part"
    return whole is not None


def _whole_of_part(page: Page, tokens: Sequence[Token], slots: Sequence[Slot], position: int) -> Slot | None:
    """ "450 đảng viên hoàn thành tốt nhiệm vụ, trong đó 150 đảng viên nữ, 45 ...": the number a count is part of.

    Only a part that words narrow; a share of it is one of those rated so, and is left unread.
    """
    slot = slots[position]
    if slot.percent or slot.zero or slot.unit is None or slot.unit.kind != "subject" or not subset_at(page, slot.unit):
        return None
    whole = next((other for other in reversed(slots[:position]) if not other.percent and other.reading != "part"), None)
    if whole is None or not isinstance(whole.topic, Level) or whole.side != "right" or whole.unit is None:
        return None
    place = next((at for at in range(whole.index, slot.index) if tokens[at] is whole.topic), slot.index)
    opening = [token.kind for token in tokens[place + 1 : place + 3]]
    rest = {token.kind for token in tokens[place + 3 : slot.index]}
    same = (whole.unit.kind, whole.unit.code) == (slot.unit.kind, slot.unit.code) and slot.value <= whole.value
    if opening not in _OPENS_PARTS or not same or not rest.isdisjoint({"level", "assess", "indicator", "trap", ";"}):
        return None
    for other in slots[position + 1 :]:
        if other.percent and other.share_of is slot:
            other.reason = "other_indicator"
    return whole
