"""The history of the KPI table: what the build reads of the last publication, and what the publication puts in.

Each release holds every version of every row (`kpi_history`), and the build makes the next history out of the last one:
it marks what is new or ends by a day and a number that cannot be, since only the publication knows them. Nothing that
was published is ever lost or changed by that; a warehouse in which it is, is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from kpi_pipeline.publication.files import sha256_of
from kpi_pipeline.publication.ledger import current_release, ledger_of, settle
from kpi_pipeline.publication.manifest import MANIFEST, manifest_of
from kpi_pipeline.publication.source import PublishError
from kpi_pipeline.storage.calendar import today
from kpi_pipeline.storage.earlier import FROM_MARTS, HISTORY, NOTHING, Earlier
from kpi_pipeline.storage.warehouse import mart_tables, quoted

NOT_YET = "9999-12-31"
"""In a built warehouse: the day of the publication to come. Its number is 0."""

_SAME = "kpi_id, publication, known_from, cause, obs_value, comparator, fact_ids, page_id"
"""What tells that a version is the one that was published."""


@dataclass(frozen=True)
class CodeVersions:
    """Versions of the code, as short texts: what reads pages, and what makes tables of what was read.

    `late_days` (ISO) are the days of the lake that this code has yet to read.
    """

    reading: str = ""
    tables: str = ""
    late_days: tuple[str, ...] = ()

    def said(self) -> dict[str, Any]:
        """As the ledger writes them."""
        return {**asdict(self), "late_days": list(self.late_days)}


UNKNOWN_CODE = CodeVersions()


def earlier(home_published: Path, releases: Path, code: CodeVersions, withdrawn: Iterable[str] = ()) -> Earlier:
    """What the build reads of the publications in the ledger; nothing before the first. `code` is that of now.

    `withdrawn` are the ids of the pages whose withdrawal is on record: only these may go with their rows. The
    ledger is brought up to what is published, so the caller holds the writer lock. Raises `PublishError` when a file of
    the last release is not what was published.
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
        "withdrawn_page": [{"page_id": page_id} for page_id in withdrawn],
    }
    return {**{name: pa.Table.from_pylist(made, schema=HISTORY[name]) for name, made in given.items()}, **files}


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
    """Put number and day of its publication into a copy of a built warehouse.

    They are those of an earlier publication where this is the very warehouse that it published. Raises `PublishError`
    when it was not built on the last one.
    """
    entries = ledger_of(releases)
    last = _files_of(releases, entries).get("kpi_history")
    with duckdb.connect(str(warehouse)) as con:
        if not mart_tables(con):
            return
        number, made = len(entries) + 1, 0 if last is None else _latest(con, _read(last))
        if _latest(con, "marts.kpi_history") < made:
            number, day = made, str(entries[made - 1]["day"])
        con.execute(f"UPDATE marts.kpi_province_year SET known_from = DATE '{day}' WHERE known_from = DATE '{NOT_YET}'")
        for of_day, of_number in (("known_from", "publication"), ("known_to", "ended_publication")):
            con.execute(
                f"UPDATE marts.kpi_history SET {of_day} = DATE '{day}', {of_number} = {number} WHERE {of_number} = 0"
            )
        if last is not None and (odd := _unlike(con, last, len(entries))):
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
    """The files of the last release that the build reads, each found whole; none where there is no history yet."""
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
    for name in names.values():
        if not (release / name).is_file() or sha256_of(release / name) != said[name]["sha256"]:
            raise _broken(release / name, len(entries), releases)
    return {table: release / name for table, name in names.items()}


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


def _unlike(con: duckdb.DuckDBPyConnection, last: Path, number: int) -> int:
    """How many versions differ between the last release and the warehouse as it was at publication `number`."""
    ended = f"CASE WHEN ended_publication <= {number} THEN (known_to, ended_publication, end_cause) END"
    now = f"SELECT {_SAME}, {ended} AS ended FROM marts.kpi_history WHERE publication <= {number}"
    then = f"SELECT {_SAME}, {ended} AS ended FROM {_read(last)}"
    row = con.execute(f"SELECT count(*) FROM (({now} EXCEPT {then}) UNION ALL ({then} EXCEPT {now}))").fetchone()
    return int(row[0]) if row else 0


def _latest(con: duckdb.DuckDBPyConnection, history: str) -> int:
    """The last publication that changed a row, as a history tells; 0 for none."""
    row = con.execute(f"SELECT greatest(max(publication), max(ended_publication)) FROM {history}").fetchone()
    return int(row[0] or 0) if row else 0


def _read(path: Path) -> str:
    return f"read_parquet({quoted(str(path))})"
