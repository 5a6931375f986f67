"""A mart as PostgreSQL's SQL: its columns and types, the rules of its contract, its comments. Pure text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kpi_pipeline.contracts.constraints import Constraints, constraints_of, primary_key
from kpi_pipeline.contracts.fields import Contract, columns_of
from kpi_pipeline.publication.source import PublishError, Table
from kpi_pipeline.storage.warehouse import identifier, quoted

TYPES = {
    "BIGINT": "BIGINT",
    "BLOB": "BYTEA",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "DOUBLE": "DOUBLE PRECISION",
    "INTEGER": "INTEGER",
    "VARCHAR": "TEXT",
    "VARCHAR[]": "TEXT[]",
}
"""PostgreSQL's type for each type of DuckDB that a mart may have."""


@dataclass(frozen=True)
class Definition:
    """A table as it shall be: its columns (name, type, whether required), its constraints (name, rule)."""

    name: str
    columns: tuple[tuple[str, str, bool], ...]
    constraints: tuple[tuple[str, str], ...]

    @property
    def shape(self) -> str:
        """A hash of all of it: while it stands, the table need not be changed."""
        return hashlib.sha256(repr((self.columns, self.constraints)).encode()).hexdigest()[:16]


def define(table: Table, contract: type[Contract] | None) -> Definition:
    """A mart with the rules of its contract, where it has one.

    Raises `PublishError` for a column of a type that is not in `TYPES`.
    """
    required: set[str] = set()
    constraints: list[tuple[str, str]] = []
    if contract:
        known = columns_of(contract)
        required = {column.name for column in known if not column.nullable}
        if key := primary_key(contract):
            constraints.append((f"{table.name}_pkey", f"PRIMARY KEY ({', '.join(map(identifier, key))})"))
        kinds = {column.name: column.type for column in table.columns}
        for name in (column.name for column in known if column.name in kinds):
            for what, rule in _checks(name, kinds[name], constraints_of(contract, name)):
                constraints.append((f"{name}_{what}", f"CHECK ({rule})"))
    columns = tuple(
        (column.name, _type(table, column.name, column.type), column.name in required) for column in table.columns
    )
    return Definition(table.name, columns, tuple(constraints))


def alter(schema: str, wanted: Definition, columns: Mapping[str, str], constraints: Iterable[str]) -> Iterator[str]:
    """The statements that give an empty table its definition.

    `columns` (name to type) and `constraints` are those it has. What stays is altered in place, so that views on it
    stay, and readers of the rows of before find them where they were.
    """
    table = f"ALTER TABLE {identifier(schema)}.{identifier(wanted.name)} "
    kinds = {name: kind for name, kind, _ in wanted.columns}
    kept = {name for name, kind in columns.items() if kinds.get(name, "").lower() == kind}
    drop = [f"DROP CONSTRAINT {identifier(name)}" for name in constraints]
    drop += [f"DROP COLUMN {identifier(name)}" for name in columns if name not in kept]
    add = [f"ADD COLUMN {identifier(name)} {kind}" for name, kind, _ in wanted.columns if name not in kept]
    for name, _, required in wanted.columns:
        if required:
            add.append(f"ALTER COLUMN {identifier(name)} SET NOT NULL")
        elif name in kept:
            drop.append(f"ALTER COLUMN {identifier(name)} DROP NOT NULL")
    add += [f"ADD CONSTRAINT {identifier(name)} {rule}" for name, rule in wanted.constraints]
    for changes in (drop, add):
        if changes:
            yield table + ", ".join(changes)


def comments(schema: str, table: Table) -> str:
    """One statement that gives a table and its columns the descriptions they have in the warehouse."""
    name = f"{identifier(schema)}.{identifier(table.name)}"
    said = [f"COMMENT ON TABLE {name} IS {quoted(table.description)};"]
    said += [
        f"COMMENT ON COLUMN {name}.{identifier(column.name)} IS {quoted(column.description)};"
        for column in table.columns
    ]
    return block("\n".join(["BEGIN", *said, "END"]))


def block(body: str) -> str:
    """Several statements as one, as PostgreSQL's own language has it."""
    tag = "$kpi$"
    while tag in body:
        tag = f"{tag[:-1]}_$"
    return f"DO {tag}\n{body}\n{tag}"


def _type(table: Table, column: str, kind: str) -> str:
    if kind not in TYPES:
        raise PublishError(
            f"Column {column} of {table.name} has the type {kind}, which is not published to PostgreSQL: cast it in "
            f"the SQL of the model to one of {', '.join(TYPES)}."
        )
    return TYPES[kind]


def _checks(column: str, kind: str, rules: Constraints) -> Iterator[tuple[str, str]]:
    """Each rule of a column with a word for its name. A rule says nothing of NULL, a pattern nothing of a day."""
    name = identifier(column)
    if rules.codes:
        yield "codes", f"{name} IN ({', '.join(map(quoted, rules.codes))})"
    if rules.pattern is not None and kind == "VARCHAR":
        yield "pattern", f"{name} ~ {quoted(rules.pattern)}"
    for what, sign, bound in (
        ("minimum", ">=", rules.minimum),
        ("maximum", "<=", rules.maximum),
        ("above", ">", rules.above),
    ):
        if bound is not None:
            yield what, f"{name} {sign} {bound}"
    if rules.min_length:
        yield "min_length", f"length({name}) >= {rules.min_length}"
