"""Finds every number of a text and sets aside those that can never be a fact: dates, document numbers, phones.

Belongs here: the shape of numbers, dates, ratios and ranges, and the words directly beside them. Does not belong
here: what a number is about. Each look starts at a digit and reads a bounded stretch, so time is linear.
"""

import itertools
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from kpi_pipeline.extraction.fact import read_number
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.lexicon import look_up


@dataclass(slots=True)
class Figure(Token):
    """A number: kind `number` (a value), `year`, `years`, `month`, `date`, or `masked` with the reason as code."""

    value: float = 0.0
    percent: bool = False
    total: "Figure | None" = None
    part: "Figure | None" = None
    ends_range: str = ""
    noun: str = ""
    words: bool = False
    years: tuple[str, str] = ("", "")
    extra: dict[str, str] = field(default_factory=dict)


_LONGEST = 15
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"\d{1,15}(?:[.,]\d{1,6})*")
_STRAY_DECIMAL = re.compile(r"(\d{1,3})(?:[^\S\n],[^\S\n]?|,[^\S\n])\d{1,2}(?=[^\S\n]?%)")
_STRAY_GROUP = re.compile(r"\d{1,3}\.[^\S\n]\d{3}(?![\d.,])")
_PERCENT = re.compile(r"[^\S\n]?%")
_SCALE = re.compile(r"[^\S\n]?(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ)(?!\w)(?! lệ)")
_DATE = re.compile(
    r"\d{1,2}[^\S\n]?([/.-])[^\S\n]?\d{1,2}[^\S\n]?\1[^\S\n]?(?:19|20)\d\d(?!\d)"
    r"|(?:19|20)\d\d([/-])\d{1,2}\2\d{1,2}(?!\d)"
)
_DAYS = re.compile(r"\d{1,2}[^\S\n]?-[^\S\n]?\d{1,2}[^\S\n]?[/.][^\S\n]?\d{1,2}(?![\d/])")
_DAY_MONTH = re.compile(r"\d{1,2}[^\S\n]?[-/.][^\S\n]?\d{1,2}(?![\d%])")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?!\d)|\d{1,2}[^\S\n]?(?:giờ|h)(?:[^\S\n]?\d{1,2})?(?![\w])")
_DOCUMENT = re.compile(
    r"\d{1,6}[a-zA-Z]?(?:/(?:19|20)\d\d)?[^\S\n]?[-/–][^\S\n]?[A-ZĐƯ][A-ZĐƯ&]+[a-zA-Z]*(?:[-/–.][A-ZĐƯ][\w&]*)*"
)
_YEARS = re.compile(r"((?:19|20|21)\d\d)[^\S\n]?(?:-|đến(?: năm)?)[^\S\n]?((?:19|20)\d\d)(?![\d.,]*\d)")
_MONTH = re.compile(r"(0?[1-9]|1[0-2])[^\S\n]?[/-][^\S\n]?((?:19|20)\d\d)(?!\d)")
_MONTH_WORDS = re.compile(r"(0?[1-9]|1[0-2])[^\S\n](?:của[^\S\n])?năm[^\S\n]((?:19|20)\d\d)(?!\d)")
_PHONE = re.compile(r"0\d{1,3}[. -]?\d{2,4}[. -]?\d{3,4}(?:[. -]?\d{2,4})?(?![\d,])")
_RATIO = re.compile(r"(\d{1,3}(?:\.[^\S\n]?\d{3})+|\d{1,9})([^\S\n]?/[^\S\n]?)(\d{1,3}(?:\.\d{3})+|\d{1,9})(?![\d/])")
_DASH = re.compile(r"[^\S\n]?(?:-|đến)[^\S\n]?(?=\d)")
_MONTHS = re.compile(r"(\d{1,2}) tháng (đầu|cuối)?[^\S\n]?(?:của )?(?:năm)(?: ((?:19|20)\d\d)(?!\d))?")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_MARKUP = re.compile(r"https?://\S+|www\.\S+|&#?\w{1,10};")
_DATE_WORDS = frozenset(["ngày", "sáng", "chiều", "tối", "trưa", "đêm", "hôm", "dịp", "lễ", "mùng", "mồng"])
_LETTERS_AFTER = re.compile(r"[^\W\d_]+")
_NUMBER_WORDS = frozenset(
    ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mươi", "mốt", "tư", "lăm")
)
_WORDS = re.compile(
    r"(?<!\w)(?:(?:hai|ba|bốn|năm|sáu|bảy|tám|chín) mươi(?: (?:mốt|một|hai|ba|bốn|tư|lăm|năm|sáu|bảy|tám|chín))?"
    r"|mười(?: (?:một|hai|ba|bốn|lăm|sáu|bảy|tám|chín))?|một|hai|ba|bốn|năm|sáu|bảy|tám|chín)$"
)


