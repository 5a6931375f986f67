"""Sentences and the sequence of tokens, marks and unknown words inside each.

Belongs here: where a sentence ends, the tokens and words of each, words that speak of plans and wants. Does not
belong here: subjects and levels said together (joined), which level a number gets (binding).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter

from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.joined import LEVEL_KINDS, Level, join_levels, join_subjects, levels_of_scale
from kpi_pipeline.extraction.layout import Line
from kpi_pipeline.extraction.period import Period
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.folding import fold
from kpi_pipeline.reference.vocabulary import vocabulary

_END = re.compile(r"[.!?…]{1,6}[\"”»’)\]]{0,3}\s{1,9}")
_LONGEST = 300
_GAP = re.compile(r"[,;:()|]|[^\s,;:()|\".!?…\-/]+(?: +[^\s,;:()|\".!?…\-/]+)*|[-/]")
_MARKS = ",;:()|-/"
_SHORT_GAP = 16
_START = attrgetter("start")
ABBREVIATIONS = ("tp", "tx", "tt", "p", "q", "h", "gs", "ts", "pgs", "ths", "đ/c", "tr", "st", "vv")


@dataclass(slots=True)
class Sentence:
    """A sentence: its offsets, the index of its line, and its tokens with marks and unknown words.

    `kinds` are those of its tokens where they are known already.
    """

    start: int
    end: int
    line: int
    tokens: list[Token] = field(default_factory=list)
    kinds: frozenset[str] | None = None


def split_sentences(page: Page, lines: Sequence[Line], figures: Sequence[Figure]) -> list[Sentence]:
    """The sentences of all lines that are not furniture, in order."""
    starts = [figure.start for figure in figures]
    stops = page.spelled.places(vocabulary().stops)
    sentences: list[Sentence] = []
    for index, line in enumerate(lines):
        if line.role in ("furniture", "menu"):
            continue
        begin = line.start
        if line.role == "table":
            sentences.append(Sentence(begin, line.end, index))
            continue
        reached = begin
        for stop in stops[bisect_left(stops, begin) : bisect_left(stops, line.end)]:
            match = _END.match(page.text, stop, line.end) if stop >= reached else None
            if match is None:
                continue
            reached = place = match.end()
            if place >= line.end or not _can_open(page.text, place):
                continue
            near = bisect_left(starts, stop) - 1
            if near >= 0 and figures[near].end > stop + 1:
                continue
            word = page.folded[max(begin, stop - 5) : stop].split(" ")[-1].split(".")[-1]
            closing = match.group().rstrip()
            if closing == "." and word in ABBREVIATIONS:
                continue
            sentences.append(Sentence(begin, stop + len(closing), index))
            begin = place
        if begin < line.end:
            sentences.append(Sentence(begin, line.end, index))
    return sentences


def _can_open(text: str, place: int) -> bool:
    while place < len(text) and text[place] in "\"“‘'(-• ":
        place += 1
    return place < len(text) and (text[place].isupper() or text[place].isdigit())


def merge_streams(tokens: Sequence[Token], figures: Sequence[Figure], periods: Sequence[Period]) -> list[Token]:
    """One stream by position: periods swallow their figures, numbers and dates swallow phrases they overlap."""
    merged: list[Token] = []
    reached = 0
    for token in sorted([*periods, *figures, *tokens], key=_START):
        if token.kind == "when":
            continue
        if token.start >= reached:
            merged.append(token)
        elif type(token) is not Token and merged[-1].kind not in ("period", "number"):
            merged[-1] = token
        else:
            continue
        reached = token.end
    return merged


def with_gaps(page: Page, sentence: Sentence, stream: Sequence[Token]) -> list[Token]:
    """A sentence's part of the stream with marks (kind is the mark) and unknown words (kind `word`) between."""
    folded = page.folded
    result: list[Token] = []
    position = sentence.start
    for token in stream:
        gap = folded[position : token.start]
        if gap and gap != " ":
            for kind, words, start, end in _short_gap(gap) if len(gap) <= _SHORT_GAP else _gap(gap):
                result.append(Token(kind, words, position + start, position + end))
        result.append(token)
        position = token.end
    gap = folded[position : sentence.end]
    for kind, words, start, end in _short_gap(gap) if len(gap) <= _SHORT_GAP else _gap(gap):
        result.append(Token(kind, words, position + start, position + end))
    return result


def _gap(text: str) -> list[tuple[str, str, int, int]]:
    """Kind, words, start and end of the marks and unknown words in a stretch."""
    found: list[tuple[str, str, int, int]] = []
    for match in _GAP.finditer(text):
        words = match.group()
        kind, code = (words[0], "") if words[0] in _MARKS else ("link", "share") if words == "=" else ("word", words)
        found.append((kind, code, match.start(), match.end()))
    return found


_short_gap = lru_cache(maxsize=8192)(_gap)


NUMBERED = frozenset(("number", "zero", "none"))
"""The kinds of tokens that may state a number."""


