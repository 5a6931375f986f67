"""SQLAlchemy with the DuckDB dialect, as Superset uses it: read-only, tables and columns, while runs publish."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from kpi_pipeline.contracts.fields import columns_of
from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline_tests.clients.conftest import Release
from kpi_pipeline_tests.lake_input import LakeInput

COUNT = sa.text("SELECT count(*) FROM marts.fact_observation")


Connects = Callable[..., sa.Engine]


@pytest.fixture
def connects() -> Iterator[Connects]:
    """Makes engines on a folder's warehouse; their pools end with the test, so that none holds the file open."""
    made: list[sa.Engine] = []

    def connect(published: Path, **options: object) -> sa.Engine:
        made.append(sa.create_engine(f"duckdb:///{published / 'warehouse.duckdb'}?access_mode=read_only", **options))
        return made[-1]

    yield connect
    for engine in made:
        engine.dispose()


def test_tables_comments_and_rows_are_found(releases: tuple[Path, ...], connects: Connects) -> None:
    engine = connects(releases[1])
    found = sa.inspect(engine)
    assert sorted(found.get_table_names(schema="marts")) == sorted(MART_CONTRACTS)
    assert found.get_table_comment("dim_page", schema="marts")["text"].startswith("One row a page that landed")
    with engine.connect() as connection:
        assert connection.execute(COUNT).scalar() == 3
        row = connection.execute(sa.text("SELECT * FROM marts.kpi_province_year ORDER BY kpi_id")).mappings().first()
        assert row is not None
        assert list(row) == [column.name for column in columns_of(MART_CONTRACTS["kpi_province_year"])]


def test_columns_are_reflected_with_their_types(releases: tuple[Path, ...], connects: Connects) -> None:
    tables = sa.MetaData()
    tables.reflect(connects(releases[1]), schema="marts")
    for name, contract in MART_CONTRACTS.items():
        table = tables.tables[f"marts.{name}"]
        assert [column.name for column in table.columns] == [column.name for column in columns_of(contract)]
    assert isinstance(tables.tables["marts.kpi_province_year"].c.obs_value.type, sa.Float)
    assert isinstance(tables.tables["marts.dim_page"].c.published_on.type, sa.Date)
    assert tables.tables["marts.dim_page"].c.published_on.comment


def test_nothing_can_be_written(releases: tuple[Path, ...], connects: Connects) -> None:
    engine = connects(releases[1])
    for statement in ("DELETE FROM marts.dim_page", "CREATE TABLE marts.mine (a INTEGER)"):
        with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="read-only"):
            connection.execute(sa.text(statement))


def test_a_pool_keeps_the_old_release_until_it_is_closed(
    releases: tuple[Path, ...], tmp_path: Path, connects: Connects
) -> None:
    published = tmp_path / "published"
    published.symlink_to(releases[0])
    pooled = connects(published)
    with pooled.connect() as connection:
        assert connection.execute(COUNT).scalar() == 1
    published.unlink()
    published.symlink_to(releases[1])
    with pooled.connect() as connection:
        assert connection.execute(COUNT).scalar() == 1
    pooled.dispose()
    with connects(published, poolclass=NullPool).connect() as connection:
        assert connection.execute(COUNT).scalar() == 3


READER = """
import json, pathlib, sys, time
import sqlalchemy as sa
from sqlalchemy.pool import NullPool
engine = sa.create_engine(f"duckdb:///{sys.argv[1]}?access_mode=read_only", poolclass=NullPool)
seen = []
while not pathlib.Path(sys.argv[2]).exists():
    with engine.connect() as connection:
        facts = connection.execute(sa.text("SELECT count(*) FROM marts.fact_observation")).scalar()
        pages = connection.execute(sa.text("SELECT sum(n_facts) FROM marts.dim_page")).scalar()
    assert facts == pages, (facts, pages)
    if not seen or seen[-1] != facts:
        seen.append(int(facts))
        print(facts, flush=True)
    time.sleep(0.01)
print(json.dumps(seen), flush=True)
"""


def test_it_reads_in_a_loop_while_a_run_publishes(release: Release, lake: LakeInput, tmp_path: Path) -> None:
    release(1)
    stop = tmp_path / "stop"
    arguments = [sys.executable, "-c", READER, lake.folder / "published" / "warehouse.duckdb", stop]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stderr is not None
        assert reader.stdout.readline() == "1\n"
        release(2)
        assert reader.stdout.readline() == "3\n"
        stop.touch()
        assert json.loads(reader.stdout.readline()) == [1, 3]
        assert reader.wait() == 0, reader.stderr.read()
