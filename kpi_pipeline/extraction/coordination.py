"""Several numbers that share one level, verb or period: coordination and lists.

Belongs here: what one number takes from its neighbours in the sentence. Does not belong here: what stands with
the number itself (binding), numbers told in turn ("lần lượt", in_turn), what earlier sentences said (carry).
"""

import re
from collections.abc import Sequence

from kpi_pipeline.extraction.beside import (
    asked_of,
    beside_plan,
    compared,
    date_ends,
    goes_to,
    new_period,
    of_again,
    result_of_plan,
    rises_to,
)
from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.joined import Level
from kpi_pipeline.extraction.other_matters import names_matter
from kpi_pipeline.extraction.parts import next_bloc, next_body, number_again, take_heading, take_part
from kpi_pipeline.extraction.slots import Slot, first_of
from kpi_pipeline.extraction.subset import narrowing
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold

_COORDINATED = frozenset((",", "and", "before", "filler", "above", "scope", "word", "number", "/", "have"))


def _is_ratio(slot: Slot) -> bool:
    return isinstance(slot.figure, Figure) and slot.figure.total is not None


def _same_noun(page: Page, slot: Slot, following: Slot) -> bool:
    """Whether two numbers count the same; of shares, only where they say so in the same words."""
    one, two = slot.unit, following.unit
    if one is None or two is None or (one.code, one.kind) != (two.code, two.kind):
        return False
    return not slot.percent or page.folded[one.start : one.end] == page.folded[two.start : two.end]


def coordinate(page: Page, tokens: Sequence[Token], slots: Sequence[Slot]) -> None:
    """ "94% A, 93% B và 92% C hoàn thành tốt": the level said once holds for all."""
    for position in range(len(slots) - 2, -1, -1):
        slot, following = slots[position], slots[position + 1]
        closed = _share_aside(tokens, slots, position)
        if closed:
            following = slots[position + 2]
        if isinstance(slot.figure, Figure) and slot.figure.ends_range == "low":
            slot.topic, slot.side, slot.unit, slot.after = (
                following.topic,
                following.side,
                following.unit,
                following.after,
            )
            slot.stranger, slot.like, slot.reading = following.stranger, following, "coordination"
            slot.share_of, slot.reason = following.share_of, following.reason
            continue
        if slot.topic is not None and slot.side == "right":
            continue
        if _year_by_year(page, tokens, slot, following):
            slot.topic, slot.side, slot.unit, slot.reading = following.topic, "right", following.unit, "coordination"
            continue
        if slot.reason or slot.share_of or slot.unit is None or following.unit is None or slot.zero:
            continue
        if following.topic is None or following.side != "right":
            continue
        if following.percent != slot.percent and not _share_and_ratio(tokens, slot, following):
            continue
        if following.topic.kind not in ("level", "indicator"):
            continue
        if isinstance(slot.topic, Level) or (slot.topic is not None and slot.topic.kind != "trap"):
            continue
        between = tokens[closed or slot.after : following.index]
        kinds = {token.kind for token in between}
        ratios = _is_ratio(slot) and _is_ratio(following)
        if not kinds - {";" if ratios else ","} <= _COORDINATED:
            continue
        parts = ratios or (slot.index > 0 and tokens[slot.index - 1].kind == "within")
        apart = _kinds_apart(page, slot, following, kinds)
        listed = slot.percent or parts or apart or following.reading == "coordination"
        listed = listed or _rated_both(tokens, slot, following, kinds)
        if "and" not in kinds and not (listed or _tiers_apart(slot, following, kinds)):
            continue
        if _same_noun(page, slot, following) and not apart and not _parts_of_one(tokens, slot, following, between):
            continue
        if _counted_among(tokens, slots, slot) or _opens_anew(page, tokens, slot, following, between):
            continue
        slot.topic, slot.side, slot.reading = following.topic, "right", "coordination"
        slot.like = following
        slot.apart, following.apart = slot.apart or apart, following.apart or apart


