"""How any check lists what it found. What looks there are stands in days/; no check stands here."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import dagster as dg

from kpi_pipeline.days.look import Finding

SHOWN = 50
"""Failing rows a check's metadata lists; the count is always that of all."""

BY_DAY = "findings_by_day"
"""Metadata of a check: for each day that failed a mark of its findings, the same as long as they are the same."""

_FIRST = ("day", "new", "url", "page", "quote", "rule", "what", "verdict", "status", "reason", "remedy", "sentence")
"""Columns that people read first, in their order; the others follow as the check gives them."""


def listing(findings: Sequence[Finding]) -> dict[str, Any]:
    """The metadata of a check: how many findings, the first of them as a table, and a mark for those of each day."""
    if not findings:
        return {"findings": 0}
    places = {name: place for place, name in enumerate(_FIRST)}
    shown = findings[:SHOWN]
    names = sorted({name: None for row in shown for name in row}, key=lambda name: places.get(name, len(places)))
    rows = [{name: row.get(name) for name in names} for row in shown]
    told = {"findings": len(findings), "failing_rows": table_of(rows)}
    return {**told, BY_DAY: dg.MetadataValue.json(_marks(findings))} if "day" in findings[0] else told


def table_of(rows: Sequence[Finding]) -> dg.TableMetadataValue:
    """Rows of the same columns as a table that the UI shows."""
    return dg.MetadataValue.table(
        [dg.TableRecord({name: _shown(value) for name, value in row.items()}) for row in rows]
    )


def _marks(findings: Sequence[Finding]) -> dict[str, str]:
    """For each day how many findings it has, and a digest of them in any order."""
    days: dict[str, list[str]] = defaultdict(list)
    for row in findings:
        told = sorted((name, str(value)) for name, value in row.items() if name != "new")
        days[str(row["day"])].append(repr(told))
    return {
        day: f"{len(rows)} {hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()[:12]}"
        for day, rows in sorted(days.items())
    }


def _shown(value: object) -> str | int | float:
    return value if isinstance(value, (int, float)) else "" if value is None else str(value)
