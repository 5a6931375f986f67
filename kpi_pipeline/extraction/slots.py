"""A number of a sentence with what stands beside it, and the small looks that several steps share.

Belongs here: the slot record and questions about the tokens around one place. Does not belong here: decisions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kpi_pipeline.extraction.rated_nouns import GOVERNMENT
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold

WHOLE = 100
"""The largest share of a whole, in percent."""
_LEADS = frozenset(("before", "filler", "above"))
COUNT_LEADS = frozenset(("have", "among", "becomes", "link", "rest", "base_all"))

THROUGH_RIGHT = frozenset(
    [
        "subject",
        "unit",
        "filler",
        "word",
        "scope",
        "orgname",
        "period",
        "assess",
        "before",
        "above",
        "link",
        "person",
        "among",
        "every",
        "rest",
        "none",
        "masked",
        "year",
        "years",
        "month",
        "months",
        "date",
        "same",
        "past",
        "reported",
        "numbered",
        "estimate",
        "hundred",
        "/",
        "-",
        "according",
        "scale",
    ]
)
THROUGH_LEFT = frozenset(
    [
        "link",
        "have",
        "before",
        "filler",
        "subject",
        "unit",
        "period",
        "scope",
        "orgname",
        "word",
        "every",
        "becomes",
        "above",
        "assess",
        "target",
        "planref",
        "masked",
        "among",
        "base_all",
        "rest",
        "person",
        ":",
        "/",
        "-",
        "none",
        "whole",
        "past",
        "reported",
        "scale",
        "estimate",
        "versus",
        "hundred",
    ]
)


@dataclass(slots=True, eq=False)
class Slot:
    """One number of a sentence and what stands with it; `index` is its place among the sentence's tokens.

    `apart`: its noun tells a part of its subject from another one beside it ("5 xã và 2 phường").
    """

    index: int
    figure: Token
    value: float
    percent: bool
    zone: tuple[int, int] = (0, 0)
    segment: int = 0
    in_paren: bool = False
    comparator: str = "eq"
    unit: Token | None = None
    stranger: bool = False
    topic: Token | None = None
    side: str = ""
    reading: str = ""
    reason: str = ""
    role: str = ""
    share_of: "Slot | None" = None
    like: "Slot | None" = None
    within: bool = False
    zero: bool = False
    linked: bool = False
    apart: bool = False
    after: int = 0
    base: str = ""
    levels: tuple[str, ...] = ()
    above: bool = False
    year_index: int = -1
    year: Token | None = None
    notes: list[str] = field(default_factory=list)


RATED_AS = {
    fold(word): code
    for code, words in (
        ("provincial_department", ("sở",)),
        ("district_government", ("huyện", "quận", "thị xã", "thành phố")),
        ("commune_government", ("xã", "phường", "thị trấn", "đặc khu")),
    )
    for word in words
}
"""What is meant where a territory or "sở" is counted and rated: its government, the department."""

OFFICES = ("sở", "ubnd", fold("ủy ban nhân dân"))
"""How what is counted opens where a government or its offices are meant, which have many tasks beside their own."""

OPENS_CLAUSE = frozenset((",", ";", ":", "(", "-", "period", "among", "within"))
"""What stands before the first word of a clause."""

_ALL_WORK = fold("chính trị")
_OTHERS = frozenset(("person", "word", "unit", "subject", "orgname"))
_CLOSING = frozenset((",", ";", ":", "(", ")", "within", "number"))
_LEADING = frozenset(("link", "have", "and", "before", "filler", "becomes"))


def counts_territories(page: Page, tokens: Sequence[Token], number: int, level: Token) -> bool:
    """Whether a level is said of the territories counted at `number` themselves, and of all their work.

    No: "giám đốc 12 sở hoàn thành tốt nhiệm vụ" (others are counted), "12 xã hoàn thành tốt nhiệm vụ tiêm chủng" (one
    task of many).
    """
    if of_others(page, tokens, number):
        return False
    place = _behind(tokens, level)
    while place < len(tokens) and (
        tokens[place].kind in ("period", "year") or tokens[place].code.startswith(_ALL_WORK)
    ):
        place += 1
    if place >= len(tokens) or tokens[place].kind in _CLOSING:
        return not _tells_task(page, tokens[place : place + 2])
    if tokens[place].kind == "link" and page.text[tokens[place].end + 1 : tokens[place].end + 2].isupper():
        return True  # "... là Sở Tài chính": which ones
    while place < len(tokens) and tokens[place].kind in _LEADING:
        place += 1
    return place < len(tokens) and tokens[place].kind == "number"


_TO, _RECOGNISED = "cho", fold("công nhận")


def of_others(page: Page, tokens: Sequence[Token], number: int) -> bool:
    """Whether a noun before a number tells that others are counted ("giám đốc 12 sở")."""
    lead = number - 1
    while lead >= 0 and tokens[lead].kind in _LEADS:
        lead -= 1
    if lead >= 0 and tokens[lead].kind == "word":
        given = tokens[lead].code == _TO and [token.kind for token in tokens[lead - 2 : lead]] == ["assess", "level"]
        if given or tokens[lead].code.endswith(_RECOGNISED):  # "xếp loại tốt cho 24 xã", "công nhận 24 xã"
            return False
    return lead >= 0 and tokens[lead].kind in _OTHERS and not page.folded.startswith(GOVERNMENT, tokens[lead].start)


def _behind(tokens: Sequence[Token], level: Token) -> int:
    return next((at for at, token in enumerate(tokens) if token is level), len(tokens)) + 1


def _tells_task(page: Page, behind: Sequence[Token]) -> bool:
    """Whether the mark behind a level only parts it from its task ("nhiệm vụ (tiêm chủng)")."""
    if len(behind) < 2 or behind[0].kind not in (",", ":", "("):
        return False
    planned = names_plan(page.folded[behind[1].start : behind[1].end])
    explained = behind[1].kind == "word" and page.text[behind[1].start].islower()
    return planned if behind[0].kind == "," else explained and not planned


def counted_scope(folded: str) -> str:
    """What a scope phrase means when it is counted ("17 đảng bộ huyện"); empty for none."""
    if folded.startswith("chi bộ"):
        return "subordinate_party_cell"
    if folded.startswith("đảng bộ"):
        if "xã" in folded or "phường" in folded or "thị trấn" in folded:
            return "" if "thị xã" in folded else "grassroots_party_committee"
        return "upper_party_committee" if "huyện" in folded or "quận" in folded or "thành phố" in folded else ""
    if folded.startswith(("ubnd", fold("ủy ban nhân dân"))):
        if "huyện" in folded or "quận" in folded or "thị xã" in folded:
            return "district_government"
        return "commune_government" if "xã" in folded or "phường" in folded else ""
    return ""


_PLANS = re.compile(fold(r"nghị quyết|chỉ tiêu|kế hoạch|(?<!\w)(?:kh|nq)(?!\w)"))


def names_plan(words: str) -> bool:
    """Whether words between two numbers name the resolution, plan or target that the second one stands in."""
    return _PLANS.search(words) is not None


def part_of(zone: Sequence[Token]) -> Sequence[Token]:
    """What of the words before a number stands in its own part of the sentence: behind the last ";"."""
    marks = [place for place, token in enumerate(zone) if token.kind == ";"]
    return zone[marks[-1] :] if marks else zone


def kinds_of(tokens: Sequence[Token]) -> frozenset[str]:
    """The kinds of tokens that are among some."""
    return frozenset([token.kind for token in tokens])


def first_of(tokens: Sequence[Token], kind: str) -> int:
    return next((place for place, token in enumerate(tokens) if token.kind == kind), 0)


def match_parens(tokens: Sequence[Token]) -> dict[int, int]:
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "(":
            stack.append(index)
        elif token.kind == ")" and stack:
            pairs[stack.pop()] = index
    return pairs


def leads_count(tokens: Sequence[Token], index: int) -> str:
    """The kind of word that introduces a count before `index` (have, among, becomes, link), else empty."""
    index -= 1
    while index >= 0 and tokens[index].kind in _LEADS:
        index -= 1
    return tokens[index].kind if index >= 0 and tokens[index].kind in COUNT_LEADS else ""
