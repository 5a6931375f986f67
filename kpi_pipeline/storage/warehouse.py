"""Building the warehouse: one writer makes the DuckDB file whole, from the lake, beside the old one, then renames.

The finished file holds the schema `marts`: no view on a path outside it. Which tables there are and
what they say is the affair of the SQL models; what readers get to see is the affair of publication/.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from kpi_pipeline.reference.tables import DATA, rows
from kpi_pipeline.storage.connection import SETTING, connected, keep_within, remove_spills, sql_mb
from kpi_pipeline.storage.earlier import HISTORY, NOTHING, Earlier
from kpi_pipeline.storage.lake import WHOLE
from kpi_pipeline.storage.sql_macros import SqlMacro, create_macros
from kpi_pipeline.storage.sql_models import SqlModel
from kpi_pipeline.trouble import Trouble

STORAGE_VERSION = "v1.0.0"
"""The format of the file: the oldest that DuckDB writes, so that every 1.x client reads it."""

REFERENCE_COLUMNS: dict[str, tuple[str, ...]] = {
    "codes": ("list", "code", "name_vi", "name_en"),
    "level_arithmetic": ("indicator", "level", "computed_how", "way", "parts"),
    "levels": ("indicator", "level", "position", "parts", "wanted", "name_vi", "name_en"),
    "provinces": (
        "iso_3166_2",
        "gso_code",
        "name_vi",
        "name_ascii",
        "type",
        "region",
        "valid_from",
        "valid_to",
        "successor",
        "aliases",
        "note",
    ),
    "non_provinces": ("name_vi", "kind", "belongs_to", "resolve_to"),
    "source_domains": ("domain", "province", "kind", "seen", "evidence", "note"),
    "subjects": ("subject", "subject_group", "part_of", "name_vi", "name_en"),
}
"""The reference tables a model may read, each from `<table>.csv`, all columns text, as written."""

_BESIDE = ("lake", "reference", "history", "staging")
"""Databases in memory beside the file that is built."""

_DUCKDB_TYPES: dict[pa.DataType, str] = {
    pa.string(): "VARCHAR",
    pa.large_string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.int32(): "INTEGER",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.binary(): "BLOB",
    pa.large_binary(): "BLOB",
    pa.date32(): "DATE",
    pa.list_(pa.string()): "VARCHAR[]",
}


class WarehouseError(Trouble):
    """The warehouse cannot be built or read; the message says why and what to do."""


@dataclass(frozen=True)
class ModelReport:
    """One table of a build; `seconds` by the clock of the build, which is the wall's unless another is given."""

    model: str
    rows: int
    seconds: float


@dataclass(frozen=True)
class BuildReport:
    """What a build made and where."""

    warehouse: Path
    models: tuple[ModelReport, ...]

    @property
    def rows(self) -> dict[str, int]:
        """Rows of each table, by its full name."""
        return {report.model: report.rows for report in self.models}


