"""Publication: one release folder made beside, read back, then swapped in by renaming a link.

A release holds the DuckDB file, each mart as Parquet and CSV, the data dictionary and a manifest with sha256. Its
name carries a hash of what it says, so the same content makes no second release. Readers keep what they opened; a
process killed at any moment leaves the last release in place. A ledger beside the releases has one line for each
publication that changed what is published. What the tables are is warehouse.py's affair.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from kpi_pipeline.storage.atomic import PART, write_text
from kpi_pipeline.storage.warehouse import identifier, mart_tables, quoted
from kpi_pipeline.trouble import Trouble

WAREHOUSE = "warehouse.duckdb"
DICTIONARY = "data_dictionary.csv"
MANIFEST = "manifest.json"
LEDGER = "ledger.jsonl"
_PENDING = ".pending.json"
_UNFINISHED = ".unfinished-"
_GOING = ".going-"


class PublishError(Trouble):
    """A release could not be made; the last one stands. The message says why and what to do."""


@dataclass(frozen=True)
class PublishReport:
    """What is published now. `changed` is false when that content was already published."""

    release: str
    folder: Path
    changed: bool
    rows: dict[str, int]
    removed: tuple[str, ...]


def publish(
    warehouse: Path, home_published: Path, releases: Path, keep: int, day: str, code_version: str
) -> PublishReport:
    """Publish a built warehouse: `home_published` becomes a link to its release folder in `releases`.

    `day` (ISO) dates a new release and the entry in the ledger; the newest `keep` releases stay, and always the one
    that is published. One publication at a time is the caller's affair. Raises `PublishError`.
    """
    if keep < 1:
        raise PublishError(f"{keep} releases cannot be kept: keep at least 1.")
    if not warehouse.exists():
        raise PublishError(f"There is no warehouse at {warehouse}: build it, then publish.")
    if home_published.exists() and not home_published.is_symlink():
        raise PublishError(
            f"{home_published} is not the link that a publication makes: move it away, then publish again."
        )
    with _told(warehouse, releases):
        _clean(home_published, releases)
        before = _published(home_published, releases)
        unfinished = releases / f"{_UNFINISHED}{os.getpid()}"
        try:
            tables = _export(warehouse, unfinished)
            content = _content(unfinished)
            said = {
                "number": len(ledger_of(releases)) + 1,
                "day": day,
                "code_version": code_version,
                "content": content,
            }
            release = _find(releases, said, before) or _finish(unfinished, releases, {**said, "tables": tables})
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        rows = {table: int(entry["rows"]) for table, entry in tables.items()}
        if before != release:
            _write(releases / _PENDING, _line({**said, "release": release, "tables": rows}))
            _swap(home_published, releases / release)
            _settle(home_published, releases)
        removed = _retire(releases, keep, release)
    return PublishReport(release, releases / release, before != release, rows, removed)


def ledger_of(releases: Path) -> list[dict[str, Any]]:
    """The publications that changed what is published, oldest first: `number` (from 1, the line's number), `release`,
    `day`, `code_version`, `content` and `tables` (rows by name).

    A half last line is left out. Raises `PublishError` when another line is none that a publication writes.
    """
    path = releases / LEDGER
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    entries = [_entry(line, number) for number, line in enumerate(lines, start=1)]
    if entries and entries[-1] is None:
        entries.pop()
    if None in entries:
        raise PublishError(
            f"Line {entries.index(None) + 1} of {path} is none that a publication writes: put the file back from a "
            "copy, or move it away to begin a new one, then publish again."
        )
    return [entry for entry in entries if entry is not None]


def manifest_of(release: Path) -> dict[str, Any]:
    """The manifest of a release folder, or of `published`. Raises `PublishError` when there is none."""
    try:
        manifest: dict[str, Any] = json.loads((release / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PublishError(f"{release} holds no readable {MANIFEST} ({error}): publish again.") from error
    return manifest


def _export(warehouse: Path, folder: Path) -> dict[str, Any]:
    """Write every file of a release but the manifest, read each back, and give rows and columns of each table."""
    for part in (folder / "parquet", folder / "csv"):
        part.mkdir(parents=True)
    shutil.copyfile(warehouse, folder / WAREHOUSE)
    with duckdb.connect(str(folder / WAREHOUSE), read_only=True) as con:
        con.execute("SET preserve_insertion_order = true")
        tables = {table: _export_table(con, table, folder) for table in mart_tables(con)}
        (folder / DICTIONARY).write_text(_dictionary(con), encoding="utf-8", newline="")
    if not tables:
        raise PublishError(f"The warehouse {warehouse} holds no table in its schema marts: build it again.")
    return tables


def _export_table(con: duckdb.DuckDBPyConnection, table: str, folder: Path) -> dict[str, Any]:
    name = f"marts.{identifier(table)}"
    parquet, text = folder / "parquet" / f"{table}.parquet", folder / "csv" / f"{table}.csv"
    columns = [{"name": row[0], "type": row[1]} for row in con.execute(f"DESCRIBE {name}").fetchall()]
    rows = _count(con, name)
    listed = ", ".join(_csv_column(column["name"], column["type"]) for column in columns)
    con.execute(f"COPY {name} TO {quoted(str(parquet))} (FORMAT parquet, COMPRESSION zstd)")
    con.execute(f"COPY (SELECT {listed} FROM {name}) TO {quoted(str(text))} (FORMAT csv, HEADER true)")
    for made, reader in (
        (parquet, f"read_parquet({quoted(str(parquet))})"),
        (text, f"read_csv({quoted(str(text))}, header = true, all_varchar = true, delim = ',', quote = '\"')"),
    ):
        found = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {reader}").fetchall()]
        if found != [column["name"] for column in columns] or _count(con, reader) != rows:
            raise PublishError(
                f"{made.name} read back is not what the table {table} holds: the last release stays; check the disk, "
                "then publish again."
            )
    return {"rows": rows, "columns": columns}


def _csv_column(name: str, kind: str) -> str:
    column = identifier(name)
    return f"array_to_string({column}, '+') AS {column}" if kind.endswith("[]") else column


def _count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {relation}").fetchone()
    return int(row[0]) if row else 0


def _dictionary(con: duckdb.DuckDBPyConnection) -> str:
    """The data dictionary: one line a column, from the comments inside the warehouse."""
    lines = con.execute(
        """
        SELECT c.table_name, c.column_index, c.column_name, c.data_type, c.comment, t.comment
        FROM duckdb_columns() AS c
        INNER JOIN duckdb_tables() AS t USING (database_name, schema_name, table_name)
        WHERE c.schema_name = 'marts' AND c.database_name = current_database()
        ORDER BY c.table_name, c.column_index
        """
    ).fetchall()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("table", "position", "column", "type", "description", "table_description"))
    writer.writerows(lines)
    return out.getvalue()


def _content(folder: Path) -> str:
    """The hash of what a release says: its Parquet and CSV files and the dictionary."""
    digest = hashlib.sha256()
    for path in _files(folder):
        if path.name not in (WAREHOUSE, MANIFEST):
            digest.update(f"{path.relative_to(folder).as_posix()}\0{_sha256(path)}\0".encode())
    return digest.hexdigest()


def _finish(unfinished: Path, releases: Path, said: dict[str, Any]) -> str:
    """Write the manifest with what is `said` in it, bring everything to disk, give the release its name."""
    release = name = f"{said['day']}-{said['content'][:12]}"
    again = 1
    while (releases / release).exists():
        again += 1
        release = f"{name}-{again}"
    manifest = {
        **said,
        "release": release,
        "files": {
            path.relative_to(unfinished).as_posix(): {"sha256": _sha256(path), "bytes": path.stat().st_size}
            for path in _files(unfinished)
        },
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (unfinished / MANIFEST).write_text(text, encoding="utf-8")
    for path in _files(unfinished):
        path.chmod(0o444)
        _to_disk(path)
    for folder in (unfinished / "parquet", unfinished / "csv", unfinished):
        _to_disk(folder)
    os.rename(unfinished, releases / release)
    _to_disk(releases)
    return release


def _find(releases: Path, said: dict[str, Any], published: str | None) -> str | None:
    """The newest whole release that says the same; one with a missing or changed file does not count.

    Nor does one that a killed publication made and none published, once its number is another's in the ledger.
    """
    entered = {entry["release"] for entry in ledger_of(releases)} | {published}
    for _, number, folder in sorted(_newness(releases), reverse=True):
        manifest = manifest_of(folder)
        if (
            manifest["content"] == said["content"]
            and (folder.name in entered or number == said["number"])
            and all(
                (folder / name).is_file() and _sha256(folder / name) == file["sha256"]
                for name, file in manifest["files"].items()
            )
        ):
            return folder.name
    return None


def _newness(releases: Path) -> list[tuple[int, int, Path]]:
    """Each release with the number of its last publication in the ledger, 0 for none, and that of its manifest."""
    last = {entry["release"]: int(entry["number"]) for entry in ledger_of(releases)}
    found = []
    for folder in releases.iterdir():
        if folder.is_dir() and not folder.name.startswith("."):
            try:
                found.append((last.get(folder.name, 0), int(manifest_of(folder)["number"]), folder))
            except (PublishError, KeyError, TypeError, ValueError):
                continue
    return found


def _published(published: Path, releases: Path) -> str | None:
    """The release that is published; None when there is none."""
    folder = published.resolve()
    return folder.name if published.is_symlink() and folder.is_dir() and folder.parent == releases.resolve() else None


def _swap(published: Path, release: Path) -> None:
    """Point `published` at a release: readers see the old one or the new one, never neither."""
    link = published.with_name(f".{published.name}.new")
    os.symlink(os.path.relpath(release, published.parent), link, target_is_directory=True)
    os.replace(link, published)
    _to_disk(published.parent)


def _settle(published: Path, releases: Path) -> None:
    """Enter the pending publication in the ledger if it came to pass and is not there; mend a half last line.

    A half line is written anew where it is that of the release that is published, and goes otherwise.

    The line waits in a file of its own while the link is swapped, so that a publication killed in between is entered
    by the next one, and one killed before never is.
    """
    path, pending = releases / LEDGER, releases / _PENDING
    before = path.read_bytes() if path.exists() else b""
    whole = len(ledger_of(releases))
    now = b"".join(line + b"\n" for line in before.split(b"\n")[:whole])
    current = _published(published, releases)
    if before and not before.endswith(b"\n") and len(now) < len(before) and current:
        manifest = manifest_of(releases / current)
        if manifest["number"] == whole + 1:
            rows = {table: said["rows"] for table, said in manifest["tables"].items()}
            said = {key: manifest[key] for key in ("number", "release", "day", "code_version", "content")}
            now += _line({**said, "tables": rows}).encode()
    elif pending.exists():
        entry = _entry(pending.read_bytes(), whole + 1)
        if entry is not None and entry["release"] == current:
            now += pending.read_bytes()
    if now != before:
        _write(path, now.decode())
    pending.unlink(missing_ok=True)


def _entry(line: bytes, number: int) -> dict[str, Any] | None:
    try:
        entry: dict[str, Any] = json.loads(line)
        return entry if entry["number"] == number and entry["release"] else None
    except (KeyError, TypeError, ValueError):
        return None


def _line(entry: dict[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n"


def _write(path: Path, text: str) -> None:
    write_text(path, text)
    _to_disk(path.parent)


def _retire(releases: Path, keep: int, current: str) -> tuple[str, ...]:
    """Remove all but the newest `keep` releases; a name goes first, so that no half release ever bears one."""
    old = [folder for *_, folder in sorted(_newness(releases), reverse=True) if folder.name != current][keep - 1 :]
    for folder in old:
        going = folder.with_name(f"{_GOING}{folder.name}")
        os.rename(folder, going)
        shutil.rmtree(going)
    return tuple(sorted(folder.name for folder in old))


def _clean(published: Path, releases: Path) -> None:
    """Make the folders, remove what a killed publication left, and bring the ledger up to what is published."""
    releases.mkdir(parents=True, exist_ok=True)
    published.parent.mkdir(parents=True, exist_ok=True)
    published.with_name(f".{published.name}.new").unlink(missing_ok=True)
    for prefix in (_UNFINISHED, _GOING):
        for leftover in releases.glob(f"{prefix}*"):
            shutil.rmtree(leftover)
    for leftover in releases.glob(f"*{PART}"):
        leftover.unlink()
    _settle(published, releases)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(warehouse: Path, releases: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PublishError(
            f"{error.filename or releases}: {error.strerror or error}; the last release stays. Check that {releases} "
            "is yours to write to and that the disk has room, then publish again."
        ) from error
    except duckdb.Error as error:
        raise PublishError(
            f"{warehouse} cannot be published ({str(error).strip().splitlines()[0]}); the last release stays. Close "
            "other programs that hold the file, see that the disk has room, or build it again, then publish."
        ) from error
