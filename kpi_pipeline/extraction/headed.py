"""Lines that hold a level alone, and the lines of numbers beneath: read as one sentence.

Belongs here: which lines are such a heading and its numbers. Does not belong here: what a sentence with a level and
numbers says (binding), tables (tables, grids), headings that only name whose results follow (carry).
"""

import re
from collections.abc import Sequence

from kpi_pipeline.extraction.clauses import NUMBERED, Sentence
from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.joined import LEVEL_KINDS, join_levels, join_subjects
from kpi_pipeline.extraction.layout import BULLETS, Line
from kpi_pipeline.extraction.tags import Page, Token

_OF_HEAD = LEVEL_KINDS | {"above", "filler", "subject", "unit", "assess", "link", "period", "have"}
_OF_NUMBERS = frozenset(
    (*NUMBERED, "unit", "subject", "link", "have", "before", "filler", "and", ",", ":", ";", "(", ")", "/", "-")
)
_BETWEEN = re.compile(r"[\s:.+*•-]*")
_LONGEST, _MOST_LINES = 120, 12
"""How long a line of numbers may be, and how many of them one level may head."""


def join_headed(page: Page, lines: Sequence[Line], sentences: list[Sentence]) -> list[Sentence]:
    """The sentences, each line that holds only a level made one with the lines of numbers beneath it.

    Where numbers stand above the first such line, each level may end its number: nothing is joined.
    """
    result: list[Sentence] = []
    place = 0
    while place < len(sentences):
        sentence = sentences[place]
        place += 1
        result.append(sentence)
        if sentence.kinds is None or "level" not in sentence.kinds or not _is_head(page, lines, sentence):
            continue
        above = result[-2] if len(result) > 1 else None
        if above is not None and above.line == sentence.line - 1 and _are_numbers(lines, above):
            continue
        last = sentence
        while (
            place < len(sentences)
            and last.line - sentence.line < _MOST_LINES
            and _goes_on(lines, last, sentences[place : place + 2])
        ):
            last = sentences[place]
            result[-1] = _joined(page, result[-1], last)
            place += 1
    return result


def _is_head(page: Page, lines: Sequence[Line], sentence: Sentence) -> bool:
    """Whether a line holds one level, of whom and when at most, and no other word."""
    line, tokens = lines[sentence.line], sentence.tokens
    if (sentence.start, sentence.end) != (line.start, line.end) or line.role == "table":
        return False
    if sum(token.kind in LEVEL_KINDS for token in tokens) != 1 or not {token.kind for token in tokens} <= _OF_HEAD:
        return False
    ends = (sentence.start, *(token.end for token in tokens))
    starts = (*(token.start for token in tokens), sentence.end)
    gaps = zip(ends, starts, strict=True)
    return all(_BETWEEN.fullmatch(page.folded, end, start) is not None for end, start in gaps)


def _goes_on(lines: Sequence[Line], above: Sentence, below: Sequence[Sentence]) -> bool:
    """Whether the line below holds numbers that say what they count; a bare one ("1.027") has its share beneath it."""
    if below[0].line != above.line + 1 or not _are_numbers(lines, below[0]):
        return False
    if _tells(below[0]):
        return True
    beneath = below[-1]
    return beneath.line == below[0].line + 1 and _are_numbers(lines, beneath) and _tells(beneath)


def _tells(sentence: Sentence) -> bool:
    """Whether a line of numbers names what is counted or holds a share."""
    return any(t.kind in ("subject", "unit") or (isinstance(t, Figure) and t.percent) for t in sentence.tokens)


def _are_numbers(lines: Sequence[Line], sentence: Sentence) -> bool:
    """Whether a line holds numbers and what they count, and no level, verb or other word."""
    line = lines[sentence.line]
    whole = (sentence.start, sentence.end) == (line.start, line.end) and line.role != "table"
    if not whole or not sentence.tokens or sentence.kinds is not None or sentence.end - sentence.start > _LONGEST:
        return False
    return all(token.kind in _OF_NUMBERS for token in sentence.tokens[_bulleted(sentence) :])


def _bulleted(sentence: Sentence) -> bool:
    """Whether the first token of a line is its bullet."""
    token = sentence.tokens[0] if sentence.tokens else None
    return token is not None and (token.kind == "-" or (token.kind == "word" and token.code in BULLETS))


def _joined(page: Page, above: Sentence, below: Sentence) -> Sentence:
    """Two lines as one sentence, with the mark between them that a writer would set in one line."""
    tokens = above.tokens
    mark = ":"
    if above.kinds is not None:
        tokens = join_levels(page, join_subjects(tokens))
    else:
        mark = ";" if _bulleted(below) or below.tokens[0].kind in ("subject", "unit") else ","
    rest = below.tokens[_bulleted(below) :]
    between = Token(mark, "", above.end, above.end + 1)
    return Sentence(above.start, below.end, above.line, [*tokens, between, *rest])
