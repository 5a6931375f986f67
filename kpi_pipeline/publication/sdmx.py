"""SDMX: the long KPI table as SDMX-CSV 2.0, with its data structure definition as SDMX-JSON 2.0.

The columns are told apart here: those that say which cell it is are dimensions, the value is the measure, all others
are attributes. What a column means comes from the warehouse, its closed codes from the contracts. SDMX knows no `+` in
a code, so sets of levels are joined by `-` here. The other tables are no statistics by cell and have no SDMX form.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpi_pipeline.contracts.constraints import Constraints, constraints_of
from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.publication import about
from kpi_pipeline.publication.csv_files import copy_csv
from kpi_pipeline.publication.files import write_json
from kpi_pipeline.publication.source import Column, Source, Table
from kpi_pipeline.storage.warehouse import identifier

TABLE = "kpi_province_year"
SDMX_DATA = f"sdmx/{TABLE}.csv"
SDMX_STRUCTURE = "sdmx/structure.json"

AGENCY = "PROVINCE_KPI"
FLOW = "KPI_PROVINCE_YEAR"
VERSION = "1.0.0"
"""The version of the structure: raised where a dimension comes or goes."""

_NONE = "_Z"
_DIMENSIONS = {
    "ref_area": "split_part(kpi_id, '/', 1)",
    "scope": "scope",
    "unit_name": f"coalesce(nullif(unit_name, ''), '{_NONE}')",
    "subject": "subject",
    "indicator": "indicator",
    "level": "replace(level, '+', '-')",
    "modality": "modality",
    "measure": "measure",
    "base": "replace(base, '+', '-')",
    "comparator": "comparator",
    "time_period": "time_period",
}
"""The columns that tell cells apart, with how they are written; the area as the row's id has it."""

_LISTED = {"ref_area": "province_name", "level": "level", "base": "base"}
"""Dimensions whose codes are those that the rows use, with what tells a code's name, else the code does."""

_NAMES = {
    "dim_code": "SELECT code_list, code, name_en, name_vi FROM marts.dim_code",
    "dim_subject": "SELECT 'subject', subject, subject_name_en, subject_name_vi FROM marts.dim_subject",
    "dim_level": "SELECT 'level', level, string_agg(DISTINCT level_name_en, ' / ' ORDER BY level_name_en), "
    "string_agg(DISTINCT level_name_vi, ' / ' ORDER BY level_name_vi) FROM marts.dim_level GROUP BY level",
}
"""Where codes have their names: column, code, English, Vietnamese. A level may have one on each scale."""

_TIME, _VALUE = "time_period", "obs_value"
_LEADING = (
    Column("STRUCTURE", "VARCHAR", ""),
    Column("STRUCTURE_ID", "VARCHAR", ""),
    Column("ACTION", "VARCHAR", ""),
)
_DATA_TYPES = {
    "text": "String",
    "list": "String",
    "whole": "Long",
    "number": "Double",
    "boolean": "Boolean",
    "date": "GregorianDay",
}
_SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/"
    "sdmx-json-structure-schema.json"
)
_URN = "urn:sdmx:org.sdmx.infomodel."


_Names = dict[tuple[str, str], dict[str, str]]
"""The names of a column's code by language."""


@dataclass(frozen=True)
class _Component:
    """A column as SDMX has it, with the codes it may hold (id and names), none where it is not coded."""

    column: Column
    constraints: Constraints
    codes: tuple[tuple[str, dict[str, str]], ...]

    @property
    def id(self) -> str:
        return self.column.name.upper()


def write_sdmx(source: Source, folder: Path) -> None:
    """Write `sdmx/kpi_province_year.csv` and `sdmx/structure.json`; nothing where the warehouse lacks that table."""
    if not source.has(TABLE, "kpi_id", _VALUE, *_DIMENSIONS):
        return
    (folder / "sdmx").mkdir()
    [table] = [table for table in source.tables if table.name == TABLE]
    names = _names(source)
    components = [_component(source, column, names) for column in _ordered(table)]
    write_json(folder / SDMX_STRUCTURE, _structure(source, table, components))
    listed = ", ".join(
        f"{_DIMENSIONS.get(one.column.name, identifier(one.column.name))} AS {identifier(one.id)}" for one in components
    )
    flow = f"'dataflow' AS \"STRUCTURE\", '{AGENCY}:{FLOW}({VERSION})' AS \"STRUCTURE_ID\", 'I' AS \"ACTION\""
    written = [Column(one.id, one.column.type, "") for one in components]
    rows = f"(SELECT {flow}, {listed} FROM marts.{TABLE})"
    copy_csv(source.con, rows, [*_LEADING, *written], folder / SDMX_DATA)


