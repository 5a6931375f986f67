"""Floors: the precision and recall that a gold set must reach, all in one table, and what lies under them.

Belongs here: reading the table and comparing. Does not belong here: what a shortfall stops (`defs/accuracy.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpi_pipeline.accuracy.cases import GoldError
from kpi_pipeline.accuracy.gold import REGISTRY
from kpi_pipeline.accuracy.rates import Rate
from kpi_pipeline.reference.tables import rows

Row = dict[str, Any]

FLOORS = "floors.csv"
MEASURES = ("precision", "recall")
_COLUMNS = ("gold_set", "indicator", "grade", "precision", "recall", "why")


@dataclass(frozen=True)
class Floor:
    """What one set must reach for one indicator (or `all`, `ratings`) on one grade; shares between 0 and 1."""

    gold_set: str
    indicator: str
    grade: str
    precision: float
    recall: float
    why: str
    line: int


@dataclass(frozen=True)
class Shortfall:
    """A rate under its floor; `measure` is precision or recall."""

    gold_set: str
    indicator: str
    grade: str
    measure: str
    rate: float
    floor: float

    def __str__(self) -> str:
        place = f"{self.gold_set}, {self.indicator}, {self.grade}"
        return f"{place}: {self.measure} {self.rate:.4f} is under its floor {self.floor:g}"


def read_floors(registry: Path = REGISTRY) -> tuple[Floor, ...]:
    """The floors of a registry, in the order of its table; none where it has no table.

    Raises `GoldError` for a line that is not as it must be.
    """
    table = registry / FLOORS
    if not table.is_file():
        return ()
    found: dict[tuple[str, str, str], Floor] = {}
    for line, row in rows(table, _COLUMNS):
        where = f"{FLOORS}, line {line}"
        place = (row["gold_set"], row["indicator"], row["grade"])
        if place in found:
            raise GoldError(f"{where}: {', '.join(place)} has its floor in line {found[place].line}; keep one.")
        precision, recall = (_share(row[name], f"{where}: {name}") for name in MEASURES)
        found[place] = Floor(*place, precision, recall, row["why"], line)
    return tuple(found.values())


def with_floors(rates: Iterable[Rate], floors: Iterable[Floor]) -> list[Row]:
    """The rows of the table error_rate: each rate with its floor, ordered by set, indicator and grade.

    Raises `GoldError` for a floor over what was not measured: it would hold for ever.
    """
    laid = {(floor.gold_set, floor.indicator, floor.grade): floor for floor in floors}
    found: dict[tuple[str, str, str], Row] = {}
    for rate in rates:
        place = (rate.gold_set, rate.indicator, rate.grade)
        floor = laid.get(place) if rate.n_gold else None
        found[place] = {
            **rate.as_row(),
            "precision_floor": floor.precision if floor else None,
            "recall_floor": floor.recall if floor else None,
        }
        if floor:
            del laid[place]
    for place, floor in laid.items():
        raise GoldError(
            f"{FLOORS}, line {floor.line}: {', '.join(place)} has no gold fact to be measured on; mend the names or "
            "remove the line."
        )
    return [row for _, row in sorted(found.items())]


def shortfalls(rows_with_floors: Iterable[Row]) -> tuple[Shortfall, ...]:
    """The rates that lie under their floor, in the order of the rows; what has no rate has no shortfall."""
    return tuple(
        Shortfall(row["gold_set"], row["indicator"], row["grade"], measure, row[measure], row[f"{measure}_floor"])
        for row in rows_with_floors
        for measure in MEASURES
        if None not in (row[measure], row[f"{measure}_floor"]) and row[measure] < row[f"{measure}_floor"]
    )


def _share(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise GoldError(f"{where} {text!r} is no share between 0 and 1; write it like 0.98.")
    return value
