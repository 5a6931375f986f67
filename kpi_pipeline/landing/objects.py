"""The pages' bytes, one file for each sha256: `objects/ab/<sha256>`.

Belongs here: putting bytes in place, reading them back, telling and mending damage. Does not belong here: which pages
the bytes belong to (`store`).
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from kpi_pipeline.landing.page import LandingError


class Objects:
    """The bytes under one folder, each file named by the sha256 of what it holds."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the bytes stand, whether they are there or not."""
        return self.root / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        """The bytes. Raises `LandingError` where they are missing or no longer what was landed."""
        try:
            content = self.path(sha256).read_bytes()
        except OSError as error:
            raise LandingError(f"The bytes {sha256} are missing from {self.root}; land their page again.") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise LandingError(f"The bytes {sha256} in {self.root} are damaged; land their page again.")
        return content

    def has(self, sha256: str, n_bytes: int) -> bool:
        """Whether a file of that many bytes stands there; its content is not read."""
        try:
            found = self.path(sha256).stat()
        except OSError:
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size == n_bytes

    def keep(self, sha256: str, content: bytes, *, known: bool) -> str | None:
        """Put bytes in place: written beside, synced, renamed. A sentence where that mended damage, else None.

        `known` says that the bytes were landed before, so that a missing file is damage. Called inside a write
        transaction only, so that a leftover of a killed landing is nobody's any more and may be overwritten.
        """
        path = self.path(sha256)
        there = path.is_file()
        if there and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
            return None
        fresh = not path.parent.is_dir()
        path.parent.mkdir(exist_ok=True)
        beside = path.with_suffix(".part")
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
        for folder in (path.parent, self.root) if fresh else (path.parent,):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        if not known:
            return None
        return f"The stored bytes were damaged and have been replaced{'' if there else ' (their file was missing)'}."