_YEARLY = re.compile(
    r"(?:\d|(?<!\w)(?:hằng|hàng|nhiều|mỗi|từng|những|các|qua|cuối|đầu|giữa|suốt|mấy|vài|thâm|trong|cả|một|hai|ba|bốn|sáu"
    r"|bảy|tám|chín|mười|mươi|theo|của|là)) năm$"
)


def _previous_words(folded: str, start: int) -> list[str]:
    """Up to four words directly before a position, nearest last; nothing across a mark other than a colon."""
    stretch = folded[max(0, start - 40) : start].rstrip(" :-\"'(")
    cut = max(stretch.rfind(mark) for mark in ".,;()\n|")
    return stretch[cut + 1 :].split()[-4:]


def _next_phrase(folded: str, end: int) -> tuple[str, int]:
    """The reason and end of the longest known noun directly after a position; two empty values for none."""
    if not folded.startswith(" ", end):
        return "", end
    nouns = look_up("after")
    words: list[tuple[int, int]] = []
    position = end + 1
    for match in re.finditer(r"[^\W_]+", folded[position : position + 40]):
        if words and match.start() != words[-1][1] + 1:
            break
        words.append(match.span())
        if len(words) == 4:
            break
    if not words or words[0][0] != 0:
        return "", end
    for count in range(len(words), 0, -1):
        stop = position + words[count - 1][1]
        entry = nouns.get(folded[position:stop])
        if entry is not None and not folded[stop : stop + 1].isalnum():
            return entry.code, stop
    return "", end


