"""Column lineage of the SQL models: which columns a column is made from, and the whole way back to the lake.

Read from the SQL alone with sqlglot; nothing here runs it. What a column takes part in without entering its value (a
filter, a join, the order that picks one of several) is no lineage. How Dagster and the catalogue show it is their own
affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer import build_scope
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from kpi_pipeline.storage.earlier import HISTORY
from kpi_pipeline.storage.lake import SCHEMAS
from kpi_pipeline.storage.sql_models import ModelError, SqlModel, load_models
from kpi_pipeline.storage.warehouse import REFERENCE_COLUMNS

CONSTANTS: dict[str, str] = {
    "marts.bridge_kpi_fact.role": "says which of its three queries made the row",
    "marts.dq_corrections.outcome": "says which table the fact stands in",
    "marts.dq_quarantine.kind": "says which table the row comes from",
    "marts.kpi_province_year.known_to": "what is said now has not ended",
    "staging.fact_change.nearness": "says which of its four queries made the row",
}
"""The columns that are made from no other, since the SQL writes their values itself; with the reason."""


class ColumnRef(NamedTuple):
    """A column of a table; the table with its schema (`lake.validated_facts`)."""

    table: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


Lineage = Mapping[str, Mapping[str, tuple[ColumnRef, ...]]]
"""Table, then column in the table's order, then the columns of the tables it reads that it is made from, sorted."""


def column_lineage(models: Sequence[SqlModel], sources: Mapping[str, Iterable[str]] | None = None) -> Lineage:
    """What each column of the models is made from; `sources` maps the tables that are no models to their columns.

    A count of rows is made from what it is counted by. Raises `ModelError` where the SQL cannot be followed or names
    a column that is not there. A source that is not in `sources` is taken to have what is asked of it by name.
    """
    known = dict(source_columns() if sources is None else sources)
    known |= {model.full_name: model.columns for model in models}
    spaces: dict[str, Any] = {}
    for name, columns in known.items():
        space, table = name.split(".")
        spaces.setdefault(space, {})[table] = dict.fromkeys(columns, "VARCHAR")
    schema = MappingSchema(spaces, dialect="duckdb")
    return {model.full_name: _model_lineage(model, schema) for model in models}


@cache
def own_lineage() -> Lineage:
    """The lineage of the product's own models, found once a process."""
    return column_lineage(load_models())


def source_columns() -> dict[str, tuple[str, ...]]:
    """The columns of the tables that the models read and that are none themselves, by full name."""
    lake = {f"lake.{table}": tuple(schema.names) for table, schema in SCHEMAS.items()}
    last = {f"history.{table}": tuple(schema.names) for table, schema in HISTORY.items()}
    return lake | last | {f"reference.{table}": columns for table, columns in REFERENCE_COLUMNS.items()}


def origins(found: Lineage, table: str, column: str) -> tuple[ColumnRef, ...]:
    """Where a column comes from in the end, through all models: columns of the lake and of the reference tables.

    Where the SQL writes a value itself, the column of the model that does so; sorted.
    """
    seen: set[ColumnRef] = set()
    ends: set[ColumnRef] = set()
    open_refs = [ColumnRef(table, column)]
    while open_refs:
        ref = open_refs.pop()
        if ref not in seen:
            seen.add(ref)
            upstream = found.get(ref.table, {}).get(ref.column, ())
            open_refs.extend(upstream)
            if not upstream:
                ends.add(ref)
    return tuple(sorted(ends))


def unexplained(found: Lineage, constants: Iterable[str] = tuple(CONSTANTS)) -> list[str]:
    """One sentence for each column without lineage that is not listed, and for each that is listed in vain."""
    listed = set(constants)
    bare = {f"{table}.{column}" for table, columns in found.items() for column, refs in columns.items() if not refs}
    return [
        *(
            f"{name} is made from no column: mend the SQL, or list it in CONSTANTS of storage/lineage.py and say why."
            for name in sorted(bare - listed)
        ),
        *(f"{name} stands in CONSTANTS of storage/lineage.py in vain: remove it." for name in sorted(listed - bare)),
    ]


def _model_lineage(model: SqlModel, schema: MappingSchema) -> dict[str, tuple[ColumnRef, ...]]:
    try:
        query = qualify(
            sqlglot.parse_one(model.sql, dialect="duckdb"),
            dialect="duckdb",
            schema=schema,
            validate_qualify_columns=False,
            quote_identifiers=False,
        )
        scope = build_scope(_without_choice(_counted_by(_in_one_order(query))))
        nodes = lineage(None, query, schema, dialect="duckdb", scope=scope, trim_selects=False, copy=False)
        return {column: _read(nodes[column]) for column in model.columns}
    except (sqlglot.errors.SqlglotError, ValueError, KeyError) as error:
        raise ModelError(
            f"{model.full_name}: its columns cannot be followed to those they are made from "
            f"({str(error).splitlines()[0]}): mend the name, or write the query in a plainer way."
        ) from error


def _read(node: Node) -> tuple[ColumnRef, ...]:
    """The columns of tables at the ends of a column's graph."""
    return tuple(
        sorted(
            {
                ColumnRef(
                    ".".join(part.name for part in step.expression.parts), step.name.rsplit(".", 1)[-1].strip('"')
                )
                for step in node.walk()
                if isinstance(step.expression, exp.Table)
            }
        )
    )


def _in_one_order(query: exp.Expr) -> exp.Expr:
    """A query in which UNION BY NAME is a plain UNION of the same columns: lineage goes by position."""
    for union in list(query.find_all(exp.SetOperation)):
        if not union.args.get("by_name"):
            continue
        sides = _sides(union)
        names = list(dict.fromkeys(name for side in sides for name in side.named_selects))
        for side in sides:
            own = {select.alias_or_name: select for select in side.selects}
            side.set("expressions", [own.get(name) or exp.alias_(exp.Null(), name) for name in names])
    return query


def _sides(union: exp.SetOperation) -> list[exp.Select]:
    found: list[exp.Select] = []
    for side in (union.left.unnest(), union.right.unnest()):
        if isinstance(side, exp.SetOperation) and side.args.get("by_name"):
            found.extend(_sides(side))
        elif isinstance(side, exp.Select):
            found.append(side)
        else:
            raise ValueError("a union by position stands inside a union by name")
    return found


def _counted_by(query: exp.Expr) -> exp.Expr:
    """A query in which `count(*)` names the columns that its rows are grouped by: without, it would name none."""
    for select in list(query.find_all(exp.Select)):
        group = select.args.get("group")
        for count in list(select.find_all(exp.Count)):
            if group and isinstance(count.this, exp.Star) and count.parent_select is select:
                count.set("this", exp.Tuple(expressions=[column.copy() for column in group.expressions]))
    return query


def _without_choice(query: exp.Expr) -> exp.Expr:
    """A query whose aggregates name what enters their value, not what chooses their rows: FILTER, arg_min's order."""
    for chosen in list(query.find_all(exp.Filter, exp.ArgMin, exp.ArgMax)):
        kept = chosen.this if isinstance(chosen, exp.Filter) else exp.AnyValue(this=chosen.this)
        chosen.replace(kept)
    return query
