"""Tables in flat text: rows of cells split by `|`, a row a line, or a cell a line.

Belongs here: finding tables, rebuilding their columns, saying for each number cell which level, year, subject and
measure its row and column name. Does not belong here: making statements of it (meaning).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from kpi_pipeline.extraction.layout import Line
from kpi_pipeline.extraction.mask import Figure
from kpi_pipeline.extraction.period import Period
from kpi_pipeline.extraction.tags import Page, Token

_NUMERIC = re.compile(r"\(?\s*\d[\d.,\s]*%?\s*\)?$")
_ORDINAL = re.compile(r"(?:stt|tt|số tt|no)\W*$")
_TOTAL = re.compile(r"(?:tổng cộng|tổng số|cộng|tổng|toàn tỉnh|chung)\b")
_SHARE = re.compile(r"%|tỷ lệ|tỉ lệ")
_COUNT = re.compile(r"(?:số lượng|sl|số đơn vị|số người|số tổ chức|số đảng viên|số tccsđ|số)\b")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ROW = re.compile(r"(?:(\d{1,3})[.)]?\s+)?([^\W\d][^\d]*?)\s+(\d[\d.,]*%?(?:\s+\d[\d.,]*%?)*)$")
_NUMBERS = re.compile(r"\S+")


@dataclass(slots=True)
class Name:
    """What a header or row label says."""

    levels: tuple[str, ...] = ()
    full: bool = True
    above: bool = False
    subject: str = ""
    year: Period | None = None
    total: bool = False
    share: bool = False
    count: bool = False
    skip: bool = False
    scope: Token | None = None


@dataclass(slots=True)
class Cell:
    """One number of a table with what its row and column say."""

    figure: Figure
    row: Name
    column: Name
    line: int
    label: tuple[int, int]


@dataclass(slots=True)
class Table:
    """A table: indices of its first and last line and its number cells in order of the text."""

    first: int
    last: int
    cells: list[Cell] = field(default_factory=list)
    lines: frozenset[int] = frozenset()


_TALLEST = 100
_ROW_WIDTH = 120
_CELL_WIDTH = 70

_Span = tuple[int, int, int]


def find_tables(page: Page, lines: Sequence[Line], stream: Sequence[Token]) -> list[Table]:
    """All tables of a page, in order; lines of furniture are left out."""
    piped = "|" in page.folded
    rows = _rows(page, lines)
    if not piped and len(rows) < 2 and not _may_hold_cells(page, lines):
        return []
    cells = _Cells(page, lines)
    starts = [token.start for token in stream]
    tables: list[Table] = []
    index = 0
    while index < len(lines):
        if lines[index].role in ("furniture", "menu"):
            index += 1
            continue
        grid = _piped(page, lines, index) if piped else None
        if grid is None and index + 1 in rows and index + 2 in rows:
            grid = _row_lines(page, lines, rows, index)
        if grid is None:
            grid = _cell_lines(page, lines, cells, index)
        if grid is None:
            index += 1
            continue
        last = max(cell[2] for row in grid for cell in row)
        table = _read_grid(page, grid, stream, starts)
        if table.cells:
            tables.append(table)
            index = last + 1
        else:
            index = last + 1 if page.folded.find("|", lines[index].start, lines[index].end) >= 0 else index + 1
    return tables


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
        self.words = [folded[start:end] if end - start < _CELL_WIDTH else "" for start, end, _ in lines]
        self.numeric = [
            (words[:1].isdecimal() or words[:1] == "(") and _NUMERIC.match(words) is not None for words in self.words
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


def _rows(page: Page, lines: Sequence[Line]) -> dict[int, list[_Span]]:
    """The lines such as "1 Hoàn thành tốt 70 56,45" by their index, cut into cells."""
    rows: dict[int, list[_Span]] = {}
    for place, (start, end, _) in enumerate(lines):
        if end - start >= _ROW_WIDTH or not page.folded[start:end].rsplit(None, 1)[-1][0].isdecimal():
            continue
        match = _ROW.match(page.folded[start:end])
        if match is None:
            continue
        row = [(start + match.start(group), start + match.end(group), place) for group in (1, 2) if match.group(group)]
        shift = start + match.start(3)
        for number in _NUMBERS.finditer(match.group(3)):
            row.append((shift + number.start(), shift + number.end(), place))
        rows[place] = row
    return rows


def _trim(page: Page, start: int, end: int, line: int) -> _Span:
    while start < end and page.folded[start] in " \t|":
        start += 1
    while end > start and page.folded[end - 1] in " \t|":
        end -= 1
    return (start, end, line)


def _piped(page: Page, lines: Sequence[Line], index: int) -> list[list[_Span]] | None:
    grid: list[list[_Span]] = []
    place = index
    while place < min(len(lines), index + _TALLEST):
        line = lines[place]
        if page.folded.count("|", line.start, line.end) < 1:
            break
        row: list[_Span] = []
        start = line.start
        while True:
            bar = page.folded.find("|", start, line.end)
            row.append(_trim(page, start, bar if bar >= 0 else line.end, place))
            if bar < 0:
                break
            start = bar + 1
        grid.append(row)
        place += 1
    return grid if len(grid) >= 2 and max(len(row) for row in grid) >= 2 else None


def _row_lines(page: Page, lines: Sequence[Line], rows: dict[int, list[_Span]], index: int) -> list[list[_Span]] | None:
    """A head line and then lines of "1 Hoàn thành tốt 70 56,45"."""
    grid: list[list[_Span]] = []
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


def _header_words(page: Page, line: Line, index: int, width: int) -> list[_Span] | None:
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
    merged: list[_Span] = []
    for span in spans:
        words = page.folded[span[0] : span[1]]
        before = page.folded[merged[-1][0] : merged[-1][1]] if merged else ""
        behind = bool(before) and not _ORDINAL.match(before) and span[0] - merged[-1][1] <= 1
        if merged and (words.startswith("%") or (behind and words.startswith("xếp loại"))):
            merged[-1] = (merged[-1][0], span[1], index)
        elif words:
            merged.append(span)
    return merged if len(merged) == width else None


def _cell_lines(page: Page, lines: Sequence[Line], cells: _Cells, index: int) -> list[list[_Span]] | None:
    """Cells one a line: labels, each followed by as many numbers as there are columns."""
    stop = min(len(lines), index + _TALLEST)
    if cells.count[stop] - cells.count[index] < 2:
        return None
    groups: list[tuple[_Span, list[_Span]]] = []
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


def _name(page: Page, span: _Span, stream: Sequence[Token], starts: Sequence[int]) -> Name:
    start, end, _ = span
    words = page.folded[start:end]
    name = Name()
    if not words or _ORDINAL.match(words):
        name.skip = True
        return name
    low, high = bisect_left(starts, start), bisect_left(starts, end)
    levels: list[str] = []
    for token in stream[low:high]:
        if token.kind in ("level", "short"):
            if token.code not in levels:
                levels.append(token.code)
            name.full = name.full and token.kind == "level"
        elif token.kind == "above":
            name.above = True
        elif token.kind == "subject" and not name.subject:
            name.subject = token.code
        elif isinstance(token, Period) and token.code in ("year", "span", "point", "months"):
            name.year = token
        elif token.kind == "scope" and name.scope is None:
            name.scope = token
        elif token.kind == "assess":
            name.total = name.total or token.start > start
        elif token.kind == "trap":
            name.skip = True
    name.levels = tuple(levels)
    name.share = bool(_SHARE.search(words))
    name.count = bool(_COUNT.match(words))
    name.total = (name.total or bool(_TOTAL.match(words))) and not levels
    return name


def _read_grid(page: Page, grid: list[list[_Span]], stream: Sequence[Token], starts: Sequence[int]) -> Table:
    first = grid[0][0][2]
    table = Table(first, max(cell[2] for row in grid for cell in row))
    table.lines = frozenset(cell[2] for row in grid for cell in row)
    heads: list[list[_Span]] = []
    body: list[list[_Span]] = []
    for row in grid:
        numeric = [_is_number(page, cell, stream, starts) for cell in row]
        if not body and not any(numeric):
            heads.append(row)
        else:
            body.append(row)
    if not heads or not body:
        return table
    width = max(len(row) for row in body)
    columns = _columns(page, heads, width, stream, starts)
    if columns is None:
        return table
    named = [name for name in columns if name.levels or name.year or name.subject]
    for row in body:
        label_at = _label_at(page, row, stream, starts)
        if label_at < 0 or len(row) != width:
            continue
        label = _name(page, row[label_at], stream, starts)
        if not (label.levels or named or label.total):
            continue
        for place in range(label_at + 1, len(row)):
            figure = _figure(row[place], stream, starts)
            if figure is None or columns[place].skip:
                continue
            table.cells.append(Cell(figure, label, columns[place], row[place][2], row[label_at][:2]))
    return table


def _label_at(page: Page, row: list[_Span], stream: Sequence[Token], starts: Sequence[int]) -> int:
    """The cell that names a row: the first with words in it, else a year that opens the row; -1 for none."""
    for place, (start, end, _) in enumerate(row):
        words = page.folded[start:end]
        if any(char.isalpha() for char in words) and not _is_number(page, row[place], stream, starts):
            return place
    opening = next((place for place, (start, end, _) in enumerate(row) if end > start), -1)
    return opening if opening >= 0 and _YEAR.fullmatch(page.folded[slice(*row[opening][:2])]) else -1


def _columns(
    page: Page, heads: list[list[_Span]], width: int, stream: Sequence[Token], starts: Sequence[int]
) -> list[Name] | None:
    """The meaning of each column; a second head row of "SL | %" pairs splits the levels above it."""
    main = max(heads, key=lambda row: sum(bool(_name(page, cell, stream, starts).levels) for cell in row))
    names = [_name(page, cell, stream, starts) for cell in main]
    if len(main) == width:
        return names
    below = heads[heads.index(main) + 1 :]
    if below:
        pairs = [_name(page, cell, stream, starts) for cell in below[-1]]
        wide = [name for name in names if name.levels]
        if wide and len(pairs) == 2 * len(wide) and len(names) + len(wide) == width:
            spread: list[Name] = []
            taken = 0
            for name in names:
                if not name.levels:
                    spread.append(name)
                    continue
                for sub in pairs[taken : taken + 2]:
                    spread.append(Name(name.levels, name.full, name.above, share=sub.share, count=not sub.share))
                taken += 2
            return spread
    return None


def _figure(span: _Span, stream: Sequence[Token], starts: Sequence[int]) -> Figure | None:
    low, high = bisect_left(starts, span[0]), bisect_left(starts, span[1])
    inside = [token for token in stream[low:high] if isinstance(token, Figure)]
    return inside[0] if len(inside) == 1 and inside[0].kind == "number" else None


def _is_number(page: Page, span: _Span, stream: Sequence[Token], starts: Sequence[int]) -> bool:
    words = page.folded[span[0] : span[1]]
    if not _NUMERIC.match(words):
        return False
    return _figure(span, stream, starts) is not None or bool(re.fullmatch(r"\d{1,3}[.)]?", words))
