"""The guide's questions: each with its SQL and the answer that is written there.

    python -m kpi_pipeline_tests.clients.questions PUBLISHED

writes the answers anew from a published folder of the sample pages; look at what changes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from kpi_pipeline.storage.warehouse import identifier, quoted
from kpi_pipeline_tests.conftest import PROJECT

PAGE = PROJECT / "docs" / "guide" / "questions.md"

_QUESTION = re.compile(r"^## (\d+ .*?)\n.*?^```sql\n(.*?)^```\n(?:\n((?:\|[^\n]*\n)+))?", re.MULTILINE | re.DOTALL)

Ask = Callable[[str], tuple[list[str], list[tuple[Any, ...]]]]
"""Runs a query: names of the columns, rows."""


@dataclass(frozen=True)
class Question:
    """A question of the guide: its heading, its query, its answer as the table that is written there."""

    title: str
    sql: str
    answer: str


def questions() -> list[Question]:
    """All questions of the guide, in order."""
    return [Question(*(part or "" for part in found)) for found in _QUESTION.findall(PAGE.read_text(encoding="utf-8"))]


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """An answer as the guide writes it."""
    lines = [columns, ["---"] * len(columns), *([_cell(value) for value in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def on_file(file: Path) -> Ask:
    """Asks a DuckDB file."""

    def ask(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        with duckdb.connect(str(file), read_only=True) as con:
            return _asked(con, sql)

    return ask


def on_parquet(folder: Path) -> Ask:
    """Asks the Parquet files of a folder, as views of their names."""

    def ask(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        with duckdb.connect() as con:
            con.execute("CREATE SCHEMA marts")
            for path in sorted(folder.glob("*.parquet")):
                con.execute(f"CREATE VIEW marts.{identifier(path.stem)} AS FROM read_parquet({quoted(str(path))})")
            return _asked(con, sql)

    return ask


def write_answers(ask: Ask) -> None:
    """Write the answers of the guide anew."""

    def answered(found: re.Match[str]) -> str:
        before = found[0][: found.start(3) - found.start()] if found[3] else f"{found[0]}\n"
        return before + table(*ask(found[2]))

    PAGE.write_text(_QUESTION.sub(answered, PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def _asked(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    result = con.execute(sql)
    return [column[0] for column in result.description or []], result.fetchall()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value).replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    write_answers(on_file(Path(sys.argv[1]) / "warehouse.duckdb"))
