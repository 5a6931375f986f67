"""A publication larger than its memory: the same bytes, nothing left over; and what is said where it is too little."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from kpi_pipeline.publication.files import files_of
from kpi_pipeline.publication.release import publish
from kpi_pipeline.storage.connection import SETTING
from kpi_pipeline.storage.lake import SCHEMAS
from kpi_pipeline.storage.sql_models import load_models
from kpi_pipeline.storage.warehouse import WarehouseError, build_warehouse
from kpi_pipeline_tests.benchmarks.sql import write_lake

PAGES = 9_000
"""With nine facts each: a warehouse of 100 MB in memory, more than the least limit."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose warehouse is built."""
    folder = tmp_path_factory.mktemp("home")
    write_lake(folder / "lake", PAGES)
    _build(folder)
    return folder


def _build(home: Path) -> None:
    build_warehouse(home / "lake", home / "warehouse" / "warehouse.duckdb", load_models(), SCHEMAS)


def _published(home: Path, folder: Path) -> dict[str, str]:
    """The sha256 of each file that is published from the warehouse of a home."""
    published = folder / "published"
    publish(home / "warehouse" / "warehouse.duckdb", published, folder / "releases", 3, "2023-04-02", "0.1")
    files = files_of(published.resolve())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.suffix != ".duckdb"}


@pytest.mark.slow
def test_a_release_larger_than_its_memory_has_the_same_bytes(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, "4096")
    at_once = _published(home, tmp_path / "much")
    monkeypatch.setenv(SETTING, "64")
    spilled, done = set(), threading.Event()

    def watch() -> None:
        while not done.wait(0.01):
            spilled.update(path.name for path in (tmp_path / "little" / "releases").glob(".*.spill"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        in_little = _published(home, tmp_path / "little")
    finally:
        done.set()
        watcher.join()
    kept = ("manifest.json", "dataset.jsonld")  # they name the DuckDB file, whose pages may lie otherwise
    assert {name: of for name, of in in_little.items() if name not in kept} == {
        name: of for name, of in at_once.items() if name not in kept
    }
    assert spilled
    assert not [path for path in (tmp_path / "little").rglob(".*") if path.is_dir()]


@pytest.mark.slow
def test_a_limit_too_small_to_build_with_is_named_and_the_warehouse_stays(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(home.rglob("*")), (home / "warehouse" / "warehouse.duckdb").stat().st_mtime_ns
    monkeypatch.setenv(SETTING, "64")
    with pytest.raises(WarehouseError, match=r"Set KPI_SQL_MB to more than 64 \(MB\), then run again"):
        _build(home)
    assert before == (sorted(home.rglob("*")), (home / "warehouse" / "warehouse.duckdb").stat().st_mtime_ns)
