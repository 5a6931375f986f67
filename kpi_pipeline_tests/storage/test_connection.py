"""The limit of memory on every connection: what it may be, that it holds, and that what did not fit is gone again."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from kpi_pipeline.storage.connection import SETTING, connected, remove_spills, sql_mb
from kpi_pipeline.storage.settings import SettingError


@pytest.fixture
def database(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder / "a.duckdb"


@pytest.mark.parametrize("value", ["much", "63", "-1", "inf", "nan"])
def test_a_limit_that_cannot_be_meant_is_refused(monkeypatch: pytest.MonkeyPatch, database: Path, value: str) -> None:
    monkeypatch.setenv(SETTING, value)
    with pytest.raises(SettingError, match=f"KPI_SQL_MB is '{value}': set it to a number from 64 up"):
        sql_mb()
    with pytest.raises(SettingError), connected(database, read_only=False):
        pass


def test_a_connection_keeps_within_the_limit(monkeypatch: pytest.MonkeyPatch, database: Path) -> None:
    monkeypatch.setenv(SETTING, "300")
    with connected(database, read_only=False) as one, connected(database, read_only=False) as other:
        for con in (one, other, one.cursor()):
            said = con.execute("SELECT current_setting('memory_limit'), current_setting('threads')").fetchall()
            assert said == [("300.0 MiB", 1)]


def test_what_does_not_fit_stands_beside_the_folder_and_goes(monkeypatch: pytest.MonkeyPatch, database: Path) -> None:
    monkeypatch.setenv(SETTING, "64")
    root = database.parent.parent
    with connected(database, read_only=False) as con:
        con.execute("CREATE TEMP TABLE large AS SELECT n, md5(CAST(n AS VARCHAR)) AS text FROM range(3000000) AS t(n)")
        assert [path.name for path in root.glob(".*.spill")] == [f".folder-a.duckdb.{os.getpid()}.spill"]
        assert con.execute("SELECT count(DISTINCT n) FROM large").fetchall() == [(3_000_000,)]
    assert sorted(root.rglob("*")) == [database.parent, database]


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    left, own, other = (tmp_path / name for name in (f".a.{ended.pid}.spill", f".a.{os.getpid()}.spill", "a.spill"))
    for folder in (left, own, other):
        folder.mkdir()
        (folder / "duckdb_temp.tmp").write_bytes(b"rows")
    remove_spills(tmp_path)
    assert [folder.exists() for folder in (left, own, other)] == [False, True, True]
