"""The data package: `datapackage.json`, which says of every CSV file what Frictionless tools need to read and check it.

Data Package 2.0: types, keys and what each column may hold come from the contracts, descriptions from the warehouse.
Nothing stands here that they do not say.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kpi_pipeline.contracts.constraints import Constraints, constraints_of, foreign_keys, primary_key
from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.publication import about
from kpi_pipeline.publication.files import sha256_of, write_json
from kpi_pipeline.publication.source import Column, Pages, Source, Table

DATAPACKAGE = "datapackage.json"

_PROFILE = "https://datapackage.org/profiles/2.0/"
_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "list": {"type": "string"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    "date": {"type": "date"},
}
_DIALECT = {
    "$schema": f"{_PROFILE}tabledialect.json",
    "header": True,
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "lineTerminator": "\r\n",
}
_READING = (
    "In the CSV files a list is joined by `+`, an empty cell is no value, and an apostrophe stands before what a "
    "spreadsheet would take for a formula (`=`, `+`, `-`, `@` at the beginning of a text or after a semicolon, tab or "
    "line break in it): leave it out there to have the text as it was."
)


def write_datapackage(source: Source, folder: Path) -> None:
    """Write `datapackage.json` over the files in `csv/`, which must be there."""
    write_json(
        folder / DATAPACKAGE,
        {
            "$schema": f"{_PROFILE}datapackage.json",
            "name": about.NAME,
            "title": about.TITLE,
            "description": f"{about.DESCRIPTION} {_READING}",
            "version": source.day,
            "created": about.moment(source.day),
            "keywords": list(about.KEYWORDS),
            "licenses": [{"name": about.LICENCE, "title": about.LICENCE_TITLE, "path": about.LICENCE_PATH}],
            "sources": [{"title": _pages(source.pages)}],
            "resources": [_resource(table, folder) for table in source.tables],
        },
    )


def _pages(pages: Pages) -> str:
    if not pages.count:
        return "no page yet"
    return f"{pages.count} pages published from {pages.first_day} to {pages.last_day}, listed in dim_page"


def _resource(table: Table, folder: Path) -> dict[str, Any]:
    path = folder / "csv" / f"{table.name}.csv"
    return {
        "name": table.name,
        "type": "table",
        "title": table.name,
        "description": table.description,
        "path": path.relative_to(folder).as_posix(),
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": _DIALECT,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_of(path)}",
        "schema": {"$schema": f"{_PROFILE}tableschema.json", **_schema(table)},
    }


def _schema(table: Table) -> dict[str, Any]:
    contract = MART_CONTRACTS.get(table.name)
    if contract is None:
        return {"fields": [_field(column, Constraints()) for column in table.columns]}
    schema: dict[str, Any] = {
        "fields": [_field(column, constraints_of(contract, column.name)) for column in table.columns]
    }
    if key := primary_key(contract):
        schema["primaryKey"] = list(key)
    if foreign := foreign_keys(MART_CONTRACTS, table.name):
        schema["foreignKeys"] = [
            {"fields": list(key.columns), "reference": {"resource": key.refers_to, "fields": list(key.columns)}}
            for key in foreign
        ]
    return schema


def _field(column: Column, said: Constraints) -> dict[str, Any]:
    is_text, is_number = column.kind == "text", column.kind in ("whole", "number")
    constraints = {
        "required": said.required or None,
        "unique": said.unique or None,
        "enum": list(said.codes) if is_text and said.codes else None,
        "pattern": said.pattern if is_text else None,
        "minLength": said.min_length or None if is_text else None,
        "minimum": said.minimum if is_number else None,
        "exclusiveMinimum": said.above if is_number else None,
        "maximum": said.maximum if is_number else None,
    }
    kept = {name: value for name, value in constraints.items() if value is not None}
    field = {"name": column.name, **_TYPES[column.kind], "description": column.description}
    return {**field, "constraints": kept} if kept else field
