"""Writing a file so that readers see the old one or the new one, never a part: beside, flushed, renamed.

What may be empty after a power cut is written without waiting for the disk. Nothing here knows what is in a file.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

PART = ".part"
"""Ending of a file being written; one left behind by a killed process means nothing and may be removed."""


def write_with(path: Path, write: Callable[[Path], object], flushed: bool = True) -> None:
    """Let `write` fill a file beside `path`, then put it in its place; where it is not `flushed`, a power cut may leave
    it empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}{PART}")
    try:
        write(part)
        if flushed:
            with part.open("rb+") as file:
                os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what processes that are gone have left half written below `folder`."""
    for part in folder.rglob(f"*{PART}"):
        owner = part.name.removesuffix(PART).rpartition(".")[2]
        if not owner.isdigit() or not alive(int(owner)):
            part.unlink(missing_ok=True)


def write_text(path: Path, text: str, flushed: bool = True) -> None:
    """Put `text` (UTF-8) at `path`, as `write_with` does."""
    write_with(path, lambda part: _fill(part, text), flushed)


def alive(process: int) -> bool:
    """Whether a process of this machine is running."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _fill(part: Path, text: str) -> None:
    part.write_text(text, encoding="utf-8")
