"""Finds every number of a text and sets aside those that can never be a fact: dates, document numbers, phones.

Belongs here: which shape a number has, by its digits and the words directly beside them. Does not belong
here: what a number is about. Each look starts at a digit and reads a bounded stretch, so time is linear. Most numbers
are plain (`_Scanner.plain`); the rest are asked one shape after the other (`_Scanner.read`).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

from kpi_pipeline.extraction import number_shapes as shapes
from kpi_pipeline.extraction.fact import read_number
from kpi_pipeline.extraction.figure import Figure, join_ranges
from kpi_pipeline.extraction.neighbours import (
    DATE_WORDS,
    noun_after,
    nouns_by_word,
    opens_line,
    telling_words,
    told_before,
    word_before,
)
from kpi_pipeline.extraction.number_words import find_number_words
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.vocabulary import vocabulary

_LONGEST = 15
_OPENS = frozenset(' \n(",;:|.')
_TURNS = frozenset(("tháng", "giờ", "h", "nghìn", "ngàn", "vạn", "triệu", "tỷ", "tỉ", "trong", "trên", "phần"))
"""Words that make a date, an hour, a larger number, a part ("45 trong số 50") or a fraction of digits before them."""
_YEAR_FOLLOWS = frozenset(("năm", "của"))
_MAY_TURN = _TURNS | _YEAR_FOLLOWS | {"đến"}
_TELLS_COUNT = frozenset(("có", "hơn", "gần", "khoảng"))
"""What a number that is only begun may follow: "có 2 . 310 chi bộ" parts the thousands of one number."""
_BEFORE_THOUSANDS = _TELLS_COUNT | {"đó", "là", "số", "với", "còn"}
_COMES_TO = frozenset(("từ", "lên", "xuống", "còn", "là", "đạt"))
_PHONE_FROM = 7
_COUNTED = frozenset(("subject", "unit", "level", "short", "scope"))
_NAMES = frozenset(("subject", "unit", "filler"))
_SCALES = (" mức độ ", " mức xếp loại", " mức đánh giá", " mức phân loại")
"""What is counted where a scale is spoken of: its levels."""


class _Scanner:
    """Walks over the digits of one page; `figures` collects what it finds, in order."""

    def __init__(self, page: Page, tokens: list[Token]) -> None:
        self.page = page
        self.folded = page.folded
        self.figures: list[Figure] = []
        self.tags = {token.start: token for token in tokens}
        self.telling = telling_words()
        self.nouns = nouns_by_word()
        self.markup = shapes.find_markup(page.folded)
        self.markup_starts = [start for start, _ in self.markup]

    def run(self) -> list[Figure]:
        folded, markup, plain = self.folded, self.markup, self.plain
        reached = 0
        for place in self.page.spelled.places(vocabulary().numbers):
            if place < reached:
                if not folded[reached : reached + 1].isalnum():
                    continue
            elif (not place or folded[place - 1] in _OPENS) and not (markup and self.markup_end(place)):
                end = plain(place)
                if end:
                    reached = end
                    continue
            reached = self.word(place, reached)
        return self.figures

    def word(self, place: int, reached: int) -> int:
        """Reads the digits of the word at a place, those before `reached` left out; the end of what was read."""
        word = shapes.WORD.match(self.folded, place)
        for match in shapes.DIGITS.finditer(self.folded, place, word.end() if word else place):
            start, end = max(match.start(), reached), match.end()
            while start < end:
                start = reached = self.read(start, end)
        return reached

    @cached_property
    def levels(self) -> set[int]:
        """Where a level ends; few pages ask."""
        return {token.end for token in self.tags.values() if token.kind == "level"}

    def counted(self, position: int) -> Token | None:
        """What is counted, a level or a scope that is named at a position."""
        token = self.tags.get(position)
        return token if token is not None and token.kind in _COUNTED else None

    def mask(self, start: int, end: int, reason: str) -> int:
        self.figures.append(Figure("masked", reason, start, end))
        return end

    def plain(self, start: int) -> int:
        """The end of a number that is nothing but a number; 0 where that is not sure at first sight.

        Says of a number what `read` would say of it.
        """
        folded = self.folded
        match = shapes.PLAIN.match(folded, start)
        if match is None:
            return 0
        percent, share_of, word = match.groups()
        end = match.end()
        digits = folded[start : match.start(1)] if percent else folded[start:end]
        if len(digits) <= 3 and folded[end : end + 1] == " " and folded[end + 1 : end + 4].isdecimal():
            return 0
        if word and (word in _MAY_TURN or not word.isalpha()) and self.turns(word, digits, start):
            return 0
        if digits[0] == "0" and len(digits) >= _PHONE_FROM:
            return 0
        try:
            value = read_number(digits)
        except ValueError:
            return 0
        if percent:
            figure = Figure("number", "", start, end, value, True)
            if share_of in self.nouns:
                figure.noun = noun_after(folded, end)[0]
            self.figures.append(figure)
            return end
        return self.count(start, end, value, self.counted(end + 1), word in self.nouns)

    def opens_row(self, start: int, end: int) -> bool:
        """Whether a number opens a line whose next cell holds words, and the next line or the one before runs on."""
        text, digits = self.page.text, self.page.text[start:end]
        if not digits.isdecimal() or not opens_line(self.folded, start) or not text[end + 1 : end + 2].isalpha():
            return False
        below = text.find("\n", end) + 1
        above = text.rfind("\n", 0, max(0, start - 1)) + 1
        value = int(digits)
        return (below > 0 and text.startswith(f"{value + 1}\t", below)) or text.startswith(f"{value - 1}\t", above)

    def turns(self, word: str, digits: str, start: int) -> bool:
        """Whether the word after digits may make something else of them than their number."""
        if word in _YEAR_FOLLOWS:
            return self.folded.endswith("tháng ", 0, start)
        if word.isdecimal():
            return digits[0] == "0"
        return word in _TURNS or not word.isalpha() or (word == "đến" and len(digits) == 4)

    def count(self, start: int, end: int, value: float, after: Token | None, noun_follows: bool) -> int:
        """A number without a percent sign or scale word, with the tag directly after it."""
        folded = self.folded
        digits = folded[start:end]
        if (
            len(digits) == 4
            and shapes.YEAR.match(digits)
            and (after is None or after.kind == "level" or folded[end] == "\n" or word_before(folded, start) == "năm")
        ):
            year = shapes.year_text(digits)
            figure = Figure("year", "year", start, end, value)
            figure.years = (year, year)
            self.figures.append(figure)
            return end
        if self.page.text.startswith("\t", end) and len(digits) < 4 and self.opens_row(start, end):
            return self.mask(start, end, "ordinal")
        if len(digits) == 1 and folded.startswith(_SCALES, end):
            return self.mask(start, end, "other_indicator")
        if noun_follows:
            noun, stop = noun_after(folded, end)
            named = self.tags.get(end + 1, after)
            if noun == "duration" and self.of_year(start, end):
                noun = ""
            if noun and not (named and named.kind in _NAMES and named.end >= stop):
                return self.mask(start, end, noun)
        if after is None or after.kind == "scope":
            previous = word_before(folded, start)
            reason = told_before(folded, start) if previous in self.telling else ""
            if reason == "date" and (previous in DATE_WORDS or previous == "nay"):
                day = shapes.DAY_MONTH.match(folded, start)
                return self.mask(start, day.end() if day else end, reason)
            if not reason and folded[end : end + 1] in (".", ")", "/") and opens_line(folded, start):
                reason = "ordinal"
            if reason:
                return self.mask(start, end, reason)
        self.figures.append(Figure("number", "", start, end, value))
        return end

    def of_year(self, start: int, end: int) -> bool:
        """ "tăng từ 45 năm 2022 lên 50 năm 2023": whether a number is told of the year behind it, no span of years."""
        return word_before(self.folded, start) in _COMES_TO and shapes.OF_YEAR.match(self.folded, end) is not None

    def markup_end(self, start: int) -> int:
        """The end of the address or entity that a position stands in; 0 for none."""
        inside = bisect_right(self.markup_starts, start) - 1
        return self.markup[inside][1] if inside >= 0 and start < self.markup[inside][1] else 0

    def read(self, start: int, end: int) -> int:
        folded = self.folded
        closes = self.markup_end(start) if self.markup else 0
        if closes:
            return self.mask(start, max(end, closes), "address")
        if end - start > _LONGEST:
            return self.mask(start, end, "address")
        before = folded[start - 1] if start else " "
        if before.isalpha() or before in "_@#" or (before == "+" and start > 1 and folded[start - 2].isalpha()):
            return self.mask(start, end, "address")
        if (
            before == "-"
            and start > 1
            and folded[start - 2].isalpha()
            and not folded[end : end + 2].strip().startswith("%")
        ):
            return self.mask(start, end, "address")
        match = shapes.OUT_OF.match(folded, start)
        if match and (done := self.out_of(match)):
            return done
        mark = folded[end : end + 2].strip()[:1]
        if mark and (
            mark in "/-." or folded[end : end + 1].isalpha() or folded.startswith((" đến", " năm", " của"), end)
        ):
            done = self.dated(start, end)
            if done:
                return done
        if mark in (":", "g", "h"):
            match = shapes.CLOCK.match(folded, start)
            if match:
                return self.mask(start, match.end(), "date")
        if folded.startswith(" tháng", end):
            match = shapes.MONTHS.match(folded, start)
            if match and 1 <= int(match.group(1)) <= 12:
                figure = Figure("months", match.group(2) or "đầu", start, match.end(), float(match.group(1)))
                year = shapes.year_text(match.group(3) or "")
                figure.years = (year, year)
                self.figures.append(figure)
                return match.end()
        if folded[start] == "0":
            match = shapes.PHONE.match(folded, start)
            if match and sum(char.isdigit() for char in match.group()) >= 9:
                return self.mask(start, match.end(), "phone")
        if mark and mark in "/-.":
            match = shapes.DAYS.match(folded, start)
            if match and not folded.startswith("%", match.end()):
                return self.mask(start, match.end(), "date")
            match = shapes.RATIO.match(folded, start)
            done = self.ratio(match) if match else 0
            if done:
                return done
        return self.number(start)

    def dated(self, start: int, end: int) -> int:
        """A date, document number, term of years or month at digits; 0 where none stands."""
        folded = self.folded
        match = shapes.YEARS.match(folded, start) if end - start == 4 else None
        if match:
            return self.span_of_years(match)
        match = shapes.DATE.match(folded, start)
        if match:
            figure = Figure("date", "date", start, match.end())
            figure.years = shapes.month_of_date(match.group())
            self.figures.append(figure)
            return match.end()
        match = shapes.DOCUMENT.match(self.page.text, start)
        if match and not folded.startswith("%", match.end()):
            return self.mask(start, match.end(), "document_number")
        if end - start > 2:
            return 0
        match = shapes.MONTH.match(folded, start)
        if match is None and folded.endswith("tháng ", 0, start):
            match = shapes.MONTH_WORDS.match(folded, start)
        after = self.counted(match.end() + 1) if match else None
        if match and (after is None or after.kind not in ("subject", "unit")):
            month = f"{shapes.year_text(match.group(2))}-{int(match.group(1)):02d}"
            self.figures.append(Figure("month", "month", start, match.end(), years=(month, month)))
            return match.end()
        return 0

    def span_of_years(self, match: re.Match[str]) -> int:
        first, last = shapes.year_text(match.group(1)), shapes.year_text(match.group(2))
        figure = Figure("years", "years", match.start(), match.end())
        if first > last and sorted(first) == sorted(first[0] + first[2] + first[1] + first[3]):
            mended = first[0] + first[2] + first[1] + first[3]
            if mended <= last:
                figure.mended = first
                first = mended
        figure.years = (first, last)
        self.figures.append(figure)
        return match.end()

    def ratio(self, match: re.Match[str]) -> int:
        folded = self.folded
        start, end = match.span()
        previous = word_before(folded, start)
        after = self.counted(end + 1)
        noun, _ = noun_after(folded, end)
        small = len(match.group(1)) <= 2 and len(match.group(3)) <= 2
        if previous in DATE_WORDS and small:
            return self.mask(start, end, "date")
        if previous in ("thứ", "hạng", "vị trí") and small:
            return self.mask(start, end, "rank")
        if folded.startswith("%", end):
            return 0
        if noun and (after is None or after.kind == "scope"):
            return self.mask(start, end, noun)
        follows_share = folded[end : end + 2].strip().startswith("(")
        if (
            after is None
            and small
            and int(match.group(1)) <= 31
            and 1 <= int(match.group(3)) <= 12
            and not follows_share
        ):
            word = shapes.LETTERS_AFTER.match(folded, end + 1)
            if word is None or word.group() not in ("số", "đạt", "được", "các"):
                return self.mask(start, end, "date")
        return self.part_and_whole(match, 1, 3)

    def out_of(self, match: re.Match[str]) -> int:
        """ "45 trong tổng số 50 chi bộ": a count and the total it is part of. "9 phần 10 chi bộ" counts none."""
        if " phần " in match.group():
            return self.mask(match.start(), match.end(), "other_indicator")
        after = self.counted(match.end() + 1)
        year = shapes.YEAR.match(match.group(1)) and word_before(self.folded, match.start()) == "năm"
        if year or after is None or after.kind not in ("subject", "unit"):
            return 0
        return self.part_and_whole(match, 1, 2) if read_number(match.group(1)) <= read_number(match.group(2)) else 0

    def part_and_whole(self, match: re.Match[str], first: int, second: int) -> int:
        """Takes two groups of a match as a count and its total."""
        part = Figure("number", "", match.start(first), match.end(first), read_number(match.group(first)))
        whole = Figure("number", "total", match.start(second), match.end(second), read_number(match.group(second)))
        part.total, whole.part = whole, part
        self.figures.extend((part, whole))
        return match.end(second)

    def number(self, start: int) -> int:
        folded = self.folded
        match = shapes.STRAY_DECIMAL.match(folded, start)
        if match is None or word_before(folded, start) in ("tháng", "quý", "ngày"):
            match = shapes.STRAY_GROUP.match(folded, start) if not opens_line(folded, start) else None
            if match is not None and start - 1 in self.levels:
                match = None  # "... hoàn thành tốt nhiệm vụ 12. 244 đảng viên ...": a sentence ends
        if match is None and folded[start - 1 : start] == " " and word_before(folded, start) in _TELLS_COUNT:
            match = shapes.BLANK_GROUP.match(folded, start)
        if match is None and (folded[start - 2 : start] == ": " or word_before(folded, start) in _BEFORE_THOUSANDS):
            match = shapes.BLANK_THOUSANDS.match(folded, start)
            after = self.counted(match.end() + 1) if match is not None else None
            match = match if after is not None and after.kind in ("subject", "unit") else None
        if match is None:
            match = shapes.NUMBER.match(folded, start)
        if match is None:
            return self.mask(start, start + 1, "address")
        end = match.end()
        percent = shapes.PERCENT.match(folded, end)
        scale = None if percent else shapes.SCALE.match(folded, end)
        if percent:
            end = percent.end()
        elif scale:
            noun, stop = noun_after(folded, end)
            people = self.counted(stop + 1) if stop == scale.end() else None
            if noun and (people is None or (people.kind != "subject" and people.code != "person")):
                return self.mask(start, stop, noun)
            end = scale.end()
            noun, stop = noun_after(folded, end)
            if noun == "money":
                return self.mask(start, stop, noun)
        letters = shapes.LETTERS_AFTER.match(folded, end) if not percent and not scale else None
        if letters:
            return self.mask(start, letters.end() if len(letters.group()) < 12 else end, "address")
        try:
            value = read_number(folded[start:end])
        except ValueError:
            return self.mask(start, end, "phone" if folded[start] == "0" else "ordinal")
        if percent:
            self.figures.append(Figure("number", "", start, end, value, True, noun=noun_after(folded, end)[0]))
            return end
        return self.count(start, end, value, self.counted(end + 1), True)


def _number_words(page: Page, tokens: Sequence[Token], figures: Sequence[Figure]) -> list[Figure]:
    """The number words of the page that are no part of a number in digits before them."""
    starts = [figure.start for figure in figures]
    found: list[Figure] = []
    for start, end in find_number_words(page, tokens):
        near = bisect_left(starts, start) - 1
        if near < 0 or figures[near].end < start - 1 or figures[near].kind != "number":
            found.append(Figure("number", "", start, end, read_number(page.folded[start:end]), words=True))
    return found


def find_figures(page: Page, tokens: list[Token]) -> list[Figure]:
    """Every number token of the page as a figure, in order and without overlaps; `tokens` are its tags."""
    figures = _Scanner(page, tokens).run()
    words = _number_words(page, tokens, figures)
    if words:
        figures = sorted([*figures, *words], key=lambda figure: figure.start)
    join_ranges(figures, page.folded)
    return figures
