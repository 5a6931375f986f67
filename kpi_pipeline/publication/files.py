"""The files of a folder, their sha256, JSON, and bringing them to disk. Nothing here knows what a release is."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any


def files_of(folder: Path) -> list[Path]:
    """All files below a folder, by path."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def folders_of(folder: Path) -> list[Path]:
    """A folder and all folders below it, the innermost first."""
    return [*sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True), folder]


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, said: Any) -> None:
    """Write JSON for people and programs: UTF-8, indented, in the order given."""
    path.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