def cut_long(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Cuts sentences no one would write (lists without an end) into pieces, so that time stays linear."""
    result: list[Sentence] = []
    for sentence in sentences:
        tokens = sentence.tokens
        if len(tokens) <= _LONGEST:
            result.append(sentence)
            continue
        first = 0
        while first < len(tokens):
            last = min(len(tokens), first + _LONGEST)
            if last < len(tokens):
                marks = [place for place in range(first + _LONGEST // 2, last) if tokens[place].kind in (";", ",")]
                last = marks[-1] + 1 if marks else _behind_ratio(tokens, last)
            start = sentence.start if first == 0 else tokens[first].start
            end = sentence.end if last == len(tokens) else tokens[last - 1].end
            result.append(Sentence(start, end, sentence.line, list(tokens[first:last])))
            first = last
    return result


def _behind_ratio(tokens: Sequence[Token], place: int) -> int:
    """The place itself, or the one behind the second number of a ratio that begins before it."""
    for token in tokens[max(0, place - 3) : place]:
        if isinstance(token, Figure) and token.total is not None:
            while place < len(tokens) and tokens[place].start < token.total.end:
                place += 1
    return place


def sentence_tokens(page: Page, sentence: Sentence, stream: list[Token], starts: Sequence[int]) -> list[Token]:
    """All that binding reads of one sentence; without a number in it, its plain tags are enough to carry on."""
    first = bisect_left(starts, sentence.start)
    tokens = stream[first : bisect_left(starts, sentence.end, first)]
    kinds = frozenset([token.kind for token in tokens])
    if NUMBERED.isdisjoint(kinds):
        sentence.kinds = kinds
        return tokens
    tokens = with_gaps(page, sentence, tokens)
    if "subject" in kinds:
        tokens = join_subjects(tokens)
    if "scale" in kinds:
        tokens = levels_of_scale(page, tokens)
        kinds = kinds | {token.kind for token in tokens}
    return tokens if LEVEL_KINDS.isdisjoint(kinds) else join_levels(page, tokens)


_FULFILLED = tuple(
    map(fold, ("hoàn thành ", "hoàn thành tốt ", "hoàn thành vượt mức ", "thực hiện ", "thực hiện tốt ",
               "thực hiện đạt ", "đạt ", "vượt ", "so với ", "đạt và vượt ", "trong thực hiện "))
)  # fmt: skip


def _opens_term(tokens: Sequence[Token], place: int) -> bool:
    """Whether the term follows that targets are listed for ("thực hiện các chỉ tiêu nhiệm kỳ 2022-2025: ...")."""
    ahead = tokens[place : place + 2]
    spans = len(ahead) == 2 and isinstance(ahead[0], Period) and ahead[0].code == "span"
    return spans and ahead[1].kind == ":"


_MET = tuple(map(fold, (" đạt", " vượt", " hoàn thành", " đều", " cơ bản đạt", " cơ bản hoàn thành")))
_ALL = re.compile(fold(r"(?:tất cả |mọi |nhiều |các |những |nhiệm vụ(?:,| và) )+$"))


_WANTED = re.compile(
    fold(
        r"(?<!\w)(?:để|nhằm|cần|phải|quyết tâm|tập trung|yêu cầu|phấn đấu|sẽ|chưa|không|tiếp tục|hướng tới|bảo đảm"
        r"|đảm bảo|nỗ lực)(?!\w)[^.;:,]{0,60}$"
    )
)


def _is_wanted(page: Page, token: Token) -> bool:
    """Whether a clause wants its target fulfilled, or denies that it is."""
    return _WANTED.search(page.folded, max(0, token.start - 70), token.start) is not None


def with_plans(page: Page, tokens: list[Token]) -> list[Token]:
    """The tokens, targets that are only said to be fulfilled ("hoàn thành tốt các chỉ tiêu") made plans.

    Those that somebody only wants to fulfil stay targets ("quyết tâm hoàn thành các chỉ tiêu").
    """
    result = tokens
    met = False
    for place, token in enumerate(tokens):
        if token.kind in ("planref", "planpart"):
            met = met or not _is_wanted(page, token)
        if token.kind != "target":
            met = met and token.kind != "number"
            continue
        words = page.folded[token.start : token.end]
        lead = _ALL.sub("", page.folded[max(0, token.start - 40) : token.start])
        if words == "đề ra":
            after = tokens[place + 1].kind if place + 1 < len(tokens) else ""
            plan = after != "target" and (lead.endswith(("đã ", "được ")) or met)
        else:
            fulfilled = lead.endswith(_FULFILLED) or (met and lead.endswith((", ", "và ")))
            fulfilled = fulfilled or page.folded.startswith(_MET, token.end)
            plan = fulfilled and ("chỉ tiêu" in words or "mục tiêu" in words) and not _opens_term(tokens, place + 1)
        plan = plan and not _is_wanted(page, token)
        if plan:
            met = True
            result = [*tokens] if result is tokens else result
            result[place] = Token("planref", "plan", token.start, token.end)
    return result


BARS = tuple(map(fold, ("mới ", "thì ", "sẽ ")))
"""How the words of a rule begin that say what must be reached ("... mới được xếp loại xuất sắc")."""


def without_bars(page: Page, tokens: list[Token]) -> list[Token]:
    """The tokens of a sentence, such words made a verb where they tell results ("mới xếp loại 40 chi bộ").

    They bar only a level right behind them, and not where they tell of the rest ("số còn lại thì được ...").
    """
    result = [*tokens]
    for place, token in enumerate(tokens):
        if token.kind == "rule" and page.folded.startswith(BARS, token.start):
            rest = "rest" in [before.kind for before in tokens[max(0, place - 2) : place]]
            if rest or not any(isinstance(behind, Level) for behind in tokens[place + 1 : place + 3]):
                result[place] = Token("assess", "assess", token.start, token.end)
    return result
