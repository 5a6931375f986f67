"""Whose result a number is: the bodies a sentence names.

Belongs here: scope phrases with their names. Does not belong here: how a name is written (names), which bodies are only
spoken of (cited), the choice among several bodies for one number (carry), the page's province (place).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from kpi_pipeline.extraction.cited import GUIDES, answers, is_source, is_told, of_congress, only_cited
from kpi_pipeline.extraction.names import before_person, canonical, name_end
from kpi_pipeline.extraction.other_matters import RATE
from kpi_pipeline.extraction.place import Home
from kpi_pipeline.extraction.rated_nouns import begins_name
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold
from kpi_pipeline.reference.provinces import is_municipality

RANK = {"national": 0, "province": 1, "provincial_bloc": 2, "district": 3, "commune": 4, "organisation": 5}
_OF_ORGANISATIONS = ("organisation", "cell")
_VILLAGE = tuple(
    map(fold, ("thôn", "ấp", "khu phố", "tổ dân phố", "khóm", "bản", "khu dân cư", "xóm", "khu", "buôn", "làng"))
)
_VILLAGE_NAMED = tuple(name + " " for name in _VILLAGE)
_VILLAGE_PLACE = re.compile(rf"(?:{'|'.join(sorted(_VILLAGE, key=len, reverse=True))})(?!\w)")
_DIGITS = re.compile(r" (?:số )?\d{1,3}[a-z]?(?!\w)(?!/)")


class Scope(NamedTuple):
    """A body named in the text: scope code, its full name or None, the province the name gives, and its place.

    `cited`: the body is only an author, a guest or the one above; it counts where the page names no other.
    `part`: it is one of those a wider body is made of ("cao nhất là X", "riêng X"); it owns no number but its own.
    `assumed`: only a bare name says that there is a body; what kind of body it is, nobody says.
    """

    code: str
    name: str | None
    province: str | None
    start: int
    end: int
    words: str = ""
    cited: bool = False
    part: bool = False
    assumed: bool = False


_BEFORE_NAMES = tuple(map(fold, (" ban", " báo", " phòng", " đội", " thanh tra")))
"""Nouns of party cells that name no body alone: "Đảng bộ ban hành", "chi bộ báo cáo", "đảng ủy phòng ngừa"."""


def _counted(page: Page, tokens: Sequence[Token], index: int, kinds: int) -> tuple[bool, int]:
    """Whether the token only counts or lists kinds of bodies, and the last token that did so."""
    token = tokens[index]
    before = tokens[index - 1].kind if index else ""
    if before == "masked" and token.start and page.folded[token.start - 2 : token.start - 1].isdigit():
        return True, index if token.kind == "scope" else kinds
    if before in _COUNTED or (index and tokens[index - 1].code == "other_indicator"):
        return True, index if token.kind == "scope" else kinds
    if before == "filler" and page.folded[tokens[index - 1].start : token.start].rstrip() in _SEVERAL:
        return True, index
    if token.kind == "scope" and before == "link" and page.folded.startswith(RATE, tokens[index - 1].start):
        return _bare(page, token), index  # "tỷ lệ xã đạt chuẩn nông thôn mới"
    if token.kind == "scope" and before == "word" and tokens[index - 1].code.endswith(BLOC):
        return _bare(page, token), index
    if token.kind == "scope" and _of_tier(page, tokens, index):
        return True, index
    if token.kind == "scope" and _goes_on(page, tokens, index, kinds):
        return True, index
    return before == "filler" and index > 1 and tokens[index - 2].kind == "number", kinds


def _of_tier(page: Page, tokens: Sequence[Token], index: int) -> bool:
    """Whether a bare noun only tells of which tier those before it are ("hội phụ nữ xã", "cán bộ xã")."""
    before = tokens[index - 1] if index else None
    if before is None or not _bare(page, tokens[index]):
        return False
    cadres = before.kind == "unit" and page.folded[before.start : before.end] == _CADRES
    cadres = cadres or page.folded.endswith(_GOVERNMENT, 0, tokens[index].start)
    if cadres or before.kind != "subject" or before.code not in _OF_TIER:
        return cadres
    alone = index == 1 or tokens[index - 2].kind in _PARTING
    return not (alone and before.code == "mass_organisation" and page.folded.startswith(_OWNS, tokens[index].end))


_CADRES, _GOVERNMENT = fold("cán bộ"), fold("chính quyền ")
_OWNS, _PARTING = (" có ", " hiện có ", " hiện nay có "), frozenset((",", ";", ".", ":", "period"))
"""One organisation that has cells of its own ("Hội Phụ nữ huyện có 19 cơ sở hội") is the body told of."""


def scopes_of(
    page: Page, tokens: Sequence[Token], limit: int, home: Home, places: Sequence[tuple[int, int, str]]
) -> list[tuple[int, Scope]]:
    """The bodies a sentence that ends at `limit` names: index of the token and the scope.

    Counted nouns and sources are left out.
    """
    found: list[tuple[int, Scope]] = []
    kinds = -9
    reached = 0
    for index, token in enumerate(tokens):
        kind = token.kind
        if kind not in NAMING or token.start < reached:
            continue
        code = token.code if kind == "scope" else _code_of(page, token)
        if not code and not (index and tokens[index - 1].kind == "filler"):
            continue
        counted, kinds = _counted(page, tokens, index, kinds)
        if counted or not code:
            continue
        end = _after_dot(page, token.end, code)
        beside = tokens[index + 1] if index + 1 < len(tokens) else None
        level = beside is not None and beside.kind == "level"
        stop = name_end(page, end, beside.start if beside is not None and level else limit, code in _OF_ORGANISATIONS)
        if index and tokens[index - 1].kind == "person":
            stop = before_person(page, end, stop, code == "provincial_bloc")
        named = stop > end
        if code == "cell":
            code, stop = _cell_scope(page, tokens, index, stop, limit)
            if not code:
                continue
        elif not _may_name(page, token, named):
            continue
        if code == "organisation" and (is_source(tokens, index) or answers(page, tokens, index, stop, limit)):
            continue
        if code == "national" and (page.folded.startswith(GUIDES, stop) or is_told(page, token.start)):
            continue
        hint = _province_hint(page, token, stop, places)
        if code == "city" and not named and page.folded.startswith(_OF_THE_STATE, stop):
            continue
        if code == "city":
            code, hint = _city(hint, named, home)
        words = page.text[token.start : stop]
        name = None
        if code not in {"province", "national"}:
            name = _village(words) if code == "commune" and token.kind != "scope" else None
            name = name or canonical(code, words, page.text[end:stop].strip(' "“”.') if named else "")
        smaller = bool(found) and RANK[found[-1][1].code] > RANK.get(token.code, RANK["district"])
        below = reached if smaller else -1
        cited = of_congress(page, token.start, stop) or only_cited(page, tokens, index, stop, below)
        hint = hint if code in ("province", "provincial_bloc") else None
        cited = cited or (code == "national" and _only_measured_by(page, tokens, index))
        part = page.folded.endswith(_ONE_OF, 0, token.start)
        found.append((index, Scope(code, name, hint, token.start, stop, words, cited, part)))
        reached = stop
    return found


def _only_measured_by(page: Page, tokens: Sequence[Token], index: int) -> bool:
    """ "cao hơn bình quân chung cả nước (17,3%)": the country is what the sentence measures its own number by."""
    low = max(0, tokens[index].start - _LONGEST_MEASURE)
    ends = index + 1 == len(tokens) or tokens[index + 1].kind in _ENDS_MEASURE
    return ends and _MEASURED_BY.search(page.folded, low, tokens[index].start) is not None


_LONGEST_MEASURE = 60
_MEASURED_BY = re.compile(fold(r"(?<!\w)(?:(?:cao|thấp|nhiều|ít|lớn|kém) hơn|so với)(?!\w)[^.,;:()\d\n]{0,40}$"))
_ENDS_MEASURE = frozenset(("(", ")", ",", ";", "and"))


def _city(hint: str | None, named: bool, home: Home) -> tuple[str, str | None]:
    """Whether a city is a province of its own, with its code, or a district: Huế was the latter until 2025."""
    within = hint == home.code and not home.municipality
    if hint is not None and is_municipality(hint) and not within:
        return ("province" if named or home.municipality else "district"), hint
    return ("district" if named or not home.municipality else "province"), None


_ONE_OF = tuple(
    map(
        fold,
        (
            "cao nhất là ",
            "thấp nhất là ",
            "dẫn đầu là ",
            "đứng đầu là ",
            "nhiều nhất là ",
            "ít nhất là ",
            "riêng ",
            "còn ",
        ),
    )
)
_OF_THE_STATE = fold(" trực thuộc")
"""Behind "các tỉnh, thành phố": a kind of body, none that is named."""
_LEADS_OTHERS = re.compile(
    fold(r"[^.;:\n]{0,70}?(?<!\w)(?:(?:cao|thấp|nhiều|ít) nhất|dẫn đầu|đứng đầu|đứng cuối)(?!\w)")
    + fold(r"(?! (?:từ trước|trong (?:nhiều|các|những|\d) |trong nhiệm kỳ))")
)
"""What is said of one of several that are compared."""


def is_compared(page: Page, scope: Scope) -> bool:
    """Whether a body is set beside others of its kind ("Thị xã X có tỷ lệ cao nhất"): no page is about it alone."""
    return _LEADS_OTHERS.match(page.folded, scope.end) is not None


_WORDS_OF_NAMES = frozenset(
    ("trap", "indicator", "rule", "short", "planref", "planpart", "change", "subject", "unit", "number", "and", ",")
)


def without_names(page: Page, tokens: list[Token], scopes: Sequence[tuple[int, Scope]]) -> list[Token]:
    """The tokens of a sentence, the words inside a body's name made plain ("thuế" of a tax office is no money)."""
    result = tokens
    for index, scope in scopes:
        place = index + 1
        while place < len(tokens) and tokens[place].end <= scope.end:
            token = tokens[place]
            if token.kind in _WORDS_OF_NAMES:
                result = [*tokens] if result is tokens else result
                result[place] = Token("word", page.folded[token.start : token.end], token.start, token.end)
            place += 1
    return result


