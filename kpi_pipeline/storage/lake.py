"""The lake: one Parquet file a table and day, written beside and renamed, with the fingerprint of what made it.

Reading and writing only. What a table holds is its contract's affair; what makes a day due is fingerprint.py's.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kpi_pipeline.contracts import LAKE_CONTRACTS
from kpi_pipeline.contracts.fields import arrow_schema
from kpi_pipeline.storage.atomic import alive, write_text, write_with

_FINGERPRINT = b"kpi_fingerprint"
WHOLE = "whole"
"""In place of a day: the one file of a table that is not cut by day."""

_OPEN = "_open"
_FAILED = "failed"
_BATCH_BYTES = 64 * 2**20
SCHEMAS: dict[str, pa.Schema] = {table: arrow_schema(contract) for table, contract in LAKE_CONTRACTS.items()}
"""The Parquet schema of each table of the lake."""


@dataclass(frozen=True)
class Lake:
    """The lake under one folder. Runs of different days never touch the same file."""

    root: Path

    def path(self, table: str, day: str) -> Path:
        """Where the file of a day stands: `<table>/<year>/<day>.parquet`; `<table>/whole.parquet` for `WHOLE`."""
        return self.root / table / ("" if day == WHOLE else day[:4]) / f"{day}.parquet"

    def write(self, table: str, day: str, rows: Sequence[Mapping[str, object]], fingerprint: str) -> None:
        """Put the rows of a day in place of what was there.

        A day that never had a file and has no rows gets none, so that years of silence cost nothing.
        """
        path = self.path(table, day)
        if not rows and fingerprint == "" and not path.exists():
            return
        schema = SCHEMAS[table].with_metadata({_FINGERPRINT: fingerprint.encode()})
        frame = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
        write_with(path, lambda part: pq.write_table(frame, part, compression="zstd"))

    def fingerprint(self, table: str, day: str) -> str | None:
        """What made the file of a day; None where there is none or it cannot be read."""
        try:
            metadata = pq.read_schema(self.path(table, day)).metadata
        except (OSError, pa.ArrowInvalid):
            return None
        value = (metadata or {}).get(_FINGERPRINT)
        return None if value is None else value.decode()

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

    def days(self, table: str) -> list[str]:
        """The days that have a file, in order."""
        return sorted(path.stem for path in (self.root / table).glob("*/*.parquet"))

    def mark_open(self, asset: str, day: str) -> None:
        """Say that what an asset wrote for a day has yet to pass its blocking checks, before it is written.

        The mark outlives a killed process: the day is due again, and no warehouse is built over it.
        """
        write_text(self._mark(asset, day), str(os.getpid()))

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
        write_text(self._mark(asset, day), _FAILED)

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

    def _table(self, table: str, day: str, columns: Sequence[str] | None = None) -> pa.Table:
        path = self.path(table, day)
        if not path.exists():
            return SCHEMAS[table].empty_table()
        with pq.ParquetFile(path) as file:  # the files are small: pq.read_table and threads cost more than the reading
            part = file.read(columns=None if columns is None else list(columns), use_threads=False)
        return part.replace_schema_metadata(None)


def _at_work(owner: str) -> bool:
    return owner.isdigit() and int(owner) != os.getpid() and alive(int(owner))
