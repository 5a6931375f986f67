"""Rows that vanish: how many may go for which cause, and what is said when more do. The limits stand in limits.csv."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from kpi_pipeline.contracts.history import CAUSES
from kpi_pipeline.publication.source import PublishError
from kpi_pipeline.reference.tables import rows

LIMITS = Path(__file__).with_name("limits.csv")
_NAMED = 5


@dataclass(frozen=True)
class Limit:
    """How many rows of a table may go for a cause: `rows`, or `percent` of those before if more; None for all."""

    rows: int | None
    percent: float
    reason: str

    def allows(self, gone: int, before: int) -> bool:
        """Whether `gone` of `before` rows may go."""
        return self.rows is None or gone <= max(self.rows, self.percent / 100 * before)


@dataclass(frozen=True)
class Loss:
    """A row that goes: its table, its key there, and the code of the cause."""

    table: str
    key: str
    cause: str


class LossError(PublishError):
    """More rows would go than the limits allow; `lost` are all that go for the causes in question.

    `before` gives the rows of each table at the last publication.
    """

    def __init__(self, lost: tuple[Loss, ...], before: Mapping[str, int]) -> None:
        first, *others = (
            _told(table, [loss for loss in lost if loss.table == table], before[table])
            for table in dict.fromkeys(loss.table for loss in lost)
        )
        super().__init__(
            f"{first}{''.join(f'; {other}' for other in others)}. The last release stays; "
            "KPI_HOME/releases/stopped/CHANGES.md shows all that would change. If they are meant to go, "
            "`kpi run --accept-loss REASON` publishes without them; else mend what lost them and run again."
        )
        self.lost = lost


def _told(table: str, lost: list[Loss], before: int) -> str:
    counted = Counter(loss.cause for loss in lost)
    why = ", ".join(f"{cause} {gone}" for cause, gone in sorted(counted.items()))
    named = ", ".join(loss.key for loss in lost[:_NAMED])
    more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
    return f"{len(lost)} of {before} rows of {table} would go, more than limits.csv allows ({why}): {named}{more}"


def limits(path: Path = LIMITS) -> dict[str, Limit]:
    """The limits by cause. Raises `PublishError` when a cause has none, or a line cannot be meant."""
    found: dict[str, Limit] = {}
    for line, row in rows(path, ("cause", "rows", "percent", "reason")):
        try:
            limit = Limit(int(row["rows"]) if row["rows"] else None, float(row["percent"] or 0), row["reason"].strip())
        except ValueError:
            limit = None
        if limit is None or not limit.reason or row["cause"] not in CAUSES or row["cause"] in found:
            raise PublishError(
                f"{path.name}, line {line}: a cause of kpi_history, once, a whole number of rows or none, a percentage "
                "and a reason; correct the line."
            )
        found[row["cause"]] = limit
    if missing := [cause for cause in CAUSES if cause not in found]:
        raise PublishError(f"{path.name} has no line for {', '.join(missing)}: add it, with a reason.")
    return found


def losses(con: duckdb.DuckDBPyConnection, number: int) -> tuple[Loss, ...]:
    """The rows that go with the publication `number` of a warehouse: of the KPI table first, by cause and key."""
    found = con.execute(
        "SELECT 'kpi_province_year', kpi_id, end_cause FROM marts.kpi_history AS o WHERE ended_publication = ? "
        "AND NOT EXISTS (SELECT 1 FROM marts.kpi_history AS n WHERE n.kpi_id = o.kpi_id AND n.publication = ?) "
        "ORDER BY end_cause, kpi_id",
        [number, number],
    ).fetchall()
    found += con.execute(
        "SELECT table_name, row_key, cause FROM marts.dq_lost_rows WHERE publication = ? "
        "ORDER BY table_name, cause, row_key",
        [number],
    ).fetchall()
    return tuple(Loss(*row) for row in found)


def beyond_limits(lost: tuple[Loss, ...], before: Mapping[str, int], allowed: Mapping[str, Limit]) -> tuple[Loss, ...]:
    """Those of the rows lost that go for a cause of which more of their table go than is allowed.

    `before` gives the rows of each table at the last publication.
    """
    counted = Counter((loss.table, loss.cause) for loss in lost)
    return tuple(
        loss for loss in lost if not allowed[loss.cause].allows(counted[loss.table, loss.cause], before[loss.table])
    )
