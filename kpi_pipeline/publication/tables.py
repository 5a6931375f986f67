"""Each mart as Parquet and as CSV, read back after writing."""

from __future__ import annotations

from pathlib import Path

from kpi_pipeline.publication.csv_files import copy_csv, csv_reader
from kpi_pipeline.publication.source import PublishError, Source, Table
from kpi_pipeline.storage.warehouse import identifier, quoted


def write_parquet(source: Source, folder: Path) -> None:
    """Write `parquet/<table>.parquet` for each mart. Raises `PublishError` when it does not read back."""
    (folder / "parquet").mkdir()
    for table in source.tables:
        path = folder / "parquet" / f"{table.name}.parquet"
        source.con.execute(f"COPY {_name(table)} TO {quoted(str(path))} (FORMAT parquet, COMPRESSION zstd)")
        _read_back(source, table, path, f"read_parquet({quoted(str(path))})")


def write_csv(source: Source, folder: Path) -> None:
    """Write `csv/<table>.csv` for each mart, as csv_files.py says. Raises `PublishError` as above."""
    (folder / "csv").mkdir()
    for table in source.tables:
        path = folder / "csv" / f"{table.name}.csv"
        copy_csv(source.con, _name(table), table.columns, path)
        _read_back(source, table, path, csv_reader(path))


def _name(table: Table) -> str:
    return f"marts.{identifier(table.name)}"


def _read_back(source: Source, table: Table, path: Path, reader: str) -> None:
    found = [row[0] for row in source.con.execute(f"DESCRIBE SELECT * FROM {reader}").fetchall()]
    counted = source.con.execute(f"SELECT count(*) FROM {reader}").fetchone()
    if found != [column.name for column in table.columns] or counted != (table.rows,):
        raise PublishError(
            f"{path.name} read back is not what the table {table.name} holds: the last release stays; check the disk, "
            "then publish again."
        )
