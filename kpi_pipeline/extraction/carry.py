"""What a clause leaves out, carried from what stands before: subject, period, scope, modality, "each year".

Belongs here: the state that walks through a page and the order in which sources are asked. Does not belong here:
reading inside a clause (binding), arithmetic.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kpi_pipeline.extraction.bodies import RANK, Scope
from kpi_pipeline.extraction.mask import Figure
from kpi_pipeline.extraction.period import Period, event_year, report_year, shift_year
from kpi_pipeline.extraction.slots import Slot
from kpi_pipeline.extraction.subset import subset_at
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold

PARTY = frozenset(
    (
        "grassroots_party_organisation", "grassroots_party_committee", "grassroots_party_cell",
        "subordinate_party_cell", "upper_party_committee",
    )
)  # fmt: skip
PEOPLE = frozenset(("party_member", "leader", "civil_servant"))
_BODIES = frozenset(
    (
        "grassroots_party_organisation", "grassroots_party_committee", "grassroots_party_cell",
        "subordinate_party_cell", "upper_party_committee", "provincial_department", "public_service_unit",
        "district_government", "commune_government", "local_government", "mass_organisation", "agency",
    )
)  # fmt: skip
_UPPER = re.compile(fold("[^.;:()]{0,30} trực thuộc (?:tỉnh|thành ủy|trung ương)"))
_COMMUNES = ("xã, ", "phường, ")
_MEANT: dict[str, tuple[frozenset[str], str]] = {
    "party_body": (PARTY | {"mass_organisation", "agency"}, "grassroots_party_organisation"),
    "body": (_BODIES, "agency"),
    "person": (PEOPLE, "party_member"),
    "collective": (frozenset(("leadership_collective",)), "other"),
}


@dataclass(slots=True)
class State:
    """What the page has said so far; years are ISO texts."""

    day: str | None = None
    subject: str = ""
    subject_line: int = -9
    first: str = ""
    last: str = ""
    period_line: int = -9
    term: tuple[str, str] | None = None
    page_term: tuple[str, str] | None = None
    term_past: bool = False
    congress_term: tuple[str, str] | None = None
    page_year: str = ""
    scope: Scope | None = None
    page_scope: Scope | None = None
    cited_scope: Scope | None = None
    modality: str = "actual"
    annual: bool = False
    study: bool = False
    scale: str = ""
    levels: tuple[str, ...] = ()
    distribution: tuple[str, ...] = ()
    subsets: dict[str, str] = field(default_factory=dict)

    def past_term(self) -> tuple[str, str] | None:
        """The five years before the term that a congress on the page opens; None where none opens."""
        first, last = self.congress_term or ("", "")
        opens = first and (not self.day or self.day[:4] <= first)
        return (str(int(first) - 5), first) if opens and int(last) - int(first) == 5 else None

    def yet_to_run(self, first: str, last: str) -> bool:
        """Whether a span of years only begins when the page is published: no result can be about all of it."""
        if not first[:4] < last[:4]:
            return False
        return first[:4] >= self.day[:4] if self.day else (first[:4], last[:4]) == self.congress_term

    def any_scope(self) -> Scope | None:
        """The body that holds where a sentence names none: the carried, the page's first, one that is only cited."""
        return self.scope or self.page_scope or self.cited_scope


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
        return "upper_party_committee" if "upper_party_committee" in known[:1] else "grassroots_party_committee"
    if group == "individual":
        return "leader" if state.subject in ("leadership_collective", "leader") else "other"
    if group == "":
        left = _left_subject(tokens, slot, state)
        return left or state.subject
    if group == "body" and unit is not None and page.folded.startswith(_COMMUNES, unit.start):
        return "commune_government"
    fitting, default = _MEANT[group]
    for code in _left_codes(page, tokens, slot.index, state):
        if code in fitting:
            return code
    if unit is not None and group == "person" and page.folded[unit.start : unit.end] in ("người", "cán bộ"):
        return ""
    return default


def _left_subject(tokens: Sequence[Token], slot: Slot, state: State) -> str:
    """The nearest subject to the left in the sentence, outside brackets that are closed; empty for none."""
    depth = 0
    for index in range(slot.index - 1, -1, -1):
        token = tokens[index]
        if token.kind in ("(", ")"):
            depth = max(0, depth + (1 if token.kind == ")" else -1))
        if depth:
            continue
        if token.kind == "subject":
            bare = token.code == "subordinate_party_cell" and token.end - token.start <= _BARE_CELL
            return "grassroots_party_cell" if bare and _known_cell(tokens, index, state) else token.code
        if token.kind == "unit" and token.code == "individual":
            return "leader"
    return ""


def _left_codes(page: Page, tokens: Sequence[Token], index: int, state: State) -> list[str]:
    """Subject codes named to the left, nearest first, then the carried one."""
    codes: list[str] = []
    depth = 0
    for place in range(index - 1, -1, -1):
        token = tokens[place]
        if token.kind in ("(", ")"):
            depth = max(0, depth + (1 if token.kind == ")" else -1))
        if depth:
            continue
        if token.kind == "subject" and not _named_cell(page, tokens, place):
            codes.append(token.code)
        elif token.kind == "unit" and token.code == "individual":
            codes.append("leader")
    if state.subject:
        codes.append(state.subject)
    return codes


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


