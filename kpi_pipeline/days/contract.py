"""The look whether every row of some tables of the lake keeps its contract."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd

from kpi_pipeline.contracts import LAKE_CONTRACTS
from kpi_pipeline.contracts.fields import failures
from kpi_pipeline.days.look import Finding, Look, Seen, with_remedy
from kpi_pipeline.storage.lake import Lake


def contract_of(*tables: str) -> Look:
    """The blocking look that every row of an asset's tables keeps its contract."""
    return Look(
        "contract",
        f"Every row keeps the contract of {', '.join(tables)}.",
        True,
        partial(_unlike_contract, tables),
        with_remedy("The code that wrote these rows is at fault: report it, with this list."),
    )


def _unlike_contract(tables: Sequence[str], lake: Lake, days: Sequence[str]) -> Seen:
    findings: list[Finding] = []
    rows = 0
    for table in tables:
        for frame in lake.frames(table, days):
            rows += len(frame)
            for failure in failures(LAKE_CONTRACTS[table], frame):
                row = frame.iloc[failure.index] if failure.index is not None else None
                findings.append(
                    {
                        "day": str(row["published_on"]) if row is not None else days[0],
                        "table": table,
                        "row": _key_of(row) if row is not None else "(table)",
                        "column": failure.column,
                        "rule": failure.check,
                        "value": failure.value,
                    }
                )
    return Seen(findings, {"rows": rows})


def _key_of(row: pd.Series[Any]) -> str:
    return str(next((row[name] for name in ("fact_id", "group_id", "page_id") if name in row), ""))
