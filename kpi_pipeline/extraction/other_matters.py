"""Shares of something that is no rating, told beside one ("..., độ che phủ rừng đạt 45%").

Belongs here: what the words right before a share say that it is of. Does not belong here: matters that the lexicon
names wherever they stand (`traps.csv`), whether the share is looked at at all (topics, share_links, coordination).
"""

from collections.abc import Sequence

from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold

_GOES_ON_SO = tuple(
    map(
        fold,
        ("tương đương", "tức", "con số", "số này", "tỷ lệ", "tỉ lệ", "mức", "nâng", "đưa", "cao", "thấp", "so", "vượt",
         "bằng", "cũng", "đều", "được", "trong", "ở", "tại", "của", "toàn", "khối", "thuộc", "là", "còn", "với", "ước"),
    )
)  # fmt: skip
"""How words begin that only go on with what was counted."""
_RATE = (fold("tỷ lệ"), fold("tỉ lệ"))
_RATE_GOES_ON = (
    *_GOES_ON_SO,
    *map(fold, ("này", "đó", "ấy", "trên", "chung", "bình quân", "trung bình", "hằng", "hàng", "cả")),
)
_WHOSE = tuple(map(fold, ("trong", "ở", "tại", "thuộc", "của", "khối", "toàn", "các", "là", "được", "cũng", "đều")))
"""How words begin that only tell whose members are meant, or go on."""


def names_matter(page: Page, tokens: Sequence[Token]) -> bool:
    """Whether words before a share say that it is of something else ("độ che phủ rừng", "tỷ lệ hộ nghèo")."""
    if not tokens:
        return False
    rate = tokens[0].kind == "link" and page.folded.startswith(_RATE, tokens[0].start)
    named = tokens[rate] if len(tokens) > rate else tokens[0]
    if named.kind == "subject" and rate:
        return says_more(page, tokens[1:])
    goes_on = _RATE_GOES_ON if rate else _GOES_ON_SO
    return named.kind == "trap" or (named.kind == "word" and not page.folded.startswith(goes_on, named.start))


def says_more(page: Page, tokens: Sequence[Token]) -> bool:
    """Whether words behind the subject that opens a clause say something of it, not only whose it is."""
    said = next((token for token in tokens if token.kind not in ("subject", "unit")), tokens[0])
    return said.kind == "word" and not page.folded.startswith(_WHOSE, said.start)