def _opens_anew(page: Page, tokens: Sequence[Token], slot: Slot, following: Slot, between: Sequence[Token]) -> bool:
    """ "quản lý 40 đảng viên và có 5 chi bộ ...", "sinh hoạt đúng kỳ, 92% đảng viên ...": no part of a coordination."""
    verb = next((token for token in between if token.kind == "have"), None)
    lead = tokens[slot.index - 1] if slot.index else None
    if verb is not None and (lead is None or lead.kind != "have" or lead.end - lead.start != verb.end - verb.start):
        return True
    if following.zero:
        return True
    if not slot.percent and _is_ratio(following) and not _is_ratio(slot):
        return True
    told = [token for token in between if token.kind == "word"]
    return slot.percent and any(not page.folded.startswith(_PLACES, token.start) for token in told)


def _kinds_apart(page: Page, slot: Slot, following: Slot, between: set[str]) -> bool:
    """ "5 xã, 2 phường và 1 thị trấn hoàn thành tốt nhiệm vụ": kinds of one subject, each counted by itself."""
    one, two = slot.unit, following.unit
    if one is None or two is None or slot.percent or one.code != two.code or one.code not in _OF_KINDS:
        return False
    return between <= _NEXT_KIND and page.folded[one.start : one.end] != page.folded[two.start : two.end]


def _rated_both(tokens: Sequence[Token], slot: Slot, following: Slot, between: set[str]) -> bool:
    """ "Năm 2023, 98 tổ chức cơ sở đảng, 5.120 đảng viên được xếp loại ...": two counts that open their clause.

    Not "Đảng bộ có 15 chi bộ, 120 đảng viên hoàn thành ...", which tells how large the body is.
    """
    subjects = all(unit is not None and unit.kind == "subject" for unit in (slot.unit, following.unit))
    lead = [token.kind for token in tokens[max(0, slot.index - 3) : slot.index]]
    if not subjects or not between <= _BESIDE_TIER or _is_ratio(slot) or _is_ratio(following):
        return False
    return lead in (["period", ","], ["period", ",", "have"], []) or lead[-2:] == [";", "have"] or lead[-1:] == [";"]


def _tiers_apart(slot: Slot, following: Slot, between: set[str]) -> bool:
    """ "01 đảng bộ cơ sở, 02 chi bộ cơ sở hoàn thành tốt nhiệm vụ": the two kinds of grassroots organisation."""
    units = [unit for unit in (slot.unit, following.unit) if unit is not None]
    told = {_BARE_TIER.get(unit.code, "") if unit.kind == "unit" else unit.code for unit in units}
    return told == _TIERS and between <= _BESIDE_TIER


_TIERS = frozenset(("grassroots_party_committee", "grassroots_party_cell"))
_BARE_TIER = {"party_committee": "grassroots_party_committee"}
_BESIDE_TIER = frozenset((",", "before", "filler"))


def _parts_of_one(tokens: Sequence[Token], slot: Slot, following: Slot, between: Sequence[Token]) -> bool:
    """ "86% công đoàn cơ sở khu vực nhà nước và 61% công đoàn cơ sở ngoài nhà nước": words tell two parts apart."""
    apart = [token.kind for token in tokens[following.after : following.after + 1]] == ["word"]
    return slot.percent and apart and [token.kind for token in between] == ["word", "and"]


_OF_KINDS = frozenset(("commune_government", "district_government", "provincial_department", "public_service_unit"))
_NEXT_KIND = frozenset((",", "and", "before", "filler", "have"))


def _year_by_year(page: Page, tokens: Sequence[Token], slot: Slot, following: Slot) -> bool:
    """ "năm 2018 có 88% và năm 2019 có 93% chi bộ hoàn thành tốt nhiệm vụ": one noun and level, a year each."""
    if slot.reason or slot.unit is not None or slot.topic is not None or slot.percent != following.percent:
        return False
    told = following.unit is not None and isinstance(following.topic, Level) and following.side == "right"
    between = [token.kind for token in tokens[slot.index + 1 : following.index]]
    dated = slot.index > 1 and "period" in (tokens[slot.index - 1].kind, tokens[slot.index - 2].kind)
    return (
        told
        and dated
        and between[:1] in (["and"], [","])
        and set(between[1:]) <= {"period", "have", "link"}
        and ("period" in between)
        and not names_matter(page, tokens[slot.zone[0] : slot.index])
    )


