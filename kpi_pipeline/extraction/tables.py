"""What the cells of a table say: which level, year, subject and measure their row and column name.

Belongs here: reading heads and labels. Does not belong here: finding tables (grids), making statements (cells).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.grids import NUMERIC, ORDINAL, Grids, Span
from kpi_pipeline.extraction.layout import Line
from kpi_pipeline.extraction.period import Period
from kpi_pipeline.extraction.tags import Page, Token

TOTAL = re.compile(r"(?:tổng cộng|tổng số|cộng|tổng|toàn tỉnh|chung)\b")
_RATE = re.compile(r"\s*(?:(?:tỷ|tỉ) (?:lệ|trọng)(?: \(?%\)?)?|\(?%\)?)\s*")
_SHARE = re.compile(r"%|(?:tỷ|tỉ) (?:lệ|trọng)|phần trăm")
_DECIMAL = re.compile(r"\d{1,3}[,.]\d{1,2}")
"""How a share is written in a column that does not say that it holds shares."""
_COUNT = re.compile(r"(?:số lượng|sl|số đơn vị|số người|số tổ chức|số đảng viên|số tccsđ|số)\b")
_PLAN = re.compile(r"(?:kế hoạch|chỉ tiêu|mục tiêu)\b(?!.*(?:thực hiện|kết quả|đạt))")
_YEAR = re.compile(r"(?:19|20)\d\d")


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
    plan: bool = False
    scope: Token | None = None


@dataclass(slots=True)
class Cell:
    """One number of a table with what its row and column say; `head` is the scope that heads the labels ("Huyện")."""

    figure: Figure
    row: Name
    column: Name
    line: int
    label: tuple[int, int]
    head: Token | None = None


@dataclass(slots=True)
class Table:
    """A table: indices of its first and last line and its number cells in order of the text."""

    first: int
    last: int
    cells: list[Cell] = field(default_factory=list)
    lines: frozenset[int] = frozenset()


def find_tables(page: Page, lines: Sequence[Line], stream: Sequence[Token]) -> list[Table]:
    """All tables of a page, in order; lines of furniture are left out."""
    grids = Grids(page, lines)
    if not grids.some:
        return []
    starts = [token.start for token in stream]
    tables: list[Table] = []
    index = 0
    while index < len(lines):
        grid = None if lines[index].role in ("furniture", "menu") else grids.at(index)
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


def _name(page: Page, span: Span, stream: Sequence[Token], starts: Sequence[int]) -> Name:
    start, end, _ = span
    words = page.folded[start:end]
    name = Name()
    if not words or ORDINAL.match(words):
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
            name.total = name.total or token.start > start or words.startswith("được ")
        elif token.kind == "trap":
            name.skip = True
    name.levels = tuple(levels)
    name.share = bool(_SHARE.search(words))
    name.count = bool(_COUNT.match(words))
    name.plan = bool(_PLAN.match(words))
    name.total = (name.total or bool(TOTAL.match(words))) and not levels
    return name


def _read_grid(page: Page, grid: list[list[Span]], stream: Sequence[Token], starts: Sequence[int]) -> Table:
    first = grid[0][0][2]
    table = Table(first, max(cell[2] for row in grid for cell in row))
    table.lines = frozenset(cell[2] for row in grid for cell in row)
    if any(_is_number(page, cell, stream, starts) for cell in grid[0]):
        return table  # no head: the next line is looked at by itself, so a long list is not read again from each line
    heads: list[list[Span]] = []
    body: list[list[Span]] = []
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
    for place, name in enumerate(columns):
        cells = [page.folded[row[place][0] : row[place][1]] for row in body if len(row) == width]
        name.share = name.share or (not name.count and bool(cells) and all(map(_DECIMAL.fullmatch, cells)))
    named = [name for name in columns if name.levels or name.year or name.subject]
    for row in body:
        label_at = _label_at(page, row, stream, starts)
        if label_at < 0 or len(row) != width:
            continue
        label = _name(page, row[label_at], stream, starts)
        first = label_at + 1
        while first < len(row) and _names_too(page, row[first], stream, starts):
            label = _both(label, _name(page, row[first], stream, starts))
            first += 1
        if not (label.levels or named or label.total):
            continue
        for place in range(first, len(row)):
            if columns[place].skip:
                continue
            for figure in _figures(row[place], stream, starts):
                table.cells.append(
                    Cell(figure, label, columns[place], row[place][2], row[label_at][:2], columns[label_at].scope)
                )
    return table


def _names_too(page: Page, span: Span, stream: Sequence[Token], starts: Sequence[int]) -> bool:
    """Whether a cell behind the label names the row as well: a second label or a year, no number."""
    words = page.folded[span[0] : span[1]]
    if _YEAR.fullmatch(words):
        return True
    return any(char.isalpha() for char in words) and not _is_number(page, span, stream, starts)


def _both(first: Name, second: Name) -> Name:
    """What two cells say of one row together; the second fills what the first leaves open."""
    if second.skip:
        return first
    return Name(
        levels=first.levels or second.levels,
        full=first.full if first.levels else second.full,
        above=first.above or second.above,
        subject=first.subject or second.subject,
        year=first.year or second.year,
        total=(first.total or second.total) and not (first.levels or second.levels),
        share=first.share or second.share,
        count=first.count or second.count,
        skip=first.skip,
        scope=first.scope or second.scope,
    )


def _label_at(page: Page, row: list[Span], stream: Sequence[Token], starts: Sequence[int]) -> int:
    """The cell that names a row: the first with words in it, else a year that opens the row; -1 for none."""
    for place, (start, end, _) in enumerate(row):
        words = page.folded[start:end]
        if any(char.isalpha() for char in words) and not _is_number(page, row[place], stream, starts):
            return place
    opening = next((place for place, (start, end, _) in enumerate(row) if end > start), -1)
    return opening if opening >= 0 and _YEAR.fullmatch(page.folded[slice(*row[opening][:2])]) else -1


def _columns(
    page: Page, heads: list[list[Span]], width: int, stream: Sequence[Token], starts: Sequence[int]
) -> list[Name] | None:
    """The meaning of each column; a second head row of "SL | %" pairs splits the levels above it."""
    main = max(heads, key=lambda row: sum(bool(_name(page, cell, stream, starts).levels) for cell in row))
    names = [_name(page, cell, stream, starts) for cell in main]
    if len(main) == width:
        return _with_shares(page, main, names)
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


def _with_shares(page: Page, head: list[Span], names: list[Name]) -> list[Name]:
    """The columns, each bare "Tỷ lệ (%)" behind a level made its share; only where all levels have one."""
    rates = [place for place, (start, end, _) in enumerate(head) if _RATE.fullmatch(page.folded, start, end)]
    counts = [place for place, name in enumerate(names) if name.levels and not name.share]
    if [place + 1 for place in counts] != rates:
        return names
    shares = {place + 1: replace(names[place], share=True, count=False) for place in counts}
    return [shares.get(place, name) for place, name in enumerate(names)]


def _figures(span: Span, stream: Sequence[Token], starts: Sequence[int]) -> list[Figure]:
    """The number of a cell, or its count with the share in brackets behind it ("12 (18,2%)"); else none."""
    low, high = bisect_left(starts, span[0]), bisect_left(starts, span[1])
    inside = [token for token in stream[low:high] if isinstance(token, Figure)]
    if any(figure.kind != "number" for figure in inside):
        return []
    pair = [figure.percent for figure in inside] == [False, True]
    return inside if len(inside) == 1 or pair else []


def _is_number(page: Page, span: Span, stream: Sequence[Token], starts: Sequence[int]) -> bool:
    words = page.folded[span[0] : span[1]]
    if not NUMERIC.match(words):
        return False
    return bool(_figures(span, stream, starts)) or bool(re.fullmatch(r"\d{1,3}[.)]?", words))
