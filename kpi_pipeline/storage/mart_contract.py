"""Whether a built mart keeps its contract: looked at a stretch of rows at a time, so that memory does not grow with it.

The rules are the contract's. Only what no stretch can tell by itself, that a key stands once in the whole table, is
asked in SQL; which columns are a key is the contract's too. How findings are shown is the affair of defs/.
"""

from __future__ import annotations

import duckdb

from kpi_pipeline.contracts.fields import UNIQUENESS, Contract, Failure, failures, keys_of
from kpi_pipeline.storage.warehouse import identifier, mart_frames

STRETCH = 100_000
"""Rows that are looked at together."""

_TOGETHER = {"kpi_history": "kpi_id"}
"""Tables with a rule over several of their rows: the column in which those are alike. They stand in its order."""


def broken(
    con: duckdb.DuckDBPyConnection, table: str, contract: type[Contract], stretch: int = STRETCH
) -> list[Failure]:
    """Everything in a mart of an open warehouse that breaks its contract; `index` is the row's place in the table."""
    found: list[Failure] = []
    rows = frames = 0
    for frame in mart_frames(con, table, stretch, _TOGETHER.get(table)):
        for failure in failures(contract, frame):
            index = None if failure.index is None else failure.index + rows
            found.append(Failure(failure.column, failure.check, failure.value, index))
        rows, frames = rows + len(frame), frames + 1
    if frames > 1:
        found = [failure for failure in found if failure.check not in UNIQUENESS]
        found += [failure for key in keys_of(contract) for failure in _repeated(con, table, key)]
    return found


def _repeated(con: duckdb.DuckDBPyConnection, table: str, key: tuple[str, ...]) -> list[Failure]:
    columns = ", ".join(map(identifier, key))
    query = f"SELECT {columns} FROM marts.{identifier(table)} GROUP BY {columns} HAVING count(*) > 1 ORDER BY {columns}"
    check = UNIQUENESS[len(key) > 1]
    rows = con.execute(query).fetchall()
    return [Failure(", ".join(key), check, " ".join(map(str, values))[:200], None) for values in rows]
