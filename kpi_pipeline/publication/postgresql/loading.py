"""Loading the published release into PostgreSQL: one transaction, in bulk by Arrow.

Rows are deleted and loaded anew inside the transaction. So every query sees the old release or the new one, no reader
waits, and rights and views on the tables stay. Renaming schemas or tables would take views along to the old ones, and
TRUNCATE or a table dropped and made again shows nothing to a query that began before. A table whose columns or rules
have changed is altered in place, at the end; its readers wait until it is loaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from adbc_driver_postgresql import dbapi

from kpi_pipeline.contracts.fields import Contract
from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.publication.manifest import manifest_of
from kpi_pipeline.publication.postgresql.address import Address
from kpi_pipeline.publication.postgresql.definition import Definition, alter, block, comments, define
from kpi_pipeline.publication.source import PublishError, Source, Table
from kpi_pipeline.storage.connection import connected
from kpi_pipeline.storage.warehouse import identifier

MARKER = "publication"
"""The table beside the marts that says which release they are; its one row changes with them."""

_MARKER_COLUMNS = {
    "release": "text",
    "day": "date",
    "number": "bigint",
    "code_version": "text",
    "content": "text",
    "tables": "jsonb",
}
_MARKER_COMMENT = "The release that the tables of this schema are: its name, day, number in the ledger, content."
PATIENCE = {"another publication": "60s", "the tables": "5s"}
"""How long a publication waits, as PostgreSQL writes spans of time."""

BATCH = 50_000
"""Rows read at a time, so that a large table does not stand in memory whole."""

_LOCK = """BEGIN
  FOR attempt IN 1..100 LOOP
    BEGIN
      LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE NOWAIT;
      RETURN;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(extract(epoch FROM interval '{patience}') / 100);
    END;
  END LOOP;
  RAISE lock_not_available USING MESSAGE = 'readers hold tables that are to be altered';
