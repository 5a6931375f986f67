"""The SQL models: finding the files, what each reads, the order of the build, and their descriptions.

A model is one plain SELECT in a file of `dbt_like_sql/<schema>/`; the file's name is the table's. It names what it
reads as `<schema>.<table>`, so any SQL client runs it as it stands. Columns and meaning stand in the folder's
`schema.yml`. Nothing here runs SQL; see warehouse.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import sqlglot
import yaml
from sqlglot import exp

import kpi_pipeline
from kpi_pipeline.trouble import Trouble

SOURCES: dict[str, tuple[str, ...]] = {
    "lake": (
        "applied_corrections",
        "cleaned_text",
        "error_rate",
        "extracted_facts",
        "merged_facts",
        "quarantined_facts",
        "rating_groups",
        "raw_pages",
        "unread_numbers",
        "validated_facts",
    ),
    "reference": ("codes", "level_arithmetic", "levels", "non_provinces", "provinces", "source_domains", "subjects"),
    "history": (
        "dim_page",
        "dq_corrections",
        "dq_lost_rows",
        "fact_observation",
        "kpi_clean_strong_wide",
        "kpi_history",
        "kpi_party_membership",
        "kpi_province_year_2025_boundaries",
        "kpi_province_year_wide",
        "kpi_target_vs_actual",
        "late_day",
        "publication",
        "withdrawn_page",
    ),
}
"""What models may read besides each other: tables by schema. `history` is what was published last; see earlier.py."""

SCHEMAS = ("staging", "marts")
"""The folders of models; only `marts` is published."""


class ModelError(Trouble):
    """The SQL models are not as they must be; the message names the file and what to do."""


@dataclass(frozen=True)
class SqlModel:
    """One table made by one SELECT. `columns` maps each column, in order, to its description."""

    name: str
    schema: str
    sql: str
    depends_on: tuple[str, ...]
    description: str
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """The name other models use: `<schema>.<name>`."""
        return f"{self.schema}.{self.name}"


def default_folder() -> Path:
    """The folder of models that stands beside the package."""
    return Path(kpi_pipeline.__file__).resolve().parent.parent / "dbt_like_sql"


def load_models(folder: Path | None = None, sources: Mapping[str, Iterable[str]] | None = None) -> tuple[SqlModel, ...]:
    """All models of a folder in the order in which they can be built; ties by name.

    Raises `ModelError` for a file that is not one SELECT with named columns, a mart without an order of rows,
    a reference to an unknown table, a cycle, two files of one name, and a table or column that `schema.yml`
    does not describe or describes in vain.
    """
    if folder is None and sources is None:
        return _own_models()
    folder = default_folder() if folder is None else folder
    known = {f"{schema}.{table}" for schema, tables in (sources or SOURCES).items() for table in tables}
    models: dict[str, SqlModel] = {}
    where: dict[str, Path] = {}
    descriptions = {schema: _descriptions(folder / schema / "schema.yml") for schema in SCHEMAS}
    _share_columns(descriptions)
    for schema, described in descriptions.items():
        for path in sorted((folder / schema).rglob("*.sql")):
            if path.stem in where:
                raise ModelError(f"{path}: {where[path.stem]} has the same name; rename one, a table's name is unique.")
            where[path.stem] = path
            model = _read(path, schema, described)
            models[model.full_name] = model
        for name in sorted(set(described) - set(where)):
            raise ModelError(
                f"{folder / schema / 'schema.yml'}: {name} has no file {name}.sql; remove it or add the file."
            )
    if not models:
        raise ModelError(f"{folder}: no SQL models found; name the folder that holds staging/ and marts/.")
    for model in models.values():
        for reference in model.depends_on:
            if reference not in models and reference not in known:
                raise ModelError(
                    f"{where[model.name]}: unknown table {reference}; a model reads "
                    "lake.<table>, reference.<table>, history.<table>, staging.<model> or marts.<model>."
                )
            if model.schema == "staging" and reference.startswith("marts."):
                raise ModelError(f"{where[model.name]}: a staging model cannot read {reference}; move one of them.")
    return tuple(models[name] for name in _build_order(models))


@cache
def _own_models() -> tuple[SqlModel, ...]:
    """The product's own models: read and parsed once a process, since several rooms ask for them."""
    return load_models(default_folder())


