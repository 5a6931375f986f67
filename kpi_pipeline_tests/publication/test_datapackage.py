"""The data package, checked with Frictionless: over the sample publication, and fired by bad values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package, validate

from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.publication.manifest import manifest_of
from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.publication.conftest import DAY


def _package(release: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    return said


def _resource(release: Path, name: str) -> dict[str, Any]:
    return next(one for one in _package(release)["resources"] if one["name"] == name)


def test_the_sample_publication_is_valid(sampled: Home) -> None:
    report = validate(str(sampled.published / "datapackage.json"))
    assert report.valid, report.flatten(["type", "note"])[:10]
    tables = manifest_of(sampled.published)["tables"]
    assert tables.keys() == MART_CONTRACTS.keys()
    assert {task.name: task.stats.get("rows", 0) for task in report.tasks} == {
        name: table["rows"] for name, table in tables.items()
    }


def test_it_says_what_it_is(release: Path) -> None:
    package = _package(release)
    assert (package["name"], package["version"], package["created"]) == (
        "province-kpi-warehouse",
        DAY,
        f"{DAY}T00:00:00+07:00",
    )
    assert package["licenses"][0]["name"] == "Apache-2.0"
    assert package["sources"] == [{"title": "3 pages published from 2022-02-01 to 2022-03-05, listed in dim_page"}]
    assert "apostrophe" in package["description"]


def test_a_table_has_its_types_keys_and_rules(release: Path) -> None:
    schema = _resource(release, "kpi_province_year")["schema"]
    fields = {field["name"]: field for field in schema["fields"]}
    assert schema["primaryKey"] == ["kpi_id"]
    assert {key["reference"]["resource"] for key in schema["foreignKeys"]} >= {"dim_page", "dim_province"}
    assert fields["measure"]["constraints"]["enum"] == ["count", "share", "total"]
    assert fields["time_period"]["type"] == "integer"
    assert fields["time_period"]["constraints"] == {"required": True, "minimum": 1000, "maximum": 9999}
    assert fields["province_valid_from"]["type"] == "date"
    assert fields["flags"].get("constraints", {}).get("required") is None
    assert all(field["description"] for field in fields.values())


@pytest.mark.parametrize(
    ("table", "old", "new", "error"),
    [
        ("kpi_province_year", ",share,20.5,", ",shares,20.5,", "constraint-error"),
        ("kpi_province_year", ",share,20.5,", ",share,viel,", "type-error"),
        ("kpi_province_year", "VN-14,1997-01-01", "VN-99,1997-01-01", "foreign-key"),
        ("dim_page", ",ok,", ",,", "constraint-error"),
        ("dim_page", "page_id,", "page_no,", "incorrect-label"),
    ],
)
def test_a_bad_value_is_not_valid(damaged: Path, table: str, old: str, new: str, error: str) -> None:
    release = damaged / "published"
    path = release / "csv" / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
    package = Package(str(release / "datapackage.json"))
    for resource in package.resources:
        resource.hash = resource.bytes = None
    assert error in {found[0] for found in package.validate().flatten(["type"])}


def test_a_changed_file_is_not_valid(damaged: Path) -> None:
    path = damaged / "published" / "csv" / "dq_error_rate.csv"
    path.write_bytes(path.read_bytes().replace(b"authored", b"Authored"))
    report = validate(str(damaged / "published" / "datapackage.json"))
    assert "hash-count" in {found[0] for found in report.flatten(["type"])}
