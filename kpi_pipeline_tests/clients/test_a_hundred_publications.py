"""A slow proof: readers that loop through a hundred publications never fail and never see a half state."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kpi_pipeline.publication.ledger import ledger_of
from kpi_pipeline.publication.release import publish
from kpi_pipeline.reference.codes import SUBJECTS
from kpi_pipeline_tests.lake_input import LakeInput

PUBLICATIONS = 100

BY_LINK = """
import json, pathlib, sys, time
import duckdb
published, stop = map(pathlib.Path, sys.argv[1:])
seen = []
while not stop.exists():
    with duckdb.connect(str(published / "warehouse.duckdb"), read_only=True) as con:
        tables = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
        rows = {table: con.execute(f"SELECT count(*) FROM marts.{table}").fetchone()[0] for table in tables}
    if not seen or seen[-1] != rows:
        seen.append(rows)
    time.sleep(0.1)
print(json.dumps(seen))
"""
"""Opens the file anew each time by the path that never changes; the tables are asked one after the other."""

BY_FOLDER = """
import json, pathlib, sys, time
import duckdb
import pyarrow.parquet as pq
published, stop = map(pathlib.Path, sys.argv[1:])
seen = []
while not stop.exists():
    release = published.resolve()
    said = json.loads((release / "manifest.json").read_text())
    rows = {name: pq.read_metadata(release / "parquet" / f"{name}.parquet").num_rows for name in said["tables"]}
    assert rows == {name: table["rows"] for name, table in said["tables"].items()}, (rows, said)
    if not seen or seen[-1] != rows:
        seen.append(rows)
    time.sleep(0.1)
print(json.dumps(seen))
"""
"""Looks once where the link leads, then reads all files of that folder."""


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_readers_loop_through_a_hundred_publications(lake: LakeInput, tmp_path: Path) -> None:
    published, releases, stop = lake.folder / "published", lake.folder / "releases", tmp_path / "stop"

    def make(number: int) -> None:
        page = lake.page(f"page{number}", day=f"2022-02-{1 + number % 28:02d}")
        lake.fact(page, "share", 50.0, "excellent+good", year=2000 + number % 20, subject=SUBJECTS[number // 20])
        lake.build()
        assert publish(lake.warehouse, published, releases, 10, "2022-03-01", "0.1").changed

    make(0)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", code, published, stop], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for code in (BY_LINK, BY_FOLDER)
    ]
    try:
        for number in range(1, PUBLICATIONS):
            make(number)
            assert all(reader.poll() is None for reader in readers), [reader.communicate() for reader in readers]
    finally:
        stop.touch()
        ended = [(*reader.communicate(timeout=120), reader.returncode) for reader in readers]
    said = [entry["tables"] for entry in ledger_of(releases)]
    assert len(said) == PUBLICATIONS
    for out, err, code in ended:
        assert code == 0, err
        seen = json.loads(out)
        places = [said.index(rows) for rows in seen]
        assert places == sorted(set(places))
        assert len(seen) > PUBLICATIONS // 10
