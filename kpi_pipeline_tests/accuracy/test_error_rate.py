"""The error rate as an asset: its figures in the UI, its table in the warehouse, and the floor that stops both."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
from dagster_duckdb import DuckDBResource

from kpi_pipeline.accuracy import registered
from kpi_pipeline.defs.accuracy import ERROR_RATE, error_rate
from kpi_pipeline.defs.kpi import published, warehouse_models
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import WHOLE, Lake
from kpi_pipeline.storage.reading import query
from kpi_pipeline_tests.accuracy.gold_input import case, fact, write_lines, write_registry
from kpi_pipeline_tests.conftest import PROJECT


def materialize(home: Home, registry: Path | None = None) -> dg.ExecuteInProcessResult:
    measured = error_rate() if registry is None else error_rate(registry)
    resources = {"home": HomeResource(root=str(home.root)), "duckdb": DuckDBResource(database=":memory:")}
    with dg.instance_for_test() as instance:
        return dg.materialize(
            [measured, warehouse_models(), published], resources=resources, instance=instance, raise_on_error=False
        )


def checks(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    return {found.check_name: found for found in result.get_asset_check_evaluations() if found.asset_key == ERROR_RATE}


def test_the_published_table_says_how_far_to_trust_it(sampled: Home) -> None:
    rows = query(sampled.published, "SELECT * FROM marts.dq_error_rate WHERE indicator = 'all' AND grade = 'full'")
    assert {row["gold_set"]: row["tuned"] for row in rows} == {gold.name: gold.tuned for gold in registered()}
    for row in rows:
        assert row["n_gold"] == row["hit"] + row["missed"] > 0
        assert row["precision_low"] < row["precision"] <= row["precision_high"] <= 1
        assert row["recall"] >= row["recall_floor"] > (0.9 if row["tuned"] else 0.7)
    indicators = query(sampled.published, "SELECT DISTINCT indicator AS i FROM marts.dq_error_rate")
    assert {"all", "ratings", "task_completion_rating", "award"} <= {row["i"] for row in indicators}


def test_an_extraction_that_reads_worse_stops_the_warehouse(copied: Home, tmp_path: Path) -> None:
    before = (copied.published.resolve(), hashlib.sha256(copied.warehouse.read_bytes()).hexdigest())
    wrong = [case("a", fact()), case("b", fact(value=41))]
    registry = write_registry(tmp_path / "gold", [("mine", "task_completion_rating", "value", 0.9, 0.4)], mine=wrong)
    result = materialize(copied, registry)
    assert not result.success
    failed = checks(result)["floor"]
    assert not failed.passed
    assert failed.blocking
    assert "mine, task_completion_rating, value: precision 0.5000 is under its floor 0.9" in str(failed.description)
    [row] = failed.metadata["failing_rows"].value.records
    assert row.data == {
        "gold_set": "mine", "text": "b", "what": "invented", "fact": "task_completion_rating excellent share 40",
    }  # fmt: skip
    made = {event.asset_key for event in result.get_asset_materialization_events()}
    assert made == {ERROR_RATE}
    assert (copied.published.resolve(), hashlib.sha256(copied.warehouse.read_bytes()).hexdigest()) == before
    assert not materialize(copied, registry).success, "what stands under its floor stays under it"


def test_the_warehouse_alone_refuses_what_lies_under_its_floor(copied: Home, tmp_path: Path) -> None:
    registry = write_registry(tmp_path / "gold", [("mine", "all", "full", 0.4, 0.9)], mine=[case("a", fact(value=41))])
    assert not materialize(copied, registry).success
    resources = {"home": HomeResource(root=str(copied.root)), "duckdb": DuckDBResource(database=":memory:")}
    with dg.instance_for_test() as instance:
        result = dg.materialize([warehouse_models()], resources=resources, instance=instance, raise_on_error=False)
    failed = [found for found in result.get_asset_check_evaluations() if not found.passed and found.blocking]
    assert [found.asset_key for found in failed] == [dg.AssetKey("dq_error_rate")]


def test_the_ui_plots_each_indicator(copied: Home) -> None:
    result = materialize(copied)
    assert result.success
    [event] = result.asset_materializations_for_node("error_rate")
    plotted = {name: found.value for name, found in event.metadata.items() if isinstance(found, dg.FloatMetadataValue)}
    for name in (
        "authored/all/value/recall", "authored/all/full/precision", "authored/task_completion_rating/full/precision",
        "authored/award/full/recall", "samples/all/full/recall",
    ):  # fmt: skip
        assert 0.9 < plotted[name] <= 1
    assert {name: found.passed for name, found in checks(result).items()} == {"contract": True, "floor": True}


def test_it_is_measured_anew_only_when_something_changed(copied: Home, tmp_path: Path) -> None:
    registry = write_registry(tmp_path / "gold", [], mine=[case("a", fact())])
    lake = Lake(copied.lake)
    path = lake.path("error_rate", WHOLE)
    assert materialize(copied, registry).success
    first, fingerprint = path.stat().st_mtime_ns, lake.fingerprint("error_rate", WHOLE)
    content = path.read_bytes()
    assert materialize(copied, registry).success
    assert path.stat().st_mtime_ns == first
    write_lines(registry / "mine.jsonl", case("a", fact()), case("b", fact()))
    assert materialize(copied, registry).success
    assert lake.fingerprint("error_rate", WHOLE) != fingerprint
    assert {row["n_gold"] for row in lake.rows("error_rate", WHOLE)} == {2}
    write_lines(registry / "mine.jsonl", case("a", fact()))
    assert materialize(copied, registry).success
    assert path.read_bytes() == content


def test_a_damaged_table_is_measured_anew(copied: Home) -> None:
    path = Lake(copied.lake).path("error_rate", WHOLE)
    content = path.read_bytes()
    path.write_bytes(content[:100])
    assert materialize(copied).success
    assert path.read_bytes() == content


def test_a_floor_over_nothing_is_told_in_one_sentence(copied: Home, tmp_path: Path) -> None:
    registry = write_registry(tmp_path / "gold", [("mine", "award", "full", 0.4, 0.9)], mine=[case("a", fact())])
    result = materialize(copied, registry)
    assert not result.success
    [failure] = [event for event in result.all_events if event.is_step_failure]
    assert "floors.csv, line 2" in str(failure.step_failure_data.error)


@pytest.mark.parametrize("table", ["parquet", "csv"])
def test_the_table_is_published_as_file_too(sampled: Home, table: str) -> None:
    assert (sampled.published / table / f"dq_error_rate.{table}").stat().st_size > 0


@pytest.mark.slow
def test_a_lexicon_that_lost_its_words_publishes_nothing(copied: Home, tmp_path: Path) -> None:
    """The whole way: a copy of the product without the level "excellent" runs on a home that has a release."""
    product = tmp_path / "product"
    for folder in ("kpi_pipeline", "dbt_like_sql"):
        shutil.copytree(PROJECT / folder, product / folder, ignore=shutil.ignore_patterns("__pycache__"))
    levels = product / "kpi_pipeline" / "reference" / "lexicon" / "levels.csv"
    lines = levels.read_text(encoding="utf-8").splitlines(keepends=True)
    levels.write_text("".join(line for line in lines if "xuất sắc" not in line), encoding="utf-8")
    release = copied.published.resolve()
    done = subprocess.run(
        [sys.executable, "-m", "kpi_pipeline.cli", "run"],
        cwd=product,
        env={**os.environ, "KPI_HOME": str(copied.root), "PYTHONPATH": str(product)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "check error_rate.floor" in done.stderr
    assert "under its floor" in done.stderr
    assert copied.published.resolve() == release