def references(query: exp.Query) -> tuple[str, ...]:
    """The tables a query reads, as written (`schema.table`), without its own common table expressions; sorted."""
    own = {cte.alias for cte in query.find_all(exp.CTE)}
    found = set()
    for table in query.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier) or (not table.db and table.name in own):
            continue
        found.add(".".join(part.name for part in table.parts))
    return tuple(sorted(found))


def _read(path: Path, schema: str, described: Mapping[str, Mapping[str, Any]]) -> SqlModel:
    sql = path.read_text(encoding="utf-8")
    query = one_select(path, sql)
    columns = query.named_selects
    if "*" in columns or "" in columns or len(set(columns)) != len(columns):
        raise ModelError(f"{path}: the outer SELECT names each of its columns once, without `*`; write the names out.")
    if schema == "marts" and query.args.get("order") is None:
        raise ModelError(
            f"{path}: a mart has an ORDER BY over its key, so that its rows always come in one order; add it."
        )
    if path.stem not in described:
        raise ModelError(f"{path}: {path.with_name('schema.yml')} does not describe this table; add its entry.")
    entry = described[path.stem]
    said = {**entry.get("shared", {}), **entry["columns"]}
    if missing := [column for column in columns if not said.get(column)]:
        raise ModelError(f"{path}: schema.yml does not describe {', '.join(missing)}; say what they mean.")
    if vain := [column for column in entry["columns"] if column not in columns]:
        raise ModelError(
            f"{path}: schema.yml describes {', '.join(vain)}, which the SELECT does not give; remove them."
        )
    return SqlModel(
        name=path.stem,
        schema=schema,
        sql=sql,
        depends_on=references(query),
        description=entry["description"],
        columns={column: said[column] for column in columns},
    )


def one_select(path: Path, sql: str) -> exp.Query:
    """The one SELECT that a file holds. Raises `ModelError` when it holds anything else."""
    try:
        statements = [statement for statement in sqlglot.parse(sql, dialect="duckdb") if statement is not None]
    except sqlglot.errors.SqlglotError as error:
        raise ModelError(f"{path}: this is no SQL that can be read; mend it: {str(error).splitlines()[0]}") from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise ModelError(f"{path}: a model is exactly one SELECT; put other statements elsewhere.")
    return statements[0]


def _share_columns(descriptions: Mapping[str, dict[str, dict[str, Any]]]) -> None:
    """Give a table whose meta says `columns_as` the columns of that one, as far as it does not describe them itself."""
    tables = {name: entry for described in descriptions.values() for name, entry in described.items()}
    for name, entry in tables.items():
        if other := entry["columns_as"]:
            if other not in tables:
                raise ModelError(f"schema.yml: {name} has its columns as {other}, which is no table; name one that is.")
            entry["shared"] = tables[other]["columns"]


def _descriptions(path: Path) -> dict[str, dict[str, Any]]:
    """Tables of a properties file: name -> description, columns (name -> description), whose columns they share."""
    if not path.exists():
        return {}
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return {
            model["name"]: {
                "description": _one_line(model["description"]),
                "columns": {column["name"]: _one_line(column["description"]) for column in model.get("columns") or []},
                "columns_as": (model.get("meta") or {}).get("columns_as"),
            }
            for model in content.get("models") or []
        }
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{path}: not in the form of a properties file (models: name, description, columns: name, description); "
            f"mend it: {' '.join(str(error).split())}"
        ) from error


def _one_line(text: str) -> str:
    return " ".join(str(text).split())


def _build_order(models: Mapping[str, SqlModel]) -> list[str]:
    graph = {name: sorted(set(model.depends_on) & set(models)) for name, model in models.items()}
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        raise ModelError(
            f"models read each other in a circle ({' -> '.join(error.args[1])}); cut one of them."
        ) from error
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order.extend(ready)
        sorter.done(*ready)
    return order
