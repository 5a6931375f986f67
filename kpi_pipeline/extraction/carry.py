"""What one sentence leaves for the next: bodies, subject, period, scale.

Belongs here: which of a sentence's bodies a number belongs to, and what of a sentence is remembered. Does not belong
here: reading inside a clause (binding), arithmetic.
"""

import re
from collections.abc import Sequence

from kpi_pipeline.extraction.bodies import RANK, Scope, is_around
from kpi_pipeline.extraction.period import Period, report_year
from kpi_pipeline.extraction.slots import Slot
from kpi_pipeline.extraction.state import State
from kpi_pipeline.extraction.subjects import is_bare_cell
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.extraction.when import dates_next, is_end_day
from kpi_pipeline.reference.folding import fold


def choose_scope(
    tokens: Sequence[Token], slots: Sequence[Slot], scopes: Sequence[tuple[int, Scope]], state: State
) -> dict[int, Scope | None]:
    """The scope of every slot of a sentence by its token index.

    A body named left of a number in its zone holds until the next `;`; one named to the right, before the next
    comma, holds for its number; else the sentence's first body, else what is carried. A number in brackets behind the
    province is the province's ("cao hơn bình quân của tỉnh (80%)").
    """
    known = state.any_scope()
    if not scopes:
        return dict.fromkeys([slot.index for slot in slots], known)
    named = dict(scopes)
    cited = next((s for _, s in scopes if s.cited and s.code != "national"), None) if known is None else None
    whole = state.page_scope
    scopes = [item for item in scopes if not item[1].cited and not is_around(item[1], known, whole)]
    counted = {slot.unit.code for slot in slots if slot.unit is not None and slot.unit.kind == "subject"}
    if counted and not _WITHIN.keys().isdisjoint(counted):
        scopes = [item for item in scopes if any(may_hold(item[1], code) for code in counted)]
    main = next((scope for index, scope in scopes if not scope.part and (not slots or index < slots[0].zone[1])), None)
    chosen: dict[int, Scope | None] = {}
    current = main or known or cited
    segment = slots[0].segment if slots else 0
    for slot in slots:
        if slot.segment != segment:
            segment = slot.segment
            if slot.reading != "list":
                current = main or current
        low, high = slot.zone
        named_left = [item for item in scopes if low <= item[0] < slot.index]
        left = [scope for _, scope in named_left]
        right = [
            scope
            for index, scope in scopes
            if slot.index < index < high and index < _clause_end(tokens, slot.index, high) and not scope.part
        ]
        if left:
            current = _whole_told(tokens, named_left) or max(left, key=lambda scope: RANK[scope.code])
        own = current
        if right and (not left or RANK[right[0].code] > RANK[left[0].code]):
            own = right[0]
            if main is None or RANK[right[0].code] >= RANK[main.code]:
                if not left:
                    current = right[0]
            elif not left and main is not None:
                own = main
        chosen[slot.index] = own
    if main is None and len({(scope.code, scope.name) for _, scope in scopes}) == 1 and not scopes[0][1].part:
        place, only = scopes[0]
        reached = next((slot.segment for slot in reversed(slots) if slot.index < place), -1)
        for slot in slots:
            waits = slot.topic is None or slot.topic.start > only.start
            if slot.index < place and slot.segment == reached and waits:
                chosen[slot.index] = only
    for slot in slots:
        beside = named.get(slot.index - 2) if tokens[slot.index - 1].kind == "(" and slot.index > 1 else None
        if beside is not None and RANK[beside.code] <= RANK["province"]:
            chosen[slot.index] = beside
        if slot.like is not None and slot.reading == "coordination":
            chosen[slot.index] = chosen.get(slot.like.index, chosen[slot.index])
    return chosen


_WITHIN = {
    "provincial_department": RANK["province"], "district_government": RANK["province"],
    "upper_party_committee": RANK["provincial_bloc"], "commune_government": RANK["district"],
}  # fmt: skip
"""The smallest kind of body that has several of a subject in it."""


def may_hold(scope: Scope, subject: str) -> bool:
    """Whether a body is one that a subject is counted in: no district has districts, no office has communes."""
    return RANK[scope.code] <= _WITHIN.get(subject, RANK["organisation"])


