"""DuckDB's own command line, of the version before ours, on the published file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline_tests.lake_input import MODELS, ask

DUCKDB = Path(sys.executable).with_name("duckdb")


def _call(file: Path, *commands: str) -> subprocess.CompletedProcess[str]:
    arguments = [part for command in commands for part in ("-c", command)]
    return subprocess.run([DUCKDB, "-readonly", "-json", file, *arguments], capture_output=True, text=True, check=False)


def _rows(file: Path, command: str) -> list[dict[str, Any]]:
    done = _call(file, command)
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def test_it_is_an_older_client() -> None:
    version = subprocess.run([DUCKDB, "--version"], capture_output=True, text=True, check=True).stdout
    assert version.startswith("v1.")


def test_it_reads_every_table_and_shows_the_comments(releases: tuple[Path, ...]) -> None:
    file = releases[1] / "warehouse.duckdb"
    told = {row["table_name"]: row["comment"] for row in _rows(file, "SELECT * FROM duckdb_tables()")}
    marts = {model.name: model for model in MODELS if model.schema == "marts"}
    assert told == {name: model.description for name, model in marts.items()}
    columns = _rows(file, "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE schema_name = 'marts'")
    assert {(row["table_name"], row["column_name"]): row["comment"] for row in columns} == {
        (name, column): said for name, model in marts.items() for column, said in model.columns.items()
    }
    for table in MART_CONTRACTS:
        count = f"SELECT count(*) AS n FROM marts.{table}"
        assert _rows(file, count) == ask(file, count)


def test_it_runs_the_macros_inside_the_file(releases: tuple[Path, ...]) -> None:
    first, last = releases[0] / "warehouse.duckdb", releases[-1] / "warehouse.duckdb"
    known = "SELECT count(*) AS n FROM marts.kpi_as_of('2023-04-01')"
    assert _rows(last, known) == _rows(first, known) == ask(first, "SELECT count(*) AS n FROM marts.kpi_province_year")


def test_it_cannot_write(releases: tuple[Path, ...]) -> None:
    file = releases[1] / "warehouse.duckdb"
    before = file.read_bytes()
    done = _call(file, "DELETE FROM marts.dim_page")
    assert done.returncode != 0
    assert "read-only" in done.stderr
    assert file.read_bytes() == before