def _share_and_ratio(tokens: Sequence[Token], slot: Slot, following: Slot) -> bool:
    """ "96% đảng viên và 41/42 chi bộ hoàn thành tốt nhiệm vụ": of a ratio too, only the part is what is told."""
    ratio = isinstance(following.figure, Figure) and following.figure.total is not None
    return slot.percent and ratio and [token.kind for token in tokens[slot.after : following.index]] == ["and"]


def _share_aside(tokens: Sequence[Token], slots: Sequence[Slot], position: int) -> int:
    """Behind the brackets that hold nothing but the share of a number ("39/40 chi bộ (97,5%) và ..."); 0 for none."""
    slot, share = slots[position], slots[position + 1]
    if slot.percent or position + 2 >= len(slots) or not share.percent or share.share_of not in (None, slot):
        return 0
    held = [token.kind for token in tokens[slot.after : share.index + 2]]
    led = held[1:-2]
    return share.index + 2 if held[:1] == ["("] and held[-2:] == ["number", ")"] and set(led) <= {"link"} else 0


def _counted_among(tokens: Sequence[Token], slots: Sequence[Slot], slot: Slot) -> bool:
    index = slot.index - 1
    while index >= 0 and tokens[index].kind in ("before", "filler", "have"):
        index -= 1
    return index >= 0 and tokens[index].kind == "among"


def _settled(page: Page, tokens: Sequence[Token], slots: Sequence[Slot], position: int, kinds: frozenset[str]) -> bool:
    """Whether a number has its topic, or takes it from a comparison, a heading or those it is part of."""
    slot = slots[position]
    if position and _rewarded_with(tokens, slots, slot, slots[position - 1]):
        slot.topic, slot.side, slot.reading = slots[position - 1].topic, "left", "list"
        return True
    if position and not _COMPARING.isdisjoint(kinds) and _compared_with_earlier(page, tokens, slots, position):
        return True
    if slot.topic is not None or slot.share_of or slot.reading or position == 0 or slot.zero:
        return True
    if slot.reason not in ("", "change") or take_heading(tokens, slot):
        return True
    return "within" in kinds and take_part(page, tokens, slots, position)


def inherit(page: Page, tokens: Sequence[Token], slots: Sequence[Slot]) -> None:
    """Lists of years, of subjects after one verb, of units after one verb."""
    kinds_told = frozenset([token.kind for token in tokens])
    for position, slot in enumerate(slots):
        if _settled(page, tokens, slots, position, kinds_told):
            continue
        before = _statement_before(tokens, slots, position)
        if before is None or before.reading == "respectively":
            continue
        span = tokens[before.index + 1 : slot.index]
        kinds = {token.kind for token in span}
        if _changed(page, tokens, slots, slot, before):
            continue
        if slot.reason:
            continue
        if kinds & {"trap", "change", "rule", "respectively"}:
            continue
        zone = tokens[slot.zone[0] : slot.index]
        zone_kinds = {token.kind for token in zone}
        same_kind = slot.percent == before.percent
        bare = slot.percent and slot.unit is None and not slot.stranger
        if bare and same_kind and position > 1 and slots[position - 2].percent and _is_pair(tokens, slots, position):
            continue
        told = before.like if before.unit is None and before.like is not None else before
        rated_again = isinstance(told.topic, Level) and not slot.percent and _same_noun(page, told, slot)
        rated_again = rated_again or number_again(page, tokens, told, slot)
        same_noun = slot.unit is None or rated_again
        if same_kind and bare and result_of_plan(page, zone, tokens[before.zone[0] : before.index]):
            slot.like, slot.reading = before, "result_beside"
        elif same_kind and same_noun and not slot.stranger and new_period(tokens, slots, slot):
            slot.like, slot.reading = before, "other_period"
        elif same_kind and bare and _again(tokens, slot, before):
            slot.like = before
        elif same_kind and bare and not zone_kinds.isdisjoint(_OTHER_WHOLE):
            asked = "target" in zone_kinds or beside_plan(page, zone)
            slot.like, slot.reading = before, "target_beside" if asked else "other_scope"
        elif next_body(tokens, slot, before.like or before):
            slot.like, slot.reading = before.like or before, "other_scope"
        elif same_kind and bare and asked_of(page, tokens, slot, before):
            slot.like, slot.reading = before, "target_beside"
        elif same_kind and ((slot.in_paren and "target" in zone_kinds) or (bare and beside_plan(page, zone))):
            beside = before.share_of if before.in_paren and slot.in_paren else None
            slot.like, slot.reading = beside or before, "target_beside"
        elif same_kind and bare and (_next_subject(page, zone, before) or next_bloc(page, tokens, slot, before)):
            slot.like, slot.reading = before, "other_subject"
        elif _under_level(tokens, slot, before, zone_kinds) or (
            before.topic is not None
            and before.topic.kind == "indicator"
            and slot.unit is not None
            and slot.percent == before.percent
            and not zone_kinds & {"becomes", "assess", "link", "among", "target"}
            and not (slot.in_paren and kinds & {"planpart", "planref", "target"})
            and "have" not in [token.kind for token in zone[first_of(zone, "scope") :]]
            and ("have" not in zone_kinds or "scope" in zone_kinds)
        ):
            slot.topic, slot.side, slot.reading = before.topic, "left", "list"


