"""Whose result a number is (scope and body) and which province a page belongs to.

Belongs here: scope phrases with their names, the page's province with its evidence. Does not belong here:
the choice among several scopes for one number (carry).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kpi_pipeline.extraction.clauses import Subject
from kpi_pipeline.extraction.fact import PageContext
from kpi_pipeline.extraction.layout import Line, inline_menu
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold
from kpi_pipeline.reference.place_names import find_names
from kpi_pipeline.reference.provinces import is_municipality
from kpi_pipeline.reference.sources import host_of, source_of_host

RANK = {"national": 0, "province": 1, "provincial_bloc": 2, "district": 3, "commune": 4, "organisation": 5}
_VILLAGE = ("thôn", "ấp", "khu phố", "tổ dân phố", "khóm", "bản", "khu dân cư", "xóm", "khu", "buôn", "làng")
_NAMED_BY = tuple(map(fold, ("tỉnh", "tỉnh ủy", "thành phố", "thành ủy", "tp", "ubnd", "hđnd", "đảng bộ")))
_OWNERS = tuple(map(fold, ("đảng bộ tỉnh", "tỉnh ủy", "ubnd tỉnh", "hđnd tỉnh", "thành ủy")))
_STRONG = 3


@dataclass(slots=True, frozen=True)
class Scope:
    """A body named in the text: scope code, its full name or None, the province the name gives, and its place."""

    code: str
    name: str | None
    province: str | None
    start: int
    words: str = ""


@dataclass(slots=True, frozen=True)
class Home:
    """The province of a page: code and evidence, both None when unsure; `municipality`: a city under the centre."""

    code: str | None
    evidence: str | None
    municipality: bool


def _name_after(page: Page, end: int, limit: int) -> int:
    """Where the run of capitalised words after a position ends; the position itself when there is none."""
    text = page.text
    reached = end
    position = end
    while position < limit:
        while position < limit and text[position] in ' "“':
            position += 1
        if position >= limit or not text[position].isupper():
            break
        word = position
        while word < limit and (text[word].isalnum() or text[word] in "&"):
            word += 1
        if page.folded[position:word] in ("năm", "có", "theo", "trong"):
            break
        if word < limit and text[word : word + 3] in (" - ", " – ") and text[word + 3 : word + 4].isupper():
            word += 3
        reached = position = word
    return reached


def scopes_of(
    page: Page, tokens: Sequence[Token], home: Home, places: Sequence[tuple[int, int, str]]
) -> list[tuple[int, Scope]]:
    """The bodies a sentence names: index of the token and the scope; counted nouns and sources are left out."""
    found: list[tuple[int, Scope]] = []
    limit = tokens[-1].end if tokens else 0
    kinds = -9
    for index, token in enumerate(tokens):
        before = tokens[index - 1].kind if index else ""
        if before in ("number", "/"):
            continue
        if before == "filler" and page.folded[tokens[index - 1].start : tokens[index - 1].end] in (
            "các",
            "những",
            "một số",
        ):
            kinds = index
            continue
        if before in (",", "and") and kinds == index - 2 and token.kind == "scope":
            kinds = index
            continue
        if before == "filler" and index > 1 and tokens[index - 2].kind == "number":
            continue
        code = ""
        if token.kind == "scope":
            code = token.code
        elif token.kind == "orgname" or (token.kind == "unit" and token.code in ("party_committee",)):
            code = "organisation"
        elif isinstance(token, Subject) and page.folded.startswith("chi bộ", token.start):
            code = "cell"
        if not code:
            continue
        stop = _name_after(page, token.end, limit)
        named = stop > token.end
        if code == "cell":
            code = _cell_scope(page, tokens, index, named)
            if not code:
                continue
            following = tokens[index + 1]
            stop = max(stop, _name_after(page, following.end, limit))
        elif token.kind != "scope" and (not named or not page.text[token.start].isupper()):
            continue
        if (code == "organisation" and _is_source(tokens, index)) or _of_congress(page, token.start):
            continue
        hint = _province_hint(page, token, stop, places)
        if code == "city":
            city = hint if hint is not None and is_municipality(hint) else None
            code = ("province" if city else "district") if named else "province" if home.municipality else "district"
            hint = city
        name = None
        if code not in {"province", "national"} and not page.folded.startswith("toàn ", token.start):
            name = page.text[token.start : stop]
        found.append(
            (
                index,
                Scope(
                    code,
                    name,
                    hint if code in ("province", "provincial_bloc") else None,
                    token.start,
                    page.text[token.start : stop],
                ),
            )
        )
    return found


def _cell_scope(page: Page, tokens: Sequence[Token], index: int, named: bool) -> str:
    if index + 1 >= len(tokens):
        return ""
    following = tokens[index + 1]
    if not page.text[tokens[index].start].isupper() and following.kind != "scope":
        return ""
    if index == 0 and following.kind == "have":
        return "organisation"
    words = page.folded[following.start : following.end]
    if any(words == name or words.startswith(name + " ") for name in _VILLAGE):
        return "commune"
    if following.kind == "orgname" or (following.kind == "scope" and following.code == "organisation"):
        return "organisation"
    return "organisation" if named and following.kind not in ("number", "level", "indicator", "period") else ""


def _of_congress(page: Page, start: int) -> bool:
    """Whether the body only names a congress or its resolution."""
    return page.folded[max(0, start - 12) : start].rstrip().endswith(("đại hội", "nghị quyết", "đại biểu"))


def _is_source(tokens: Sequence[Token], index: int) -> bool:
    return any(token.kind == "according" for token in tokens[max(0, index - 2) : index])


def _province_hint(page: Page, token: Token, stop: int, places: Sequence[tuple[int, int, str]]) -> str | None:
    index = bisect_left(places, (token.end, 0, ""))
    if index < len(places) and places[index][0] <= token.end + 2 and places[index][0] < stop + 1:
        return places[index][2]
    while index < len(places) and places[index][0] < stop:
        if places[index][1] == stop:
            return places[index][2]
        index += 1
    return None


def find_home(
    page: Page,
    lines: Sequence[Line],
    places: Sequence[tuple[int, int, str]],
    tokens: Sequence[Token],
    context: PageContext,
) -> Home:
    """The page's province: its own institutions, headline, dateline, source line, host, manifest, in this order."""
    scores, words = _institutions(page, lines, places, tokens)
    for code, text in _headings(page, lines, places, context):
        scores[code] += _STRONG
        words.setdefault(code, text)
    ranked = scores.most_common(2)
    winner = ranked[0] if ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]) else None
    if winner is not None and winner[1] >= _STRONG:
        return _home(winner[0], words[winner[0]])
    known = _source_line(page, lines, context) or _from_host(context) or _from_manifest(context)
    if known is not None:
        return known
    if winner is not None:
        return _home(winner[0], words[winner[0]])
    return Home(None, None, False)