def _ordered(table: Table) -> list[Column]:
    """Dimensions, the value, attributes."""
    columns = {column.name: column for column in table.columns}
    return [*(columns.pop(name) for name in _DIMENSIONS), columns.pop(_VALUE), *columns.values()]


def _names(source: Source) -> _Names:
    rows = [row for table, query in _NAMES.items() if source.has(table) for row in source.con.execute(query).fetchall()]
    return {(column, code): {"en": english, "vi": vietnamese} for column, code, english, vietnamese in rows}


def _named(column: str, code: str, names: _Names) -> dict[str, str]:
    """The names of a code; of a set of codes those of its parts."""
    parts = [names.get((column, part)) or {"en": part.replace("_", " ")} for part in code.split("+")]
    return {language: " + ".join(part.get(language, part["en"]) for part in parts) for language in parts[0]}


def _component(source: Source, column: Column, names: _Names) -> _Component:
    constraints = constraints_of(MART_CONTRACTS[TABLE], column.name)
    if column.name in _LISTED:
        code, name = _DIMENSIONS[column.name], _LISTED[column.name]
        used = f"SELECT {code} AS code, coalesce(min({name}), {code}) AS name FROM marts.{TABLE}"
        found = source.con.execute(f"{used} GROUP BY {code} ORDER BY {code}").fetchall()
    else:
        found = [(code, code) for code in constraints.codes]
    codes = tuple((code, _named(column.name, told, names)) for code, told in found)
    return _Component(column, constraints, codes)


def _structure(source: Source, table: Table, components: list[_Component]) -> dict[str, Any]:
    dimensions = [_described(one) for one in components if one.column.name in _DIMENSIONS and one.column.name != _TIME]
    [time] = [_described(one) for one in components if one.column.name == _TIME]
    [value] = [one for one in components if one.column.name == _VALUE]
    attributes = [_attribute(one) for one in components if one.column.name not in {*_DIMENSIONS, _VALUE}]
    kept = {"version": VERSION, "agencyID": AGENCY}
    return {
        "meta": {
            "schema": _SCHEMA,
            "id": f"{FLOW}-{source.day}",
            "test": False,
            "prepared": about.moment(source.day),
            "contentLanguages": ["en", "vi"],
            "sender": {"id": AGENCY, "name": about.PUBLISHER},
        },
        "data": {
            "codelists": [_codelist(one, kept) for one in components if one.codes],
            "conceptSchemes": [
                {
                    "id": "CONCEPTS",
                    "name": f"Concepts of {TABLE}",
                    **kept,
                    "concepts": [_concept(one) for one in components],
                }
            ],
            "dataStructures": [
                {
                    "id": FLOW,
                    "name": about.TITLE,
                    "description": table.description,
                    **kept,
                    "dataStructureComponents": {
                        "dimensionList": {
                            "id": "DimensionDescriptor",
                            "dimensions": dimensions,
                            "timeDimension": time,
                        },
                        "measureList": {
                            "id": "MeasureDescriptor",
                            "measures": [_described(value) | {"usage": _usage(value)}],
                        },
                        "attributeList": {"id": "AttributeDescriptor", "attributes": attributes},
                    },
                }
            ],
            "dataflows": [
                {
                    "id": FLOW,
                    "name": about.TITLE,
                    "description": about.DESCRIPTION,
                    **kept,
                    "structure": f"{_URN}datastructure.DataStructure={AGENCY}:{FLOW}({VERSION})",
                }
            ],
        },
    }


def _codelist(one: _Component, kept: dict[str, str]) -> dict[str, Any]:
    codes = [{"id": code, "name": named["en"], "names": named} for code, named in one.codes]
    return {"id": f"CL_{one.id}", "name": f"Codes of {one.column.name}", **kept, "codes": codes}


def _concept(one: _Component) -> dict[str, Any]:
    return {"id": one.id, "name": one.column.name, "description": one.column.description}


def _described(one: _Component) -> dict[str, Any]:
    if one.codes:
        representation: dict[str, Any] = {"enumeration": f"{_URN}codelist.Codelist={AGENCY}:CL_{one.id}({VERSION})"}
    else:
        kind = "GregorianYear" if one.column.name == _TIME else _DATA_TYPES[one.column.kind]
        representation = {"format": {"dataType": kind}}
    return {
        "id": one.id,
        "conceptIdentity": f"{_URN}conceptscheme.Concept={AGENCY}:CONCEPTS({VERSION}).{one.id}",
        "localRepresentation": representation,
    }


def _usage(one: _Component) -> str:
    return "mandatory" if one.constraints.required else "optional"


def _attribute(one: _Component) -> dict[str, Any]:
    return {
        **_described(one),
        "usage": _usage(one),
        "measureRelationship": [_VALUE.upper()],
        "attributeRelationship": {"observation": {}},
    }
