"""Which province a page belongs to, with the evidence.

Belongs here: institutions, headlines, datelines, source lines, hosts and manifests as evidence. Does not belong here:
whose result a number is (bodies).
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kpi_pipeline.extraction.fact import PageContext
from kpi_pipeline.extraction.layout import Line, inline_menu
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold
from kpi_pipeline.reference.place_names import find_names
from kpi_pipeline.reference.provinces import is_municipality
from kpi_pipeline.reference.sources import host_of, province_of_address, source_of_host

_NAMED_BY = tuple(map(fold, ("tỉnh", "tỉnh ủy", "thành phố", "thành ủy", "tp", "ubnd", "hđnd", "đảng bộ")))
_OWNERS = tuple(map(fold, ("đảng bộ tỉnh", "tỉnh ủy", "ubnd tỉnh", "hđnd tỉnh", "thành ủy")))
_TELLS_SOURCE = ("nguồn", "theo ", "(theo", "(nguồn")
_STRONG = 3


@dataclass(slots=True, frozen=True)
class Home:
    """The province of a page: code and evidence, both None when unsure; `municipality`: a city under the centre
    on the day of publication."""

    code: str | None
    evidence: str | None
    municipality: bool


def find_home(
    page: Page,
    lines: Sequence[Line],
    places: Sequence[tuple[int, int, str]],
    tokens: Sequence[Token],
    context: PageContext,
) -> Home:
    """The page's province: its own institutions, headline, dateline, source line, host, manifest, in this order."""
    home = _find(page, lines, places, tokens, context)
    if not home.municipality or not context.published_on:
        return home
    return replace(home, municipality=is_municipality(home.code or "", context.published_on[:7]))


def _find(
    page: Page,
    lines: Sequence[Line],
    places: Sequence[tuple[int, int, str]],
    tokens: Sequence[Token],
    context: PageContext,
) -> Home:
    scores, words = _institutions(page, lines, places, tokens)
    for code, text in _headings(page, lines, places, context):
        scores[code] += _STRONG
        words.setdefault(code, text)
    ranked = scores.most_common(2) if scores else []
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
    if not places:
        return scores, words
    visitors: list[int] | None = None
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
        if not kind and _in_bracket(page, start, end):
            scores[code] += 2
            words.setdefault(code, f"text: ({page.text[start:end]})")
            continue
        if not kind or (kind in ("thành phố", "tp", _NAMED_BY[3]) and not is_municipality(code)):
            continue
        if kind == "đảng bộ" and not is_municipality(code):
            continue
        if visitors is None:
            visitors = [token.end for token in tokens if token.kind in ("visitor", "versus")]
        near = bisect_left(visitors, start)
        if near and start - visitors[near - 1] < 40 and "." not in page.folded[visitors[near - 1] : start]:
            continue
        owner = lead.endswith(_OWNERS)
        scores[code] += _STRONG if owner else 2
        words.setdefault(code, f"text: {page.text[start - len(kind) - 1 : end].strip()}")
    return scores, words


_TERRITORY = re.compile(fold(r"(?<!\w)(?:huyện|thị xã|thành phố|tp|xã|phường|quận) [^,;.()\n]{2,30} \($"))


def _in_bracket(page: Page, start: int, end: int) -> bool:
    """Whether a name stands in brackets behind a district or commune: "huyện Phú Tân (An Giang)"."""
    closed = page.text.startswith((")", ","), end)
    return closed and _TERRITORY.search(page.folded[max(0, start - 50) : start]) is not None


def _headings(
    page: Page, lines: Sequence[Line], places: Sequence[tuple[int, int, str]], context: PageContext
) -> list[tuple[str, str]]:
    """Names that open a headline ("Hòa Bình: ...") or stand as a dateline ("QUẢNG NGÃI - ...", "(Báo Đồng Nai) -")."""
    found: list[tuple[str, str]] = []
    for line in lines if places else ():
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
        if line.end - line.start > 120 or not page.folded.startswith(_TELLS_SOURCE, line.start):
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
        spelled = province_of_address(address)
        if spelled is not None:
            return _home(spelled[0], f"domain: {spelled[1]}")
    return None


def _from_manifest(context: PageContext) -> Home | None:
    if context.source_province:
        return _home(context.source_province, "manifest")
    return None