BLOC = fold("khối")
"""How a group of bodies of one kind is named ("khối huyện, thành phố")."""
NAMING = frozenset(("scope", "orgname", "unit", "subject"))
_OF_TIER = frozenset(("mass_organisation", "civil_servant"))
"""Of whom a bare noun right behind tells the tier ("hội phụ nữ xã", "công chức xã")."""
_COUNTED = frozenset(("number", "/"))
BARE = frozenset(map(fold, ("tỉnh", "thành phố", "huyện", "quận", "thị xã", "xã", "phường", "thị trấn")))


def _bare(page: Page, token: Token) -> bool:
    """Whether a territory's noun stands without a name ("khối huyện, thành phố")."""
    return page.folded[token.start : token.end] in BARE and not begins_name(page.text, page.folded, token.end + 1)


def is_around(scope: Scope, known: Scope | None, whole: Scope | None = None) -> bool:
    """Whether a bare noun ("của tỉnh") only means the territory around the body that the page is about.

    Where the page as a whole is about a body of that kind (`whole`), the noun means that one again.
    """
    if whole is not None and whole.code == scope.code and not whole.part:
        return False
    return known is not None and RANK[scope.code] < RANK[known.code] and fold(scope.words) in BARE


_SEVERAL = frozenset(map(fold, ("các", "những", "một số")))