_BARE_CELL = len("chi bộ")


def is_annual(tokens: Sequence[Token], slot: Slot, state: State, continued: bool) -> bool:
    """Whether "each year" covers the number: the nearest such word to its left, in its zone, or carried."""
    for index in range(slot.index - 1, -1, -1):
        kind = tokens[index].kind
        if kind == "every" and (tokens[index].code != "mean" or index >= slot.zone[0]):
            return True
        if kind == "whole":
            return False
    for token in tokens[slot.index : slot.zone[1]]:
        if token.kind == "every":
            return True
        if token.kind in (",", ";", "number") and token is not tokens[slot.index]:
            break
    return continued and state.annual


def is_target(tokens: Sequence[Token], slot: Slot, state: State, continued: bool) -> bool:
    """Whether a target word to the left covers the number; a result word after it ends its reach."""
    depth = 0
    for index in range(slot.index - 1, -1, -1):
        token = tokens[index]
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
            counted = index and tokens[index - 1].kind in ("number", "masked") and index + 1 < len(tokens)
            if counted and (_is_percent(tokens[index - 1]) or tokens[index + 1].kind != ":"):
                continue
            return True
        elif token.kind == "past":
            return False
        elif isinstance(token, Period) and token.plan and token.code == "span":
            return True
    return continued and state.modality == "target"


def _is_percent(token: Token) -> bool:
    """Whether a number is a share: "đạt 84% chỉ tiêu" tells how far a plan was fulfilled."""
    return isinstance(token, Figure) and token.percent


def own_period(tokens: Sequence[Token], slot: Slot, target: bool) -> Period | None:
    """The period that stands with a number: in brackets after it, to its left, or to its right in the clause."""
    if slot.year_index >= 0:
        token = tokens[slot.year_index]
        return token if isinstance(token, Period) else None
    after = tokens[slot.index + 1 : slot.index + 3]
    if len(after) == 2 and after[0].kind == "(" and isinstance(after[1], Period) and after[1].code != "date":
        return after[1]
    usable = _usable(target)
    low, high = slot.zone
    beyond: Period | None = None
    parted = False
    for index in range(slot.index - 1, low - 1, -1):
        token = tokens[index]
        parted = parted or token.kind == ";"
        if isinstance(token, Period) and usable(token):
            if not parted and not token.congress:
                return token
            if not (index and tokens[index - 1].kind == "within"):
                beyond = beyond or token
    for index in range(slot.index + 1, high):
        token = tokens[index]
        if token.kind == ";" or (token.kind == "," and not _in_a_name(tokens, index)):
            break
        if token.kind == "number" and index > slot.index + 2:
            break
        if isinstance(token, Period) and usable(token):
            return token
    if beyond is not None:
        return _after_object(tokens, slot, usable) or beyond
    return None


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


def sentence_period(tokens: Sequence[Token], slot: Slot, target: bool) -> Period | None:
    """The nearest usable period to the left in the sentence, outside brackets when there is a choice."""
    usable = _usable(target)
    bracketed: Period | None = None
    depth = 0
    parted = False
    for index in range(slot.index - 1, -1, -1):
        token = tokens[index]
        parted = parted or token.kind == ";"
        if parted and isinstance(token, Period) and index and tokens[index - 1].kind == "within":
            continue
        if token.kind == ")":
            depth += 1
        elif token.kind == "(":
            depth = max(0, depth - 1)
        elif isinstance(token, Period) and usable(token):
            if depth == 0 or (target and token.code == "span" and bracketed is None):
                return token
            bracketed = bracketed or token
    return bracketed


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
            year = state.first[:4] or (state.day or "")[:4]
            return (year + period.first, year + period.last) if year else ("", "")
        return period.first, period.last
    known = state.last[:4]
    if period.code == "last_year":
        if known:
            return (shift_year(known, -1),) * 2
        return (shift_year(state.day[:4], -1),) * 2 if state.day else ("", "")
    if period.code == "this_year":
        if known:
            return known, known
        return (event_year(state.day),) * 2 if state.day else ("", "")
    if rating and state.day:
        return (report_year(state.day),) * 2
    return "", ""


def is_end_day(page: Page, period: Period) -> bool:
    """Whether a period is the first days of a year, to which a report of the year before runs ("đến 22/01/2019")."""
    opening = period.code == "point" and len(period.first) == 7 and period.first[5:] <= "03"
    return opening and "ngày" in page.folded[period.start : period.end]


