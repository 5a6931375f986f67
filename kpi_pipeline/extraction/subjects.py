"""What a number counts: its own noun, the one before it, the one carried.

Belongs here: the order in which these are asked. Does not belong here: the phrases (lexicon), which part of a
population is meant (subset).
"""

import re
from collections.abc import Sequence

from kpi_pipeline.extraction.bodies import BARE, BLOC
from kpi_pipeline.extraction.joined import PEOPLE
from kpi_pipeline.extraction.rated_nouns import COMMUNES, begins_name
from kpi_pipeline.extraction.slots import OPENS_CLAUSE, RATED_AS, Slot, of_others
from kpi_pipeline.extraction.state import State
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold

PARTY = frozenset(
    (
        "grassroots_party_organisation", "grassroots_party_committee", "grassroots_party_cell",
        "subordinate_party_cell", "upper_party_committee",
    )
)  # fmt: skip


_BODIES = frozenset(
    (
        "grassroots_party_organisation", "grassroots_party_committee", "grassroots_party_cell",
        "subordinate_party_cell", "upper_party_committee", "provincial_department", "public_service_unit",
        "district_government", "commune_government", "local_government", "mass_organisation", "agency",
    )
)  # fmt: skip


_UPPER = re.compile(fold("[^.;:()]{0,30} trực thuộc (?:tỉnh|thành ủy|trung ương)"))


_MEANT: dict[str, tuple[frozenset[str], str]] = {
    "party_body": (PARTY | {"mass_organisation", "agency"}, "grassroots_party_organisation"),
    "body": (_BODIES, "agency"),
    "person": (PEOPLE, "party_member"),
    "collective": (frozenset(("leadership_collective",)), "other"),
}


_ALONE = frozenset(("body", "collective"))
_CADRES = fold("cán bộ")
_NOBODY = "nobody"
_PUPILS = tuple(map(fold, ("học sinh", "sinh viên", "học viên")))
_ORGANISATION = fold("tổ chức")
_OFFICE = fold("cơ quan")
_OF_UNION = re.compile(
    fold(r" (?:(?:trực )?thuộc|của) (?:tỉnh đoàn|thành đoàn|huyện đoàn|đoàn thanh niên|liên đoàn lao động|công đoàn")
    + fold(r"|hội (?:liên hiệp|phụ nữ|nông dân|cựu chiến binh)|mặt trận|ủy ban mttq|mttq)(?!\w)")
)
"""What makes a unit one of a mass organisation ("đơn vị trực thuộc Tỉnh đoàn")."""
_OF_TIERS = (fold("đơn vị"), fold("địa phương"), "ubnd")
_UNIT = len("đơn vị")
_PLACES = fold("địa phương")
_NEAR = 360
_LOCAL = _BODIES - {"provincial_department", "public_service_unit", "agency", "mass_organisation"}
_TIERS = {fold("cấp huyện"): "district_government", fold("cấp xã"): "commune_government"}
_TIER_WORDS = tuple(_TIERS)
_TIER_ALONE = re.compile(fold("(?:(?:ở|tại|khối|về|đối với|với) )?(?:các )?cấp (?:huyện|xã)"))
_BLOCS = frozenset(map(fold, ("khối", "ở khối", "tại khối", "trong khối", "với khối", "riêng khối")))
_TOWARDS = fold("đối với")
_LISTED = frozenset(("scope", "unit"))
_NAMES_COUNTED = frozenset(("subject", "unit", "(", ")"))
_IN_BLOC = _LISTED | {",", "and", "filler"}
_TIER_OF = frozenset((*_TIERS.values(), "provincial_department", "local_government"))
_BARE_CELL = len("chi bộ")


