"""Tables in flat text as rows of cells: cells split by `|` or a tab, a row a line, or a cell a line.

Belongs here: finding where a table stands and its cells. Does not belong here: what they say (tables).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, pairwise, takewhile

from kpi_pipeline.extraction.layout import Line
from kpi_pipeline.extraction.tags import Page

NUMERIC = re.compile(r"\(?\s*\d[\d.,\s]*%?\s*\)?(?:(?<=[\d\s])\(\s*\d[\d.,]*\s*%\s*\))?$")
ORDINAL = re.compile(r"(?:stt|tt|số tt|no)\W*$")
ROW = re.compile(r"(?:(\d{1,3})[.)]?\s+)?([^\W\d][^\d]*?)\s+(\d[\d.,]*%?(?:\s+\d[\d.,]*%?)*)$")
_ENDS = ".,%"
"""What a number of a row may end with, beside a digit."""
_NUMBERS = re.compile(r"\S+")
_TALLEST = 100
_MARKS = ("|", "\t")
ROW_WIDTH = 120
CELL_WIDTH = 70
Span = tuple[int, int, int]


class Grids:
    """Finds the tables of a page: rows of cells, from a line on."""

    def __init__(self, page: Page, lines: Sequence[Line]) -> None:
        self.page, self.lines = page, lines
        self.marks = [_Bars(page, lines, mark) for mark in _MARKS if mark in page.text]
        self.rows = _rows(page, lines)
        self.some = bool(self.marks) or len(self.rows) > 1 or _may_hold_cells(page, lines)
        self.cells = _Cells(page, lines) if self.some else None

    def at(self, index: int) -> list[list[Span]] | None:
        """The rows of the table that begins at a line; None where none does."""
        grid = None
        for mark in self.marks:
            grid = grid or mark.grid(index)
        if grid is None and index + 1 in self.rows and index + 2 in self.rows:
            grid = _row_lines(self.page, self.lines, self.rows, index)
        if grid is None and self.cells is not None:
            grid = _cell_lines(self.page, self.lines, self.cells, index)
        return grid


def _may_hold_cells(page: Page, lines: Sequence[Line]) -> bool:
    """Whether two lines or more begin as a number alone does."""
    folded = page.folded
    return sum([folded[line[0]].isdecimal() or folded[line[0]] == "(" for line in lines]) > 1


class _Cells:
    """The lines of a page short enough for a cell, each looked at once.

    `words` is empty for longer lines; `count` is the number of cells before a line that hold a number alone.
    """

    def __init__(self, page: Page, lines: Sequence[Line]) -> None:
        folded = page.folded
        self.words = [folded[start:end] if end - start < CELL_WIDTH else "" for start, end, _ in lines]
        self.numeric = [
            (words[:1].isdecimal() or words[:1] == "(") and NUMERIC.match(words) is not None for words in self.words
        ]
        self.count = list(accumulate(self.numeric, initial=0))
        self.first = [place for place, words in enumerate(self.words) if words == "1" and self.is_label(place + 1)]

    def is_label(self, place: int) -> bool:
        """Whether a line is the label of a row."""
        return place < len(self.words) and self.words[place] != "" and not self.numeric[place]

    def running_from(self, index: int, stop: int) -> int:
        """1 where rows are numbered 1, 2, 3 on lines of their own before their labels; 0 where they are not."""
        opening = bisect_left(self.first, index)
        if opening == len(self.first) or self.first[opening] >= stop:
            return 0
        expected = 1
        for place in range(index, stop):
            words = self.words[place]
            if not words:
                break
            if words == str(expected) and self.is_label(place + 1):
                expected += 1
        return int(expected > 2)


def _rows(page: Page, lines: Sequence[Line]) -> dict[int, list[Span]]:
    """The lines such as "1 Hoàn thành tốt 70 56,45" by their index, cut into cells."""
    rows: dict[int, list[Span]] = {}
    folded = page.folded
    for place, (start, end, _) in enumerate(lines):
        last = folded[end - 1]
        if end - start >= ROW_WIDTH or not (last.isdecimal() or last in _ENDS):
            continue
        if not page.folded[start:end].rsplit(None, 1)[-1][0].isdecimal():
            continue
        match = ROW.match(page.folded[start:end])
        if match is None:
            continue
        row = [(start + match.start(group), start + match.end(group), place) for group in (1, 2) if match.group(group)]
        shift = start + match.start(3)
        for number in _NUMBERS.finditer(match.group(3)):
            row.append((shift + number.start(), shift + number.end(), place))
        rows[place] = row
    return rows


def _trim(page: Page, start: int, end: int, line: int) -> Span:
    while start < end and page.folded[start] in " \t|":
        start += 1
    while end > start and page.folded[end - 1] in " \t|":
        end -= 1
    return (start, end, line)


class _Bars:
    """The lines whose cells a mark parts, each cut once."""

    def __init__(self, page: Page, lines: Sequence[Line], mark: str) -> None:
        self.page, self.lines, self.mark = page, lines, mark
        self.cut: dict[int, list[Span]] = {}

    def row(self, place: int) -> list[Span]:
        """The cells of a line; none where the mark is not in it."""
        row = self.cut.get(place)
        if row is None:
            start, end, _ = self.lines[place]
            bars = [start - 1] if self.mark in self.page.text[start:end] else []
            while bars and (bar := self.page.text.find(self.mark, bars[-1] + 1, end)) >= 0:
                bars.append(bar)
            row = [_trim(self.page, low + 1, high, place) for low, high in pairwise([*bars, end])] if bars else []
            self.cut[place] = row
        return row

    def grid(self, index: int) -> list[list[Span]] | None:
        """The rows from a line on; None for a single one."""
        last = min(len(self.lines), index + _TALLEST)
        grid = list(takewhile(bool, map(self.row, range(index, last))))
        return grid if len(grid) >= 2 else None


def _row_lines(page: Page, lines: Sequence[Line], rows: dict[int, list[Span]], index: int) -> list[list[Span]] | None:
    """A head line and then lines of "1 Hoàn thành tốt 70 56,45"."""
    grid: list[list[Span]] = []
    for place in range(index + 1, min(len(lines), index + _TALLEST)):
        row = rows.get(place)
        if row is None:
            break
        grid.append(row)
    head = lines[index]
    if len(grid) < 2 or head.end - head.start > 160:
        return None
    width = max(len(row) for row in grid)
    header = _header_words(page, head, index, width)
    if header is None:
        return None
    padded = []
    for row in grid:
        padded.append(([(row[0][0], row[0][0], row[0][2])] * (width - len(row)) + row) if len(row) < width else row)
    return [header, *padded]


def _header_words(page: Page, line: Line, index: int, width: int) -> list[Span] | None:
    """Cuts a head line such as "STT Mức xếp loại Số đơn vị Tỷ lệ (%)" before its known column words."""
    cuts = [match.start() for match in re.finditer(
        r"(?<!\w)(?:stt|tt|mức|xếp loại|số lượng|sl|số đơn vị|số người|số tổ chức|số|tỷ lệ|tỉ lệ|%|tổng số|năm \d{4}"
        r"|hoàn thành xuất sắc|hoàn thành tốt|hoàn thành nhiệm vụ|không hoàn thành|đối tượng|đơn vị|nội dung)(?!\w)",
        page.folded[line.start : line.end])]  # fmt: skip
    cuts = sorted({0, *cuts})
    spans = [
        _trim(page, line.start + cut, line.start + stop, index)
        for cut, stop in zip(cuts, [*cuts[1:], line.end - line.start], strict=True)
    ]
    merged: list[Span] = []
    for span in spans:
        words = page.folded[span[0] : span[1]]
        before = page.folded[merged[-1][0] : merged[-1][1]] if merged else ""
        behind = bool(before) and not ORDINAL.match(before) and span[0] - merged[-1][1] <= 1
        if merged and (words.startswith("%") or (behind and words.startswith("xếp loại"))):
            merged[-1] = (merged[-1][0], span[1], index)
        elif words:
            merged.append(span)
    return merged if len(merged) == width else None


def _cell_lines(page: Page, lines: Sequence[Line], cells: _Cells, index: int) -> list[list[Span]] | None:
    """Cells one a line: labels, each followed by as many numbers as there are columns."""
    stop = min(len(lines), index + _TALLEST)
    if cells.count[stop] - cells.count[index] < 2:
        return None
    groups: list[tuple[Span, list[Span]]] = []
    running = cells.running_from(index, stop)
    for place in range(index, stop):
        words = cells.words[place]
        if not words or "|" in words:
            break
        span = (lines[place].start, lines[place].end, place)
        if running and words == str(running) and cells.is_label(place + 1):
            running += 1
        elif cells.numeric[place]:
            if not groups:
                return None
            groups[-1][1].append(span)
        else:
            if groups and not groups[-1][1] and len(groups) > 8:
                break
            groups.append((span, []))
    filled = [position for position, (_, numbers) in enumerate(groups) if numbers]
    if len(filled) < 2:
        return None
    first = filled[0]
    width = len(groups[first][1])
    rows = [[label, *numbers] for label, numbers in groups[first:] if len(numbers) == width]
    if len(rows) < 2:
        return None
    if all(re.fullmatch(r"(?:19|20)\d\d", page.folded[low:high]) for low, high, _ in rows[0][1:]):
        return rows
    labels = [page.folded[low:high] for (low, high, _), _ in groups[first - width : first]] if first >= width else []
    if width > 2 and len(set(labels)) == 2 and labels == labels[:2] * (width // 2):
        return None
    if first >= width and first > 0:
        heads = [label for label, _ in groups[first - width - 1 if first > width else first - width : first]]
        header = heads if len(heads) == width + 1 else [(rows[0][0][0],) * 2 + (rows[0][0][2],), *heads]
        return [header, *rows]
    return None