def _whole_told(tokens: Sequence[Token], named: Sequence[tuple[int, Scope]]) -> Scope | None:
    """ "Sở Nội vụ báo cáo: toàn tỉnh có ...": the whole of a body, named where a clause opens, is what is spoken of.

    Only an office speaks of others: beside another territory the whole is there to compare.
    """
    told = None
    for index, scope in named:
        if not scope.words.lower().startswith("toàn "):
            if scope.code != "organisation":
                return None
        elif index and tokens[index - 1].kind in (",", ":", ";", "period"):
            told = scope
    return told


_LISTING = ("(", ":", "gồm", "là ")
"""One of these stands before the members of a group."""
_OPENING = len("bao gồm")


def without_members(
    page: Page, tokens: Sequence[Token], slots: Sequence[Slot], scopes: Sequence[tuple[int, Scope]]
) -> list[tuple[int, Scope]]:
    """The bodies of a sentence less those that are only listed: after "gồm" or a colon behind a number, in brackets."""
    if not scopes:
        return []
    words = page.folded[tokens[slots[0].index].start : tokens[-1].end + _OPENING]
    if not any(opening in words for opening in _LISTING):
        return [*scopes]
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
        elif place > first and _opens_list(page, tokens, place):
            listing = True
        elif listing and not any(low <= place < high for low, high in zones):
            dropped.add(place)
    return [item for item in scopes if item[0] not in dropped]


def _opens_list(page: Page, tokens: Sequence[Token], place: int) -> bool:
    """Whether the members of a group are listed from here: after "gồm", a colon, or a level and "là" with a name."""
    token = tokens[place]
    if token.kind == ":" or page.folded.startswith(("gồm", "bao gồm"), token.start):
        return True
    rated = page.folded.startswith("là ", token.start) and _rated_before(tokens, place)
    return rated and place + 1 < len(tokens) and tokens[place + 1].kind in ("scope", "orgname")


def _rated_before(tokens: Sequence[Token], place: int) -> bool:
    """Whether a level stands between the number before a place and the place."""
    for index in range(place - 1, -1, -1):
        if tokens[index].kind == "level":
            return True
        if tokens[index].kind in ("number", ";"):
            return False
    return False


def _clause_end(tokens: Sequence[Token], index: int, high: int) -> int:
    for place in range(index + 1, high):
        token = tokens[place]
        if token.kind in (",", ";", "within") and tokens[place - 1].kind not in ("scope",):
            return place
    return high


def _aims(tokens: Sequence[Token], state: State) -> bool:
    """Whether a sentence sets targets or goes on with them."""
    return state.modality == "target" or any(token.kind == "target" for token in tokens)


REMEMBERED = frozenset(("period", "scale", "subject", "unit"))
"""The kinds of tokens that `remember` takes something from."""
_BRACKETS = frozenset(("(", ")"))
_LOOKED_AT = REMEMBERED | _BRACKETS


def _in_bloc(page: Page, tokens: Sequence[Token], token: Token) -> bool:
    """ "công đoàn khối hành chính và doanh nghiệp": whether a subject only names the bloc of the one before it."""
    if page.folded.find(_BLOC, tokens[0].start, token.start) < 0:
        return False
    before = [other.end for other in tokens if other.kind == "subject" and other.end <= token.start]
    between = page.folded[before[-1] : token.start] if before else ""
    return between.startswith(_BLOC) and _MARKS.isdisjoint(between)


_BLOC, _MARKS = fold(" khối "), frozenset(".;:()0123456789")
_MANAGED_BY, _MANAGES = fold("diện "), fold("quản lý")
_MANAGED = re.compile(
    fold(r"(?<!\w)(?:tập thể|cá nhân|kiểm điểm|đánh giá|xếp loại)[^.;:\n]{0,40}(?<!\w)diện [^.;:\n]{0,60}quản lý(?!\w)")
)
"""Whom a committee manages: the collectives and individuals told of after that are leaders."""


def may_name_managed(page: Page) -> bool:
    """Whether `names_managed` may hold of any stretch of the text."""
    return _MANAGED_BY in page.folded and _MANAGES in page.folded


def names_managed(page: Page, start: int, end: int) -> bool:
    """Whether a stretch of the text speaks of those whom a committee manages."""
    return page.folded.find(_MANAGED_BY, start, end) >= 0 and _MANAGED.search(page.folded, start, end) is not None


