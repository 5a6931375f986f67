"""Making a release: one folder written beside, then swapped in by renaming a link.

A release holds the DuckDB file, the files of formats.py and a manifest. Its name carries a hash of what it says, so
the same content makes no second release. Readers keep what they opened; a process killed at any moment, or a loss of
rows beyond the limits, leaves the last release in place. What stands in the files is the affair of their own modules.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from kpi_pipeline.publication.changes import Counts, counted, write_changes
from kpi_pipeline.publication.files import files_of, folders_of, to_disk
from kpi_pipeline.publication.formats import FORMATS
from kpi_pipeline.publication.history import builder_of, complete, day_of, standing
from kpi_pipeline.publication.inspection import refuse_unsound
from kpi_pipeline.publication.ledger import SAID, announce, current_release, last_entry, ledger_of, settle
from kpi_pipeline.publication.losses import LossError, beyond_limits, limits, losses
from kpi_pipeline.publication.manifest import (
    content_of,
    damaged_files,
    manifest_of,
    numbers_of,
    tables_said,
    write_manifest,
)
from kpi_pipeline.publication.source import WAREHOUSE, PublishError, Source, Table
from kpi_pipeline.storage.atomic import PART
from kpi_pipeline.storage.connection import SETTING, connected, remove_spills, side_by_side, sql_mb

STOPPED = "stopped"
"""Beside the releases: what the last publication that was stopped would have changed."""

Said = dict[str, Any]
"""What the ledger and the manifest say of a publication, as far as it is known."""

_UNFINISHED = ".unfinished-"
_GOING = ".going-"


@dataclass(frozen=True)
class PublishReport:
    """What is published now. `changed` is false when that content was already published.

    `number` and `day` are those of its line in the ledger; `changes` counts the rows of the KPI table that this
    publication added, changed and took out, by cause; `accepted_loss` is why more went than the limits allow; `damaged`
    are the files in whose place a whole release of the same content was put.
    """

    release: str
    folder: Path
    changed: bool
    rows: dict[str, int]
    removed: tuple[str, ...]
    number: int
    day: str
    changes: Counts
    accepted_loss: str | None
    damaged: tuple[Path, ...]


def publish(
    warehouse: Path,
    home_published: Path,
    releases: Path,
    keep: int,
    day: str,
    code_version: str,
    *,
    accept_loss: str = "",
) -> PublishReport:
    """Publish a built warehouse: `home_published` becomes a link to its release folder in `releases`.

    `day` (ISO) dates a new release, its line in the ledger and the rows that are new, but never before the last one's;
    the newest `keep` releases stay, and always the one that is published. `accept_loss` is the
    reason why rows may go beyond the limits. One publication at a time is the caller's affair. Raises `PublishError`,
    and `LossError` for such a loss.
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
        before = current_release(home_published, releases)
        entries = ledger_of(releases)
        said: Said = {
            "number": len(entries) + 1,
            "day": day_of(entries, day),
            "code_version": code_version,
            "versions": builder_of(warehouse).said(),
        }
        unfinished = releases / f"{_UNFINISHED}{os.getpid()}"
        try:
            unfinished.mkdir()
            shutil.copyfile(warehouse, unfinished / WAREHOUSE)
            complete(unfinished / WAREHOUSE, releases, said["day"])
            tables = _write_files(unfinished, releases, said, accept_loss.strip())
            found, damaged = _find(releases, said)
            release = found or _finish(unfinished, releases, said, tables)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        rows = {table.name: table.rows for table in tables}
        if not entries or release != entries[-1]["release"]:
            announce(releases, {**said, "release": release, "tables": rows})
        if before != release:
            _swap(home_published, releases / release)
        settle(releases, release)
        entered = ledger_of(releases)[-1]
        removed = _retire(releases, keep, release)
    return PublishReport(
        release=release,
        folder=releases / release,
        changed=before != release,
        rows=rows,
        removed=removed,
        number=entered["number"],
        day=entered["day"],
        changes=said["changes"],
        accepted_loss=said["accepted_loss"],
        damaged=damaged,
    )


