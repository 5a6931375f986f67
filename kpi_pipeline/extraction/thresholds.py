"""Numbers that are no counts of anybody: those of rules, of rates and of bounds that several bodies pass.

Belongs here: telling them from the words around. Does not belong here: the words of rules (`cues.csv`), what the other
numbers say.
"""

import re
from collections.abc import Sequence

from kpi_pipeline.extraction.clauses import BARS, Sentence
from kpi_pipeline.extraction.slots import Slot
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold

_BY_RULE = (fold("theo quy định"), fold("theo hướng dẫn"))
_NEAR = 200
_THEN = fold("thì")
_RATIO = re.compile(
    fold(r"(?:(?<!\w)(?<!căn )cứ|(?<!\w)nếu|bình quân|trung bình)(?!\w)[^;:\n]{0,90}?(?<!\w)thì(?!\w)[^;:\n]{0,90}$")
)
_SUPPOSED = re.compile(
    fold(r"(?<!\w)thì (?:không (?:được )?xếp loại|xem xét|xếp loại không)(?!\w)")
    + fold(r"|(?<!\w)khi (?:có )?(?:từ |ít nhất |trên )?\d+% (?:các |số )?tiêu chí(?!\w)")
)
_HAVE_A_SHARE = (" có tỷ lệ", " có tỉ lệ", " đạt tỷ lệ")


def is_ruled(page: Page, tokens: Sequence[Token], kinds: frozenset[str], slot: Slot) -> bool:
    """Whether a rule is quoted before a number, or words behind say that it must be reached ("... mới đạt ...")."""
    if "rule" not in kinds:
        return False
    part = 0
    for token in tokens:
        part += token.kind == ";"
        if token.kind != "rule":
            continue
        behind = token.start < slot.figure.start
        bars = page.folded.startswith(BARS, token.start)
        if (bars and (part == slot.segment or not behind)) or (behind and not bars):
            return True
    return False


def quotes_rule(page: Page, tokens: Sequence[Token], kinds: frozenset[str]) -> bool:
    """ "Theo quy định, ... không quá 20% ...": a sentence that quotes a rule and dates nothing states no result.

    So does one that says what follows from a case ("có 1/3 số chi bộ ... thì không xếp loại ...").
    """
    if "level" in kinds and _SUPPOSED.search(page.folded, tokens[0].start, tokens[-1].end) is not None:
        return True
    if tokens[0].kind != "according" or "period" in kinds or not page.folded.startswith(_BY_RULE, tokens[0].start):
        return False
    return any((token.kind, token.code) == ("before", "le") for token in tokens)


def is_rate(page: Page, sentence: Sentence, slot: Slot) -> bool:
    """ "cứ 10 chi bộ thì 9 ...", "nếu có 10 chi bộ thì 2 ...": a rate or a supposition, no count."""
    end = slot.figure.start
    start = max(sentence.start, end - _NEAR)
    return page.folded.find(_THEN, start, end) >= 0 and _RATIO.search(page.folded, start, end) is not None


def is_of_several(page: Page, slot: Slot, slots: Sequence[Slot]) -> bool:
    """ "18 đảng bộ có tỷ lệ ... trên 85%": a bound that several bodies pass, no share of one population."""
    if not slot.percent or slot.comparator == "eq":
        return False
    place = slots.index(slot)
    before = slots[place - 1] if place else None
    if before is None or before.percent or before.unit is None:
        return False
    between = page.folded[before.unit.end : slot.figure.start]
    return between.startswith(_HAVE_A_SHARE) and ";" not in between