_BESIDE = re.compile(
    fold(r"(?<!\w)(?:trong khi(?: đó)?,? |(?:hơn|kém)(?: so với)? (?:con số |mức )?\d[\d.,]*%?(?: \w+){0,2} (?:của )?")
    + fold(r"|(?:bằng|gấp) \d[\d.,]*%? (?:lần )?(?:so với )?)$")
)
"""Words that set another year beside the one that is told of ("chỉ bằng 88% năm 2011")."""
_AHEAD = 48


_BESIDE_WORDS = tuple(map(fold, ("trong khi", "hơn ", "kém ", "bằng ", "gấp ")))
"""One of these stands in all that `_BESIDE` finds."""


def _told_beside(folded: str, start: int) -> bool:
    """Whether the words before a year set it beside the one that is told of."""
    low = max(0, start - _AHEAD)
    lead = folded[low:start]
    return any(map(lead.__contains__, _BESIDE_WORDS)) and _BESIDE.search(folded, low, start) is not None


_OF_RATINGS = frozenset(("assess", "scale", "subject", "past"))
"""A sentence with none of these tells of another matter: a year inside it is that matter's."""
_OPENS_SENTENCE = re.compile(
    fold(r"(?:(?:trong|cũng|riêng|bước sang|kết thúc|đến|tính|vào|qua|về|còn|trước đó|ngay|từ|hết|ở)[, ]+)*")
)
"""What may stand before a year that opens a sentence and so dates what follows too."""


def _of_ratings(page: Page, token: Token) -> bool:
    """Whether a word tells of ratings or of a report, not only that something was done ("đã hoàn thành")."""
    if token.kind in ("reported", "level"):
        return page.folded[token.start : token.end] not in _DONE
    return token.kind in _OF_RATINGS


_DONE = (fold("đã"), fold("hoàn thành"))


_OF_SEVERAL = tuple(map(fold, ("của các ", "của một số ", "của những ", "của ")))
"""What leads to those whose the counted ones are ("tổ chức cơ sở đảng của một số đảng bộ trực thuộc")."""


def _take_period(page: Page, token: Period, line: int, state: State) -> None:
    """Makes a period of a sentence the one of what follows: a school year, a term, a year."""
    if page.folded.startswith("năm học", token.start) or page.folded.endswith("năm học ", 0, token.start):
        state.school = (token.first, token.last) if token.code == "span" else state.school
        return
    if token.code == "past_term":
        state.first, state.last = state.term_over() or ("", "")
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


def _ends_term(token: Period, state: State) -> bool:
    """Whether a year to come is the last of the term that the page names: it dates what is wanted by then."""
    term = state.term or state.page_term
    return term is not None and token.code == "year" and token.first == term[1] and token.first > (state.day or "9")[:4]


def remember(page: Page, tokens: Sequence[Token], start: int, line: int, state: State) -> None:
    """Takes from a sentence that begins at `start` what later ones may need, numbers or not."""
    depth = 0
    opened = False
    for place, token in enumerate(tokens):
        kind = token.kind
        if kind not in _LOOKED_AT:
            continue
        if kind in _BRACKETS:
            depth += 1 if kind == "(" else -1
        elif isinstance(token, Period):
            aside = depth > 0 and token.code == "year" and state.first
            if aside and (_aims(tokens, state) or dates_next(tokens, place)):
                continue
            if _told_beside(page.folded, token.start):
                continue
            passing = token.code in ("year", "point") and (token.last[:4] < state.first[:4] or _ends_term(token, state))
            passing = passing and not any(_of_ratings(page, other) for other in tokens)
            if passing and _OPENS_SENTENCE.fullmatch(page.folded, start, token.start) is None:
                continue  # "Công trình khởi công từ năm 2019 ...", "thu nhập đến năm 2025 đạt ...": another's year
            _take_period(page, token, line, state)
        elif kind == "scale":
            state.scale = token.code
            state.study = token.code == "study_result"
        elif kind == "subject":
            owners = opened and page.folded.endswith(_OF_SEVERAL, 0, token.start)
            if (depth > 0 and opened) or owners or _in_bloc(page, tokens, token):
                continue
            opened = opened or depth == 0
            if not (
                is_bare_cell(token) and state.subject == "grassroots_party_cell" and line - state.subject_line <= 1
            ):
                state.subject = token.code
            state.subject_line = line
            state.mentions[token.code] = token
        elif token.code == "individual" and (state.managed or state.subject == "leadership_collective"):
            state.subject = "leader"
        elif token.code == "collective" and state.managed:
            state.subject = "leadership_collective"
