"""How a table is written as CSV: RFC 4180, UTF-8, and safe to open in a spreadsheet.

Texts come from pages of the web, and a spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula. So
an apostrophe is set before such a character, and before an apostrophe itself, at the beginning of a text and after a
semicolon, tab or line break in it, where a spreadsheet set to another separator would begin a cell. Taking the
apostrophe away at these places gives the text back (`plain`). Numbers and days are not touched.

There is no byte order mark: databases and statistics programs take it for a part of the first column's name, and for
Excel there is the workbook. Which tables are written is the affair of the callers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from kpi_pipeline.publication.source import Column
from kpi_pipeline.storage.warehouse import identifier, quoted

_BLANK = "\t\r\n"
_BREAKS = f";{_BLANK}"
_FORMULA = "=+@＝＋－＠-"
_AFTER_BREAK = f"([{_BREAKS}])(['{_FORMULA}])"
_AT_START = f"^(['{_BLANK}{_FORMULA}])"

UNSAFE = f"(^[{_BLANK}{_FORMULA}]|[{_BREAKS}][{_FORMULA}])"
"""What no cell of text may match: a place that a spreadsheet may take for the beginning of a formula."""


def copy_csv(con: duckdb.DuckDBPyConnection, rows: str, columns: Sequence[Column], path: Path) -> None:
    """Write the rows of a query, or of a table, to a file: the columns named, in their order; a list joined by `+`."""
    listed = ", ".join(f"{_cell(column)} AS {identifier(column.name)}" for column in columns)
    con.execute(f"COPY (SELECT {listed} FROM {rows}) TO {quoted(str(path))} (FORMAT csv, HEADER, NEW_LINE '\\r\\n')")


def csv_reader(path: Path) -> str:
    """The SQL that reads such a file, every column as text."""
    return f"read_csv({quoted(str(path))}, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"')"


def suspect(text: str) -> str:
    """The SQL that says quickly whether a text must be looked at: nearly none begins so or has such a break in it.

    Written without a list to look in: DuckDB makes a join of a longer one, and a join gives rows in any order.
    """
    starts = quoted(f"'{_BLANK}{_FORMULA}")
    first = f"({text} <> '' AND contains({starts}, substring({text}, 1, 1)))"
    breaks = " OR ".join(f"contains({text}, chr({ord(character)}))" for character in _BREAKS)
    return f"({first} OR {breaks})"


def suspect_row(columns: Sequence[str]) -> str:
    """The SQL that says whether any text of a row must be looked at: one look at the row costs less than one a cell.

    The cells are joined by a character behind which a formula may begin, so that each cell has it before it.
    """
    joined = f"concat_ws(';', '', {', '.join(map(identifier, columns))})"
    return f"regexp_matches({joined}, {quoted(f'(;[{_BLANK}{_FORMULA}]|[{_BLANK}][{_FORMULA}])')})"


def plain(cell: str) -> str:
    """The text behind a cell of such a file."""
    return re.sub(rf"(\A|[{_BREAKS}])'", r"\1", cell)


def _cell(column: Column) -> str:
    name = identifier(column.name)
    if column.kind == "list":
        return _guarded(f"array_to_string({name}, '+')")
    return _guarded(name) if column.kind == "text" else name


def _guarded(text: str) -> str:
    inner = rf"regexp_replace({text}, {quoted(_AFTER_BREAK)}, '\1''\2', 'g')"
    return rf"CASE WHEN {suspect(text)} THEN regexp_replace({inner}, {quoted(_AT_START)}, '''\1') ELSE {text} END"
