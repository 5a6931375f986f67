"""The tables of a day that validation gives, made from its files in the lake, ready to be put there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from kpi_pipeline.storage.lake import Lake, packed
from kpi_pipeline.validation import Correction, Tables, validate


class Day(NamedTuple):
    """A day to be judged: where its lake is, what the corrections file says of it, and the fingerprint of its files."""

    root: Path
    day: str
    corrections: Sequence[Correction]
    fingerprint: str


def judged(lake: Lake, day: str, corrections: Sequence[Correction]) -> Tables:
    """The facts of a day, judged."""
    pages = {str(row["page_id"]): row for row in lake.rows("cleaned_text", day)}
    texts = {page_id: str(row["text"]) for page_id, row in pages.items()}
    return validate(lake.rows("extracted_facts", day), texts, corrections, pages)


def packed_tables(day: Day) -> dict[str, bytes]:
    """The files of a judged day by table, for `Lake.put`."""
    tables = judged(Lake(day.root), day.day, day.corrections)
    return {table: packed(table, rows, day.fingerprint) for table, rows in vars(tables).items()}