class _Scanner:
    """Walks over the digits of one page; `figures` collects what it finds, in order."""

    def __init__(self, page: Page, tokens: list[Token]) -> None:
        self.page = page
        self.folded = page.folded
        self.figures: list[Figure] = []
        self.counted = {
            token.start: token for token in tokens if token.kind in ("subject", "unit", "level", "short", "scope")
        }
        marked = any(sign in page.folded for sign in ("://", "www.", "&"))
        self.markup = [match.span() for match in _MARKUP.finditer(page.folded)] if marked else []
        self.markup_starts = [start for start, _ in self.markup]

    def run(self) -> list[Figure]:
        position = 0
        search = _DIGITS.search
        while True:
            match = search(self.folded, position)
            if match is None:
                return self.figures
            position = self.read(match.start(), match.end())

    def mask(self, start: int, end: int, reason: str) -> int:
        self.figures.append(Figure("masked", reason, start, end))
        return end

    def read(self, start: int, end: int) -> int:
        folded = self.folded
        inside = bisect_right(self.markup_starts, start) - 1
        if inside >= 0 and start < self.markup[inside][1]:
            return self.mask(start, max(end, self.markup[inside][1]), "address")
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
        mark = folded[end : end + 2].strip()[:1]
        if mark and (
            mark in "/-." or folded[end : end + 1].isalpha() or folded.startswith((" đến", " năm", " của"), end)
        ):
            done = self.dated(start)
            if done:
                return done
        if mark in (":", "g", "h"):
            match = _CLOCK.match(folded, start)
            if match:
                return self.mask(start, match.end(), "date")
        if folded.startswith(" tháng", end):
            match = _MONTHS.match(folded, start)
            if match and 1 <= int(match.group(1)) <= 12:
                figure = Figure("months", match.group(2) or "đầu", start, match.end(), float(match.group(1)))
                figure.years = (match.group(3) or "", match.group(3) or "")
                self.figures.append(figure)
                return match.end()
        if folded[start] == "0":
            match = _PHONE.match(folded, start)
            if match and sum(char.isdigit() for char in match.group()) >= 9:
                return self.mask(start, match.end(), "phone")
        if mark and mark in "/-.":
            match = _DAYS.match(folded, start)
            if match and not folded.startswith("%", match.end()):
                return self.mask(start, match.end(), "date")
            match = _RATIO.match(folded, start)
            done = self.ratio(match) if match else 0
            if done:
                return done
        return self.number(start)

    def dated(self, start: int) -> int:
        """A date, document number, term of years or month at a position; 0 where none stands."""
        folded = self.folded
        match = _DATE.match(folded, start)
        if match:
            figure = Figure("date", "date", start, match.end())
            figure.years = _month_of_date(match.group())
            self.figures.append(figure)
            return match.end()
        match = _DOCUMENT.match(self.page.text, start)
        if match and not folded.startswith("%", match.end()):
            return self.mask(start, match.end(), "document_number")
        match = _YEARS.match(folded, start)
        if match:
            return self.span_of_years(match)
        match = _MONTH.match(folded, start)
        if match is None and folded.endswith("tháng ", 0, start):
            match = _MONTH_WORDS.match(folded, start)
        after = self.counted.get(match.end() + 1) if match else None
        if match and (after is None or after.kind not in ("subject", "unit")):
            month = f"{match.group(2)}-{int(match.group(1)):02d}"
            self.figures.append(Figure("month", "month", start, match.end(), years=(month, month)))
            return match.end()
        return 0

    def span_of_years(self, match: re.Match[str]) -> int:
        first, last = match.group(1), match.group(2)
        figure = Figure("years", "years", match.start(), match.end())
        if first > last and sorted(first) == sorted(first[0] + first[2] + first[1] + first[3]):
            mended = first[0] + first[2] + first[1] + first[3]
            if mended <= last:
                figure.extra["mended"] = first
                first = mended
        figure.years = (first, last)
        self.figures.append(figure)
        return match.end()

    def ratio(self, match: re.Match[str]) -> int:
        folded = self.folded
        start, end = match.span()
        words = _previous_words(folded, start)
        previous = words[-1] if words else ""
        after = self.counted.get(end + 1)
        noun, _ = _next_phrase(folded, end)
        small = len(match.group(1)) <= 2 and len(match.group(3)) <= 2
        if previous in _DATE_WORDS and small:
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
            word = _LETTERS_AFTER.match(folded, end + 1)
            if word is None or word.group() not in ("số", "đạt", "được", "các"):
                return self.mask(start, end, "date")
        part = Figure("number", "", start, match.end(1), read_number(match.group(1)))
        whole = Figure("number", "total", match.start(3), end, read_number(match.group(3)))
        part.total, whole.part = whole, part
        self.figures.extend((part, whole))
        return end

    def number(self, start: int) -> int:
        folded = self.folded
        match = _STRAY_DECIMAL.match(folded, start)
        words = _previous_words(folded, start)
        previous = words[-1] if words else ""
        if match is None or previous in ("tháng", "quý", "ngày"):
            match = _STRAY_GROUP.match(folded, start) if not _at_line_start(folded, start) else None
        if match is None:
            match = _NUMBER.match(folded, start)
        if match is None:
            return self.mask(start, start + 1, "address")
        end = match.end()
        digits = match.group()
        percent = _PERCENT.match(folded, end)
        scale = None if percent else _SCALE.match(folded, end)
        if percent:
            end = percent.end()
        elif scale:
            noun, stop = _next_phrase(folded, match.end())
            if noun:
                return self.mask(start, stop, noun)
            end = scale.end()
            noun, stop = _next_phrase(folded, end)
            if noun == "money":
                return self.mask(start, stop, noun)
        letters = _LETTERS_AFTER.match(folded, end)
        if letters and not percent and not scale:
            return self.mask(start, letters.end() if len(letters.group()) < 12 else end, "address")
        try:
            value = read_number(folded[start:end])
        except ValueError:
            return self.mask(start, end, "phone" if digits.startswith("0") else "ordinal")
        after = self.counted.get(end + 1)
        if (
            not percent
            and not scale
            and _YEAR.match(digits)
            and (after is None or previous == "năm" or after.kind == "level")
        ):
            figure = Figure("year", "year", start, end, value, years=(digits, digits))
            self.figures.append(figure)
            return end
        noun, stop = _next_phrase(folded, end)
        if noun and not percent:
            counted = after if after is not None and after.kind in ("subject", "unit") else None
            if counted is None or counted.end < stop:
                return self.mask(start, end, noun)
            noun = ""
        if not percent and (after is None or after.kind == "scope"):
            reason = self.numbered(words, previous, start, end)
            if reason:
                day = _DAY_MONTH.match(folded, start) if reason == "date" and previous in _DATE_WORDS else None
                return self.mask(start, day.end() if day else end, reason)
        figure = Figure("number", "", start, end, value, percent=percent is not None, noun=noun)
        self.figures.append(figure)
        return end

    def numbered(self, words: list[str], previous: str, start: int, end: int) -> str:
        folded = self.folded
        if previous in _DATE_WORDS or previous in ("tháng", "quý", "giờ", "phút"):
            return "date"
        cues = look_up("before")
        for count in range(len(words), 0, -1):
            entry = cues.get(" ".join(words[-count:]))
            if entry is not None and not (count == 1 and entry.folded in ("số", "loại", "mức", "thứ")):
                return entry.code
        if previous in ("số", "loại", "mức", "thứ") and (len(words) < 2 or words[-2] not in _COUNTING):
            return cues[previous].code
        if _at_line_start(folded, start) and folded[end : end + 1] in (".", ")", "/"):
            return "ordinal"
        return ""


