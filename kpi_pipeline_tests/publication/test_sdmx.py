"""SDMX: structure and data read back with pysdmx, beside the table they are made from."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from pysdmx.io import get_datasets, read_sdmx
from pysdmx.io.pd import PandasDataset
from pysdmx.model.dataflow import Schema

from kpi_pipeline.publication.sdmx import write_sdmx
from kpi_pipeline.publication.source import Source
from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.lake_input import ask
from kpi_pipeline_tests.publication.conftest import DAY

DIMENSIONS = [
    "REF_AREA", "SCOPE", "UNIT_NAME", "SUBJECT", "INDICATOR", "LEVEL", "MODALITY", "MEASURE", "BASE", "COMPARATOR",
    "TIME_PERIOD",
]  # fmt: skip


def _read(release: Path) -> tuple[PandasDataset, Schema]:
    [dataset] = get_datasets(release / "sdmx" / "kpi_province_year.csv", release / "sdmx" / "structure.json")
    assert isinstance(dataset, PandasDataset)
    assert isinstance(dataset.structure, Schema)
    return dataset, dataset.structure


def test_the_structure_keeps_the_schema_of_sdmx_json(release: Path) -> None:
    message = read_sdmx(release / "sdmx" / "structure.json", validate=True)
    [structure] = message.get_data_structure_definitions()
    assert [one.id for one in structure.components.dimensions] == DIMENSIONS
    assert [one.id for one in structure.components.measures] == ["OBS_VALUE"]
    assert all(one.concept.name and one.concept.description for one in structure.components)
    required = {one.id for one in structure.components.attributes if one.required}
    assert {"UNIT_MEASURE", "OBS_STATUS", "METHOD"} <= required
    assert "SOURCE_URL" not in required


@pytest.mark.parametrize("which", ["release", "sampled"])
def test_data_and_structure_read_back_are_the_table(which: str, request: pytest.FixtureRequest) -> None:
    given = request.getfixturevalue(which)
    release = given.published if isinstance(given, Home) else given
    dataset, schema = _read(release)
    rows = ask(release / "warehouse.duckdb", "SELECT * FROM marts.kpi_province_year ORDER BY kpi_id")
    data = dataset.data.sort_values("KPI_ID")
    assert sorted(data.columns) == sorted(one.id for one in schema.components)
    assert list(data["KPI_ID"]) == [row["kpi_id"] for row in rows]
    assert list(data["OBS_VALUE"].astype(float)) == [row["obs_value"] for row in rows]
    assert list(data["TIME_PERIOD"].astype(int)) == [row["time_period"] for row in rows]
    assert list(data["SOURCE_URL"]) == [row["source_url"] or "" for row in rows]
    assert not data.duplicated(DIMENSIONS).any()
    for component in schema.components:
        if component.enumeration:
            codes = {code.id for code in component.enumeration}
            assert set(data[component.id]) <= codes | {""}, component.id


def test_codes_have_names_and_sdmx_ids(release: Path) -> None:
    _, schema = _read(release)
    names = {one.id: {code.id: code.name for code in one.enumeration} for one in schema.components if one.enumeration}
    assert names["REF_AREA"] == {"VN-13": "Quảng Ninh", "VN-14": "Hòa Bình"}
    assert names["LEVEL"]["completed-good"] == "Completed + Completed well / Good"
    structure = json.loads((release / "sdmx" / "structure.json").read_text(encoding="utf-8"))
    listed = {one["id"]: {code["id"]: code["names"] for code in one["codes"]} for one in structure["data"]["codelists"]}
    assert listed["CL_MEASURE"]["share"] == {"en": "Share, percent", "vi": "Tỷ lệ phần trăm"}
    assert {
        "REF_AREA",
        "SUBJECT",
        "LEVEL",
        "INDICATOR",
        "SCOPE",
        "MEASURE",
        "UNIT_MEASURE",
        "OBS_STATUS",
        "METHOD",
    } <= (names.keys())


def test_a_code_that_changed_its_territory_is_two_areas(tmp_path: Path, release: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{release / 'warehouse.duckdb'}' AS published (READ_ONLY)")
        con.execute(
            "CREATE SCHEMA marts; CREATE TABLE marts.kpi_province_year AS FROM published.marts.kpi_province_year"
        )
        con.execute(
            "INSERT INTO marts.kpi_province_year SELECT * REPLACE ("
            "replace(kpi_id, 'VN-14/', 'VN-14@2025-07-01/') AS kpi_id, DATE '2025-07-01' AS province_valid_from, "
            "'Phú Thọ' AS province_name) FROM marts.kpi_province_year WHERE ref_area = 'VN-14'"
        )
        write_sdmx(Source(con, DAY, "0.1"), tmp_path)
    dataset, _ = _read(tmp_path)
    assert not dataset.data.duplicated(DIMENSIONS).any()
    structure = json.loads((tmp_path / "sdmx" / "structure.json").read_text(encoding="utf-8"))
    [areas] = [one for one in structure["data"]["codelists"] if one["id"] == "CL_REF_AREA"]
    assert ("VN-14@2025-07-01", "Phú Thọ") in {(code["id"], code["name"]) for code in areas["codes"]}


def test_an_area_without_a_name_goes_by_its_code(tmp_path: Path, release: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{release / 'warehouse.duckdb'}' AS published (READ_ONLY)")
        con.execute("CREATE SCHEMA marts")
        con.execute("CREATE TABLE marts.kpi_province_year AS FROM published.marts.kpi_province_year")
        con.execute("UPDATE marts.kpi_province_year SET province_name = NULL")
        write_sdmx(Source(con, DAY, "code"), tmp_path)
    structure = json.loads((tmp_path / "sdmx" / "structure.json").read_text(encoding="utf-8"))
    [areas] = [one for one in structure["data"]["codelists"] if one["id"] == "CL_REF_AREA"]
    assert areas["codes"]
    assert all(code["name"] == code["id"] for code in areas["codes"])


def test_a_warehouse_without_the_table_has_no_sdmx(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA marts; CREATE TABLE marts.dim_page AS SELECT 'p' AS page_id")
        write_sdmx(Source(con, DAY, "0.1"), tmp_path)
    assert not list(tmp_path.iterdir())