END"""
"""All locks at once or none: who waits for one while holding another can bring a reader into a deadlock."""


@dataclass(frozen=True)
class LoadReport:
    """What stands in the database now. `changed` is false when that release was there already.

    `altered` names the tables that were made, or have other columns or rules than before.
    """

    place: str
    schema: str
    release: str
    changed: bool
    rows: dict[str, int]
    altered: tuple[str, ...]


def load_release(
    published: Path,
    address: str,
    schema: str = "marts",
    contracts: Mapping[str, type[Contract]] = MART_CONTRACTS,
) -> LoadReport:
    """Make the tables of a PostgreSQL schema those of the published release, or leave them as they are.

    `address` has the form postgresql://user@host/database; the schema is created when it is not there. Raises
    `PublishError`, without any password in it.
    """
    target = Address.read(address)
    release = published.resolve()
    manifest = manifest_of(release)
    try:
        with connected(release / "warehouse.duckdb") as con, target.connected() as connection:
            source = Source(con, manifest["day"], manifest["code_version"])
            return _Load(source, manifest, connection, schema, contracts).run(str(target))
    except duckdb.Error as error:
        raise PublishError(
            f"The published warehouse in {release} cannot be read ({str(error).strip().splitlines()[0]}); the tables "
            f"in {target} are as they were. Publish the files again (`kpi run`)."
        ) from error


@dataclass(frozen=True)
class _Load:
    """One load: where from, what is said of it, where to."""

    source: Source
    manifest: dict[str, Any]
    connection: dbapi.Connection
    schema: str
    contracts: Mapping[str, type[Contract]]

    def run(self, place: str) -> LoadReport:
        wanted = {table.name: define(table, self.contracts.get(table.name)) for table in self.source.tables}
        rows = {table.name: table.rows for table in self.source.tables}
        self._begin(place)
        before = self._before(place)
        there = {name: said["shape"] for name, said in before["tables"].items()}
        if before["content"] == self.manifest["content"] and there == {n: d.shape for n, d in wanted.items()}:
            return LoadReport(place, self.schema, before["release"], False, rows, ())
        self._refuse_strangers(place, set(wanted) - set(there))
        same = {name for name, shape in there.items() if name in wanted and shape == wanted[name].shape}
        for table in self.source.tables:
            if table.name in same:
                self._empty(table.name)
                self._fill(table)
        self._lock(sorted(set(there) - same))
        for name in sorted(set(there) - set(wanted)):
            self._do(f"DROP TABLE {self._name(name)}")
        for table in self.source.tables:
            if table.name not in same:
                self._alter(wanted[table.name], table.name in there)
                self._fill(table)
        self._mark({name: {"rows": rows[name], "shape": wanted[name].shape} for name in sorted(wanted)})
        altered = tuple(sorted(set(wanted) - same))
        return LoadReport(place, self.schema, self.manifest["release"], True, rows, altered)

    def _begin(self, place: str) -> None:
        """Open the transaction: alone in this schema, with the schema and the marker there."""
        self._do("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        self._do("SET LOCAL standard_conforming_strings = on")
        encoding = self._ask("SELECT current_setting('server_encoding')")[0][0]
        if encoding != "UTF8":
            raise PublishError(
                f"The database at {place} keeps text as {encoding}, which has no room for Vietnamese: create one with "
                "ENCODING 'UTF8', then publish there."
            )
        self._do(f"SET LOCAL lock_timeout = '{PATIENCE['another publication']}'")
        self._ask("SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))", f"kpi publish {self.schema}")
        self._do(f"SET LOCAL lock_timeout = '{PATIENCE['the tables']}'")
        if not self._ask("SELECT 1 FROM pg_namespace WHERE nspname = $1::text", self.schema):
            self._do(f"CREATE SCHEMA {identifier(self.schema)}")

    def _before(self, place: str) -> dict[str, Any]:
        """What the marker says, of the tables that are still there; a table of its name may be somebody else's."""
        found = []
        if self._tables([MARKER]):
            if self._columns(MARKER) != _MARKER_COLUMNS:
                self._refuse_strangers(place, {MARKER})
            found = self._ask(f"SELECT release, content, tables::text FROM {self._name(MARKER)}")
        if not found:
            return {"release": None, "content": None, "tables": {}}
        release, content, said = found[0]
        tables = json.loads(said)
        return {"release": release, "content": content, "tables": {name: tables[name] for name in self._tables(tables)}}

    def _refuse_strangers(self, place: str, names: set[str]) -> None:
        strangers = self._tables(names)
        if strangers:
            raise PublishError(
                f"The schema {self.schema} of {place} has tables of its own by the names {', '.join(strangers)}: they "
                "are left alone. Name another schema with --schema, or move them away."
            )

    def _lock(self, names: list[str]) -> None:
        if names:
            listed = ", ".join(map(self._name, names))
            self._do(block(_LOCK.format(names=listed, patience=PATIENCE["the tables"])))

    def _alter(self, wanted: Definition, is_there: bool) -> None:
        """Empty a table, or make it, and give it its definition."""
        columns: dict[str, str] = {}
        constraints: list[str] = []
        if is_there:
            self._empty(wanted.name)
            columns = self._columns(wanted.name)
            constraints = [
                name
                for (name,) in self._ask(
                    "SELECT conname::text FROM pg_constraint "
                    "WHERE conrelid = $1::text::regclass AND contype IN ('p', 'u', 'c')",
                    self._name(wanted.name),
                )
            ]
        else:
            self._do(f"CREATE TABLE {self._name(wanted.name)} ()")
        for statement in alter(self.schema, wanted, columns, sorted(constraints)):
            self._do(statement)

    def _empty(self, table: str) -> None:
        self._do(f"DELETE FROM {self._name(table)}")

    def _fill(self, table: Table) -> None:
        with self.source.con.cursor() as own, self.connection.cursor() as cursor:
            rows = own.sql(f"SELECT * FROM marts.{identifier(table.name)}").to_arrow_reader(BATCH)
            cursor.adbc_ingest(table.name, rows, mode="append", db_schema_name=self.schema)
        self._do(comments(self.schema, table))

    def _mark(self, tables: dict[str, Any]) -> None:
        name, said = self._name(MARKER), self.manifest
        columns = ", ".join(f"{column} {kind} NOT NULL" for column, kind in _MARKER_COLUMNS.items())
        self._do(f"CREATE TABLE IF NOT EXISTS {name} ({columns}, PRIMARY KEY (release))")
        self._do(f"COMMENT ON TABLE {name} IS '{_MARKER_COMMENT}'")
        self._do(f"DELETE FROM {name}")
        self._do(
            f"INSERT INTO {name} VALUES ($1::text, $2::text::date, $3::bigint, $4::text, $5::text, $6::text::jsonb)",
            *(said[key] for key in ("release", "day", "number", "code_version", "content")),
            json.dumps(tables, sort_keys=True),
        )

    def _tables(self, names: Iterable[str]) -> list[str]:
        """Which of some tables (or views) the schema has."""
        found = self._ask(
            "SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
            "WHERE nspname = $1::text AND relkind IN ('r', 'v', 'm', 'p', 'f')",
            self.schema,
        )
        return sorted({name for (name,) in found} & set(names))

    def _columns(self, table: str) -> dict[str, str]:
        """The columns of a table that is there, name to type."""
        return dict(
            self._ask(
                "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute "
                "WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped",
                self._name(table),
            )
        )

    def _name(self, table: str) -> str:
        return f"{identifier(self.schema)}.{identifier(table)}"

    def _do(self, sql: str, *parameters: object) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters or None)

    def _ask(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters or None)
            return [tuple(row) for row in cursor.fetchall()]
