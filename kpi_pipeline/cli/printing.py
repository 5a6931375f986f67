"""How rows become a table in a terminal. What is asked for stands with the verbs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table


def print_table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        numeric = any(isinstance(row[column], (int, float)) for row in rows)
        table.add_column(column.replace("share_", ""), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(
            *(
                ""
                if row[column] is None
                else _plain(row[column])
                if isinstance(row[column], float)
                else str(row[column])
                for column in columns
            )
        )
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(table)


def _plain(number: float) -> str:
    """A number with all its digits and none that say nothing: 87.4, 1234567, never 1.23457e+06."""
    return f"{number:.6f}".rstrip("0").rstrip(".")