def _goes_on(page: Page, tokens: Sequence[Token], index: int, counted: int) -> bool:
    """Whether a territory carries on a list of counted ones ("67 tỉnh ủy, thành ủy"); `counted` is the last one."""
    if counted == index - 2:
        return tokens[index - 1].kind in (",", "and")
    between = page.folded[tokens[index - 1].end : tokens[index].start].strip() if counted == index - 1 else ""
    return between in (",", "và")


def _code_of(page: Page, token: Token) -> str:
    """The scope a token may name; `cell` for a party cell, `city` for a city of either rank; empty for none."""
    if token.kind == "scope":
        return token.code
    if token.kind == "orgname" or (token.kind == "unit" and token.code == "party_committee"):
        return "organisation"
    if token.kind == "subject" and page.folded.startswith("chi bộ", token.start):
        return "cell"
    return ""


def _may_name(page: Page, token: Token, named: bool) -> bool:
    """Whether a noun stands for a body, with or without a name behind it.

    The noun of an organisation opens a name, in a capital, or small after "chi bộ" and the like.
    """
    if token.kind == "scope":
        return named or not page.folded.endswith(_BEFORE_NAMES, token.start, token.end)
    return named and (page.text[token.start].isupper() or page.folded.endswith(_PARTY_BODY, 0, token.start))


