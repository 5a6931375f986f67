"""Each mart as Parquet and as CSV, read back after writing."""

from __future__ import annotations

from pathlib import Path

from kpi_pipeline.publication.source import Column, PublishError, Source, Table
from kpi_pipeline.storage.warehouse import identifier, quoted


def write_parquet(source: Source, folder: Path) -> None:
    """Write `parquet/<table>.parquet` for each mart. Raises `PublishError` when it does not read back."""
    (folder / "parquet").mkdir()
    for table in source.tables:
        path = folder / "parquet" / f"{table.name}.parquet"
        source.con.execute(f"COPY {_name(table)} TO {quoted(str(path))} (FORMAT parquet, COMPRESSION zstd)")
        _read_back(source, table, path, f"read_parquet({quoted(str(path))})")


def write_csv(source: Source, folder: Path) -> None:
    """Write `csv/<table>.csv` (UTF-8, a list joined by `+`) for each mart. Raises `PublishError` as above."""
    (folder / "csv").mkdir()
    for table in source.tables:
        path = folder / "csv" / f"{table.name}.csv"
        listed = ", ".join(_csv_column(column) for column in table.columns)
        source.con.execute(
            f"COPY (SELECT {listed} FROM {_name(table)}) TO {quoted(str(path))} (FORMAT csv, HEADER true)"
        )
        reader = f"read_csv({quoted(str(path))}, header = true, all_varchar = true, delim = ',', quote = '\"')"
        _read_back(source, table, path, reader)


def _name(table: Table) -> str:
    return f"marts.{identifier(table.name)}"


def _csv_column(column: Column) -> str:
    name = identifier(column.name)
    return f"array_to_string({name}, '+') AS {name}" if column.type.endswith("[]") else name


def _read_back(source: Source, table: Table, path: Path, reader: str) -> None:
    found = [row[0] for row in source.con.execute(f"DESCRIBE SELECT * FROM {reader}").fetchall()]
    counted = source.con.execute(f"SELECT count(*) FROM {reader}").fetchone()
    if found != [column.name for column in table.columns] or counted != (table.rows,):
        raise PublishError(
            f"{path.name} read back is not what the table {table.name} holds: the last release stays; check the disk, "
            "then publish again."
        )
