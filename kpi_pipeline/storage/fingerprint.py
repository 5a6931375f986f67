"""What a day of the lake is made from, as one short text: pages, code and data files of the rooms that made it.

A stage skips a day whose fingerprint stands. Only names and bytes are hashed; no clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def room_version(*rooms: str) -> str:
    """The version of some rooms or single files of the package: a hash over their source and data files."""
    digest = hashlib.sha256()
    for room in sorted(rooms):
        for path in [_PACKAGE / room, *sorted((_PACKAGE / room).rglob("*"))]:
            if path.is_file() and path.suffix in {".py", ".csv", ".txt", ".json", ".yml"}:
                digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0")
                digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def fingerprint(*parts: object) -> str:
    """One text for what a day was made from."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]


def pages_fingerprint(pages: Iterable[tuple[object, ...]]) -> str:
    """The fingerprint of the pages of a day; empty for a day without pages."""
    listed = sorted(pages, key=str)
    return fingerprint(*listed) if listed else ""
