"""The workbook: the KPI tables and the dictionary for people who work in Excel, in one file.

A sheet says what the file is, one a table holds its rows, the last one what each column means. Texts are written as
texts, so nothing from a page becomes a formula or a link. What does not fit is not cut off unseen: a table of more than
`SHEET_ROWS` rows has no sheet, a text too long for a cell ends with a note, and the first sheet says so. Rows go to a
file as they come (`sheet_rows`), so that its size in memory does not grow.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kpi_pipeline.publication import about
from kpi_pipeline.publication.dictionary import dictionary_rows
from kpi_pipeline.publication.sheet_rows import write_rows
from kpi_pipeline.publication.source import Column, Source, Table
from kpi_pipeline.storage.warehouse import identifier

WORKBOOK = "province_kpi.xlsx"
ABOUT = "about"
DICTIONARY_SHEET = "data_dictionary"
FIRST = "kpi_province_year_wide"

SHEET_ROWS = 100_000
"""Rows of a table that has a sheet: far below the 1,048,575 that Excel holds, so that the file opens at once."""

CELL_LENGTH = 32_767
"""Characters that Excel holds in a cell."""

_NAME_LENGTH = 31
_WIDEST = 60
_YEARS = ("year", "time_period")


@dataclass(frozen=True)
class _Sheet:
    """What the first sheet says of a table: its sheet, None where it has none, and how many texts were cut."""

    table: Table
    name: str | None
    cut: int


def sheet_of(table: str) -> str:
    """The name of a table's sheet: its own, as far as Excel lets a sheet's name be long."""
    return table if len(table) <= _NAME_LENGTH else table.removeprefix("kpi_")[:_NAME_LENGTH]


def sheeted(tables: tuple[Table, ...]) -> tuple[Table, ...]:
    """The tables that have a sheet, in order: the wide one, then the other KPI tables that are small enough."""
    kpi = [table for table in tables if table.name.startswith("kpi_") and table.rows <= SHEET_ROWS]
    return tuple(sorted(kpi, key=lambda table: (table.name != FIRST, table.name)))


def write_workbook(source: Source, folder: Path) -> None:
    """Write `province_kpi.xlsx`. What is put down on the way stands in `folder` too, so that it goes with it."""
    settings = {"constant_memory": True, "default_date_format": "yyyy-mm-dd", "tmpdir": str(folder)}
    with _errors_of_files(), xlsxwriter.Workbook(str(folder / WORKBOOK), settings) as book:
        book.set_properties(
            {"title": about.TITLE, "author": about.PUBLISHER, "created": datetime.fromisoformat(source.day)}
        )
        looks = _Looks(book)
        about_sheet = book.add_worksheet(ABOUT)
        tables = sheeted(source.tables)
        sheets = [
            _Sheet(
                table,
                sheet_of(table.name),
                _write_table(source, table, book.add_worksheet(sheet_of(table.name)), looks),
            )
            for table in tables
        ]
        _write_dictionary(source, book.add_worksheet(DICTIONARY_SHEET), looks)
        sheets += [_Sheet(table, None, 0) for table in source.tables if table not in tables]
        _write_about(source, sheets, about_sheet, looks)


@contextmanager
def _errors_of_files() -> Iterator[None]:
    """Raise the `OSError` of a file that cannot be written, which the library hides in an error of its own."""
    try:
        yield
    except FileCreateError as error:
        raise error.args[0] from error


class _Looks:
    """The formats of cells."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.title: Format = book.add_format({"bold": True, "font_size": 16})
        self.head: Format = book.add_format(
            {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "valign": "top", "text_wrap": True}
        )
        self.wrapped: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self.top: Format = book.add_format({"valign": "top"})
        self.year: Format = book.add_format({"num_format": "0"})
        self.whole: Format = book.add_format({"num_format": "#,##0"})
        self.share: Format = book.add_format({"num_format": "0.00"})

    def of(self, column: Column) -> Format | None:
        if column.kind == "whole":
            return self.year if column.name in _YEARS else self.whole
        return self.share if column.kind == "number" and column.name.startswith("share") else None


def _write_table(source: Source, table: Table, sheet: Worksheet, looks: _Looks) -> int:
    """Write a table and give the number of texts that were cut."""
    for index, (column, width) in enumerate(zip(table.columns, _widths(source, table), strict=True)):
        sheet.set_column(index, index, width, looks.of(column))
    _head(sheet, [column.name for column in table.columns], table.rows, looks)
    formats = [looks.of(column) for column in table.columns]
    if write_rows(source.con, table, sheet, formats):
        return 0
    cut = 0
    for at, row in enumerate(_rows(source, table), start=1):
        for index, value in enumerate(row):
            cut += _write_cell(sheet, at, index, value, formats[index], table.name)
    return cut


