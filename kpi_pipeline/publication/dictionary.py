"""The data dictionary: one line a column, as CSV."""

from __future__ import annotations

import csv
from pathlib import Path

from kpi_pipeline.publication.source import Source

DICTIONARY = "data_dictionary.csv"


def write_dictionary(source: Source, folder: Path) -> None:
    """Write `data_dictionary.csv` from the descriptions inside the warehouse."""
    with (folder / DICTIONARY).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("table", "position", "column", "type", "description", "table_description"))
        for table in source.tables:
            for position, column in enumerate(table.columns, start=1):
                writer.writerow((table.name, position, column.name, column.type, column.description, table.description))