def choose_scope(
    tokens: Sequence[Token], slots: Sequence[Slot], scopes: Sequence[tuple[int, Scope]], state: State
) -> dict[int, Scope | None]:
    """The scope of every slot of a sentence by its token index.

    A body named left of a number in its zone holds until the next `;`; one named to the right, before the next
    comma, holds for its number; else the sentence's first body, else what is carried.
    """
    scopes = [(index, scope) for index, scope in scopes if not scope.cited]
    main = next((scope for index, scope in scopes if not slots or index < slots[0].zone[1]), None)
    chosen: dict[int, Scope | None] = {}
    current = main or state.any_scope()
    segment = slots[0].segment if slots else 0
    for slot in slots:
        if slot.segment != segment:
            segment = slot.segment
            if slot.reading != "list":
                current = main or current
        low, high = slot.zone
        left = [scope for index, scope in scopes if low <= index < slot.index]
        right = [scope for index, scope in scopes if slot.index < index < _clause_end(tokens, slot.index, high)]
        if left:
            current = left[0]
        own = current
        if right and (not left or RANK[right[0].code] > RANK[left[0].code]):
            own = right[0]
            if main is None or RANK[right[0].code] >= RANK[main.code]:
                if not left:
                    current = right[0]
            elif not left and main is not None:
                own = main
        chosen[slot.index] = own
    if main is None and len({(scope.code, scope.name) for _, scope in scopes}) == 1:
        place, only = scopes[0]
        reached = next((slot.segment for slot in reversed(slots) if slot.index < place), -1)
        for slot in slots:
            waits = slot.topic is None or slot.topic.start > only.start
            if slot.index < place and slot.segment == reached and waits:
                chosen[slot.index] = only
    for slot in slots:
        if slot.like is not None and slot.reading == "coordination":
            chosen[slot.index] = chosen.get(slot.like.index, chosen[slot.index])
    return chosen


def without_members(
    page: Page, tokens: Sequence[Token], slots: Sequence[Slot], scopes: Sequence[tuple[int, Scope]]
) -> list[tuple[int, Scope]]:
    """The bodies of a sentence less those that are only listed: after "gồm" or a colon behind a number, in brackets."""
    zones = [(slot.zone[0], slot.index) for slot in slots]
    dropped: set[int] = set()
    first = slots[0].index
    listing = False
    opened = -1
    for place, token in enumerate(tokens):
        if token.kind == "(":
            opened = place
        elif token.kind == ")" and opened >= 0:
            if not any(opened < slot.index < place for slot in slots) and place > first:
                dropped.update(range(opened, place))
            opened = -1
        elif token.kind == ";":
            listing = listing and not any(slot.index > place for slot in slots)
        elif place > first and (token.kind == ":" or page.folded.startswith(("gồm", "bao gồm"), token.start)):
            listing = True
        elif place > first and page.folded.startswith("là ", token.start) and _names_follow(tokens, place):
            listing = True
        elif listing and not any(low <= place < high for low, high in zones):
            dropped.add(place)
    return [item for item in scopes if item[0] not in dropped]


def _names_follow(tokens: Sequence[Token], place: int) -> bool:
    """Whether a rated group is told by its members' names: "4 tổ chức đạt tiêu biểu là Đảng bộ xã X"."""
    rated = tokens[place - 1].kind in ("level", "above")
    return rated and place + 1 < len(tokens) and tokens[place + 1].kind in ("scope", "orgname")


def _clause_end(tokens: Sequence[Token], index: int, high: int) -> int:
    for place in range(index + 1, high):
        token = tokens[place]
        if token.kind in (",", ";", "within") and tokens[place - 1].kind not in ("scope",):
            return place
    return high


def remember(page: Page, tokens: Sequence[Token], line: int, state: State) -> None:
    """Takes from a sentence what later ones may need, numbers or not."""
    for token in tokens:
        if isinstance(token, Period):
            if page.folded.startswith("năm học", token.start) or page.folded.endswith("năm học ", 0, token.start):
                continue
            if token.code == "this_term" and page.folded.endswith(" qua", token.start, token.end):
                state.first, state.last = state.past_term() or ("", "")
                state.period_line, state.term_past = line, True
            elif token.code == "span" and not token.versus:
                if token.term and not token.congress:
                    state.term = (token.first, token.last)
                if not token.congress:
                    state.term_past = False
                    state.first, state.last, state.period_line = token.first, token.last, line
            elif is_end_day(page, token):
                state.first = state.last = report_year(token.first)
                state.period_line = line
            elif token.code in ("year", "point") and not token.versus and not token.plan and not token.congress:
                state.first, state.last, state.period_line = token.first[:4], token.last[:4], line
        elif token.kind == "scale":
            state.scale = token.code
            state.study = token.code == "study_result"
        elif token.kind == "subject":
            bare = token.code == "subordinate_party_cell" and token.end - token.start <= _BARE_CELL
            if not (bare and state.subject == "grassroots_party_cell" and line - state.subject_line <= 1):
                state.subject = token.code
            state.subject_line = line
            state.subsets[token.code] = subset_at(page, token)
        elif token.kind == "unit" and token.code == "individual" and state.subject == "leadership_collective":
            state.subject = "leader"
