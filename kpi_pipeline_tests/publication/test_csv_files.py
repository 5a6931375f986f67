"""CSV: safe in a spreadsheet, nothing lost, RFC 4180."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_pipeline.publication.csv_files import UNSAFE, copy_csv, csv_reader, plain, suspect_row
from kpi_pipeline.publication.source import Column, PublishError

TEXT = Column("text", "VARCHAR", "")


def _written(path: Path, *texts: str) -> list[str]:
    with duckdb.connect() as con:
        con.register("given", pa.table({"text": pa.array(texts, pa.string())}))
        copy_csv(con, "given", [TEXT], path)
    with path.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+84 xã", "'+84 xã"),
        ("-5 điểm", "'-5 điểm"),
        ("@lan", "'@lan"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("＝1", "'＝1"),
        ("xã;=1;phường", "xã;'=1;phường"),
        ("xã\n-phường", "xã\n'-phường"),
        ("'xã'", "''xã'"),
        ("đạt 80% - 90%; còn lại", "đạt 80% - 90%; còn lại"),
        ("a,=b", "a,=b"),
    ],
)
def test_a_text_that_could_be_a_formula_gets_an_apostrophe(tmp_path: Path, text: str, cell: str) -> None:
    assert _written(tmp_path / "t.csv", text) == [cell]
    assert plain(cell) == text
    assert not re.search(UNSAFE, cell)


def test_unsafe_finds_what_has_no_apostrophe() -> None:
    assert all(re.search(UNSAFE, text) for text in ("=1", "-1", "\tx", "a;=b", "a\n@b", "＠"))


@given(rows=st.lists(st.tuples(*[st.none() | st.text("=-@;\t\n＝a'1", max_size=3)] * 3), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_a_row_with_an_unsafe_cell_is_looked_at(rows: list[tuple[str | None, ...]]) -> None:
    names = ["a", "b", "c"]
    with duckdb.connect() as con:
        columns = dict(zip(names, (pa.array(column, pa.string()) for column in zip(*rows, strict=True)), strict=True))
        con.register("given", pa.table(columns))
        told = con.execute(f"SELECT {suspect_row(names)} FROM given").fetchall()
    unsafe = [any(re.search(UNSAFE, cell) for cell in row if cell) for row in rows]
    assert all(looked for (looked,), bad in zip(told, unsafe, strict=True) if bad)


def test_a_row_of_plain_cells_is_not_looked_at() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE given AS SELECT 'xã - phường' AS a, '1=1' AS b, CAST(NULL AS VARCHAR) AS c")
        assert con.execute(f"SELECT {suspect_row(['a', 'b', 'c'])} FROM given").fetchall() == [(False,)]


def test_rows_stand_in_the_order_of_the_table(tmp_path: Path) -> None:
    rows = 1_000_000  # several row groups, which threads write side by side
    with duckdb.connect() as con:
        con.execute("SET threads = 4")
        con.execute(f"CREATE TABLE given AS SELECT CAST(n AS VARCHAR) AS text FROM range({rows}) AS t(n)")
        copy_csv(con, "given", [TEXT], tmp_path / "t.csv")
    written = (tmp_path / "t.csv").read_text(encoding="utf-8").split()[1:]
    assert written == [str(n) for n in range(rows)]


@given(texts=st.lists(st.text(alphabet=st.sampled_from("'=+-@;\t\r\n＝a,\" "), max_size=6), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_any_text_is_safe_and_comes_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    cells = _written(tmp_path_factory.mktemp("csv") / "t.csv", *texts)
    assert [plain(cell) for cell in cells] == texts
    assert not [cell for cell in cells if re.search(UNSAFE, cell)]


def test_only_texts_are_touched(tmp_path: Path) -> None:
    columns = [
        Column("whole", "BIGINT", ""),
        Column("number", "DOUBLE", ""),
        Column("listed", "VARCHAR[]", ""),
        Column("day", "DATE", ""),
        Column("yes", "BOOLEAN", ""),
        Column("none", "VARCHAR", ""),
    ]
    path = tmp_path / "t.csv"
    with duckdb.connect() as con:
        rows = "(SELECT -5 whole, -0.5 number, ['=a', 'b'] listed, DATE '2022-02-01' AS day, true yes, NULL none)"
        copy_csv(con, rows, columns, path)
        assert con.execute(f"SELECT * FROM {csv_reader(path)}").fetchall() == [
            ("-5", "-0.5", "'=a+b", "2022-02-01", "true", None)
        ]
    assert path.read_bytes().splitlines(keepends=True)[1] == b"-5,-0.5,'=a+b,2022-02-01,true,\r\n"


def test_it_is_rfc_4180_in_utf_8_without_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    _written(path, 'Tin "nóng", mới', "hai\ndòng", "")
    assert path.read_bytes() == 'text\r\n"Tin ""nóng"", mới"\r\n"hai\ndòng"\r\n""\r\n'.encode()


def test_a_type_without_a_form_is_refused(tmp_path: Path) -> None:
    with duckdb.connect() as con, pytest.raises(PublishError, match=r"when has the type TIMESTAMP.*SQL model"):
        copy_csv(con, "(SELECT now() AS when)", [Column("when", "TIMESTAMP", "")], tmp_path / "t.csv")