def build_warehouse(
    lake_root: Path,
    out: Path,
    models: Sequence[SqlModel],
    sources: Mapping[str, pa.Schema],
    *,
    macros: Sequence[SqlMacro] = (),
    earlier: Earlier = NOTHING,
    reference: Path = DATA,
    memory_limit: str | None = None,
    threads: int | None = None,
    clock: Callable[[], float] = time.perf_counter,
    connect: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]] = duckdb.connect,
) -> BuildReport:
    """Build the file `out` from the lake; the old one stays until the new one is whole.

    `sources` gives the columns and types of each lake table, `earlier` what was published last, `macros` the questions
    that the file shall answer; `memory_limit` (as DuckDB writes it) and `threads` stand for the limit of
    `connection`; `connect` opens the connection to work with, whose databases are left as they were. Work
    files stand in a folder beside `out` and go at the end; those of a killed build go at the next. One writer at a time
    is the caller's affair. Raises `WarehouseError`.
    """
    if "?" in str(out):
        raise WarehouseError(f"{out}: DuckDB reads `?` in a path as something else: choose a folder without it.")
    work = out.parent / f".{out.name}.building"
    with _told("The warehouse", out):
        shutil.rmtree(work, ignore_errors=True)
        remove_spills(out.parent.parent)
        work.mkdir(parents=True)
    try:
        with _told("The warehouse", out), connect() as con:
            keep_within(con, work / "spill", memory_limit, threads)
            with _working_file(con, work / "warehouse.duckdb"):
                create_sources(con, lake_root, sources, reference, earlier)
                reports = tuple(_build_and_forget(con, models, clock))
                create_macros(con, macros)
        with _told("The warehouse", out):
            os.replace(work / "warehouse.duckdb", out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return BuildReport(out, reports)


def create_sources(
    con: duckdb.DuckDBPyConnection,
    lake_root: Path,
    sources: Mapping[str, pa.Schema],
    reference: Path = DATA,
    earlier: Earlier = NOTHING,
) -> None:
    """Give a connection what models read: `lake.*` and `history.*` (views over Parquet), `reference.*` and an empty
    `staging`.

    They stand in databases of their own, in memory (what does not fit goes to DuckDB's `temp_directory`), beside the
    connection's current one, which so gets only the marts.
    """
    con.execute("SET preserve_insertion_order = true")
    for name in _BESIDE:
        con.execute(f"ATTACH ':memory:' AS {name}")
    for table, schema in sources.items():
        query = _lake_query(lake_root, table, schema)
        try:
            con.execute(f"CREATE VIEW lake.{identifier(table)} AS {query}")
        except duckdb.Error as error:
            raise WarehouseError(
                f"The lake table {table} under {lake_root} cannot be read: {_first_line(error)}. A file is damaged "
                "or of an older form: delete it and run its day again."
            ) from error
    for table, columns in REFERENCE_COLUMNS.items():
        records = [record for _, record in rows(reference / f"{table}.csv", columns)]
        arrow = pa.table({column: pa.array([r[column] for r in records], pa.string()) for column in columns})
        con.register("reference_rows", arrow)
        con.execute(f"CREATE TABLE reference.{identifier(table)} AS SELECT * FROM reference_rows")
        con.unregister("reference_rows")
    for table, schema in HISTORY.items():
        _create_earlier(con, table, schema, earlier.get(table))


def build_models(
    con: duckdb.DuckDBPyConnection, models: Iterable[SqlModel], clock: Callable[[], float] = time.perf_counter
) -> Iterator[ModelReport]:
    """Make the tables one by one, with their comments, on a connection that `create_sources` has prepared.

    `models` stand in build order. Raises `WarehouseError` naming the model when its SQL fails.
    """
    con.execute("CREATE SCHEMA IF NOT EXISTS marts")
    for model in models:
        started = clock()
        try:
            con.execute(f"CREATE TABLE {identifier(model.schema)}.{identifier(model.name)} AS\n{model.sql}")
            _comment(con, model)
            counted = con.execute(
                f"SELECT count(*) FROM {identifier(model.schema)}.{identifier(model.name)}"
            ).fetchone()
        except duckdb.Error as error:
            raise WarehouseError(
                f"The model {model.full_name} failed: {_first_line(error)}. {_remedy(error)}"
            ) from error
        yield ModelReport(model.full_name, int(counted[0]) if counted else 0, clock() - started)


def _build_and_forget(
    con: duckdb.DuckDBPyConnection, models: Sequence[SqlModel], clock: Callable[[], float]
) -> Iterator[ModelReport]:
    """As `build_models`, but a staging table goes as soon as no further model reads it, so that its memory is free."""
    last_reader = {name: model.full_name for model in models for name in (*model.depends_on, model.full_name)}
    for report in build_models(con, models, clock):
        for model in models:
            if model.schema == "staging" and last_reader[model.full_name] == report.model:
                con.execute(f"DROP TABLE staging.{identifier(model.name)}")
        yield report


@contextmanager
def reading(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to a built or published warehouse. Raises `WarehouseError` when it cannot be opened."""
    if not warehouse.exists():
        raise WarehouseError(f"There is no warehouse at {warehouse}: build it first (`kpi run`).")
    with _told("The warehouse", warehouse), connected(warehouse) as con:
        yield con


def mart_tables(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The names of the mart tables of an open warehouse, sorted."""
    found = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'marts' AND database_name = current_database() "
        "ORDER BY table_name"
    ).fetchall()
    return tuple(name for (name,) in found)


def mart_frame(con: duckdb.DuckDBPyConnection, table: str) -> pd.DataFrame:
    """One mart as a frame with the types its contract names: days as ISO text, whole numbers as `Int64`, lists."""
    return _frame(_mart(con, table).to_arrow_table())


def mart_frames(
    con: duckdb.DuckDBPyConnection, table: str, rows: int, together: str | None = None
) -> Iterator[pd.DataFrame]:
    """A mart as `mart_frame` gives it, about `rows` rows a frame; an empty mart is one empty frame.

    Rows that follow each other and are alike in the column `together` come in one frame.
    """
    batches = _mart(con, table).to_arrow_reader(rows)
    held, given = batches.schema.empty_table(), False
    for batch in batches:
        read = pa.concat_tables([held, pa.Table.from_batches([batch])])
        end = len(read) if together is None else _begin_of_last(read[together])
        held = read[end:]
        if end:
            given = True
            yield _frame(read[:end])
    if len(held) or not given:
        yield _frame(held)


def _begin_of_last(column: pa.ChunkedArray) -> int:
    """The place of the first of the last rows that are alike."""
    last, begin = column[-1], len(column) - 1
    while begin and column[begin - 1] == last:
        begin -= 1
    return begin


def _mart(con: duckdb.DuckDBPyConnection, table: str) -> duckdb.DuckDBPyRelation:
    name = f"marts.{identifier(table)}"
    columns = con.execute(f"DESCRIBE {name}").fetchall()
    listed = ", ".join(
        f"CAST({identifier(column[0])} AS VARCHAR) AS {identifier(column[0])}"
        if column[1] == "DATE"
        else identifier(column[0])
        for column in columns
    )
    return con.sql(f"SELECT {listed} FROM {name}")


def _frame(arrow: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = arrow.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return frame


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _working_file(con: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    """Work in the file being built, in the format all clients read; afterwards the connection is as it was."""
    row = con.execute("SELECT current_database()").fetchone()
    before = str(row[0]) if row else "memory"
    con.execute(f"ATTACH {quoted(str(path))} AS warehouse (STORAGE_VERSION {quoted(STORAGE_VERSION)})")
    con.execute("USE warehouse")
    try:
        yield
    finally:
        con.execute(f"USE {identifier(before)}")
        for name in (*_BESIDE, "warehouse"):
            con.execute(f"DETACH DATABASE IF EXISTS {name}")


def _create_earlier(
    con: duckdb.DuckDBPyConnection, table: str, schema: pa.Schema, given: Path | pa.Table | None
) -> None:
    """A table of the schema `history`; a column that the last publication did not have yet is empty."""
    con.register("given", given if isinstance(given, pa.Table) else schema.empty_table())
    con.execute(f"CREATE TABLE history.{identifier('_' + table)} AS SELECT * FROM given")
    con.unregister("given")
    query = f"SELECT * FROM history.{identifier('_' + table)}"
    if isinstance(given, Path):
        query += f" UNION ALL BY NAME SELECT * FROM read_parquet({quoted(_literally(given))})"
    listed = ", ".join(identifier(column.name) for column in schema)
    con.execute(f"CREATE VIEW history.{identifier(table)} AS SELECT {listed} FROM ({query})")


def _literally(path: Path) -> str:
    """A path as DuckDB takes it for itself and not for a pattern."""
    return re.sub(r"([\[*?])", r"[\1]", path.as_posix())


def _lake_query(root: Path, table: str, schema: pa.Schema) -> str:
    columns = [(identifier(column.name), _duckdb_type(table, column)) for column in schema]
    listed = ", ".join(f"CAST(file.{name} AS {kind}) AS {name}" for name, kind in columns)
    whole = (root / table / f"{WHOLE}.parquet").exists()
    if whole or any((root / table).glob("*/*.parquet")):
        files = f"/{WHOLE}.parquet" if whole else "/[0-9]*/[0-9]*.parquet"
        return f"SELECT {listed} FROM read_parquet({quoted(_literally(root / table) + files)}) AS file"
    empty = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns)
    return f"SELECT {empty} WHERE false"


def _duckdb_type(table: str, column: pa.Field) -> str:
    try:
        return _DUCKDB_TYPES[column.type]
    except KeyError:
        raise WarehouseError(
            f"Column {column.name} of the lake table {table} has the type {column.type}, which the warehouse does not "
            "read: use text, int64, float64, bool, date32 or binary."
        ) from None


def _comment(con: duckdb.DuckDBPyConnection, model: SqlModel) -> None:
    """Write what a table and its columns mean into the file: in one transaction, since each would wait for the disk."""
    table = f"{identifier(model.schema)}.{identifier(model.name)}"
    said = [f"COMMENT ON TABLE {table} IS {quoted(model.description)}"]
    said += [
        f"COMMENT ON COLUMN {table}.{identifier(column)} IS {quoted(description)}"
        for column, description in model.columns.items()
    ]
    con.execute(";\n".join(["BEGIN", *said, "COMMIT"]))


@contextmanager
def _told(what: str, path: Path) -> Iterator[None]:
    """Turn errors of the file system and of DuckDB into one sentence with a remedy."""
    try:
        yield
    except OSError as error:
        raise WarehouseError(
            f"{what} {path} cannot be written ({error.strerror or error}): check that the folder is yours to write to "
            "and that the disk has room."
        ) from error
    except duckdb.Error as error:
        raise WarehouseError(f"{what} {path}: {_first_line(error)}. {_remedy(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(". ")


def _remedy(error: Exception) -> str:
    text = str(error)
    if "Could not set lock" in text or "being used by another process" in text:
        return "Another program holds the file: close it, then run again."
    if "No space left" in text:
        return "Free disk space, then run again."
    if isinstance(error, duckdb.OutOfMemoryException):
        return f"Set {SETTING} to more than {sql_mb()} (MB), then run again."
    if ".parquet" in text:
        return "A file of the lake is damaged or of an older form: delete it and run its day again."
    return "Mend the SQL of the model or the lake it reads, then run again."
