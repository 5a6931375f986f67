"""What a publication changes in the KPI table: counted, as JSON lines, and for people to read.

It is read from the history inside the warehouse, which knows each row's versions and why they came and went.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from kpi_pipeline.publication.source import Table
from kpi_pipeline.storage.warehouse import quoted

LINES = "changes.jsonl"
TEXT = "CHANGES.md"
KINDS = ("added", "changed", "gone")
_SHOWN = 100

Counts = dict[str, dict[str, int]]
"""Rows by kind of change and cause."""


def counted(con: duckdb.DuckDBPyConnection, number: int) -> Counts:
    """How many rows the publication `number` adds, changes and takes out, by cause."""
    found = con.execute(
        f"SELECT change, cause, count(*) FROM ({_changes(number)}) GROUP BY change, cause ORDER BY change, cause"
    ).fetchall()
    return {kind: {cause: n for change, cause, n in found if change == kind} for kind in KINDS}


def write_changes(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    tables: Iterable[Table],
    said: Mapping[str, Any],
    last: Mapping[str, Any] | None,
) -> None:
    """Write `changes.jsonl`, a line a row with its old and new values, and `CHANGES.md`, the first of each kind.

    `said` is the line of the publication in the ledger as far as it is known, `last` that of the one before.
    """
    number = said["number"]
    con.execute(f"COPY ({_changes(number)} ORDER BY kpi_id) TO {quoted(str(folder / LINES))} (FORMAT json)")
    shown = {kind: con.execute(
        f"SELECT kpi_id, cause, old.obs_value, new.obs_value, coalesce(new.source_url, old.source_url) "
        f"FROM ({_changes(number)}) WHERE change = ? ORDER BY cause, kpi_id LIMIT {_SHOWN}", [kind]
    ).fetchall() for kind in KINDS}  # fmt: skip
    rows = {table.name: table.rows for table in tables}
    (folder / TEXT).write_text("\n".join(_text({**said, "tables": rows}, last, shown)) + "\n", encoding="utf-8")


def totals(entry: Mapping[str, Any]) -> dict[str, int]:
    """The rows that a line of the ledger says were added, changed and gone; none where it does not say."""
    return {kind: sum(causes.values()) for kind, causes in entry.get("changes", {}).items()}


def summary(changes: Counts) -> str:
    """The counts in one line."""
    parts = [f"{sum(causes.values())} {kind}{_why(causes)}" for kind, causes in changes.items() if causes]
    return ", ".join(parts) or "no row of the KPI table changed"


def _why(causes: Mapping[str, int]) -> str:
    return f" ({', '.join(f'{cause} {n}' for cause, n in causes.items())})" if causes else ""


def _changes(number: int) -> str:
    """One row a KPI row that the publication `number` touches, with what it said before and says now."""
    told = (
        "obs_value", "unit_measure", "obs_status", "comparator", "method", "n_sources", "conflict", "flags",
        "source_url", "page_id", "fact_ids", "other_fact_ids", "known_from",
    )  # fmt: skip
    side = "CASE WHEN {0}.kpi_id IS NOT NULL THEN {{" + ", ".join(f"'{name}': {{0}}.{name}" for name in told) + "}} END"
    return f"""
        SELECT
            coalesce(n.kpi_id, o.kpi_id) AS kpi_id,
            CASE WHEN o.kpi_id IS NULL THEN 'added' WHEN n.kpi_id IS NULL THEN 'gone' ELSE 'changed' END AS change,
            coalesce(n.cause, o.end_cause) AS cause,
            {side.format("o")} AS old,
            {side.format("n")} AS new
        FROM (SELECT * FROM marts.kpi_history WHERE publication = {number:d}) AS n
        FULL JOIN (SELECT * FROM marts.kpi_history WHERE ended_publication = {number:d}) AS o ON n.kpi_id = o.kpi_id
    """


def _text(
    said: Mapping[str, Any], last: Mapping[str, Any] | None, shown: Mapping[str, list[tuple[Any, ...]]]
) -> Iterable[str]:
    yield f"# What publication {said['number']} of {said['day']} changed"
    yield ""
    yield f"Against publication {last['number']} of {last['day']}." if last else "It is the first one."
    if said["accepted_loss"]:
        yield f"A loss of rows beyond the limits was accepted: {_cell(said['accepted_loss'])}"
    yield ""
    yield "| rows of kpi_province_year | number | why |"
    yield "|---|---|---|"
    for kind, causes in said["changes"].items():
        yield f"| {kind} | {sum(causes.values())} | {', '.join(f'{cause} {n}' for cause, n in causes.items())} |"
    yield ""
    yield "| table | rows before | rows now |"
    yield "|---|---|---|"
    before = last["tables"] if last else {}
    for table in sorted({*before, *said["tables"]}):
        yield f"| {table} | {before.get(table, '')} | {said['tables'].get(table, '')} |"
    for kind, found in shown.items():
        if found:
            number = sum(said["changes"][kind].values())
            yield ""
            yield f"## {kind.capitalize()}" + (f": the first {_SHOWN} of {number}, all in {LINES}" * (number > _SHOWN))
            yield ""
            yield "| row | before | now | why | page |"
            yield "|---|---|---|---|---|"
            for kpi_id, cause, old, new, url in found:
                yield f"| {_cell(kpi_id)} | {_number(old)} | {_number(new)} | {cause} | {_cell(url or '')} |"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}"


def _cell(text: str) -> str:
    """A text that pages or people had a hand in, as a cell that shows it and does nothing else; nothing for none."""
    shown = " ".join(text.replace("`", "'").replace("|", "\\|").split())
    return f"`{shown}`" if shown else ""