def _write_files(folder: Path, releases: Path, said: Said, accept_loss: str) -> tuple[Table, ...]:
    """Write every file of a release but the manifest, add to `said` what they say, and give the tables.

    Raises `LossError` when too many rows would go and nobody accepts it; what would change stays beside the releases.
    """
    number, last = said["number"], last_entry(releases)
    with connected(folder / WAREHOUSE) as con:
        con.execute("SET preserve_insertion_order = true")
        source = Source(con, said["day"], said["code_version"])
        if not source.tables:
            raise PublishError(
                f"The warehouse {folder / WAREHOUSE} holds no table in its schema marts: build it again."
            )
        rows_before = {**(last or {}).get("tables", {}), "kpi_province_year": standing(con, number)}
        lost = beyond_limits(losses(con, number), rows_before, limits())
        said |= {"changes": counted(con, number), "accepted_loss": (accept_loss or None) if lost else None}
        stopped = releases / STOPPED
        shutil.rmtree(stopped, ignore_errors=True)
        if lost and not accept_loss:
            stopped.mkdir()
            write_changes(con, stopped, source.tables, said, last)
            raise LossError(lost, rows_before)
        write_changes(con, folder, source.tables, said, last)
        with side_by_side(folder / WAREHOUSE) as threads:
            for formats in FORMATS:
                list(threads.map(lambda write: write(source.beside(), folder), formats))
        said["content"] = content_of(folder)
        return source.tables


def _finish(unfinished: Path, releases: Path, said: Said, tables: tuple[Table, ...]) -> str:
    """Write the manifest with what is `said` in it, bring everything to disk, give the release its name."""
    release = name = f"{said['day']}-{said['content'][:12]}"
    again = 1
    while (releases / release).exists():
        again += 1
        release = f"{name}-{again}"
    write_manifest(unfinished, {**said, "release": release, "tables": tables_said(tables)})
    refuse_unsound(unfinished)
    for path in files_of(unfinished):
        path.chmod(0o444)
        to_disk(path)
    for folder in folders_of(unfinished):
        to_disk(folder)
    os.rename(unfinished, releases / release)
    to_disk(releases)
    return release


def _find(releases: Path, said: Said) -> tuple[str | None, tuple[Path, ...]]:
    """The release of the last publication if it says the same, or one of this very publication that was killed before
    it was published; None where there is none, or a file of it is missing or changed: those files are named."""
    damaged: list[Path] = []
    last = last_entry(releases)
    for *_, folder in _newness(releases):
        manifest = manifest_of(folder)
        same = {**said, "release": folder.name} == {key: manifest.get(key) for key in SAID}
        published = last is not None and last["release"] == folder.name and last["content"] == said["content"]
        if same or published:
            if not (found := damaged_files(folder, manifest)):
                return folder.name, tuple(damaged)
            damaged += found
    return None, tuple(damaged)


def _newness(releases: Path) -> list[tuple[int, int, Path]]:
    """Each release with the number of its last publication in the ledger, 0 for none, and that of its manifest."""
    last = {entry["release"]: int(entry["number"]) for entry in ledger_of(releases)}
    return [(last.get(folder.name, 0), number, folder) for folder, number in numbers_of(releases).items()]


def _swap(published: Path, release: Path) -> None:
    """Point `published` at a release: readers see the old one or the new one, never neither."""
    link = published.with_name(f".{published.name}.new")
    os.symlink(os.path.relpath(release, published.parent), link, target_is_directory=True)
    os.replace(link, published)
    to_disk(published.parent)


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
    remove_spills(releases)
    for leftover in releases.glob(f"*{PART}"):
        leftover.unlink()
    settle(releases, current_release(published, releases))


@contextmanager
def _told(warehouse: Path, releases: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PublishError(
            f"{error.filename or releases}: {error.strerror or error}; the last release stays. Check that {releases} "
            "is yours to write to and that the disk has room, then publish again."
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise PublishError(
            f"{warehouse} cannot be published within {sql_mb()} MB of memory; the last release stays. Set {SETTING} to "
            "more, then publish again."
        ) from error
    except duckdb.Error as error:
        raise PublishError(
            f"{warehouse} cannot be published ({str(error).strip().splitlines()[0]}); the last release stays. Close "
            "other programs that hold the file, see that the disk has room, or build it again, then publish."
        ) from error
