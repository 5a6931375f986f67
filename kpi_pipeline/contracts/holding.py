"""Whether a whole frame keeps a contract, told quickly: yes, or perhaps not.

The rules are the contract's own checks, asked where the answer is the same for less work: a pattern or a code list is
asked of a column's distinct values, and nothing is gathered that only a report of failures needs. Whatever is not
plainly kept is left to pandera, which alone says what is wrong (`fields.failures`). No rule stands here.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.engines import pandas_engine

_OF_EACH_VALUE = ("str_matches", "isin")
"""Checks that look at each value by itself, so that they hold for all rows where they hold for each distinct value."""


def holds(contract: type[pa.DataFrameModel], frame: pd.DataFrame) -> bool:
    """True only where every rule of the contract holds in every row; False says no more than: look closely."""
    schema = contract.to_schema()
    if list(frame.columns) != list(schema.columns):
        return False
    together = schema.unique or []
    return (
        all(_column_holds(column, frame[name]) for name, column in schema.columns.items())
        and not (together and frame.duplicated(subset=together).any())
        and all(_passes(check, frame) for check in schema.checks)
    )


def _column_holds(column: Any, values: pd.Series) -> bool:
    if column.coerce or not _has_type(column, values):
        return False
    if not column.nullable and values.isna().any():
        return False
    by_value = [check for check in column.checks if check.name in _OF_EACH_VALUE]
    distinct = pd.Series(values.unique(), dtype=values.dtype) if by_value or column.unique else values
    if column.unique and len(distinct) < len(values):
        return False
    return all(_passes(check, distinct if check in by_value else values) for check in column.checks)


def _has_type(column: Any, values: pd.Series) -> bool:
    """By the types alone: of objects, which may be anything, only a column of objects is plainly made."""
    known = pandas_engine.Engine.dtype(values.dtype)
    if values.dtype == object:
        return bool(column.dtype == known)
    return bool(column.dtype.check(known) is True)


def _passes(check: Any, data: Any) -> bool:
    try:
        return bool(check(data).check_passed)
    except Exception:  # what a check cannot read is for the close look to tell
        return False
