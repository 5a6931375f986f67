"""The ledger beside the releases: one line for each publication that changed what is published. It only grows.

The line waits in a file of its own while the link is swapped, so that a publication killed in between is entered by
the next one, and one killed before never is.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kpi_pipeline.publication.files import to_disk
from kpi_pipeline.publication.manifest import manifest_of, numbers_of
from kpi_pipeline.publication.source import PublishError
from kpi_pipeline.storage.atomic import write_text

LEDGER = "ledger.jsonl"
SAID = ("number", "release", "day", "code_version", "versions", "content", "changes", "accepted_loss")
"""What a line says besides the rows of each table; the manifest of the release says the same."""

_PENDING = ".pending.json"


def ledger_of(releases: Path) -> list[dict[str, Any]]:
    """The publications that changed what is published, oldest first: `number` (from 1, the line's number), `release`,
    `day`, `code_version`, `versions` (of the code by what it does), `content`, `tables` (rows by name), `changes` (rows
    of the KPI table by kind and cause) and `accepted_loss` (the reason, or None).

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
            f"copy, or move {releases} away to begin a new history, then run again."
        )
    return [entry for entry in entries if entry is not None]


def last_entry(releases: Path) -> dict[str, Any] | None:
    """The line of the last publication in the ledger; None before the first."""
    return next(reversed(ledger_of(releases)), None)


def current_release(published: Path, releases: Path) -> str | None:
    """The release that the link `published` leads to; None when there is none."""
    folder = published.resolve()
    return folder.name if published.is_symlink() and folder.is_dir() and folder.parent == releases.resolve() else None


def announce(releases: Path, entry: dict[str, Any]) -> None:
    """Lay down the line of a publication that is about to happen."""
    _write(releases / _PENDING, _line(entry))


def settle(releases: Path, current: str | None) -> None:
    """Enter the pending publication in the ledger if it came to pass and is not there; mend a half last line.

    `current` is the release that is published. A half line is written anew where it is its own, and goes otherwise.
    Raises `PublishError` when the releases tell of publications that the ledger does not know.
    """
    path, pending = releases / LEDGER, releases / _PENDING
    before = path.read_bytes() if path.exists() else b""
    whole = len(ledger_of(releases))
    now = b"".join(line + b"\n" for line in before.split(b"\n")[:whole])
    if before and not before.endswith(b"\n") and len(now) < len(before) and current:
        manifest = manifest_of(releases / current)
        if manifest["number"] == whole + 1:
            rows = {table: said["rows"] for table, said in manifest["tables"].items()}
            said = {key: manifest[key] for key in SAID if key in manifest}
            now += _line({**said, "tables": rows}).encode()
    elif pending.exists():
        entry = _entry(pending.read_bytes(), whole + 1)
        if entry is not None and entry["release"] == current:
            now += pending.read_bytes()
    _refuse_shortened(releases, current, now.count(b"\n"))
    if now != before:
        _write(path, now.decode())
    pending.unlink(missing_ok=True)


def _refuse_shortened(releases: Path, current: str | None, lines: int) -> None:
    """Raise `PublishError` when lines are lost. A release may be one ahead where it was not published any more."""
    for folder, number in numbers_of(releases).items():
        if number > lines + (folder.name != current):
            raise PublishError(
                f"{releases / LEDGER} ends with line {lines}, but {folder.name} is publication {number}: put the "
                f"ledger back from a copy, or move {releases} away to begin a new history, then run again."
            )


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
    to_disk(path.parent)
