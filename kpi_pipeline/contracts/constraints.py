"""What a contract says of a table in words that other systems have too: keys, closed codes, patterns, bounds.

Read out of the contracts, so that a published description says nothing that they do not. Rules over whole rows and
tables stay in the contracts alone. How a format writes these down is the affair of publication/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kpi_pipeline.contracts.fields import Contract, keys_of

REFERRED = ("dim_page", "dim_province", "dim_subject", "dim_year", "fact_observation")
"""Tables that others refer to: columns that bear the names of one's key lead to it."""

_BRIDGE, _LONG = "bridge_kpi_fact", "kpi_province_year"
"""Other tables have ids of KPI rows too, but of their own; only those of the bridge are all of the long table."""

OF_THE_PAST = ("dq_lost_rows", "kpi_history")
"""Tables that refer to nothing: their rows may name what is no longer there, as a page that was withdrawn."""


@dataclass(frozen=True)
class Constraints:
    """What one column may hold; None and empty say nothing. `required` is true where neither null nor '' may stand."""

    required: bool = False
    unique: bool = False
    codes: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    min_length: int = 0


@dataclass(frozen=True)
class ForeignKey:
    """Columns of a table whose values, where they are not null, stand in the key of the table `refers_to`."""

    columns: tuple[str, ...]
    refers_to: str


def constraints_of(contract: type[Contract], column: str) -> Constraints:
    """The constraints of one column. Raises `KeyError` when the contract has no such column."""
    field = contract.to_schema().columns[column]
    said: dict[str, Mapping[str, Any]] = {str(check.name): check.statistics or {} for check in field.checks}
    codes = tuple(said.get("isin", {}).get("allowed_values", ()))
    pattern = said.get("str_matches", {}).get("pattern")
    shortest = said.get("str_length", {}).get("min_value") or 0
    never_empty = bool(codes) or bool(pattern and "^$" not in pattern) or shortest > 0
    is_text = str(field.dtype).startswith("str")
    return Constraints(
        required=not field.nullable and (never_empty or not is_text) and str(field.dtype) != "object",
        unique=bool(field.unique),
        codes=codes,
        pattern=pattern,
        minimum=said.get("greater_than_or_equal_to", {}).get("min_value"),
        maximum=said.get("less_than_or_equal_to", {}).get("max_value"),
        above=said.get("greater_than", {}).get("min_value"),
        min_length=shortest,
    )


def primary_key(contract: type[Contract]) -> tuple[str, ...]:
    """The columns that tell a table's rows apart; empty where the contract names none."""
    return next(iter(keys_of(contract)), ())


def foreign_keys(contracts: Mapping[str, type[Contract]], table: str) -> tuple[ForeignKey, ...]:
    """The keys of other tables that a table bears, by the name of the table they lead to."""
    if table in OF_THE_PAST:
        return ()
    own = set(contracts[table].to_schema().columns)
    beside = (ForeignKey(("kpi_id",), _LONG),) if table == _BRIDGE and _LONG in contracts else ()
    keys = {other: primary_key(contracts[other]) for other in REFERRED if other in contracts and other != table}
    return tuple(ForeignKey(key, other) for other, key in keys.items() if key and own.issuperset(key)) + beside
