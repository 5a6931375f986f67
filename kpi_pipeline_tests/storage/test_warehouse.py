"""Building the warehouse from a lake: whole, self-contained, described, the same every time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpi_pipeline.storage.lake import SCHEMAS
from kpi_pipeline.storage.sql_models import SqlModel
from kpi_pipeline.storage.warehouse import (
    WarehouseError,
    build_models,
    build_warehouse,
    create_sources,
    mart_frame,
    mart_tables,
    reading,
)
from kpi_pipeline_tests.lake_input import MODELS, LakeInput, ask


def _mart(sql: str, name: str = "m", columns: dict[str, str] | None = None) -> SqlModel:
    return SqlModel(name, "marts", sql, (), "A table.", columns or {})


def test_the_report_counts_the_rows_of_every_model(lake: LakeInput) -> None:
    page = lake.page()
    lake.shares(page, excellent=20.4, good=71.3)
    report = lake.build()
    assert report.warehouse == lake.warehouse
    assert [model.model for model in report.models] == [model.full_name for model in MODELS]
    assert report.rows["marts.kpi_province_year"] == 3
    assert report.rows["marts.fact_observation"] == 2
    assert all(model.seconds >= 0 for model in report.models)


def test_the_file_holds_marts_alone_and_stands_by_itself(lake: LakeInput, tmp_path: Path) -> None:
    lake.fact(lake.page(), "share", 90, "good")
    lake.build()
    moved = tmp_path / "elsewhere.duckdb"
    lake.warehouse.rename(moved)
    for path in sorted(lake.lake.root.rglob("*.parquet")):
        path.unlink()
    assert ask(moved, "SELECT DISTINCT schema_name AS s FROM duckdb_tables()") == [{"s": "marts"}]
    assert ask(moved, "SELECT view_name FROM duckdb_views() WHERE NOT internal") == []
    assert ask(moved, "SELECT count(*) AS n FROM marts.kpi_province_year") == [{"n": 1}]
    assert [path.name for path in lake.warehouse.parent.iterdir()] == []


def test_a_staging_table_goes_once_no_further_model_reads_it(tmp_path: Path) -> None:
    seen = "SELECT t.table_name AS name FROM duckdb_tables() AS t, staging.two WHERE t.database_name = 'staging'"
    models = [
        SqlModel("one", "staging", "SELECT 1 AS n", (), "A table."),
        SqlModel("two", "staging", "SELECT n FROM staging.one", ("staging.one",), "A table."),
        SqlModel("unread", "staging", "SELECT 1 AS n", (), "A table."),
        SqlModel("m", "marts", f"{seen} ORDER BY name", ("staging.two",), "A table."),
    ]
    build_warehouse(tmp_path, tmp_path / "w.duckdb", models, {})
    assert ask(tmp_path / "w.duckdb", "FROM marts.m") == [{"name": "two"}]


def test_the_file_has_the_form_that_older_clients_read(lake: LakeInput) -> None:
    lake.build()
    tags = ask(lake.warehouse, "SELECT tags FROM duckdb_databases() WHERE database_name = current_database()")
    assert tags[0]["tags"]["storage_version"].startswith("v1.0.0")


def test_tables_and_columns_carry_their_descriptions(lake: LakeInput) -> None:
    lake.build()
    found = ask(
        lake.warehouse,
        "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE schema_name = 'marts' ORDER BY ALL",
    )
    said = [
        {"table_name": model.name, "column_name": column, "comment": text}
        for model in MODELS
        if model.schema == "marts"
        for column, text in model.columns.items()
    ]
    assert found == sorted(said, key=lambda row: (row["table_name"], row["column_name"]))
    tables = ask(lake.warehouse, "SELECT table_name AS t, comment AS c FROM duckdb_tables() ORDER BY ALL")
    assert {row["t"]: row["c"] for row in tables} == {m.name: m.description for m in MODELS if m.schema == "marts"}


def test_what_leaves_the_lake_leaves_the_warehouse(lake: LakeInput) -> None:
    lake.fact(lake.page("a", day="2022-02-01"), "share", 90, "good", year=2020)
    lake.fact(lake.page("b", day="2022-02-02"), "share", 80, "good", year=2021)
    lake.build()
    lake.lake.path("validated_facts", "2022-02-01").unlink()
    build_warehouse(lake.lake.root, lake.warehouse, MODELS, SCHEMAS)
    assert ask(lake.warehouse, "SELECT time_period AS y FROM marts.kpi_province_year") == [{"y": 2021}]


def test_half_written_files_of_the_lake_are_not_read(lake: LakeInput) -> None:
    lake.fact(lake.page(), "share", 90, "good")
    lake.write()
    whole = lake.lake.path("validated_facts", "2022-02-01")
    whole.with_name("2022-02-02.parquet.123.part").write_bytes(b"half")
    whole.with_name(".2022-02-03.parquet").write_bytes(b"half")
    build_warehouse(lake.lake.root, lake.warehouse, MODELS, SCHEMAS)
    assert ask(lake.warehouse, "SELECT count(*) AS n FROM marts.fact_observation") == [{"n": 1}]


@pytest.mark.parametrize("name", ["a[b]", "it's", "100%", "quê hương", "a*b"])
def test_any_folder_name_will_do(tmp_path: Path, name: str) -> None:
    lake = LakeInput(tmp_path / name)
    lake.fact(lake.page(), "share", 90, "good")
    lake.build()
    assert ask(lake.warehouse, "SELECT count(*) AS n FROM marts.fact_observation") == [{"n": 1}]


def test_a_path_that_the_database_cannot_take_is_refused(lake: LakeInput, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="choose a folder without it"):
        build_warehouse(lake.lake.root, tmp_path / "what?" / "w.duckdb", MODELS, SCHEMAS)


def test_threads_and_memory_are_settable_and_change_nothing(lake: LakeInput) -> None:
    page = lake.page()
    for year in range(2000, 2020):
        lake.shares(page, excellent=20.4, good=71.3, completed=8.3, fields={"year": year})
    rows = []
    for options in ({}, {"threads": 1, "memory_limit": "300MB"}):
        lake.build(**options)
        rows.append(ask(lake.warehouse, "SELECT * FROM marts.kpi_province_year"))
    assert len(rows[0]) == 120
    assert rows[0] == rows[1]


def test_a_failed_build_leaves_the_old_file_and_nothing_beside(lake: LakeInput) -> None:
    lake.fact(lake.page(), "share", 90, "good")
    lake.build()
    before = lake.warehouse.read_bytes()
    bad = _mart("SELECT CAST('x' AS INTEGER) AS a ORDER BY a")
    with pytest.raises(WarehouseError, match=r"marts\.m failed.*Mend the SQL"):
        build_warehouse(lake.lake.root, lake.warehouse, [bad], SCHEMAS)
    assert lake.warehouse.read_bytes() == before
    assert os.listdir(lake.warehouse.parent) == [lake.warehouse.name]


def test_what_a_killed_build_left_goes_at_the_next(lake: LakeInput) -> None:
    left = lake.warehouse.parent / f".{lake.warehouse.name}.building"
    left.mkdir(parents=True)
    (left / "warehouse.duckdb").write_bytes(b"half a file")
    lake.build()
    assert os.listdir(lake.warehouse.parent) == [lake.warehouse.name]


def test_a_damaged_file_of_the_lake_is_named(lake: LakeInput) -> None:
    lake.fact(lake.page(), "share", 90, "good")
    lake.write()
    lake.lake.path("validated_facts", "2022-02-01").write_bytes(b"PAR1 no more PAR1")
    with pytest.raises(WarehouseError, match=r"2022-02-01\.parquet.*run its day again"):
        build_warehouse(lake.lake.root, lake.warehouse, MODELS, SCHEMAS)


def test_a_file_of_an_older_form_is_named(lake: LakeInput) -> None:
    path = lake.lake.path("validated_facts", "2022-02-01")
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table({"fact_id": ["f1"]}), path)
    with pytest.raises(WarehouseError, match=r"lake table validated_facts.*run its day again"):
        build_warehouse(lake.lake.root, lake.warehouse, MODELS, SCHEMAS)


def test_a_type_the_warehouse_does_not_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="when of the lake table t has the type"):
        build_warehouse(tmp_path, tmp_path / "w.duckdb", [], {"t": pa.schema([("when", pa.timestamp("us"))])})


def test_a_place_that_cannot_be_written_is_named(lake: LakeInput, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WarehouseError, match="yours to write to"):
        build_warehouse(lake.lake.root, tmp_path / "file" / "w.duckdb", MODELS, SCHEMAS)


def test_there_is_nothing_to_read_before_the_first_build(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="build it first"), reading(tmp_path / "w.duckdb"):
        pass


def test_a_file_that_another_program_writes_is_named(lake: LakeInput) -> None:
    lake.build()
    code = (
        f"import duckdb, time; con = duckdb.connect({str(lake.warehouse)!r}); print('open', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(WarehouseError, match="Another program holds the file"), reading(lake.warehouse):
            pass
        other.kill()


def test_the_parts_drive_any_connection(lake: LakeInput) -> None:
    lake.fact(lake.page(), "share", 90, "good")
    lake.write()
    with duckdb.connect() as con:
        create_sources(con, lake.lake.root, SCHEMAS)
        reports = list(build_models(con, MODELS))
        assert con.execute("SELECT count(*) FROM marts.kpi_province_year").fetchall() == [(1,)]
        assert "kpi_province_year" in mart_tables(con)
    assert len(reports) == len(MODELS)


def test_a_connection_lent_for_a_build_is_given_back_as_it_was(lake: LakeInput) -> None:
    lake.fact(lake.page(), "share", 90, "good")
    with duckdb.connect() as con:
        con.execute("CREATE TABLE mine AS SELECT 1 AS a")
        lake.build(connect=con.cursor)
        assert con.execute("SELECT a FROM mine").fetchall() == [(1,)]
        names = con.execute("SELECT database_name FROM duckdb_databases() WHERE NOT internal").fetchall()
        assert names == [("memory",)]
    assert ask(lake.warehouse, "SELECT count(*) AS n FROM marts.fact_observation") == [{"n": 1}]


def test_a_mart_is_read_with_the_types_of_its_contract(lake: LakeInput) -> None:
    lake.fact(lake.page(), "share", 90, "good")
    lake.build()
    with reading(lake.warehouse) as con:
        frame = mart_frame(con, "kpi_province_year_wide")
        facts = mart_frame(con, "fact_observation")
    assert str(frame["total"].dtype) == "Int64"
    assert frame["total"].isna().all()
    assert frame["province_valid_from"].tolist() == ["1997-01-01"]
    assert str(frame["source_url"].dtype) == "str"
    assert list(facts["levels"][0]) == ["good"]
