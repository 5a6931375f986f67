"""The rows of a sheet written as a whole: DuckDB makes their XML, which costs a tenth of handing over cell by cell.

The XML is what xlsxwriter itself writes for these values, and goes into the file where it keeps the rows of a sheet; a
test compares the two. Texts that need more than that (control characters, what looks like their escape, rich text,
texts near the longest that a cell holds) are left to xlsxwriter: a table with one of them is not written here.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from kpi_pipeline.publication.source import Column, Table
from kpi_pipeline.storage.warehouse import identifier, quoted

_ROW = "\x01"
"""Stands for the row's number until it is known; no text written here has it."""
_SPECIAL = r"[\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]|_x[0-9a-fA-F]{4}_|^<r>"
_BLANK = r"\s\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
_SHORT = 16_000
_ROWS_AT_ONCE = 2_000
_TEXTS = ("text", "list")


def write_rows(
    con: duckdb.DuckDBPyConnection, table: Table, sheet: Worksheet, formats: Sequence[Format | None]
) -> bool:
    """Write all rows of a table below the head of a sheet that keeps its rows in a file; False where it must be done
    cell by cell, and nothing was written. `formats` are those of the columns.
    """
    if not table.rows or _has_special(con, table):
        return False
    sheet._check_dimensions(table.rows, len(table.columns) - 1)
    sheet._write_single_row(table.rows)  # the head, which waits for the row behind it
    cells = ", ".join(_cell(place, *pair, sheet) for place, pair in enumerate(zip(table.columns, formats, strict=True)))
    cursor = con.cursor()
    cursor.execute(f"SELECT concat({cells}) FROM marts.{identifier(table.name)}")
    at = 2
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        whole = (f'<row r="{_ROW}">{row}</row>'.replace(_ROW, str(n)) for n, (row,) in enumerate(rows, start=at) if row)
        sheet.row_data_fh.write("".join(whole))
        at += len(rows)
    return True


def _has_special(con: duckdb.DuckDBPyConnection, table: Table) -> bool:
    texts = [_text(column) for column in table.columns if column.kind in _TEXTS]
    tests = [f"regexp_matches({text}, {quoted(_SPECIAL)}) OR length({text}) > {_SHORT}" for text in texts]
    query = f"SELECT count(*) FROM marts.{identifier(table.name)} WHERE {' OR '.join(tests) or 'false'}"
    [(special,)] = con.cursor().execute(query).fetchall()
    return bool(special)


def _cell(place: int, column: Column, form: Format | None, sheet: Worksheet) -> str:
    """The SQL that makes the XML of a column's cell; an empty text for one that holds nothing."""
    name = identifier(column.name)
    if column.kind == "date":
        form = sheet.default_date_format
    style = "" if form is None else f' s="{form._get_xf_index()}"'
    opening = f'<c r="{xl_col_to_name(place)}{_ROW}"{style}'
    if column.kind in _TEXTS:
        text = _text(column)
        escaped = f"replace(replace(replace({text}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
        blank = f"regexp_matches({text}, '^[{_BLANK}]|[{_BLANK}]$')"
        kept = f"CASE WHEN {blank} THEN ' xml:space=\"preserve\"' ELSE '' END"
        there = f"{text} <> ''"
        xml = f"concat({quoted(opening)}, ' t=\"inlineStr\"><is><t', {kept}, '>', {escaped}, '</t></is></c>')"
    else:
        there = f"{name} IS NOT NULL"
        value, kind = {
            "boolean": (f"CAST({name} AS INTEGER)", ' t="b"'),
            "date": (f"{name} - DATE '1899-12-30'", ""),
        }.get(column.kind, (f"printf('%.16G', CAST({name} AS DOUBLE))", ""))
        xml = f"concat({quoted(f'{opening}{kind}><v>')}, {value}, '</v></c>')"
    return f"CASE WHEN {there} THEN {xml} ELSE '' END"


def _text(column: Column) -> str:
    name = identifier(column.name)
    return f"array_to_string({name}, '+')" if column.kind == "list" else name