def resolve_subject(page: Page, tokens: Sequence[Token], slot: Slot, slots: Sequence[Slot], state: State) -> str:
    """The subject code of a number: its own noun, the nearest fitting one to the left, the carried one; "" for none."""
    unit = slot.unit
    if unit is not None and unit.kind == "subject":
        if unit.code == "subordinate_party_cell" and page.folded[unit.start : unit.end] == "chi bộ":
            return _bare_cell(tokens, slots, slot, state)
        return unit.code
    group = unit.code if unit is not None else ""
    if group == "party_committee":
        if unit is not None and _UPPER.match(page.folded, unit.end):
            return "upper_party_committee"
        known = _left_codes(page, tokens, slot.index, state)
        above = "upper_party_committee" in known[:1] or _tier_named(page, tokens, slot.index) == "district_government"
        return "upper_party_committee" if above else "grassroots_party_committee"
    if group == "individual":
        nearest = next(iter(_left_codes(page, tokens, slot.index, state)), "")
        headed = nearest in _BODIES and "leader" in state.mentions  # "Ở khối đơn vị sự nghiệp, 5 cá nhân ..."
        led = state.managed or nearest in ("leadership_collective", "leader")
        return "leader" if headed or led else "other"
    if group == "":
        counted = _counted_before(tokens, slot, slots)
        if counted is not None:
            return resolve_subject(page, tokens, counted, slots, state)
        left = _left_subject(page, tokens, slot, state) or state.subject or _left_unit(tokens, slot)
        return left.removeprefix(_NOBODY)
    if group == "body" and unit is not None and page.folded.startswith(COMMUNES, unit.start):
        return "commune_government"
    fitting, default = _MEANT[group]
    if group == "collective" and (state.managed or "leadership_collective" in state.mentions):
        return "leadership_collective"
    if unit is not None and page.folded[unit.start : unit.end] in _OF_TIERS:
        tier = _tier(page, tokens, slot.index, state)
        if tier:
            return tier
        if unit.end - unit.start > _UNIT:
            fitting = _LOCAL
    if unit is not None and page.folded[unit.start : unit.end] == _OFFICE:
        fitting = _BODIES - {"public_service_unit"}
    if unit is not None and group == "body" and _of_union(page, slot, slots):
        return "mass_organisation"
    named = _left_codes(page, tokens, slot.index, state)
    if unit is not None and page.folded[unit.start : unit.end] == _ORGANISATION:
        if default in named and named[0].endswith("party_cell"):
            return default
        fitting = fitting - {"agency"}
    for code in named:
        if code in fitting:
            return code
    if unit is not None and page.folded[unit.start : unit.end] == _PLACES:
        return "local_government"
    if group == "body" and state.subject in PEOPLE:
        near = [(token.start, code) for code, token in state.mentions.items() if code in PARTY & fitting]
        near = [item for item in near if 0 < slot.figure.start - item[0] <= _NEAR]
        if near:  # "có 78 tổ chức cơ sở đảng với 23.146 đảng viên. Kết quả: 6 đơn vị hoàn thành xuất sắc nhiệm vụ"
            return max(near)[1]
    if unit is not None and group == "person" and slot.index + 1 < len(tokens):
        place = next((at for at in range(slot.index + 1, len(tokens)) if tokens[at] is unit), -1)
        if place > 0 and _rated_cadres(page, tokens, place):
            return "civil_servant"
    if unit is not None and group == "person" and page.folded[unit.start : unit.end] in ("người", "cán bộ"):
        return ""
    return default


def _of_union(page: Page, slot: Slot, slots: Sequence[Slot]) -> bool:
    """ "13 đơn vị trực thuộc Tỉnh đoàn ..., trong đó 5 đơn vị ...": whether units are those of a mass organisation."""
    units = [other.unit for other in slots if other.index <= slot.index and other.unit is not None]
    same = [
        unit for unit in units if page.folded[unit.start : unit.end] == page.folded[units[-1].start : units[-1].end]
    ]
    return any(_OF_UNION.match(page.folded, unit.end) is not None for unit in same)


def _counted_before(tokens: Sequence[Token], slot: Slot, slots: Sequence[Slot]) -> Slot | None:
    """ "20 tổ chức được phân loại thì hoàn thành tốt là 15": what was counted last, where no subject stands nearer."""
    other = next((item for item in reversed(slots) if item.index < slot.index and item.unit is not None), None)
    if other is None or other.unit is None or other.unit.kind != "unit" or other.percent or other.in_paren:
        return None
    named = next((token for token in reversed(tokens[: slot.index]) if token.kind == "subject"), None)
    return other if named is None or named.start < other.unit.start else None


def _tier(page: Page, tokens: Sequence[Token], index: int, state: State) -> str:
    """ "Ở cấp huyện có 3 đơn vị ...": the governments of the tier named to the left of a place; empty for none."""
    around = state.any_scope()
    named = _tier_named(page, tokens, index)
    before = next((token.code for token in reversed(tokens[:index]) if token.kind == "subject"), state.subject)
    inside = around is not None and around.code == "district" and named == "district_government"
    return "" if inside or (before and before not in _TIER_OF) else named