def _home(code: str, evidence: str) -> Home:
    return Home(code, evidence, is_municipality(code))


def _institutions(
    page: Page, lines: Sequence[Line], places: Sequence[tuple[int, int, str]], tokens: Sequence[Token]
) -> tuple[Counter[str], dict[str, str]]:
    scores: Counter[str] = Counter()
    words: dict[str, str] = {}
    visitors = [token.end for token in tokens if token.kind in ("visitor", "versus")]
    starts = [line.start for line in lines]
    usable: dict[int, bool] = {}
    for start, end, code in places:
        row = bisect_left(starts, start + 1) - 1
        if row not in usable:
            line = lines[row]
            inside = (
                bisect_left(places, (line.end, 0, "")) - bisect_left(places, (line.start, 0, ""))
                if line.role == "body"
                else 0
            )
            usable[row] = line.role not in ("furniture", "menu") and not inline_menu(page, line, inside)
        if not usable[row]:
            continue
        lead = page.folded[max(0, start - 24) : start].rstrip()
        kind = next((word for word in _NAMED_BY if lead.endswith(word)), "")
        if not kind or (kind in ("thành phố", "tp", _NAMED_BY[3]) and not is_municipality(code)):
            continue
        if kind == "đảng bộ" and not is_municipality(code):
            continue
        near = bisect_left(visitors, start)
        if near and start - visitors[near - 1] < 40 and "." not in page.folded[visitors[near - 1] : start]:
            continue
        owner = lead.endswith(_OWNERS)
        scores[code] += _STRONG if owner else 2
        words.setdefault(code, f"text: {page.text[start - len(kind) - 1 : end].strip()}")
    return scores, words


def _headings(
    page: Page, lines: Sequence[Line], places: Sequence[tuple[int, int, str]], context: PageContext
) -> list[tuple[str, str]]:
    """Names that open a headline ("Hòa Bình: ...") or stand as a dateline ("QUẢNG NGÃI - ...", "(Báo Đồng Nai) -")."""
    found: list[tuple[str, str]] = []
    for line in lines:
        if line.role in ("furniture", "menu"):
            continue
        index = bisect_left(places, (line.start, 0, ""))
        if index < len(places) and places[index][0] <= line.start + 8 and places[index][1] < line.end:
            start, end, code = places[index]
            after = page.folded[end : end + 4].lstrip()
            lead = page.folded[line.start : start].strip(' "')
            if lead in ("", "(", "(báo", "báo") and after[:1] in (":", "-", ")", ",", "."):
                found.append((code, f"heading: {page.text[start:end]}"))
                break
            if lead == "" and line.role == "title":
                found.append((code, f"heading: {page.text[start:end]}"))
                break
    for kind, text in context.cues:
        if kind in ("dateline", "site_name"):
            for start, end, code in find_names(text)[:1]:
                found.append((code, f"{kind}: {text[start:end]}"))
    return found


def _source_line(page: Page, lines: Sequence[Line], context: PageContext) -> Home | None:
    for line in lines:
        head = page.folded[line.start : line.start + 12]
        if not head.startswith(("nguồn", "theo ", "(theo", "(nguồn")) or line.end - line.start > 120:
            continue
        home = _source_text(page.text[line.start : line.end])
        if home is not None:
            return home
    for kind, text in context.cues:
        if kind == "source_line":
            home = _source_text(text)
            if home is not None:
                return home
    return None


def _source_text(text: str) -> Home | None:
    for word in text.replace("(", " ").replace(")", " ").split():
        if "." in word:
            source = source_of_host(host_of(word.strip(" ,.;\"'")))
            if source is not None and source.province is not None:
                return _home(source.province, f"source_line: {source.domain}")
    for start, end, code in find_names(text)[:1]:
        return _home(code, f"source_line: {text[start:end]}")
    return None


def _from_host(context: PageContext) -> Home | None:
    addresses = [context.url, *(text for kind, text in context.cues if kind == "canonical_url")]
    for address in addresses:
        source = source_of_host(host_of(address))
        if source is not None and source.province is not None:
            return _home(source.province, f"domain: {source.domain}")
    return None


def _from_manifest(context: PageContext) -> Home | None:
    if context.source_province:
        return _home(context.source_province, "manifest")
    return None
