"""The tables and columns for analysts: meaning, type, codes, and the way of each column back to the lake.

Meanings and types come from the release itself, codes from the contracts, the way from the SQL of the models.
"""

from __future__ import annotations

from dataclasses import dataclass

from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.publication.source import Source, Table
from kpi_pipeline.storage.lineage import Lineage, origins, own_lineage
from kpi_pipeline.storage.sql_models import SqlModel, load_models

_MOST_CODES = 20


@dataclass(frozen=True)
class ColumnEntry:
    """A column: `made_from` in the tables that its table reads, `origins` in the lake; both as full names."""

    name: str
    type: str
    meaning: str
    codes: tuple[str, ...]
    made_from: tuple[str, ...]
    origins: tuple[str, ...]


@dataclass(frozen=True)
class TableEntry:
    """A table; `way` lists the tables it is made from, those of the lake first, each with what it reads itself."""

    name: str
    meaning: str
    rows: int | None
    columns: tuple[ColumnEntry, ...]
    way: tuple[tuple[str, tuple[str, ...]], ...]
    sql: str


def tables_of(source: Source) -> tuple[tuple[TableEntry, ...], tuple[TableEntry, ...]]:
    """The published tables, and the staging tables between them and the lake."""
    models, lineage = _models()
    published = tuple(_published(table, models, lineage) for table in source.tables)
    used = {name for entry in published for name, _ in entry.way}
    between = tuple(
        TableEntry(model.full_name, model.description, None, (), _way(model, models), model.sql)
        for model in models.values()
        if model.schema == "staging" and model.full_name in used
    )
    return published, between


def _models() -> tuple[dict[str, SqlModel], Lineage]:
    return {model.full_name: model for model in load_models()}, own_lineage()


def _published(table: Table, models: dict[str, SqlModel], lineage: Lineage) -> TableEntry:
    full_name = f"marts.{table.name}"
    model = models.get(full_name)
    direct = lineage.get(full_name, {})
    codes = _codes(table.name)
    columns = tuple(
        ColumnEntry(
            column.name,
            column.type,
            column.description,
            codes.get(column.name, ()),
            tuple(map(str, direct.get(column.name, ()))),
            tuple(map(str, origins(lineage, full_name, column.name))) if column.name in direct else (),
        )
        for column in table.columns
    )
    way = _way(model, models) if model else ()
    return TableEntry(table.name, table.description, table.rows, columns, way, model.sql if model else "")


def _way(model: SqlModel, models: dict[str, SqlModel]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    seen: set[str] = set()
    open_names = list(model.depends_on)
    while open_names:
        name = open_names.pop()
        if name not in seen:
            seen.add(name)
            open_names.extend(models[name].depends_on if name in models else ())
    order = {name: place for place, name in enumerate(models)}
    ordered = sorted(seen, key=lambda name: (order.get(name, -1), name))
    return tuple((name, models[name].depends_on if name in models else ()) for name in ordered)


def _codes(table: str) -> dict[str, tuple[str, ...]]:
    """The closed lists of codes of a table's columns, by column."""
    if table not in MART_CONTRACTS:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for name, column in MART_CONTRACTS[table].to_schema().columns.items():
        for check in column.checks:
            if check.name == "isin" and len(check.statistics["allowed_values"]) <= _MOST_CODES:
                found[name] = tuple(map(str, check.statistics["allowed_values"]))
    return found
