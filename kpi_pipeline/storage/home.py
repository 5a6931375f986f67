"""The one folder that holds all state, named by KPI_HOME: its layout, its first creation and its writer lock.

Paths and the lock only; what is written under a path is the business of the lake, the warehouse and the landing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from kpi_pipeline.storage.atomic import write_text
from kpi_pipeline.storage.dagster_settings import StorageError, dagster_folder, dagster_yaml
from kpi_pipeline.trouble import Trouble


class HomeError(Trouble):
    """KPI_HOME cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Home:
    """The state folder. Making one touches nothing; `prepare` creates it."""

    root: Path

    @classmethod
    def from_environment(cls) -> Home:
        """The folder that KPI_HOME names, `.kpi` in the current folder when it is not set."""
        return cls(Path(os.environ.get("KPI_HOME") or ".kpi").absolute())

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def corrections(self) -> Path:
        """The corrections file, written by analysts; there need not be one."""
        return self.root / "corrections.csv"

    @property
    def warehouse(self) -> Path:
        """The warehouse as built last; nobody but the writer opens it."""
        return self.root / "warehouse" / "warehouse.duckdb"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def published(self) -> Path:
        """What readers open: a link to the newest release."""
        return self.root / "published"

    @property
    def dagster(self) -> Path:
        """Dagster's own folder, with its settings; another one where its storage is a PostgreSQL database."""
        return self.root / dagster_folder()

    def prepare(self) -> None:
        """Create the folder and Dagster's settings; safe to call from several processes at once.

        Raises `HomeError` when it cannot be written, or bears a name that the databases in it read as something else.
        """
        if "?" in str(self.root):
            raise HomeError(f"KPI_HOME {self.root} has a question mark in it: set KPI_HOME to a folder without one.")
        try:
            settings = dagster_yaml()
        except StorageError as error:
            raise HomeError(str(error)) from error
        try:
            for folder in (self.root, self.landing, self.lake, self.warehouse.parent, self.releases, self.dagster):
                folder.mkdir(parents=True, exist_ok=True)
            for folder in (self.root, self.landing, self.lake, self.warehouse.parent, self.releases, self.dagster):
                if not os.access(folder, os.W_OK | os.X_OK):
                    raise PermissionError(13, "no permission to write", str(folder))
            written = self.dagster / "dagster.yaml"
            if not written.exists():
                write_text(written, settings)
        except OSError as error:
            raise HomeError(
                f"KPI_HOME {self.root} cannot be written ({error.filename or self.root}: {error.strerror or error}): "
                "set KPI_HOME to a folder you may write to."
            ) from error

    @contextmanager
    def writing(self, what: str, timeout: float = 900.0) -> Iterator[None]:
        """Hold the one writer lock of this home; it goes with its owner's death.

        Raises `HomeError` when another process holds it longer than `timeout` seconds.
        """
        lock = FileLock(self.root / "writer.lock", timeout=timeout)
        try:
            lock.acquire()
        except Timeout as error:
            raise HomeError(
                f"Another process has been writing in {self.root} for {timeout:.0f} seconds while this one waited for "
                f"{what}: let it end, or stop it, then try again."
            ) from error
        try:
            yield
        finally:
            lock.release()
