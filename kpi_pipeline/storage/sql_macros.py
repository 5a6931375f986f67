"""The table macros: questions with an argument that the warehouse file answers itself, `SELECT * FROM marts.<name>(…)`.

A macro is one SELECT in a file of `dbt_like_sql/macros/` that names its arguments as if they were columns; the folder's
`schema.yml` says what it gives and what it is asked with. It reads marts only, so that it works wherever the file is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from kpi_pipeline.storage.sql_models import ModelError, default_folder, one_select, references

FOLDER = "macros"


@dataclass(frozen=True)
class SqlMacro:
    """One table macro of the schema `marts`."""

    name: str
    arguments: tuple[str, ...]
    sql: str
    description: str


def load_macros(folder: Path | None = None) -> tuple[SqlMacro, ...]:
    """The macros of a folder of models, by name.

    Raises `ModelError` for a file that is not one SELECT, reads anything but marts, or is not described with its
    arguments.
    """
    place = (default_folder() if folder is None else folder) / FOLDER
    described = _descriptions(place / "schema.yml")
    macros = []
    for path in sorted(place.glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        if other := [name for name in references(one_select(path, sql)) if not name.startswith("marts.")]:
            raise ModelError(f"{path}: a macro reads marts only, not {', '.join(other)}; write it without.")
        if path.stem not in described:
            raise ModelError(f"{path}: {path.with_name('schema.yml')} does not describe this macro; add its entry.")
        description, arguments = described.pop(path.stem)
        macros.append(SqlMacro(path.stem, arguments, sql, description))
    for name in sorted(described):
        raise ModelError(f"{place / 'schema.yml'}: {name} has no file {name}.sql; remove it or add the file.")
    return tuple(macros)


def create_macros(con: duckdb.DuckDBPyConnection, macros: Iterable[SqlMacro]) -> None:
    """Put macros with their descriptions into the schema `marts` of the current database, which has its tables."""
    for macro in macros:
        con.execute(f"CREATE MACRO marts.{macro.name}({', '.join(macro.arguments)}) AS TABLE\n{macro.sql}")
        said = macro.description.replace("'", "''")
        con.execute(f"COMMENT ON MACRO TABLE marts.{macro.name} IS '{said}'")


def _descriptions(path: Path) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Macros of a properties file: name -> description and names of the arguments."""
    if not path.exists():
        return {}
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return {
            macro["name"]: (
                " ".join(str(macro["description"]).split()),
                tuple(str(argument["name"]) for argument in macro["arguments"] if argument["description"]),
            )
            for macro in content["macros"]
        }
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{path}: not in the form of a properties file (macros: name, description, arguments: name, description); "
            f"mend it: {' '.join(str(error).split())}"
        ) from error
