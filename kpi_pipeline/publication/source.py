"""What the files of a release are written from: the warehouse to be published and what is said of it.

A format reads this and the folder it writes into, and nothing else. Which formats there are stands in formats.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import duckdb

from kpi_pipeline.trouble import Trouble


class PublishError(Trouble):
    """A release could not be made; the last one stands. The message says why and what to do."""


@dataclass(frozen=True)
class Column:
    """A column of a mart: its DuckDB type, and its meaning as the comment inside the warehouse says it."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Table:
    """A mart: its columns in order, and how many rows it holds."""

    name: str
    description: str
    columns: tuple[Column, ...]
    rows: int


@dataclass(frozen=True)
class Source:
    """A built warehouse, open for reading, with the day (ISO) of its publication and the version of the code."""

    con: duckdb.DuckDBPyConnection
    day: str
    code_version: str

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The marts by name."""
        columns: dict[tuple[str, str], list[Column]] = {}
        for table, said, *column in self.con.execute(_COLUMNS).fetchall():
            columns.setdefault((table, said or ""), []).append(Column(column[0], column[1], column[2] or ""))
        return tuple(Table(name, said, tuple(own), self._count(name)) for (name, said), own in columns.items())

    def _count(self, table: str) -> int:
        row = self.con.execute(f'SELECT count(*) FROM marts."{table}"').fetchone()
        return int(row[0]) if row else 0


_COLUMNS = """
SELECT c.table_name, t.comment, c.column_name, c.data_type, c.comment
FROM duckdb_columns() AS c
INNER JOIN duckdb_tables() AS t USING (database_name, schema_name, table_name)
WHERE c.schema_name = 'marts' AND c.database_name = current_database()
ORDER BY c.table_name, c.column_index
"""