def _tier_named(page: Page, tokens: Sequence[Token], index: int) -> str:
    """The governments of the tier that words to the left of a place name, nearer than any subject.

    A bloc of territories holds up to the next ";".
    """
    passed = False
    for place in range(index - 1, -1, -1):
        token = tokens[place]
        if token.kind == "subject":
            return ""
        passed = passed or token.kind == ";"
        if token.kind in _LISTED and not passed and _bloc_of(page, tokens, place):
            return _tier_counted(page, token)
        if token.kind == "word" and token.code.endswith(_TIER_WORDS):
            alone = _tier_alone(tokens, place)
            return next(code for words, code in _TIERS.items() if token.code.endswith(words)) if alone else ""
    return ""


def _bloc_of(page: Page, tokens: Sequence[Token], place: int) -> bool:
    """ "khối huyện, thành phố", "đối với 96 xã": whether a territory ends a list that names a bloc, or is counted."""
    while place > 0 and tokens[place].kind in _IN_BLOC:
        place -= 1
    if place > 1 and tokens[place - 1].kind in ("number", "masked"):
        return page.folded.startswith(_TOWARDS, tokens[place - 2].start)
    opens = not place or tokens[place - 1].kind in OPENS_CLAUSE or tokens[place - 1].kind in ("filler", "and")
    return opens and tokens[place].kind == "word" and tokens[place].code in _BLOCS


def _tier_counted(page: Page, token: Token) -> str:
    """The government that a bare territory stands for; empty for a named one."""
    if begins_name(page.text, page.folded, token.end + 1):
        return ""
    if token.kind == "unit":
        return "commune_government" if page.folded.startswith(COMMUNES, token.start) else ""
    return RATED_AS.get(page.folded[token.start : token.end], "")


def _tier_alone(tokens: Sequence[Token], place: int) -> bool:
    """Whether a tier opens its clause; of "công an cấp xã", "trường ở cấp huyện" it is only a kind."""
    if not _TIER_ALONE.fullmatch(tokens[place].code):
        return False
    place -= 1
    while place >= 0 and (tokens[place].kind == "filler" or tokens[place].code == BLOC):
        place -= 1
    return place < 0 or tokens[place].kind in OPENS_CLAUSE


def _left_subject(page: Page, tokens: Sequence[Token], slot: Slot, state: State) -> str:
    """The nearest subject to the left in the sentence, outside brackets that are closed; empty for none.

    Pupils, whose marks have the same names, are nobody: no subject of an earlier sentence stands for them.
    """
    depth = 0
    for index in range(slot.index - 1, -1, -1):
        token = tokens[index]
        if token.kind in ("(", ")"):
            depth = max(0, depth + (1 if token.kind == ")" else -1))
        if depth:
            continue
        if token.kind in ("subject", "unit") and _only_where(tokens, index):
            continue
        if token.kind == "subject" and _who_are(page, tokens, index):
            continue
        if token.kind == "subject":
            bare = token.code == "subordinate_party_cell" and token.end - token.start <= _BARE_CELL
            return "grassroots_party_cell" if bare and _known_cell(tokens, index, state) else token.code
        if token.kind == "unit":
            if token.code == "individual":
                return "leader"
            if page.folded.startswith(COMMUNES, token.start):
                if _tells_tier(tokens, index):
                    continue
                return "commune_government"
            if _rated_cadres(page, tokens, index):
                return "civil_servant"
        elif token.kind == "word" and token.code.startswith(_PUPILS):
            return _NOBODY
    return ""


def _left_unit(tokens: Sequence[Token], slot: Slot) -> str:
    """What a noun before a number means where nothing was named ("tỷ lệ đơn vị hoàn thành tốt nhiệm vụ đạt 90%")."""
    unit = next((token.code for token in reversed(tokens[: slot.index]) if token.kind == "unit"), "")
    return _MEANT[unit][1] if unit in _ALONE else ""


def _who_are(page: Page, tokens: Sequence[Token], index: int) -> bool:
    """ "đảng viên là giáo viên": whether a subject only tells which part of the one before it is meant."""
    led = index > 1 and tokens[index - 1].kind == "link" and tokens[index - 2].kind == "subject"
    return led and page.folded[tokens[index - 1].start : tokens[index - 1].end] == _ARE


_ARE = fold("là")


def _only_where(tokens: Sequence[Token], index: int) -> bool:
    """ "công chức khối sở, ngành": whether a noun only names the bloc of those told before it."""
    before = tokens[index - 1] if index else None
    return before is not None and before.kind == "word" and before.code.split(" ")[-1] == BLOC


def _tells_tier(tokens: Sequence[Token], index: int) -> bool:
    """ "111 Hội Phụ nữ xã, phường, thị trấn": whether communes only tell the tier of the subject right before."""
    return index > 0 and tokens[index - 1].kind == "subject" and tokens[index - 1].end + 1 == tokens[index].start


