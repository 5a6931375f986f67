"""The workbook, read back: what it holds, that nothing in it is a formula, and what happens at Excel's limits."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from kpi_pipeline.publication import workbook
from kpi_pipeline.publication.sheet_rows import write_rows
from kpi_pipeline.publication.source import Source
from kpi_pipeline.publication.workbook import WORKBOOK, sheet_of, write_workbook
from kpi_pipeline_tests.lake_input import ask
from kpi_pipeline_tests.publication.conftest import DAY, HOSTILE

WIDE = "kpi_province_year_wide"


def _cells(sheet: Worksheet) -> list[list[object]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def _written(folder: Path, *statements: str) -> openpyxl.Workbook:
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA marts")
        for statement in statements:
            con.execute(statement)
        write_workbook(Source(con, DAY, "0.1"), folder)
    return openpyxl.load_workbook(folder / WORKBOOK)


def test_it_holds_the_tables_as_they_are(release: Path) -> None:
    book = openpyxl.load_workbook(release / WORKBOOK)
    assert book.sheetnames[:2] == ["about", WIDE]
    assert book.sheetnames[-1] == "data_dictionary"
    for table in (WIDE, "kpi_province_year"):
        rows = ask(release / "warehouse.duckdb", f"SELECT * FROM marts.{table}")
        head, *body = _cells(book[sheet_of(table)])
        assert head == list(rows[0])
        for row, shown in zip(rows, body, strict=True):
            for value, cell in zip(row.values(), shown, strict=True):
                day = isinstance(cell, datetime.datetime)
                assert (cell.date() if day else cell) == (value if value != "" else None)


def test_it_is_easy_to_read(release: Path) -> None:
    book = openpyxl.load_workbook(release / WORKBOOK)
    sheet = book[WIDE]
    assert sheet.freeze_panes == "A2"
    assert str(sheet.auto_filter.ref).startswith("A1:")
    widths = [column.width for column in sheet.column_dimensions.values()]
    assert min(widths) > 6
    assert 50 < max(widths) < 62
    head = [cell.value for cell in sheet[1]]
    cells = {name: [row[index] for row in sheet.iter_rows(min_row=2)] for index, name in enumerate(head)}
    formats = {
        name: {cell.number_format for cell in column if cell.value is not None} for name, column in cells.items()
    }
    assert (formats["year"], formats["total"], formats["share_good"]) == ({"0"}, {"#,##0"}, {"0.00"})
    assert formats["province_valid_from"] == {"yyyy-mm-dd"}


def test_the_first_sheet_says_what_there_is(release: Path) -> None:
    book = openpyxl.load_workbook(release / WORKBOOK)
    rows = _cells(book["about"])
    said = {row[0]: row[1] for row in rows[3:7]}
    assert said["published"] == DAY
    assert said["pages"] == "3, from 2022-02-01 to 2022-03-05"
    assert said["code version"] == "0.1"
    tables = {row[0]: row for row in rows[9:]}
    assert tables[WIDE][1:3] == [WIDE, len(_cells(book[WIDE])) - 1]
    assert not tables["fact_observation"][1]
    assert "csv/fact_observation.csv" in str(tables["fact_observation"][4])
    assert book.properties.created == datetime.datetime.fromisoformat(DAY)


def test_every_column_is_in_the_dictionary(release: Path) -> None:
    book = openpyxl.load_workbook(release / WORKBOOK)
    shown = [(row[0], row[1], row[3]) for row in _cells(book["data_dictionary"])[1:]]
    said = ask(
        release / "warehouse.duckdb",
        "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE schema_name = 'marts' "
        "ORDER BY table_name, column_index",
    )
    assert shown == [tuple(row.values()) for row in said]


def test_no_text_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    texts = [HOSTILE, "=1+1", "+1", "-1", "@x", "https://example.vn/", "007", "a_x0041_b", "dòng\nhai\x01"]
    values = ", ".join(f"($${text}$$)" for text in texts)
    book = _written(tmp_path, f"CREATE TABLE marts.kpi_t AS SELECT * FROM (VALUES {values}) AS t(text)")
    cells = [row[0] for row in book["kpi_t"].iter_rows(min_row=2)]
    assert [openpyxl.utils.escape.unescape(str(cell.value)) for cell in cells] == texts
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert all(cell.hyperlink is None for cell in cells)


def test_what_is_too_long_for_a_cell_is_cut_with_a_note(tmp_path: Path) -> None:
    book = _written(tmp_path, "CREATE TABLE marts.kpi_t AS SELECT repeat('ă', 40000) AS text UNION ALL SELECT 'x'")
    cell = str(book["kpi_t"]["A2"].value)
    assert len(cell) == 32_767
    assert cell.endswith("[cut here; whole in csv/kpi_t.csv]")
    assert _cells(book["about"])[-1][4] == "1 texts longer than a cell holds are cut: whole in csv/kpi_t.csv"


def test_a_table_too_big_for_a_sheet_is_told_of_not_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 2)
    book = _written(
        tmp_path,
        "CREATE TABLE marts.kpi_big AS SELECT range AS n FROM range(3)",
        "CREATE TABLE marts.kpi_small AS SELECT range AS n FROM range(2)",
    )
    assert book.sheetnames == ["about", "kpi_small", "data_dictionary"]
    told = {row[0]: row[4] for row in _cells(book["about"])}
    assert told["kpi_big"] == "more than 2 rows, too many for a sheet: csv/kpi_big.csv or the DuckDB file"


def test_a_long_name_is_shortened(tmp_path: Path) -> None:
    name = "kpi_province_year_2025_boundaries"
    book = _written(tmp_path, f"CREATE TABLE marts.{name} AS SELECT 1 AS n")
    assert book.sheetnames[1] == "province_year_2025_boundaries"
    assert {row[0]: row[1] for row in _cells(book["about"])}[name] == "province_year_2025_boundaries"


def test_rows_written_as_a_whole_are_what_cells_written_one_by_one_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [HOSTILE, "", None, " a", "b ", "c\n", "\u00a0d", "<b>&amp;\"'", "=1+1", "đ😀", "a\tb", "a\u3000", "_x12"]
    numbers = [0.1, 1 / 3, 1e20, 5e-7, 12.0, None, 100, 99.995, -1, 2e16, 3.14, 7, 1e-9]
    rows = [
        (text, None if n == 4 else n % 2 == 0, number, n * 10**15 + n, f"20{n + 10}-02-28", [text or "", "b"])
        for n, (text, number) in enumerate(zip(texts, numbers, strict=True))
    ]
    columns = "year BIGINT, text VARCHAR, b BOOLEAN, share_x DOUBLE, w BIGINT, d DATE, l VARCHAR[], e DECIMAL(6, 2)"
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA marts")
        con.execute(f"CREATE TABLE marts.kpi_t ({columns})")
        con.executemany("INSERT INTO marts.kpi_t VALUES (2021, ?, ?, ?, ?, ?, ?, 1.25)", rows)
        con.execute("INSERT INTO marts.kpi_t SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL")
        con.execute("INSERT INTO marts.kpi_t (year) VALUES (2022)")
        source = Source(con, DAY, "0.1")
        with xlsxwriter.Workbook(str(tmp_path / "try.xlsx"), {"constant_memory": True}) as book:
            assert write_rows(con, source.tables[0], book.add_worksheet(), [None] * 8)
        for way in ("whole", "cells"):
            (tmp_path / way).mkdir()
            write_workbook(source, tmp_path / way)
            monkeypatch.setattr(workbook, "write_rows", lambda *_: False)
    whole, cells = (zipfile.ZipFile(tmp_path / way / WORKBOOK) for way in ("whole", "cells"))
    assert whole.namelist() == cells.namelist()
    for name in whole.namelist():
        assert whole.read(name) == cells.read(name), name


def test_the_same_warehouse_gives_the_same_bytes(release: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as con:
        write_workbook(Source(con, DAY, "0.1"), tmp_path)
    assert (tmp_path / WORKBOOK).read_bytes() == (release / WORKBOOK).read_bytes()
