"""What the marts must hold among each other: one SELECT a file of `dbt_like_sql/tests/`, which gives what breaks it.

As dbt's tests of that form. The first line names the table that answers for it and says the rule; the file's name is
the check's. What a single row must hold is the affair of contracts/; how a check shows in Dagster that of defs/.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from kpi_pipeline.storage.sql_models import ModelError, default_folder

_FIRST_LINE = re.compile(r"-- (?P<table>[a-z0-9_]+): (?P<rule>.+\.)")


@dataclass(frozen=True)
class SqlTest:
    """One rule about the marts; `table` is the mart that answers for it, `sql` gives the rows that break it."""

    name: str
    table: str
    rule: str
    sql: str


def load_tests(folder: Path | None = None) -> tuple[SqlTest, ...]:
    """The tests of a folder of models, by name. Raises `ModelError` for a file whose first line is in another form."""
    found = []
    for path in sorted(((folder or default_folder()) / "tests").glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        said = _FIRST_LINE.fullmatch(sql.split("\n", 1)[0])
        if said is None:
            raise ModelError(f"{path}: the first line is `-- <mart>: <rule in a sentence>.`; say what the test holds.")
        found.append(SqlTest(path.stem, said["table"], said["rule"], sql))
    return tuple(found)


def broken_rows(con: duckdb.DuckDBPyConnection, test: SqlTest) -> list[dict[str, Any]]:
    """The rows of an open warehouse that break a test, in the order of its SELECT; none where it holds."""
    cursor = con.execute(test.sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
