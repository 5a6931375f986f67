"""Data tables of HTML as rows of cells that stand in their columns.

Belongs here: spans of cells, heads of several rows, captions. Does not belong here: telling data tables from layout
(`blocks`), or what a table says (`extraction`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kpi_pipeline.cleaning.wrapping import tidy

_NUMBER: Final = re.compile(r"\(?\s*\d[\d.,\s]*%?\s*\)?")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_BRACKETED: Final = re.compile(r"\((.*)\)")
_MAX_SPAN: Final = 40
_MAX_WIDTH: Final = 80
_MAX_HEAD: Final = 4


@dataclass(slots=True)
class _Slot:
    """One place of the grid; `own` where the cell begins there, `beside` and `below` where it only reaches there."""

    text: str = ""
    own: bool = False
    beside: bool = False
    below: bool = False


def table_rows(table: Any, text_of: Callable[[Any], str]) -> list[tuple[str, str]]:
    """The rows of a table (or of a lone row), each as a line and as its text in the markup.

    Every row of one table has the same number of cells, joined by " | ": what a cell spans downwards is repeated when
    it is a name, left empty when it is a number; heads of several rows become one, "level (percent)". Captions and
    rows of one cell above the head are lines without bars.
    """
    rows = [table] if table.tag == "tr" else _rows_of(table)
    lines = [(text, text) for text in map(text_of, table.iterchildren("caption")) if text]
    grid = _without_empty(_grid_of(rows, text_of))
    if not grid:
        return lines
    width = len(grid[0])
    while grid and width > 1 and _is_banner(grid[0]) and len(grid) > 1:
        text = next(slot.text for slot in grid.pop(0) if slot.text)
        lines.append((text, text))
    height = _head_height(grid)
    if height > 1:
        lines.append((_joined(_head_of(grid[:height])), _raw(grid[:height])))
        grid = grid[height:]
    elif height == 1:
        lines.append((_joined([slot.text for slot in grid[0]]), _raw(grid[:1])))
        grid = grid[1:]
    for row in grid:
        if any(slot.own and slot.text for slot in row):
            lines.append((_joined([_repeated(slot) for slot in row]), _raw([row])))
    return lines


def _rows_of(table: Any) -> list[Any]:
    """The table's own rows in the order of reading: a foot stands last wherever it is written."""
    rows: list[Any] = []
    foot: list[Any] = []
    for part in table:
        if part.tag == "tr":
            rows.append(part)
        elif part.tag in ("thead", "tbody", "tfoot"):
            (foot if part.tag == "tfoot" else rows).extend(part.iterchildren("tr"))
    return rows + foot


def _grid_of(rows: Sequence[Any], text_of: Callable[[Any], str]) -> list[list[_Slot]]:
    """All places of the table, row by row; `reaching` holds, by column, what cells above still span."""
    grid: list[list[_Slot]] = []
    reaching: dict[int, tuple[int, str]] = {}
    for row in rows:
        places: list[_Slot] = []
        spanned: dict[int, tuple[int, str]] = {}
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while len(places) in reaching:
                places.append(_Slot(reaching[len(places)][1], below=True))
            text = text_of(cell)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            for step in range(min(across, max(1, _MAX_WIDTH - len(places)))):
                spanned[len(places)] = (down, text)
                places.append(_Slot(text, own=step == 0, beside=step > 0))
        while len(places) <= max(reaching, default=-1):
            _, text = reaching.get(len(places), (0, ""))
            places.append(_Slot(text, below=bool(text)))
        reaching = {place: (left - 1, text) for place, (left, text) in {**reaching, **spanned}.items() if left > 1}
        grid.append(places)
    width = max(map(len, grid), default=0)
    return [row + [_Slot() for _ in range(width - len(row))] for row in grid]


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isdecimal() else 1


def _without_empty(grid: list[list[_Slot]]) -> list[list[_Slot]]:
    """The grid without rows that say nothing and columns in which no cell begins."""
    rows = [row for row in grid if any(slot.own and slot.text for slot in row)]
    if not rows:
        return []
    kept = [place for place in range(len(rows[0])) if any(row[place].own and row[place].text for row in rows)]
    return [[row[place] for place in kept] for row in rows]


def _is_banner(row: Sequence[_Slot]) -> bool:
    """One cell over the whole width."""
    return row[0].own and bool(row[0].text) and all(slot.beside or not slot.text for slot in row[1:])


def _is_value(slot: _Slot) -> bool:
    return _NUMBER.fullmatch(slot.text) is not None and _YEAR.fullmatch(slot.text) is None


def _head_height(grid: Sequence[Sequence[_Slot]]) -> int:
    """How many rows name the columns: the first, and those below that its cells span or divide."""
    height = 0
    while height < min(len(grid) - 1, _MAX_HEAD):
        row = grid[height]
        reached = any(slot.below for slot in row)
        divided = height > 0 and any(slot.beside for slot in grid[height - 1])
        if any(_is_value(slot) for slot in row if slot.own) or (height > 0 and not reached and not divided):
            break
        height += 1
    return height


def _head_of(rows: Sequence[Sequence[_Slot]]) -> list[str]:
    """One name a column: the cell above, and in brackets what divides it."""
    names: list[str] = []
    for column in zip(*rows, strict=True):
        parts = list(dict.fromkeys(slot.text for slot in column if slot.text))
        inner = [match.group(1) if (match := _BRACKETED.fullmatch(part)) else part for part in parts[1:]]
        names.append(f"{parts[0]} ({', '.join(inner)})" if inner else "".join(parts))
    return names


def _repeated(slot: _Slot) -> str:
    """What a place of a data row says: a name reaches down over several rows, a number counts once."""
    if slot.own:
        return slot.text
    return "" if slot.beside or not slot.below or _is_value(slot) else slot.text


def _joined(cells: Sequence[str]) -> str:
    return tidy(" | ".join(cells))


def _raw(rows: Sequence[Sequence[_Slot]]) -> str:
    return " ".join(slot.text for row in rows for slot in row if slot.own)
