"""Opening DuckDB: every connection of a run holds at most the memory that KPI_SQL_MB gives, and spills beside the rest.

Belongs here: the limit, and the folder for what does not fit. Does not belong here: what is asked of a database, and
which errors mean what. All connections of a process to one file share one limit, since DuckDB shares the database.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb

from kpi_pipeline.storage.atomic import alive
from kpi_pipeline.storage.settings import number_set

SETTING = "KPI_SQL_MB"
DEFAULT_MB = 512
LEAST_MB = 64
_MB_A_THREAD = 256
"""What a thread needs, since each sorts, joins and packs its own rows."""

_SMALL = 8
"""A database of less than this part of the limit fits into it several times, as it is in forms being written."""

_SPILL = ".spill"
_ONE_AT_A_TIME = threading.Lock()


def sql_mb() -> int:
    """The memory that a database may take (KPI_SQL_MB), in MB. Raises `SettingError` for what is no such number."""
    return int(number_set(SETTING, DEFAULT_MB, LEAST_MB))


@contextmanager
def connected(database: Path, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a database file, within the limit.

    What does not fit stands in a folder of this process beside the one that holds the file, so that a release gets no
    file of it, and goes with the last connection. Raises `SettingError` and `duckdb.Error`.
    """
    with duckdb.connect(str(database), read_only=read_only) as con:
        home = database.resolve().parent
        keep_within(con, home.with_name(f".{home.name}-{database.name}.{os.getpid()}{_SPILL}"))
        yield con


def keep_within(
    con: duckdb.DuckDBPyConnection, spill: Path, memory: str | None = None, threads: int | None = None
) -> None:
    """Put the limit on the database of a connection, and what does not fit into the folder `spill`, made when needed.

    `memory` (as DuckDB writes it) and `threads` take the place of the setting's. A database that has the folder already
    is left as it is: it may be at work for another thread.
    """
    mb = sql_mb()
    with _ONE_AT_A_TIME:
        [(folder, cores)] = con.execute(
            "SELECT current_setting('temp_directory'), current_setting('threads')"
        ).fetchall()
        if folder == str(spill):
            return
        con.execute(f"SET GLOBAL temp_directory = {_quoted(str(spill))}")
        con.execute(f"SET GLOBAL memory_limit = {_quoted(memory or f'{mb}MiB')}")
        most = int(cores) if memory else max(1, min(int(cores), mb // _MB_A_THREAD))
        con.execute(f"SET GLOBAL threads = {threads or most:d}")


def side_by_side(database: Path) -> ThreadPoolExecutor:
    """Threads for several jobs over a database, each with a cursor of its own: as many as there are jobs where it is
    small, since DuckDB, hashing and the disk let the others go on; else one, which then has all the memory.
    """
    small = database.stat().st_size < sql_mb() * 2**20 / _SMALL
    return ThreadPoolExecutor(None if small else 1)


def remove_spills(folder: Path) -> None:
    """Remove what connections of processes that are gone have left in a folder."""
    for left in folder.glob(f".*{_SPILL}"):
        owner = left.name.removesuffix(_SPILL).rpartition(".")[2]
        if not owner.isdigit() or not alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
