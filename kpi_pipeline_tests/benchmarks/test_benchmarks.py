"""The measurements run and give figures; how large they are is nobody's test."""

import json
from pathlib import Path

import pytest

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline_tests.benchmarks.__main__ import main
from kpi_pipeline_tests.benchmarks.days import empty_graph
from kpi_pipeline_tests.benchmarks.growth import fit
from kpi_pipeline_tests.benchmarks.odd_lines import LINES, PAGES


def test_the_parts_about_extraction_tell_their_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures.json"
    only = [argument for part in ("beside", "growth", "steps") for argument in ("--only", part)]
    assert (
        main([*only, "--pages", "1", "--rounds", "1", "--lines", "bars", "--budget", "0.001", "--json", str(file)]) == 0
    )
    said, record = capsys.readouterr().out, json.loads(file.read_text(encoding="utf-8"))
    assert record["beside"][0]["pages"] == "bundled samples"
    assert all(one["ratio"] > 0 and len(one["timings"]) == 3 for one in record["beside"])
    assert {"tag", "find_figures", "settle", "Reader.read"} <= set(record["steps"])
    assert sum(record["steps"].values()) == pytest.approx(1)
    assert [one["name"] for one in record["growth"]] == [name for name in (*LINES, *PAGES) if "bars" in name]
    assert "extract / trafilatura:" in said
    assert "worse than linear" in said


@pytest.mark.slow
def test_a_whole_run_tells_its_ratio_and_its_parts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures.json"
    assert main(["--only", "throughput", "--run", "30", "--relevant", "0.5", "--json", str(file)]) == 0
    said, [record] = capsys.readouterr().out, json.loads(file.read_text(encoding="utf-8"))["throughput"]
    assert (record["pages"], record["relevant"]) == (30, 0.5)
    bare = sum(spent["wall"] for spent in record["bare"]) / 2
    assert record["ratio"] == pytest.approx(bare / record["run"]["wall"])
    assert sum(spent["wall"] for spent in record["parts"].values()) == pytest.approx(record["run"]["wall"])
    assert {"cleaning", "extraction", "validation", "checks of the page stages", "SQL", "publication"} < {
        *record["parts"]
    }
    assert min(spent["wall"] for spent in record["parts"].values()) > 0
    assert "50% of them with results" in said
    assert "run / bare pool: 0." in said


@pytest.mark.slow
def test_days_tell_what_they_cost_beside_an_empty_graph_and_the_naive_design(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "figures.json"
    assert main(["--only", "days", "--days", "12", "--naive-days", "2", "--json", str(file)]) == 0
    said, record = capsys.readouterr().out, json.loads(file.read_text(encoding="utf-8"))
    [one] = record["days"]
    assert (one["days"], one["pages"], one["assets"]) == (12, 10, 5)
    assert one["ratio"] == pytest.approx(one["first"]["cpu"] / one["empty"]["cpu"])
    assert one["first"]["event_log_mb"] > 0
    assert record["beside_naive"]["pages"] == 20
    assert "backfill / empty graph:" in said
    assert "backfill / naive:" in said


def test_the_empty_graph_has_the_shape_of_ours() -> None:
    ours = build_definitions()
    stages = set(ours.resolve_job_def("backfill").asset_layer.executable_asset_keys)
    job = empty_graph(ours).resolve_job_def("backfill")
    assert set(job.asset_layer.executable_asset_keys) == stages
    assert set(job.asset_layer.asset_graph.asset_check_keys) == {
        key for key in ours.resolve_asset_graph().asset_check_keys if key.asset_key in stages
    }
    for key in stages:
        assert job.asset_layer.asset_graph.get(key).parent_keys == ours.resolve_asset_graph().get(key).parent_keys


@pytest.mark.slow
def test_the_memory_of_a_run_and_of_its_workers_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures.json"
    assert main(["--only", "memory", "--held", "60", "--held", "120", "--json", str(file)]) == 0
    first, second = json.loads(file.read_text(encoding="utf-8"))["memory"]
    assert (first["pages"], second["pages"]) == (60, 120)
    assert all(one["together"] > one["process"] > 100 for one in (first, second))
    assert f"120 / 60 pages: {second['together'] / first['together']:.2f} times" in capsys.readouterr().out


def test_the_marts_are_timed_beside_a_query_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures.json"
    assert main(["--only", "sql", "--facts", "900", "--json", str(file)]) == 0
    said, [record] = capsys.readouterr().out, json.loads(file.read_text(encoding="utf-8"))["sql"]
    assert (record["facts"], record["rows"]) == (900, 33)
    assert record["needed"] < record["models"] == pytest.approx(sum(one["seconds"] for one in record["each"]))
    assert record["ratio"] == pytest.approx(record["models"] / record["by_hand"])
    assert record["ratio_same"] == pytest.approx(record["needed"] / record["same_by_hand"])
    assert "marts.fact_observation" in said


def test_the_exponent_of_a_power_is_found() -> None:
    sizes = (10, 40, 160)
    assert fit(sizes, [size**2 * 1e-6 for size in sizes]) == pytest.approx(2)
    assert fit(sizes, [size * 3e-6 for size in sizes]) == pytest.approx(1)
    assert fit(sizes[:1], [1.0]) is None


@pytest.mark.parametrize("name", [*LINES, *PAGES])
def test_an_odd_text_is_what_it_says(name: str) -> None:
    make = LINES.get(name) or PAGES[name]
    text = make(20_000)
    assert 15_000 <= len(text) <= 20_000
    assert text == make(20_000)
    assert ("\n" in text) == (name in PAGES)
