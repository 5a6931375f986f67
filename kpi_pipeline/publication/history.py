"""The history of the tables: what the build reads of the last publication, and what the publication puts in.

Each release holds every version of every row (`kpi_history`) and what went from the other tables (`dq_lost_rows`), and
the build makes the next history out of the last one: it marks what is new or ends by a day and a number that cannot be,
since only the publication knows them. Nothing that was published is ever lost or changed by that; a warehouse in which
it is, is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import pyarrow as pa

from kpi_pipeline.publication.files import sha256_of
from kpi_pipeline.publication.ledger import current_release, ledger_of, settle
from kpi_pipeline.publication.manifest import MANIFEST, manifest_of
from kpi_pipeline.publication.source import PublishError
from kpi_pipeline.storage.calendar import today
from kpi_pipeline.storage.connection import connected
from kpi_pipeline.storage.earlier import FROM_MARTS, HISTORY, NOTHING, Earlier
from kpi_pipeline.storage.warehouse import identifier, mart_tables, quoted

NOT_YET = "9999-12-31"
"""In a built warehouse: the day of the publication to come. Its number is 0."""

_ENDING = ("known_to", "ended_publication", "end_cause", "end_reason")
"""The columns of the history that a later publication fills in."""

_DAYS = (
    ("kpi_province_year", "known_from"),
    ("kpi_history", "known_from"),
    ("kpi_history", "known_to"),
    ("dq_lost_rows", "lost_on"),
)
_NUMBERS = (("kpi_history", "publication"), ("kpi_history", "ended_publication"), ("dq_lost_rows", "publication"))
_GROWING = ("kpi_history", "dq_lost_rows")
"""Where a built warehouse leaves the day and the number of the publication to come open; the tables that only grow."""


@dataclass(frozen=True)
class CodeVersions:
    """Versions of the code, as short texts: what reads pages, and what makes tables of what was read.

    `late_days` (ISO) are the days of the lake that this code had yet to read when it made the tables, or read
    meanwhile.
    """

    reading: str = ""
    tables: str = ""
    late_days: tuple[str, ...] = ()

    def said(self) -> dict[str, Any]:
        """As the ledger writes them."""
        return {**asdict(self), "late_days": list(self.late_days)}


UNKNOWN_CODE = CodeVersions()


def earlier(
    home_published: Path, releases: Path, code: CodeVersions, withdrawn: Mapping[str, str] = MappingProxyType({})
) -> Earlier:
    """What the build reads of the publications in the ledger; nothing before the first. `code` is that of now.

    `withdrawn` are the pages whose withdrawal is on record, by id with the reason: only these may go with their rows.
    The ledger is brought up to what is published, so the caller holds the writer lock. Raises `PublishError` when a
    file of the last release is not what was published.
    """
    settle(releases, current_release(home_published, releases))
    entries = ledger_of(releases)
    files = _files_of(releases, entries)
    if not files:
        return NOTHING
    said = [entry.get("versions", {}) for entry in entries]
    rows = [
        {
            "number": number,
            "reads_as_now": versions.get("reading") == code.reading,
            "builds_as_now": versions.get("tables") == code.tables,
        }
        for number, versions in enumerate(said, start=1)
    ]
    given = {
        "publication": rows,
        "late_day": [{"published_on": date.fromisoformat(day)} for day in said[-1].get("late_days", ())],
        "withdrawn_page": [{"page_id": page, "reason": withdrawn[page]} for page in sorted(withdrawn)],
    }
    return {**{name: pa.Table.from_pylist(made, schema=HISTORY[name]) for name, made in given.items()}, **files}


def sign(warehouse: Path, code: CodeVersions) -> None:
    """Write into a built warehouse which code built it; `complete` takes the table out of what is published.

    Raises `PublishError` when it cannot be written.
    """
    try:
        with connected(warehouse, read_only=False) as con:
            con.execute("CREATE SCHEMA IF NOT EXISTS signed")
            con.execute("CREATE OR REPLACE TABLE signed.builder AS SELECT ? AS said", [json.dumps(code.said())])
    except duckdb.Error as error:
        raise PublishError(
            f"{warehouse} cannot be written ({str(error).splitlines()[0]}): see that the disk has room, then run again."
        ) from error


def builder_of(warehouse: Path) -> CodeVersions:
    """The code that built a warehouse, as `sign` wrote it; unknown where nothing is written."""
    with connected(warehouse) as con:
        if not con.execute("SELECT * FROM duckdb_tables() WHERE schema_name = 'signed'").fetchall():
            return UNKNOWN_CODE
        [(said,)] = con.execute("SELECT said FROM signed.builder").fetchall()
    found = json.loads(said)
    return CodeVersions(**{**found, "late_days": tuple(found["late_days"])})


def day_of(entries: Sequence[Mapping[str, Any]], day: str) -> str:
    """The day of the publication to come: `day` (ISO), but never before the last one's.

    Raises `PublishError` for what is no day and for a day after today in Vietnam.
    """
    try:
        asked = date.fromisoformat(day).isoformat()
    except ValueError as error:
        raise PublishError(f"{day!r} is no day to publish on: write it as YYYY-MM-DD.") from error
    last = str(entries[-1]["day"]) if entries else ""
    if max(last, today().isoformat()) < asked:
        raise PublishError(
            f"{day} is still to come, and no later publication could bear an earlier day: name today or a day before."
        )
    return max(asked, last)


def complete(warehouse: Path, releases: Path, day: str) -> None:
    """Put number and day of its publication into a copy of a built warehouse, and take out who built it.

    They are those of an earlier publication where this is the very warehouse that it published. Raises `PublishError`
    when it was not built on the last one.
    """
    entries = ledger_of(releases)
    last = _files_of(releases, entries)
    with connected(warehouse, read_only=False) as con:
        con.execute("DROP SCHEMA IF EXISTS signed CASCADE")
        if not mart_tables(con):
            return
        number, made = len(entries) + 1, _latest(con, {table: _read(path) for table, path in last.items()})
        if _latest(con, {table: f"marts.{table}" for table in _GROWING}) < made:
            number, day = made, str(entries[made - 1]["day"])
        for table, column in _DAYS:
            con.execute(f"UPDATE marts.{table} SET {column} = DATE '{day}' WHERE {column} = DATE '{NOT_YET}'")
        for table, column in _NUMBERS:
            con.execute(f"UPDATE marts.{table} SET {column} = {number:d} WHERE {column} = 0")
        if odd := sum(_unlike(con, table, last, len(entries)) for table in _GROWING):
            raise PublishError(
                f"The warehouse was not built on publication {len(entries)}, the last of the ledger ({odd} versions of "
                "rows differ): build it again (`kpi run`), then publish."
            )


def standing(con: duckdb.DuckDBPyConnection, number: int) -> int:
    """How many rows the KPI table had before the publication `number`."""
    row = con.execute(
        "SELECT count(*) FROM marts.kpi_history WHERE publication < ? AND coalesce(ended_publication, ?) >= ?",
        [number, number, number],
    ).fetchone()
    return int(row[0]) if row else 0


def _files_of(releases: Path, entries: Sequence[dict[str, Any]]) -> dict[str, Path]:
    """The files of the last release that the build reads, each found whole; none where there is no history yet.

    A table that came later than that release is not among them.
    """
    if not entries:
        return {}
    release = releases / str(entries[-1]["release"])
    names = {table: f"parquet/{table}.parquet" for table in FROM_MARTS}
    try:
        said = manifest_of(release)["files"]
    except PublishError:
        raise _broken(release / MANIFEST, len(entries), releases) from None
    if names["kpi_history"] not in said:
        return {}
    there = {table: name for table, name in names.items() if name in said}
    for name in there.values():
        if not (release / name).is_file() or sha256_of(release / name) != said[name]["sha256"]:
            raise _broken(release / name, len(entries), releases)
    return {table: release / name for table, name in there.items()}


def _broken(path: Path, number: int, releases: Path) -> PublishError:
    if not path.exists():
        return PublishError(
            f"{path}, which publication {number} wrote, is gone, and the history of the KPI rows cannot go on without "
            f"it: put it back from a copy of that release, or move {releases} away to begin a new history."
        )
    return PublishError(
        f"{path} is not what publication {number} wrote, so the history of the KPI rows cannot go on: put it back from "
        f"a copy of that release, or move {releases} away to begin a new history."
    )


def _unlike(con: duckdb.DuckDBPyConnection, table: str, last: Mapping[str, Path], number: int) -> int:
    """How many rows of a table that only grows differ, in any column that both have, between the last release and the
    warehouse as it was at publication `number`; 0 where the release has no such table."""
    if table not in last:
        return 0
    sides = (_read(last[table]), f"marts.{identifier(table)}")
    before, built = ([row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()] for rows in sides)
    ended = f"CASE WHEN ended_publication <= {number:d} THEN {{0}} END AS {{0}}"
    same = ", ".join((ended if name in _ENDING else "{0}").format(identifier(name)) for name in before if name in built)
    then, now = (f"SELECT {same} FROM {rows} WHERE publication <= {number:d}" for rows in sides)
    row = con.execute(f"SELECT count(*) FROM (({now} EXCEPT {then}) UNION ALL ({then} EXCEPT {now}))").fetchone()
    return int(row[0]) if row else 0


def _latest(con: duckdb.DuckDBPyConnection, rows: Mapping[str, str]) -> int:
    """The last publication that changed a row, as the tables that only grow tell; 0 for none."""
    latest = [0]
    for table, column in _NUMBERS:
        if table in rows:
            [(number,)] = con.execute(f"SELECT max({column}) FROM {rows[table]}").fetchall()
            latest.append(int(number or 0))
    return max(latest)


def _read(path: Path) -> str:
    return f"read_parquet({quoted(str(path))})"
