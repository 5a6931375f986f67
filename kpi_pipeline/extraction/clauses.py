"""Sentences and the sequence of tokens, marks and unknown words inside each.

Belongs here: where a sentence ends, joining lists of subjects and of levels into one token, the zones that
belong to a number. Does not belong here: which level a number gets (binding).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter

from kpi_pipeline.extraction.figure import Figure
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
PEOPLE = frozenset(("party_member", "leader", "civil_servant"))
"""The subjects that are people, not bodies."""
RATED_STRONG = frozenset(("mass_organisation", "local_government"))
"""The subjects of which "vững mạnh" alone is a level."""
ABBREVIATIONS = ("tp", "tx", "tt", "p", "q", "h", "gs", "ts", "pgs", "ths", "đ/c", "tr", "st", "vv")


@dataclass(slots=True)
class Subject(Token):
    """One or more counted populations after one number: `code` is the first, `also` the others."""

    also: tuple[str, ...] = ()


@dataclass(slots=True)
class Level(Token):
    """Levels said together: `levels` in the order of the text, `above` with "trở lên"."""

    levels: tuple[str, ...] = ()
    above: bool = False
    full: bool = True


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
_LIST_MARKS = frozenset((",", "and", "/", "-"))


def join_subjects(tokens: list[Token]) -> list[Token]:
    """Joins "chi, đảng bộ và cán bộ đảng viên" into one subject when no number stands between."""
    result: list[Token] = []
    reached = 0
    for place, token in enumerate(tokens):
        if token.kind == "subject" and place >= reached:
            result += tokens[reached:place]
            joined, reached = _joined_subject(tokens, place)
            result.append(joined)
    return result + tokens[reached:] if result else tokens


def _joined_subject(tokens: Sequence[Token], place: int) -> tuple[Subject, int]:
    """The subject at a place with those it is listed with, and the place behind the last of them."""
    token = tokens[place]
    joined = Subject("subject", token.code, token.start, token.end)
    also: list[str] = []
    ahead = place + 1
    while ahead < len(tokens) and tokens[ahead].kind == "subject" and tokens[ahead].start == joined.end + 1:
        joined.end = tokens[ahead].end
        ahead += 1
    while ahead < len(tokens):
        step = ahead
        marks = 0
        while step < len(tokens) and (tokens[step].kind in _LIST_MARKS or tokens[step].kind == "filler"):
            marks += tokens[step].kind in _LIST_MARKS
            step += 1
        if not marks or marks > 2 or step >= len(tokens) or tokens[step].kind != "subject":
            break
        counted = place > 0 and tokens[place - 1].kind == "number" and tokens[step].code == token.code
        if counted and any(between.kind == "filler" for between in tokens[ahead:step]):
            break
        if tokens[step].code not in (token.code, *also):
            also.append(tokens[step].code)
        joined.end = tokens[step].end
        ahead = step + 1
    joined.also = tuple(also)
    return joined, ahead


def join_levels(page: Page, tokens: list[Token]) -> list[Token]:
    """Joins levels said together ("tốt và xuất sắc nhiệm vụ") into one, and takes "trở lên" into it."""
    result: list[Token] = []
    reached = 0
    for place, token in enumerate(tokens):
        if token.kind in _LEVEL_KINDS and place >= reached:
            result += tokens[reached:place]
            reached = place + 1
            joined: Token = token
            if _names_task(page, tokens, place):
                joined = Token("word", "", token.start, token.end)
            else:
                joined, reached = _joined_level(tokens, place)
            result.append(joined)
    return result + tokens[reached:] if result else tokens


_LEVEL_KINDS = frozenset(("level", "short"))
_LEVEL_JOINTS = frozenset(("and", ",", "/", "filler", "have"))


def _joined_level(tokens: Sequence[Token], place: int) -> tuple[Level, int]:
    """The level at a place with those said beside it, and the place behind the last of them."""
    token = tokens[place]
    levels = [token.code]
    full = token.kind == "level"
    ahead, end = place + 1, token.end
    while ahead < len(tokens):
        if tokens[ahead].kind == "word" and tokens[ahead].code == "nhiệm vụ":
            end = tokens[ahead].end
            ahead += 1
            continue
        step = ahead
        while step < len(tokens) and step - ahead < 3 and tokens[step].kind in _LEVEL_JOINTS:
            step += 1
        if step == ahead or step >= len(tokens) or tokens[step].kind not in _LEVEL_KINDS:
            break
        if "not_assessed" in (tokens[step].code, levels[-1]) or tokens[step].code in levels:
            break
        levels.append(tokens[step].code)
        full = full or tokens[step].kind == "level"
        end = tokens[step].end
        ahead = step + 1
    level = Level("level", levels[0], token.start, end, tuple(levels), False, full)
    if ahead < len(tokens) and tokens[ahead].kind == "above":
        level.above = True
        level.end = tokens[ahead].end
        ahead += 1
    return level, ahead


_TASKS = tuple(
    map(fold, ("chính trị", "quân sự", "quốc phòng", "an ninh", "chuyên môn", "sản xuất", "thu ngân sách", "tuyển quân",
               "giao quân", "huấn luyện", "sẵn sàng", "diễn tập", "công tác", "kép", "năm học", "kế hoạch", "kinh tế",
               "phát triển", "bảo đảm", "đảm bảo", "phòng chống", "vận động", "bảo vệ", "lãnh đạo", "tuyên truyền",
               "trong đợt", "trong cuộc", "trong chuyến", "trong lễ", "tại đại hội thể", "tại hội thi", "diễu binh"))
)  # fmt: skip


def _names_task(page: Page, tokens: Sequence[Token], index: int) -> bool:
    """Whether words after "nhiệm vụ" name one task ("nhiệm vụ quân sự"): praise for work, no level of a rating."""
    if tokens[index].kind != "level" or index + 1 >= len(tokens):
        return False
    after = tokens[index + 1]
    if after.start != tokens[index].end + 1:
        return False
    named = page.folded.startswith(_TASKS, after.start)
    if not named and after.kind in _OF_TASKS and page.folded.endswith(_TASK, 0, tokens[index].end):
        named = page.text[after.start].islower() and _GOES_ON.match(page.folded, after.start) is None
    return named and not _all_its_tasks(page, tokens, index)


_TASK = fold("nhiệm vụ")
_OF_TASKS = frozenset(("word", "trap", "indicator"))
_GOES_ON = re.compile(
    fold(
        r"(?:và|hoặc|thì|mà|do|vì|nhờ|bởi|để|nên|nhưng|song|khi|sau|trước|qua|từ|đến|cho|với|theo|như|cùng|trong|trên|dưới"
        r"|ở|tại|thuộc|của|so|vượt|bằng|cao|thấp|nhiều|ít|chỉ|đều|cũng|vẫn|đã|đang|được|bị|không|chưa|có|còn|là|nằm|đứng"
        r"|dẫn đầu|rất|khá|trở|trờ|nữa|liên|liền|hai|ba|bốn|năm|lần|loại|mức|đạt|chiếm|tăng|giảm|giữ|nâng|đưa|bình quân"
        r"|trung bình|tương|gần|hơn|kém|này|đó|ấy|nói|chung|giai đoạn|nhiệm kỳ|suốt|cuối|đầu|đúng|toàn|các|những|số|tỷ"
        r"|tỉ|về|gồm|bao|cụ thể|riêng|ngoài|tiêu biểu|xuất sắc|tốt|khen|tặng|đề nghị|cả|hằng|hàng|nhất|ngay|gắn"
        r"|góp phần|lên|xuống|thêm|≥|>)(?!\w)"
    )
)
"""How words go on behind a level that is of all the work of those rated; any other word names one task."""
_ALL_TASKS = re.compile(
    fold(r" chính trị(?: (?:được giao|đề ra|của (?:đơn vị|địa phương|cơ quan)))?\s*")
    + fold(r"(?:[;.]|$|,(?= (?:trong đó )?(?:có )?\d))")
)


def _all_its_tasks(page: Page, tokens: Sequence[Token], index: int) -> bool:
    """ "12 xã hoàn thành tốt nhiệm vụ chính trị": a body's political task, said last, is all that it has to do.

    "100% cơ quan" is praise, and so is what people do.
    """
    number = tokens[index - 2] if index > 1 and tokens[index - 1].kind in ("subject", "scope") else None
    counted = isinstance(number, Figure) and number.kind == "number" and not number.percent
    bodies = counted and tokens[index - 1].code not in PEOPLE
    return bodies and _ALL_TASKS.match(page.folded, tokens[index].end) is not None


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


def sentence_tokens(page: Page, sentence: Sentence, stream: Sequence[Token], starts: Sequence[int]) -> list[Token]:
    """All that binding reads of one sentence; without a number in it, its plain tags are enough to carry on."""
    first = bisect_left(starts, sentence.start)
    tokens = [*stream[first : bisect_left(starts, sentence.end, first)]]
    kinds = frozenset([token.kind for token in tokens])
    if NUMBERED.isdisjoint(kinds):
        sentence.kinds = kinds
        return tokens
    tokens = with_gaps(page, sentence, tokens)
    if "subject" in kinds:
        tokens = join_subjects(tokens)
    return tokens if _LEVEL_KINDS.isdisjoint(kinds) else join_levels(page, tokens)


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
_ALL = re.compile(r"(?:tất cả |mọi |nhiều |các |những )+$")


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
