"""What the files of a release are written from: the warehouse to be published and what is said of it.

A format reads this and the folder it writes into, and nothing else. Which formats there are stands in formats.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import duckdb

from kpi_pipeline.trouble import Trouble

WAREHOUSE = "warehouse.duckdb"
"""The name of the DuckDB file in a release."""


class PublishError(Trouble):
    """A release could not be made; the last one stands. The message says why and what to do."""


@dataclass(frozen=True)
class Column:
    """A column of a mart: its DuckDB type, and its meaning as the comment inside the warehouse says it."""

    name: str
    type: str
    description: str

    @property
    def kind(self) -> str:
        """What every format makes of the type: text, list (of texts), whole, number, boolean or date.

        Raises `PublishError` for a type that the files have no form for.
        """
        kind = _KINDS.get(self.type.partition("(")[0])
        if kind is None:
            raise PublishError(
                f"The column {self.name} has the type {self.type}, which the published files have no form for: give "
                f"it one of {', '.join(_KINDS)} in its SQL model."
            )
        return kind


@dataclass(frozen=True)
class Table:
    """A mart: its columns in order, and how many rows it holds."""

    name: str
    description: str
    columns: tuple[Column, ...]
    rows: int


@dataclass(frozen=True)
class Pages:
    """The pages a warehouse was read from: how many, and the first and last day (ISO) of their publication."""

    count: int
    first_day: str | None
    last_day: str | None


@dataclass(frozen=True)
class Source:
    """A built warehouse, open for reading, with the day (ISO) of its publication and the version of the code."""

    con: duckdb.DuckDBPyConnection
    day: str
    code_version: str

    def beside(self) -> Source:
        """The same for another thread: a connection of its own to the same warehouse."""
        return Source(self.con.cursor(), self.day, self.code_version)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The marts by name."""
        columns: dict[tuple[str, str], list[Column]] = {}
        for table, said, *column in self.con.execute(_COLUMNS).fetchall():
            columns.setdefault((table, said or ""), []).append(Column(column[0], column[1], column[2] or ""))
        return tuple(Table(name, said, tuple(own), self._count(name)) for (name, said), own in columns.items())

    @cached_property
    def pages(self) -> Pages:
        """The pages behind the marts; none where the warehouse has no table `dim_page`."""
        if not self.has("dim_page", "published_on"):
            return Pages(0, None, None)
        days = "CAST(min(published_on) AS VARCHAR), CAST(max(published_on) AS VARCHAR)"
        [(count, first, last)] = self.con.execute(f"SELECT count(*), {days} FROM marts.dim_page").fetchall()
        return Pages(int(count), first, last)

    def has(self, table: str, *columns: str) -> bool:
        """Whether there is a mart of that name with these columns."""
        return any(
            one.name == table and {column.name for column in one.columns}.issuperset(columns) for one in self.tables
        )

    def _count(self, table: str) -> int:
        [(rows,)] = self.con.execute(f'SELECT count(*) FROM marts."{table}"').fetchall()
        return int(rows)


_KINDS = {
    "VARCHAR": "text",
    "VARCHAR[]": "list",
    "BIGINT": "whole",
    "INTEGER": "whole",
    "DOUBLE": "number",
    "DECIMAL": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
}

_COLUMNS = """
SELECT c.table_name, t.comment, c.column_name, c.data_type, c.comment
FROM duckdb_columns() AS c
INNER JOIN duckdb_tables() AS t USING (database_name, schema_name, table_name)
WHERE c.schema_name = 'marts' AND c.database_name = current_database()
ORDER BY c.table_name, c.column_index
"""
