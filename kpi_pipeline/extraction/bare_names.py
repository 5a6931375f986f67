"""Bodies that no noun of the lexicon announces: who a sentence or a table row is about when only a bare name says so.

Belongs here: the opening of a sentence ("Đồng Khê có 45 ...", "Trung đoàn 95 có ...", "Năm 2021, công ty có ...") and
the first cell of a row. Does not belong here: bodies with a known noun and a name (bodies), the choice among several
(carry).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

from kpi_pipeline.extraction.bodies import Scope
from kpi_pipeline.extraction.names import Names
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold

Places = Sequence[tuple[int, int, str]]

_BEFORE = frozenset(("period", ",", "past", "reported", "filler", "-", "date", "masked", "year"))
DOES = frozenset(("have", "indicator", "link", "becomes"))
"""No sentence without a token of these kinds opens with a body that only a bare name tells."""
LISTS = frozenset(("number", "word"))
"""No sentence that lacks tokens of one of these kinds lists bodies by bare names alone."""
_SEVERAL = frozenset(map(fold, ("các", "những", "một số", "mỗi", "nhiều", "từng")))
_UNNAMED = frozenset(
    map(fold, ("công ty", "tổng công ty", "trường", "bệnh viện", "xí nghiệp", "hợp tác xã", "ngân hàng", "học viện",
               "chi nhánh", "doanh nghiệp", "nhà máy", "trung tâm", "nông trường"))
)  # fmt: skip
_HERE = frozenset(map(fold, ("đơn vị", "cơ quan", "cơ sở")))
_VILLAGE = re.compile(fold(r"(?:thôn|ấp|khu phố|tổ dân phố|khóm|bản|khu dân cư|xóm|buôn|làng|sóc|phum|tiểu khu) "))
_TROOP = re.compile(
    fold(r"(?:trung đoàn|lữ đoàn|sư đoàn|tiểu đoàn|binh đoàn|quân đoàn|quân khu|đại đội|hải đội|hải đoàn)(?!\w)")
)
_ROW = re.compile(r"\s*(?:\d{1,3}[.)]?\s+)?")
_MARKS = frozenset((":", ",", ";"))
_FEWEST, _MOST = 2, 5


def opens_with(
    page: Page, tokens: Sequence[Token], names: Names, places: Places, known: Scope | None
) -> tuple[int, Scope] | None:
    """The body that a sentence opens with, and its token: before "có", "đạt" or "kết nạp", after a date at most.

    `known` is the body that holds so far; "đơn vị" and "cơ quan" stand for it where it is smaller than a province.
    """
    for index, token in enumerate(tokens):  # noqa: B007
        if token.kind not in _BEFORE:
            break
    else:
        return None
    if token.kind not in ("word", "orgname", "unit") or (index and _said(page, tokens[index - 1]) in _SEVERAL):
        return None
    after = index + 1
    if after < len(tokens) and tokens[after].kind == "masked" and tokens[after].start <= token.end + 1:
        after += 1
    if not _acts(tokens, after):
        return None
    if token.kind == "word":
        scope = named(page, token.start, tokens[after - 1].end, names, places)
        return (index, scope) if scope is not None else None
    folded = _said(page, token)
    if folded not in _UNNAMED and (folded not in _HERE or (known is not None and known.code != "province")):
        return None
    words = page.text[token.start : token.end]
    return index, Scope("organisation", names.say("organisation", None), None, token.start, token.end, words)


def listed(page: Page, tokens: Sequence[Token], names: Names, places: Places) -> list[tuple[int, Scope]]:
    """The bodies of a list that gives bare names their numbers ("một số huyện đạt cao: Đồng Khê 96%, Sơn Hà 95%")."""
    found = []
    for index, token in enumerate(tokens):
        if token.kind != "number" or index < 2:
            continue
        name = tokens[index - 1]
        if name.kind == "word" and tokens[index - 2].kind in _MARKS:
            scope = named(page, name.start, name.end, names, places)
            if scope is not None:
                found.append((index - 1, scope))
    return found


def named(page: Page, start: int, end: int, names: Names, places: Places) -> Scope | None:
    """The body whose bare name fills a stretch of the text; None where it is no name.

    A name that stood behind a noun before is that body, the name of a province is the province. Any other is a village
    or an organisation of that name, and is `assumed`.
    """
    start = _ROW.match(page.text, start, end).end()  # type: ignore[union-attr]
    words = page.text[start:end].rstrip()
    index = bisect_left(places, (start, 0, ""))
    if index < len(places) and places[index][:2] == (start, start + len(words)):
        return Scope("province", None, places[index][2], start, end, words)
    said = names.territory(words)
    if said is not None:
        return Scope(*said, None, start, end, words)
    village = _VILLAGE.match(page.folded, start)
    if village is not None and page.text[village.end() : end][:1].isupper():
        return Scope("commune", words[0].lower() + words[1:], None, start, end, words, assumed=True)
    if _TROOP.match(page.folded, start) or _is_name(words):
        return Scope("organisation", words, None, start, end, words, assumed=True)
    return None


def _is_name(words: str) -> bool:
    parts = words.split(" ")
    return _FEWEST <= len(parts) <= _MOST and all(part.isalpha() and part[0].isupper() for part in parts)


def _acts(tokens: Sequence[Token], after: int) -> bool:
    """Whether a body does or has something from here on; a date may stand before."""
    while after < len(tokens) and tokens[after].kind in ("period", "past", "year"):
        after += 1
    return after < len(tokens) and tokens[after].kind in DOES


def _said(page: Page, token: Token) -> str:
    return page.folded[token.start : token.end]
