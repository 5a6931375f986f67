"""The lake: one Parquet file a table and day, written beside and renamed, with the fingerprint of what made it.

Reading and writing only. What a table holds is its contract's affair; what makes a day due is fingerprint.py's.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kpi_pipeline.contracts import LAKE_CONTRACTS
from kpi_pipeline.contracts.fields import arrow_schema
from kpi_pipeline.storage.atomic import alive, write_text, write_with
from kpi_pipeline.storage.sealed import has_seal, is_sealed, sealed
from kpi_pipeline.trouble import Trouble

_FINGERPRINT = b"kpi_fingerprint"
WHOLE = "whole"
"""In place of a day: the one file of a table that is not cut by day."""

_OPEN = "_open"
_FAILED = "failed"
_BATCH_BYTES = 64 * 2**20
_REMEMBERED = 2**15  # files
SCHEMAS: dict[str, pa.Schema] = {table: arrow_schema(contract) for table, contract in LAKE_CONTRACTS.items()}
"""The Parquet schema of each table of the lake."""


class LakeError(Trouble):
    """A file of the lake cannot be written or read; the message says which and what to do."""


@dataclass(frozen=True)
class Lake:
    """The lake under one folder. Runs of different days never touch the same file."""

    root: Path

    def path(self, table: str, day: str) -> Path:
        """Where the file of a day stands: `<table>/<year>/<day>.parquet`; `<table>/whole.parquet` for `WHOLE`."""
        return self.root / table / ("" if day == WHOLE else day[:4]) / f"{day}.parquet"

    def write(self, table: str, day: str, rows: Sequence[Mapping[str, object]], fingerprint: str) -> None:
        """Put the rows of a day in place of what was there.

        A day that never had a file and has no rows gets none, so that years of silence cost nothing. Raises `LakeError`
        where it cannot be written; what was there stays.
        """
        if rows or fingerprint or self.path(table, day).exists():
            self.put(table, day, packed(table, rows, fingerprint))

    def put(self, table: str, day: str, content: bytes) -> None:
        """Put a file that `packed` made in place of what was there. Raises `LakeError` as `write` does."""
        path = self.path(table, day)
        with _written(path):
            write_with(path, lambda part: part.write_bytes(content))

    def fingerprint(self, table: str, day: str) -> str | None:
        """What made the file of a day; None where there is none, or it is not what was written, to the byte."""
        path = self.path(table, day)
        try:
            found = path.stat()
            return _fingerprint_of(path, found.st_ino, found.st_size, found.st_mtime_ns)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise LakeError(
                f"{path} cannot be read ({error.strerror or error}): make it yours to read, or remove it to have its "
                "day read again."
            ) from error

    def standing(self, table: str, day: str) -> tuple[int, int, int] | None:
        """Which file of a day stands now, without a look into it; None where there is none."""
        try:
            found = self.path(table, day).stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    def made_from(self, table: str, day: str) -> str:
        """The fingerprint of the file that another table's day is made from; empty where there is none.

        Raises `LakeError` when the file is damaged: what is made from it would be made from nothing.
        """
        found = self.fingerprint(table, day)
        if found is None and self.path(table, day).exists():
            raise LakeError(
                f"{self.path(table, day)} is not what was written, so nothing is made from it: run {table} of {day} "
                "too (`kpi run` does)."
            )
        return found or ""

    def damaged(self, tables: Iterable[str] = SCHEMAS) -> list[Path]:
        """The files of the tables that are not what was written, to the byte; a run of their days makes them anew."""
        return [
            self.path(table, path.stem)
            for table in tables
            for path in sorted((self.root / table).rglob("*.parquet"))
            if self.fingerprint(table, path.stem) is None
        ]

    def is_older(self, path: Path) -> bool:
        """Whether a file has no seal, as those written before there were any."""
        return not has_seal(path.read_bytes())

    def rows(self, table: str, day: str, columns: Sequence[str] | None = None) -> list[dict[str, object]]:
        """The rows of a day, none where it has no file; with all columns, or those that are named."""
        rows: list[dict[str, object]] = self._table(table, day, columns).to_pylist()
        return rows

    def frame(self, table: str, day: str) -> pd.DataFrame:
        """The rows of a day as a frame with the contract's columns."""
        frame: pd.DataFrame = self._table(table, day).to_pandas()
        return frame

    def frames(
        self, table: str, days: Iterable[str], columns: Sequence[str] | None = None, batch: int = _BATCH_BYTES
    ) -> Iterator[pd.DataFrame]:
        """The rows of several days, about `batch` bytes a frame, days never split; empty days give no frame."""
        held: list[pa.Table] = []
        size = 0
        for day in days:
            part = self._table(table, day, columns)
            if part.num_rows:
                held.append(part)
                size += part.nbytes
            if size >= batch:
                yield pa.concat_tables(held).to_pandas()
                held, size = [], 0
        if held:
            yield pa.concat_tables(held).to_pandas()

    def count(self, table: str, day: str) -> int:
        """How many rows a day has."""
        path = self.path(table, day)
        return int(pq.read_metadata(path).num_rows) if path.exists() else 0

    def size(self, table: str, day: str) -> int:
        """The bytes of the file of a day; 0 where there is none."""
        try:
            return self.path(table, day).stat().st_size
        except FileNotFoundError:
            return 0

    def days(self, table: str) -> list[str]:
        """The days that have a file, in order."""
        return sorted(path.stem for path in (self.root / table).glob("*/*.parquet"))

    def mark_open(self, asset: str, day: str) -> None:
        """Say that what an asset wrote for a day has yet to pass its blocking checks, before it is written.

        The mark outlives a killed process: the day is due again, and no warehouse is built over it.
        """
        self._write_mark(asset, day, str(os.getpid()))

    def clear(self, asset: str, day: str) -> None:
        """Say that all blocking checks of an asset have passed on a day."""
        self._mark(asset, day).unlink(missing_ok=True)

    def open_days(self) -> dict[str, bool]:
        """The days with a mark, in order; True where another process that is alive is still at work on the day."""
        found: dict[str, bool] = {}
        for mark in sorted((self.root / _OPEN).glob("*/????-??-??")):
            try:
                owner = mark.read_text()
            except FileNotFoundError:
                continue
            found[mark.name] = found.get(mark.name, True) and _at_work(owner)
        return dict(sorted(found.items()))

    def mark_failed(self, asset: str, day: str) -> None:
        """Say that a blocking check of an asset failed on a day."""
        self._write_mark(asset, day, _FAILED)

    def has_failed(self, asset: str, day: str) -> bool:
        """Whether a blocking check of an asset failed on a day the last time: what stands there is made anew."""
        try:
            return self._mark(asset, day).read_text() == _FAILED
        except FileNotFoundError:
            return False

    def left_open(self, asset: str, days: Iterable[str]) -> bool:
        """Whether a process that is gone was still at work on one of the days."""
        marks = (self._mark(asset, day) for day in days)
        owners = [mark.read_text() for mark in marks if mark.exists()]
        return any(owner.isdigit() and not _at_work(owner) for owner in owners)

    def _mark(self, asset: str, day: str) -> Path:
        return self.root / _OPEN / asset / day

    def _write_mark(self, asset: str, day: str, text: str) -> None:
        mark = self._mark(asset, day)
        with _written(mark):
            write_text(mark, text, flushed=text == _FAILED)  # an open day is due with an empty mark as well

    def _table(self, table: str, day: str, columns: Sequence[str] | None = None) -> pa.Table:
        path = self.path(table, day)
        if not path.exists():
            return SCHEMAS[table].empty_table()
        with pq.ParquetFile(path) as file:  # the files are small: pq.read_table and threads cost more than the reading
            part = file.read(columns=None if columns is None else list(columns), use_threads=False)
        return part.replace_schema_metadata(None)


