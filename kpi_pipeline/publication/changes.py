"""What a publication changes in the KPI table, and what goes from the others: counted, as JSON lines, and to be read.

It is read from the history inside the warehouse, which knows each row's versions and why they came and went.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from kpi_pipeline.publication.source import Table
from kpi_pipeline.storage.atomic import PART
from kpi_pipeline.storage.warehouse import quoted

LINES = "changes.jsonl"
TEXT = "CHANGES.md"
KINDS = ("added", "changed", "gone")
_SHOWN = 100
_AT_ONCE = 50_000
"""Rows of the history whose lines are written together."""
_SIGNS = {"approx": "≈ ", "ge": "≥ ", "gt": "> ", "le": "≤ ", "lt": "< "}
_SAID = "obs_value", "unit_measure", "obs_status", "comparator", "method", "conflict", "source_url", "page_id"
"""What a reader sees of a row; a row of which only the rest changed is counted for people, and listed for programs."""

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
    _write_lines(con, number, folder / LINES)
    rows = {table.name: table.rows for table in tables}
    lines = [*_text({**said, "tables": rows}, last)]
    for kind in KINDS:
        lines += _rows_of(con, number, kind)
    lines += _gone_elsewhere(con, number)
    (folder / TEXT).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_lines(con: duckdb.DuckDBPyConnection, number: int, path: Path) -> None:
    """Write the lines by id, a stretch of ids at a time: sorted as a whole they would not fit into little memory."""
    begins = con.execute(
        f"SELECT DISTINCT kpi_id FROM marts.kpi_history WHERE rowid > 0 AND rowid % {_AT_ONCE} = 0 ORDER BY kpi_id"
    ).fetchall()
    bounds = [None, *(begin for (begin,) in begins), None]
    part = path.with_name(f"{path.name}{PART}")
    with path.open("wb") as whole:
        for low, high in pairwise(bounds):
            of_ids = [f"kpi_id >= {quoted(low)}"] if low is not None else []
            of_ids += [f"kpi_id < {quoted(high)}"] if high is not None else []
            lines = f"{_changes(number, ' AND '.join(of_ids) or 'true')} ORDER BY kpi_id"
            con.execute(f"COPY ({lines}) TO {quoted(str(part))} (FORMAT json)")
            with part.open("rb") as written:
                shutil.copyfileobj(written, whole)
    part.unlink()


def totals(entry: Mapping[str, Any]) -> dict[str, int]:
    """The rows that a line of the ledger says were added, changed and gone; none where it does not say."""
    return {kind: sum(causes.values()) for kind, causes in entry.get("changes", {}).items()}


def summary(changes: Counts) -> str:
    """The counts in one line."""
    parts = [f"{sum(causes.values())} {kind}{_why(causes)}" for kind, causes in changes.items() if causes]
    return ", ".join(parts) or "no row of the KPI table changed"


def _why(causes: Mapping[str, int]) -> str:
    return f" ({', '.join(f'{cause} {n}' for cause, n in causes.items())})" if causes else ""


def _changes(number: int, of_ids: str = "true") -> str:
    """One row a KPI row that the publication `number` touches, with what it said before and says now; `of_ids` chooses
    ids."""
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
            o.end_reason AS reason,
            {side.format("o")} AS old,
            {side.format("n")} AS new
        FROM (SELECT * FROM marts.kpi_history WHERE publication = {number:d} AND {of_ids}) AS n
        FULL JOIN (SELECT * FROM marts.kpi_history WHERE ended_publication = {number:d} AND {of_ids}) AS o
            ON n.kpi_id = o.kpi_id
    """


def _text(said: Mapping[str, Any], last: Mapping[str, Any] | None) -> Iterable[str]:
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


def _rows_of(con: duckdb.DuckDBPyConnection, number: int, kind: str) -> Iterable[str]:
    """The first rows of a kind with their numbers, and how many others changed only in what stands beside them."""
    old, new = (", ".join(f"{side}.{name}" for name in _SAID) for side in ("old", "new"))
    changes = f"SELECT *, ({old}) IS DISTINCT FROM ({new}) AS is_seen FROM ({_changes(number)}) WHERE change = ?"
    [(seen, beside)] = con.execute(
        f"SELECT count(*) FILTER (WHERE is_seen), count(*) FILTER (WHERE NOT is_seen) FROM ({changes})", [kind]
    ).fetchall()
    if seen or beside:
        yield ""
        yield f"## {kind.capitalize()}{_first_of(seen)}" + (f", all in {LINES}" if seen > _SHOWN else "")
    if seen:
        yield ""
        yield "| row | before | now | why | page |"
        yield "|---|---|---|---|---|"
    for kpi_id, cause, reason, before, before_is, now, now_is, url in con.execute(
        "SELECT kpi_id, cause, reason, old.obs_value, old.comparator, new.obs_value, new.comparator, "
        f"coalesce(new.source_url, old.source_url) FROM ({changes}) WHERE is_seen "
        f"ORDER BY cause, kpi_id LIMIT {_SHOWN}",
        [kind],
    ).fetchall():
        numbers = f"{_number(before, before_is)} | {_number(now, now_is)}"
        yield f"| {_cell(kpi_id)} | {numbers} | {_because(cause, reason)} | {_cell(url or '')} |"
    if beside:
        yield ""
        yield (
            f"{beside} {'rows' if beside > 1 else 'row'} changed only beside the number (flags, facts, how many pages "
            f"say it): see {LINES}."
        )


def _gone_elsewhere(con: duckdb.DuckDBPyConnection, number: int) -> Iterable[str]:
    """What went from the tables beside the KPI table: counted by table and cause, and the first rows."""
    lost = f"FROM marts.dq_lost_rows WHERE publication = {number:d}"
    counts = con.execute(f"SELECT table_name, cause, count(*) {lost} GROUP BY ALL ORDER BY ALL").fetchall()
    if not counts:
        return
    yield ""
    yield f"## Gone from other tables{_first_of(sum(n for *_, n in counts))}"
    yield ""
    yield "; ".join(f"{table}: {cause} {n}" for table, cause, n in counts) + ". All are in dq_lost_rows."
    yield ""
    yield "| table | row | why |"
    yield "|---|---|---|"
    for table, key, cause, reason in con.execute(
        f"SELECT table_name, row_key, cause, reason {lost} ORDER BY table_name, cause, row_key LIMIT {_SHOWN}"
    ).fetchall():
        yield f"| {table} | {_cell(key)} | {_because(cause, reason)} |"


def _first_of(number: int) -> str:
    return f": the first {_SHOWN} of {number}" if number > _SHOWN else ""


def _because(cause: str, reason: str | None) -> str:
    return f"{cause}: {_cell(reason)}" if reason else cause


def _number(value: float | None, comparator: str | None) -> str:
    return "" if value is None else f"{_SIGNS.get(comparator or '', '')}{value:.15g}"


def _cell(text: str) -> str:
    """A text that pages or people had a hand in, as a cell that shows it and does nothing else; nothing for none."""
    shown = " ".join(text.replace("`", "'").replace("|", "\\|").split())
    return f"`{shown}`" if shown else ""
