"""Numbers of something that is no rating of ours, told beside one: shares of other things, grades in other matters.

Belongs here: what the words right before a share say that it is of, which rating a text speaks of. Does not belong
here: matters that the lexicon names wherever they stand (`traps.csv`), whether a number is looked at at all (topics,
share_links, coordination, totals, rating).
"""

import re
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
RATE = (fold("tỷ lệ"), fold("tỉ lệ"))
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
    rate = tokens[0].kind == "link" and page.folded.startswith(RATE, tokens[0].start)
    named = tokens[rate] if len(tokens) > rate else tokens[0]
    if named.kind == "subject" and rate:
        return says_more(page, tokens[1:])
    goes_on = _RATE_GOES_ON if rate else _GOES_ON_SO
    return named.kind == "trap" or (named.kind == "word" and not page.folded.startswith(goes_on, named.start))


def says_more(page: Page, tokens: Sequence[Token]) -> bool:
    """Whether words behind the subject that opens a clause say something of it, not only whose it is."""
    said = next((token for token in tokens if token.kind not in ("subject", "unit")), tokens[0])
    return said.kind == "word" and not page.folded.startswith(_WHOSE, said.start)


_OWN_WORDS = tuple(map(fold, ("hoàn thành", "trong sạch", "vững mạnh", "yếu kém", "yếu, kém", "ht", "tsvm")))
_OTHER_MATTERS = tuple(
    map(
        fold,
        (
            "cải cách hành chính", "cchc", "chuyển đổi số", "công tác dân vận", "an toàn giao thông",
            "phòng, chống tham nhũng", "kiểm soát thủ tục", "tiếp cận pháp luật", "an toàn thực phẩm",
            "năng lực cạnh tranh",
        ),
    )
)  # fmt: skip
"""Matters that offices are graded in beside their work as a whole."""
_RATINGS = re.compile(
    fold(r"((?:đánh giá|xếp loại|phân loại|xếp hạng)(?: [^\d.;,:\n ]{1,12}){0,5} (?:")
    + "|".join(_OTHER_MATTERS)
    + fold(r")(?!\w))|mức độ hoàn thành|hoàn thành(?: xuất sắc| tốt)? nhiệm vụ")
    + fold("|chấm bài|thu hoạch|chất lượng (?:tổ chức|đảng viên|chi bộ|cán bộ|công chức|viên chức)")
)
"""Which rating a text speaks of; the group holds one of another matter."""
_FAR_BACK = 700


def graded_in_another(page: Page, level: Token, number: int) -> bool:
    """ "xếp loại công tác cải cách hành chính ...: 22 đơn vị xếp loại tốt": whether a grade is of one matter alone.

    The rating named last before the number counts; a level said in full is that of a rating of ours.
    """
    return not says_own_level(page, level) and rates_another(page, min(level.start, number))


def says_own_level(page: Page, level: Token) -> bool:
    """Whether the words of a level are those of a rating of ours."""
    return any(page.folded.find(word, level.start, level.end) >= 0 for word in _OWN_WORDS)


def rates_another(page: Page, start: int) -> bool:
    """Whether the rating named last before a place is one of another matter."""
    low = max(0, start - _FAR_BACK)
    if not any(page.folded.find(matter, low, start) >= 0 for matter in _OTHER_MATTERS):
        return False
    named = [match.group(1) for match in _RATINGS.finditer(page.folded, low, start)]
    return bool(named) and named[-1] is not None