_PARTY_BODY = tuple(map(fold, ("chi bộ ", "đảng bộ ", "đảng ủy ")))


def _after_dot(page: Page, end: int, code: str) -> int:
    """Behind the dot of "TP."."""
    if code == "city" and page.text.startswith(".", end) and page.folded[end - 2 : end] == "tp":
        return end + 1
    return end


def _village(words: str) -> str:
    """The name of a village, quarter or hamlet without the party cell before it."""
    folded = fold(words)
    start = len("chi bộ ") if folded.startswith("chi bộ ") else 0
    return words[start : start + 1].lower() + words[start + 1 :]


def _cell_scope(page: Page, tokens: Sequence[Token], index: int, stop: int, limit: int) -> tuple[str, int]:
    """The scope that a named party cell gives and where its name ends; an empty code where the cell has no name."""
    token = tokens[index]
    beside = tokens[index + 1] if index + 1 < len(tokens) else None
    if beside is not None and beside.start > token.end + 1:
        beside = None
    own = page.folded[token.start : token.end]
    following = page.folded[token.end + 1 : token.end + 16]
    capital = page.text[token.start].isupper()
    if own.endswith(_VILLAGE) or following.startswith(_VILLAGE_NAMED):
        place = _VILLAGE_PLACE.match(page.folded, token.start + len("chi bộ "))
        stop = name_end(page, place.end(), limit, False) if place is not None else stop
        numbered = _DIGITS.match(page.folded, place.end()) if place is not None else None
        stop = max(stop, numbered.end() if numbered is not None else 0)
        return ("commune", stop) if place is not None and stop > place.end() else ("", stop)
    organised = beside is not None and (
        beside.kind == "orgname" or (beside.kind, beside.code) == ("scope", "organisation")
    )
    if beside is not None and organised:
        end = name_end(page, beside.end, limit, True)
        return ("organisation", end) if end > beside.end or beside.kind == "scope" else ("", stop)
    if not capital or stop <= token.end:
        return ("organisation" if capital and index <= 2 and own == "chi bộ" else "", stop)
    return "organisation", stop


def _province_hint(page: Page, token: Token, stop: int, places: Sequence[tuple[int, int, str]]) -> str | None:
    """The province that a body's name gives: one that stands right behind the noun, or ends the name."""
    index = bisect_left(places, (token.start, 0, ""))
    while index < len(places) and places[index][0] < stop:
        start, end, code = places[index]
        if (start <= token.end + 2 and end > token.end) or end == stop:
            return code
        index += 1
    return None
