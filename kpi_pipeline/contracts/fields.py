"""What all contracts share: field patterns, the Arrow schema of a contract, and reading out what broke it.

A contract is one pandera model a table, and the only place where its columns are defined. Here belongs what is the
same for every table; the tables themselves stand in pages.py, facts.py and kpi.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow

from kpi_pipeline.contracts.holding import holds

DAY = r"^\d{4}-\d{2}-\d{2}$"
PERIOD = r"^\d{4}(-\d{2}(-\d{2})?)?$"
PAGE_ID = r"^p[0-9a-f]{16}$"
SHA256 = r"^[0-9a-f]{64}$"
FACT_ID = r"^f[0-9a-f]{16}$"
GROUP_ID = r"^g[0-9a-f]{16}$"
CORRECTION_ID = r"^c[0-9a-f]{16}$"
PROVINCE = r"^VN-[0-9A-Z]{2}$"

ARROW_TYPES = {
    "str": arrow.string(),
    "int64": arrow.int64(),
    "float64": arrow.float64(),
    "bool": arrow.bool_(),
    "bytes": arrow.binary(),
    "date": arrow.date32(),
    "list": arrow.list_(arrow.string()),
}


UNIQUENESS = ("field_uniqueness", "multiple_fields_uniqueness")
"""What pandera calls the rule that a column, or some columns together, tell the rows of a table apart."""


class Contract(pa.DataFrameModel):
    """Base of all contracts: exactly the columns named, in their order, of the type named, nothing coerced."""

    class Config:
        strict = True
        ordered = True
        coerce = False


@dataclass(frozen=True)
class ColumnDoc:
    """One column as people and catalogues read it; `type` is one of str, int64, float64, bool, bytes, date."""

    name: str
    type: str
    nullable: bool
    description: str


@dataclass(frozen=True)
class Failure:
    """One value, or one whole-table rule, that breaks a contract; `index` is the row's position, None for the table."""

    column: str
    check: str
    value: str
    index: int | None


def columns_of(contract: type[pa.DataFrameModel]) -> tuple[ColumnDoc, ...]:
    """The columns of a contract, in order."""
    return tuple(
        ColumnDoc(name, _type_name(column), bool(column.nullable), column.description or "")
        for name, column in contract.to_schema().columns.items()
    )


def keys_of(contract: type[pa.DataFrameModel]) -> tuple[tuple[str, ...], ...]:
    """Each set of columns that tells the rows of a contract's table apart, single columns first."""
    schema = contract.to_schema()
    single = tuple((str(name),) for name, column in schema.columns.items() if column.unique)
    together = schema.unique or []
    named = (together,) if isinstance(together, str) else tuple(together)
    return (*single, named) if named else single


def table_doc(contract: type[pa.DataFrameModel]) -> str:
    """The sentence that says what one row of the table is: the first paragraph of the contract's docstring."""
    return re.sub(r"\s+", " ", (contract.__doc__ or "").strip().split("\n\n")[0])


def arrow_schema(contract: type[pa.DataFrameModel]) -> arrow.Schema:
    """The Parquet schema of a contract's table."""
    return arrow.schema(
        [arrow.field(column.name, ARROW_TYPES[column.type], column.nullable) for column in columns_of(contract)]
    )


def failures(contract: type[pa.DataFrameModel], frame: pd.DataFrame) -> tuple[Failure, ...]:
    """Everything in `frame` that breaks the contract, checked on the real values; empty when it holds."""
    if holds(contract, frame):
        return ()
    try:
        contract.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return tuple(_failure(row) for row in errors.failure_cases.to_dict("records"))
    return ()


def _failure(row: dict[Any, Any]) -> Failure:
    column = row.get("column")
    index = row.get("index")
    return Failure(
        column=str(column) if column is not None and not pd.isna(column) else "(table)",
        check=str(row.get("check")),
        value=str(row.get("failure_case"))[:200],
        index=None if index is None or pd.isna(index) else int(index),
    )


def _type_name(column: Any) -> str:
    kind = (column.metadata or {}).get("type")
    if kind:
        return str(kind)
    name = str(column.dtype)
    return "str" if name.startswith("str") else name