def _rated_cadres(page: Page, tokens: Sequence[Token], index: int) -> bool:
    """Whether "cán bộ" alone, or of a tier ("cán bộ xã"), stands right before a level: those in office as a whole."""
    token = tokens[index]
    if token.kind != "unit" or page.folded[token.start : token.end] != _CADRES or index + 1 == len(tokens):
        return False
    tier = tokens[index + 1].kind == "scope" and page.folded[tokens[index + 1].start : tokens[index + 1].end] in BARE
    return [item.kind for item in tokens[index + 1 + tier : index + 2 + tier]] == ["level"]


def _left_codes(page: Page, tokens: Sequence[Token], index: int, state: State) -> list[str]:
    """Subject codes named to the left, nearest first, then the carried one."""
    codes: list[str] = []
    depth = 0
    for place in range(index - 1, -1, -1):
        token = tokens[place]
        kind = token.kind
        if kind not in _NAMES_COUNTED:
            continue
        if kind in ("(", ")"):
            depth = max(0, depth + (1 if kind == ")" else -1))
        elif depth or (kind == "subject" and _holds_those(page, tokens, place)):
            continue
        elif kind == "subject" and not (_named_cell(page, tokens, place) or _bloc_of_party(tokens, place, state)):
            codes.append(token.code)
        elif kind == "unit" and token.code == "individual":
            codes.append("leader")
        elif kind == "unit" and page.folded.startswith(COMMUNES, token.start):
            counted = place > 0 and tokens[place - 1].kind == "number" and not of_others(page, tokens, place - 1)
            codes += ["commune_government"] if counted else []
    if state.subject:
        codes.append(state.subject)
    return codes


def _holds_those(page: Page, tokens: Sequence[Token], place: int) -> bool:
    """ "512 tổ chức cơ sở đảng trực thuộc các đảng bộ xã": whether a subject only says where those before it belong."""
    lead = place - 1
    while lead >= 0 and tokens[lead].kind == "filler":
        lead -= 1
    return lead >= 0 and tokens[lead].kind == "subject" and page.folded.endswith(_BELONGS, 0, tokens[place].start)


_BELONGS = tuple(fold(f"thuộc {word}") for word in ("", "các "))


def _bloc_of_party(tokens: Sequence[Token], place: int, state: State) -> bool:
    """ "78 tổ chức cơ sở đảng. Khối cơ quan 42 đơn vị": whether a bloc only parts the party's bodies told before."""
    if tokens[place].code in PARTY or not place or tokens[place - 1].code not in _BLOCS:
        return False
    told = [token.start for code, token in state.mentions.items() if code in PARTY]
    told += [token.start for token in tokens[:place] if token.kind == "subject" and token.code in PARTY]
    return any(0 < tokens[place].start - start <= _NEAR for start in told)


def _named_cell(page: Page, tokens: Sequence[Token], place: int) -> bool:
    """Whether a subject is the name of one body in a list ("Chi bộ Kho bạc"), not what is counted."""
    if tokens[place].code != "subordinate_party_cell" or place == 0 or not page.text[tokens[place].start].isupper():
        return False
    after = tokens[place + 1]
    return tokens[place - 1].kind in (",", ";", ":", "and") and page.text[after.start].isupper()


def _bare_cell(tokens: Sequence[Token], slots: Sequence[Slot], slot: Slot, state: State) -> str:
    """A bare "chi bộ" is a grassroots cell beside a grassroots committee, else a subordinate one."""
    if _known_cell(tokens, slot.index, state):
        return "grassroots_party_cell"
    for other in slots:
        if other is slot or other.unit is None or abs(other.index - slot.index) > 12:
            continue
        beside = other.unit.code in ("grassroots_party_committee", "party_committee")
        if beside and other.percent == slot.percent:
            return "grassroots_party_cell"
    return "subordinate_party_cell"


def _known_cell(tokens: Sequence[Token], place: int, state: State) -> bool:
    """Whether a bare "chi bộ" stands for the grassroots cells named before it."""
    for index in range(place - 1, -1, -1):
        token = tokens[index]
        if token.kind == "subject" and token.code.endswith("party_cell") and token.end - token.start > _BARE_CELL:
            return token.code == "grassroots_party_cell"
    return state.subject == "grassroots_party_cell"


def is_bare_cell(token: Token) -> bool:
    """Whether a subject is "chi bộ" and nothing more."""
    return token.code == "subordinate_party_cell" and token.end - token.start <= _BARE_CELL