_COUNTING = frozenset(("tổng", "trong", "xếp", "phân", "với", "đưa", "nâng", "tỷ", "trên"))


def _at_line_start(folded: str, start: int) -> bool:
    return folded[folded.rfind("\n", max(0, start - 4), start) + 1 : start].strip(" -•+*") == "" and (
        start < 4 or "\n" in folded[start - 4 : start]
    )


def _month_of_date(text: str) -> tuple[str, str]:
    parts = re.split(r"\D+", text)
    year, month = (parts[0], parts[1]) if len(parts[0]) == 4 else (parts[2], parts[1])
    if not 1 <= int(month) <= 12:
        return ("", "")
    return (f"{year}-{int(month):02d}",) * 2


def _number_words(page: Page, tokens: list[Token], figures: list[Figure]) -> list[Figure]:
    """Number words directly before a counted noun ("hai đơn vị")."""
    folded = page.folded
    tags = {token.start for token in tokens}
    closed = {token.end for token in tokens if token.kind in ("every", "when")}
    starts = [figure.start for figure in figures]
    found = []
    for token in tokens:
        if token.kind not in ("subject", "unit") or folded[token.start - 1 : token.start] != " ":
            continue
        tail = folded[max(0, token.start - 24) : token.start - 1]
        if tail.rpartition(" ")[2] not in _NUMBER_WORDS:
            continue
        match = _WORDS.search(tail)
        if match is None:
            continue
        start, end = token.start - 1 - len(match.group()), token.start - 1
        if start in tags or (match.group() == "năm" and (_YEARLY.search(tail) or end in closed)):
            continue
        if page.text[start].isupper() and start and folded[start - 1] == " " and page.text[start - 2].isalnum():
            continue
        previous = _previous_words(folded, start)
        if previous and previous[-1] in ("thứ", "hạng", "mươi", "cả", "phần"):
            continue
        index = bisect_left(starts, start)
        if index and figures[index - 1].end >= start - 1 and figures[index - 1].kind == "number":
            continue
        found.append(Figure("number", "", start, end, read_number(folded[start:end]), words=True))
    return found


def _join_ranges(figures: list[Figure], folded: str) -> None:
    """Marks the two ends of "85-90%", "từ 180 - 200 đảng viên", "từ 85% đến 90%"."""
    for low, high in itertools.pairwise(figures):
        if low.kind != "number" or high.kind != "number" or low.total or low.part or high.part or high.total:
            continue
        match = _DASH.match(folded, low.end)
        if match is None or match.end() != high.start or low.value >= high.value:
            continue
        if low.percent and not high.percent:
            continue
        if "-" not in match.group() and not folded[max(0, low.start - 4) : low.start].endswith("từ "):
            continue
        low.ends_range, high.ends_range = "low", "high"
        low.percent = high.percent


def find_figures(page: Page, tokens: list[Token]) -> list[Figure]:
    """Every number token of the page as a figure, in order and without overlaps; `tokens` are its tags."""
    figures = _Scanner(page, tokens).run()
    words = _number_words(page, tokens, figures)
    if words:
        figures = sorted([*figures, *words], key=lambda figure: figure.start)
    _join_ranges(figures, page.folded)
    return figures