def _again(tokens: Sequence[Token], slot: Slot, before: Slot) -> bool:
    """ "..., đến năm 2023, tỷ lệ này là 91%": reads the share before again, of the year or subject named here."""
    place = of_again(tokens, slot)
    if place <= before.index:
        return False
    dated = tokens[place].kind == "period"
    slot.reading = "other_period" if dated else "other_subject"
    slot.year_index = place if dated else slot.year_index
    return True


def _changed(page: Page, tokens: Sequence[Token], slots: Sequence[Slot], slot: Slot, before: Slot) -> bool:
    """Reads a number that a change came to: from the one before it, or from that of an earlier year."""
    if rises_to(page, tokens, slot, before):
        slot.reason, before.comparator = "", "eq"
        date_ends(tokens, slots, slot, before)
        return True
    if slot.reason and goes_to(page, tokens, slot, before):
        slot.reason, slot.like, slot.reading = "", before, "other_period"
        return True
    return False


_COMPARING = frozenset(("versus", "change", "planref", "planpart", "target"))


def _compared_with_earlier(page: Page, tokens: Sequence[Token], slots: Sequence[Slot], position: int) -> bool:
    """Reads a number that the one told before it is compared with."""
    told = next((other for other in reversed(slots[:position]) if other.reason != "change"), None)
    return told is not None and compared(page, tokens, slots[position], told)


_NAMES_RATED = frozenset(("subject", "unit", "scope", "orgname", "word"))
_OTHER_WHOLE = frozenset(("scope", "orgname", "target"))


def _under_level(tokens: Sequence[Token], slot: Slot, before: Slot, zone_kinds: set[str]) -> bool:
    """ "Hoàn thành xuất sắc nhiệm vụ có 10 TCCSĐ, 62 chi bộ, 1.018 đảng viên": all are under the level that opens."""
    told = isinstance(before.topic, Level) and before.topic.full and before.side == "left"
    counts = not slot.percent and not before.percent and not slot.in_paren and slot.segment == before.segment
    if not told or not counts or slot.unit is None or before.unit is None:
        return False
    other = slot.unit.kind == before.unit.kind == "subject" and slot.unit.code != before.unit.code
    place = next((at for at, token in enumerate(tokens) if token is before.topic), 0)
    if place and tokens[place - 1].kind in _NAMES_RATED:
        return False
    return other and _ends_item(tokens, slot.after) and zone_kinds <= {",", "and", "before", "filler", ")"}


