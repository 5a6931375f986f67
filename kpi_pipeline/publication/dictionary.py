"""The data dictionary: one line a column, as CSV."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from kpi_pipeline.publication.csv_files import copy_csv
from kpi_pipeline.publication.source import Column, Source

DICTIONARY = "data_dictionary.csv"

_HEAD = (
    Column("table", "VARCHAR", "Name of the table."),
    Column("position", "BIGINT", "Place of the column in its table, from 1."),
    Column("column", "VARCHAR", "Name of the column."),
    Column("type", "VARCHAR", "Its type in DuckDB."),
    Column("description", "VARCHAR", "What it means."),
    Column("table_description", "VARCHAR", "What the table holds."),
)


def dictionary_rows(source: Source) -> tuple[tuple[str, int, str, str, str, str], ...]:
    """Table, position, column, type, description and the table's description of each column."""
    return tuple(
        (table.name, position, column.name, column.type, column.description, table.description)
        for table in source.tables
        for position, column in enumerate(table.columns, start=1)
    )


def write_dictionary(source: Source, folder: Path) -> None:
    """Write `data_dictionary.csv` from the descriptions inside the warehouse."""
    names = [column.name for column in _HEAD]
    rows = [dict(zip(names, row, strict=True)) for row in dictionary_rows(source)]
    source.con.register("dictionary", pa.Table.from_pylist(rows))
    copy_csv(source.con, "dictionary", _HEAD, folder / DICTIONARY)
    source.con.unregister("dictionary")
