"""The checks of the warehouse and its publication, each fired by one thing that must not be."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import duckdb
import pytest
from dagster._core.test_utils import create_run_for_test
from dagster_duckdb import DuckDBResource

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline.defs import publication_checks
from kpi_pipeline.defs.kpi import warehouse_models
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.sql_models import default_folder
from kpi_pipeline.storage.sql_tests import load_tests

HELD = "(SELECT min(fact_id) FROM lake.quarantined_facts)"

LONG, NUMBERS = "kpi_province_year", "kpi_number"
FACTS = "array_to_string(list_sort(string_split(k.fact_ids, ',')), ',') AS fact_ids,"

BROKEN = {
    "contract": (NUMBERS, "k.value AS obs_value,", "k.value - 1000 AS obs_value,"),
    "quarantine_held": (NUMBERS, FACTS, f"{HELD} AS fact_ids,"),
    "numbers_traceable": (NUMBERS, FACTS, "'f0123456789abcdef' AS fact_ids,"),
    "bridge_complete": ("bridge_kpi_fact", "nullif(k.other_fact_ids, '')", "CAST(NULL AS VARCHAR)"),
    "history_holds": ("kpi_history", "LEFT JOIN staging.kpi_change AS c ON k.", "JOIN staging.kpi_change AS c ON k."),
    "keys_known": ("dim_subject", "FROM reference.subjects", "FROM reference.subjects WHERE subject <> 'party_member'"),
    "territory_told": (NUMBERS, "CAST(r.province_valid_from AS DATE) AS", "CAST('1999-01-01' AS DATE) AS"),
    "boundaries_add_up": (f"{LONG}_2025_boundaries", "ELSE sum(value)\n", "ELSE sum(value) + 1\n"),
}
"""For each check a change to a model that it must notice: the model, what stands there, what is put in its place."""


def test_every_check_has_its_bad_model() -> None:
    assert set(BROKEN) == {"contract", *(test.name for test in load_tests())}


@pytest.mark.parametrize("check", BROKEN)
def test_a_broken_model_fires_the_check_and_the_last_warehouse_stays(copied: Home, tmp_path: Path, check: str) -> None:
    folder = tmp_path / "models"
    shutil.copytree(default_folder(), folder)
    name, right, wrong = BROKEN[check]
    [model] = folder.rglob(f"{name}.sql")
    sql = model.read_text(encoding="utf-8")
    assert sql.count(right) == 1
    model.write_text(sql.replace(right, wrong), encoding="utf-8")
    resources = {"home": HomeResource(root=str(copied.root)), "duckdb": DuckDBResource(database=":memory:")}
    before = hashlib.sha256(copied.warehouse.read_bytes()).hexdigest()
    with dg.instance_for_test() as instance:
        result = dg.materialize(
            [warehouse_models(folder)], resources=resources, instance=instance, raise_on_error=False
        )
    failed = [found for found in result.get_asset_check_evaluations() if not found.passed and found.blocking]
    assert check in {found.check_name for found in failed}
    for found in failed:
        assert found.severity == dg.AssetCheckSeverity.ERROR
        assert found.metadata["failing_rows"].value.records
    assert not result.success
    assert hashlib.sha256(copied.warehouse.read_bytes()).hexdigest() == before


def test_the_publication_is_compared_with_what_was_built(copied: Home) -> None:
    key = dg.AssetCheckKey(dg.AssetKey("published"), "readable")
    definitions = dg.Definitions.merge(
        build_definitions({"home": HomeResource(root=str(copied.root))}),
        dg.Definitions(jobs=[dg.define_asset_job("only", selection=dg.AssetSelection.checks(key))]),
    )
    with dg.instance_for_test() as instance:
        job = definitions.resolve_job_def("only")
        assert job.execute_in_process(instance=instance).get_asset_check_evaluations()[0].passed
        with duckdb.connect(str(copied.warehouse)) as built:
            built.execute("DELETE FROM marts.dim_page WHERE page_id = (SELECT min(page_id) FROM marts.dim_page)")
        [found] = job.execute_in_process(instance=instance, raise_on_error=False).get_asset_check_evaluations()
    assert not found.passed
    assert "dim_page" in str(found.description)


def test_what_another_run_has_built_and_will_publish_is_waited_for(
    copied: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = dg.AssetCheckKey(dg.AssetKey("published"), "readable")
    definitions = dg.Definitions.merge(
        build_definitions({"home": HomeResource(root=str(copied.root))}),
        dg.Definitions(jobs=[dg.define_asset_job("only", selection=dg.AssetSelection.checks(key))]),
    )
    as_published = shutil.copy(copied.warehouse, tmp_path / "as-published.duckdb")
    with duckdb.connect(str(copied.warehouse)) as built:
        built.execute("DELETE FROM marts.dim_page WHERE page_id = (SELECT min(page_id) FROM marts.dim_page)")
    with dg.instance_for_test() as instance:
        create_run_for_test(instance, job_name="publish", status=dg.DagsterRunStatus.STARTED)
        meanwhile = SimpleNamespace(
            monotonic=time.monotonic, sleep=lambda _: os.replace(as_published, copied.warehouse)
        )
        monkeypatch.setattr(publication_checks, "time", meanwhile)
        result = definitions.resolve_job_def("only").execute_in_process(instance=instance, raise_on_error=False)
    assert not Path(as_published).exists()
    assert result.get_asset_check_evaluations()[0].passed