def _ends_item(tokens: Sequence[Token], place: int) -> bool:
    """Whether nothing but the next number of a list, or its share, is told of a number behind its noun."""
    if place >= len(tokens) or tokens[place].kind in (";", "(", ")"):
        return True
    if tokens[place].kind not in (",", "and", "link"):
        return False
    while place < len(tokens) and tokens[place].kind in (",", "and", "link", "before", "filler"):
        place += 1
    return place < len(tokens) and tokens[place].kind == "number"


def _is_pair(tokens: Sequence[Token], slots: Sequence[Slot], position: int) -> bool:
    """ "năm 2024 là 93,2% và 89,1%" after two populations: whose each share is only their order says."""
    following = slots[position + 1] if position + 1 < len(slots) else None
    between = tokens[slots[position].index + 1 : following.index] if following is not None else ()
    return following is not None and following.percent and [token.kind for token in between] == ["and"]


_PLACES = tuple(map(fold, ("trong ", "ở ", "tại ", "thuộc ", "khối ", "khu vực ", "ngoài ", "trực thuộc")))


def _next_subject(page: Page, zone: Sequence[Token], before: Slot) -> bool:
    """ "chi bộ A hoàn thành tốt đạt 97%, chi bộ B đạt 90%": only the population changes, the level is kept."""
    rated = isinstance(before.topic, Level) and (before.side == "left" or (bool(zone) and zone[-1].kind == "subject"))
    if isinstance(before.topic, Level) and _same_of_next(page, zone):
        return True
    return (rated or before.reading == "other_subject") and names_next_subject(page, zone)


_THIS_RATE = re.compile(fold(r"(?:tỷ|tỉ) lệ (?:này|đó|ấy)(?: (?:ở|của|đối với|với|trong|khối))?"))


def _same_of_next(page: Page, zone: Sequence[Token]) -> bool:
    """ "95% chi bộ hoàn thành tốt nhiệm vụ; tỷ lệ này ở đảng viên là 90%": the same share of another population."""
    place = next((at for at, token in enumerate(zone) if token.kind in ("subject", "unit")), 0)
    if not place or zone[0].kind not in (",", ";", "and"):
        return False
    led = page.folded[zone[1].start : zone[place].start].strip()
    rest = {token.kind for token in zone[place:]}
    return _THIS_RATE.fullmatch(led) is not None and "link" in rest and rest <= {"subject", "unit", "link", "before"}


def names_next_subject(page: Page, zone: Sequence[Token]) -> bool:
    """Whether the words before a number only name another population and a link ("chi bộ B đạt")."""
    if not zone or zone[0].kind not in (",", "and", ";"):
        return False
    named = [place for place, token in enumerate(zone) if token.kind == "subject"]
    linked = zone[-1].kind == "subject" or any(token.kind == "link" for token in zone)
    if not named or named[0] > 2 or not linked:
        return False
    for token in zone[1:]:
        if token.kind == "word" and not (page.folded.startswith(_PLACES, token.start) or narrowing(page, token.start)):
            return False
        if token.kind not in ("subject", "unit", "scope", "filler", "link", "before", "word", "among", "orgname", ","):
            return False
    return True


def _rewarded_with(tokens: Sequence[Token], slots: Sequence[Slot], slot: Slot, before: Slot) -> bool:
    """The next recipient after one verb of reward."""
    topic = before.topic
    if topic is None or topic.kind != "indicator" or topic.code != "award" or before.side != "left" or slot.percent:
        return False
    if slot.unit is None or slot.segment != before.segment or slot.reason:
        return False
    if _is_ratio(slot) and isinstance(slot.topic, Level):
        return False
    kinds = {token.kind for token in tokens[slot.zone[0] : slot.index]}
    return kinds <= {"and", ",", ")", "before", "filler", "word", "period"}


def _statement_before(tokens: Sequence[Token], slots: Sequence[Slot], position: int) -> Slot | None:
    for other in reversed(slots[:position]):
        if other.reason == "change" or (isinstance(other.figure, Figure) and other.figure.part is not None):
            continue
        return other.share_of if other.share_of is not None and not slots[position].percent else other
    return None