def packed(table: str, rows: Iterable[Mapping[str, object]], fingerprint: str) -> bytes:
    """The rows of a day as a file of the lake, with the fingerprint of what made it."""
    schema = SCHEMAS[table].with_metadata({_FINGERPRINT: fingerprint.encode()})
    return sealed(pa.Table.from_pylist([dict(row) for row in rows], schema=schema))


@dataclass(frozen=True)
class KeptLake(Lake):
    """The lake for one who looks at a few days from several sides: each file is read once and kept."""

    _kept: dict[tuple[str, str], pa.Table] = field(default_factory=dict, compare=False, repr=False)

    def count(self, table: str, day: str) -> int:
        """How many rows a day has."""
        return int(self._table(table, day).num_rows)

    def _table(self, table: str, day: str, columns: Sequence[str] | None = None) -> pa.Table:
        if (table, day) not in self._kept:
            self._kept[table, day] = super()._table(table, day)
        kept = self._kept[table, day]
        return kept if columns is None else kept.select(list(columns))


@lru_cache(maxsize=_REMEMBERED)
def _fingerprint_of(path: Path, inode: int, size: int, changed: int) -> str | None:
    """The fingerprint in a file; the other arguments tell its states apart, so that each is read once a process."""
    content = path.read_bytes()
    if not is_sealed(content):
        return None
    value = (pq.read_schema(pa.BufferReader(content)).metadata or {}).get(_FINGERPRINT)
    return None if value is None else value.decode()


@contextmanager
def _written(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LakeError(
            f"{path} cannot be written ({error.strerror or error}): check that the folder is yours to write to and "
            "that the disk has room, then run again; days that were done stay done."
        ) from error


def _at_work(owner: str) -> bool:
    return owner.isdigit() and int(owner) != os.getpid() and alive(int(owner))