def _write_cell(sheet: Worksheet, at: int, index: int, value: Any, form: Format | None, table: str) -> int:
    """Write one value; 1 where a text had to be cut, else 0."""
    if isinstance(value, list):
        value = "+".join(value)
    if isinstance(value, str):
        if len(value) > CELL_LENGTH:
            note = f" [cut here; whole in csv/{table}.csv]"
            sheet.write_string(at, index, value[: CELL_LENGTH - len(note)] + note)
            return 1
        if value:
            sheet.write_string(at, index, value)
    elif isinstance(value, bool):
        sheet.write_boolean(at, index, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(at, index, value, form)
    elif value is not None:
        sheet.write_datetime(at, index, value)
    return 0


def _rows(source: Source, table: Table) -> Iterator[tuple[Any, ...]]:
    cursor = source.con.cursor()
    listed = ", ".join(
        f"CAST({identifier(c.name)} AS DOUBLE)" if c.type.startswith("DECIMAL") else identifier(c.name)
        for c in table.columns
    )
    cursor.execute(f"SELECT {listed} FROM marts.{identifier(table.name)}")
    while rows := cursor.fetchmany(5_000):
        yield from rows


def _widths(source: Source, table: Table) -> list[int]:
    """Widths in characters: as wide as the longest value or the name, within bounds."""
    longest = ", ".join(f"max(length(CAST({identifier(column.name)} AS VARCHAR)))" for column in table.columns)
    [found] = source.con.cursor().execute(f"SELECT {longest} FROM marts.{identifier(table.name)}").fetchall()
    return [
        min(_WIDEST, max(len(column.name) + 3, (length or 0) + 2))
        for column, length in zip(table.columns, found, strict=True)
    ]


def _head(sheet: Worksheet, names: list[str], rows: int, looks: _Looks, at: int = 0) -> None:
    for index, name in enumerate(names):
        sheet.write_string(at, index, name, looks.head)
    sheet.freeze_panes(at + 1, 0)
    sheet.autofilter(at, 0, at + max(rows, 1), len(names) - 1)


def _write_dictionary(source: Source, sheet: Worksheet, looks: _Looks) -> None:
    rows = dictionary_rows(source)
    for index, width in enumerate((34, 26, 12, 100)):
        sheet.set_column(index, index, width)
    _head(sheet, ["table", "column", "type", "description"], len(rows), looks)
    for at, (table, _, column, kind, description, _) in enumerate(rows, start=1):
        for index, text in enumerate((table, column, kind, description)):
            sheet.write_string(at, index, text, looks.wrapped)


def _write_about(source: Source, sheets: list[_Sheet], sheet: Worksheet, looks: _Looks) -> None:
    pages = source.pages
    facts = (
        ("published", source.day),
        ("pages", f"{pages.count}, from {pages.first_day} to {pages.last_day}" if pages.count else "none"),
        ("code version", source.code_version),
        ("licence", about.LICENCE_TITLE),
    )
    for index, width in enumerate((34, 34, 12, 80, 60)):
        sheet.set_column(index, index, width)
    sheet.write_string(0, 0, about.TITLE, looks.title)
    sheet.write_string(1, 0, about.DESCRIPTION)
    for at, (name, text) in enumerate(facts, start=3):
        sheet.write_string(at, 0, name, looks.top)
        sheet.write_string(at, 1, text, looks.top)
    head = 4 + len(facts)
    _head(sheet, ["table", "sheet", "rows", "what it holds", "note"], len(sheets), looks, head)
    for at, said in enumerate(sheets, start=head + 1):
        sheet.write_string(at, 0, said.table.name, looks.top)
        sheet.write_string(at, 1, said.name or "", looks.top)
        sheet.write_number(at, 2, said.table.rows, looks.whole)
        sheet.write_string(at, 3, said.table.description, looks.wrapped)
        sheet.write_string(at, 4, _note(said), looks.wrapped)


def _note(said: _Sheet) -> str:
    if said.name is None:
        big = said.table.name.startswith("kpi_")
        why = f"more than {SHEET_ROWS:,} rows, too many for a sheet" if big else "not in this workbook"
        return f"{why}: csv/{said.table.name}.csv or the DuckDB file"
    return f"{said.cut} texts longer than a cell holds are cut: whole in csv/{said.table.name}.csv" if said.cut else ""
