"""The graph as Dagster runs it: ranges of days in one run, damaged days, pages that fail, two first starts."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import pytest

from kpi_pipeline.definitions import build_definitions, defs
from kpi_pipeline.defs.corrections import corrections_of
from kpi_pipeline.defs.partitions import DAYS, range_tags, stretches
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.defs.stages import due_days
from kpi_pipeline.landing import LandingStore
from kpi_pipeline.storage.calendar import FIRST_DAY, today
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import SCHEMAS, Lake
from kpi_pipeline_tests.conftest import PROJECT, Kpi, call_kpi
from kpi_pipeline_tests.end_to_end.test_run import _hashes


def test_the_days_reach_from_2000_to_today_in_vietnam() -> None:
    days = DAYS.get_partition_keys()
    assert days[0] == FIRST_DAY.isoformat() == "2000-01-01"
    assert days[-1] == today().isoformat()


def test_every_asset_says_what_it_is() -> None:
    specs = list(defs.resolve_all_asset_specs())
    assert {spec.key.to_user_string() for spec in specs} >= {
        "raw_pages", "cleaned_text", "extracted_facts", "validated_facts", "quarantined_facts", "kpi_province_year",
        "kpi_province_year_wide", "fact_observation", "dim_province", "dim_page", "published",
    }  # fmt: skip
    for spec in specs:
        assert spec.description, spec.key
        assert spec.group_name != "default", spec.key
        assert spec.kinds, spec.key
        assert spec.code_version, spec.key
        assert spec.owners, spec.key
        if spec.group_name != "publication":
            columns = spec.metadata["dagster/column_schema"].columns
            assert columns, spec.key
            assert all(column.description for column in columns), spec.key


def test_landing_and_publication_are_watched_for_their_age() -> None:
    watched = {spec.key.to_user_string() for spec in defs.resolve_all_asset_specs() if spec.freshness_policy}
    assert watched == {"raw_pages", "published"}


def test_every_mart_shows_what_each_of_its_columns_is_made_from() -> None:
    specs = {spec.key: spec for spec in defs.resolve_all_asset_specs()}
    for spec in specs.values():
        if spec.group_name == "marts":
            columns = [column.name for column in spec.metadata["dagster/column_schema"].columns]
            made_from = spec.metadata["dagster/column_lineage"].deps_by_column
            assert list(made_from) == columns, spec.key
            assert {dep.asset_key for deps in made_from.values() for dep in deps} <= {
                dep.asset_key for dep in spec.deps
            }
    address = specs[dg.AssetKey("fact_observation")].metadata["dagster/column_lineage"].deps_by_column["source_url"]
    assert address == [
        dg.TableColumnDep(dg.AssetKey(["staging", "page"]), "source_url"),
        dg.TableColumnDep(dg.AssetKey("validated_facts"), "url"),
    ]
    verdict = specs[dg.AssetKey("dq_rating_groups")].metadata["dagster/column_lineage"].deps_by_column["verdict"]
    assert verdict == [dg.TableColumnDep(dg.AssetKey("validated_facts"), "rating_groups.verdict")]


def test_every_partitioned_asset_has_the_one_policy() -> None:
    partitioned = [a for a in defs.resolve_asset_graph().asset_nodes if a.partitions_def is not None]
    assert len(partitioned) == 5
    for node in partitioned:
        assert node.partitions_def == DAYS
        assert node.backfill_policy == dg.BackfillPolicy.single_run()


def test_a_range_of_days_in_one_run_gives_the_tables_of_kpi_run(sampled: Home, copied: Home) -> None:
    lake = Lake(copied.lake)
    part = max(stretches(lake.days("raw_pages"), gap=60), key=len)
    assert len(part) > 1
    for day in part:
        for table in SCHEMAS:
            lake.path(table, day).unlink(missing_ok=True)
    shutil.rmtree(copied.releases)
    copied.published.unlink()
    tags = range_tags(part[0], part[-1])
    definitions = build_definitions({"home": HomeResource(root=str(copied.root))})
    with dg.instance_for_test() as instance:
        result = definitions.resolve_job_def("daily").execute_in_process(instance=instance, tags=tags)
        assert result.success
        done = [m.asset_key.to_user_string() for m in result.get_asset_materialization_events() if m.asset_key]
        checks = {found.check_name: found.passed for found in result.get_asset_check_evaluations()}
    assert done.count("published") == 1
    assert done.count("raw_pages") > len(part)
    assert checks["rows_conserved"]
    assert _hashes(copied.lake) == _hashes(sampled.lake)
    assert _hashes(copied.published.resolve()) == _hashes(sampled.published.resolve())


def test_one_day_in_one_job(home: Home) -> None:
    assert call_kpi(home.root, "land", "--samples").returncode == 0
    definitions = build_definitions({"home": HomeResource(root=str(home.root))})
    day = LandingStore(home.landing).days()[0]
    with dg.instance_for_test() as instance:
        job = definitions.resolve_job_def("daily")
        assert job.execute_in_process(instance=instance, partition_key=day).success
    assert Lake(home.lake).days("raw_pages") == [day]
    assert (home.published / "warehouse.duckdb").exists()


def test_a_damaged_day_of_the_lake_is_made_anew(sampled: Home, copied: Home) -> None:
    lake = Lake(copied.lake)
    day = lake.days("extracted_facts")[0]
    path = lake.path("extracted_facts", day)
    path.write_bytes(path.read_bytes()[:100])
    assert call_kpi(copied.root, "run").returncode == 0
    assert _hashes(copied.lake) == _hashes(sampled.lake)


def test_a_stored_page_that_is_damaged_costs_that_page_alone(home: Home) -> None:
    assert call_kpi(home.root, "land", "--samples").returncode == 0
    page = LandingStore(home.landing).all_pages()[0]
    [stored] = home.landing.rglob(f"*{page.sha256}")
    stored.chmod(0o644)
    stored.write_bytes(b"flipped")
    done = call_kpi(home.root, "run", "--from", page.published_on, "--to", page.published_on)
    assert done.returncode == 0, done.stderr
    rows = {row["page_id"]: row for row in Lake(home.lake).rows("cleaned_text", page.published_on)}
    assert rows[page.page_id]["status"] == "failed"
    assert "land the page again" in str(rows[page.page_id]["status_reason"])


def test_days_are_cut_where_a_run_is_cheaper_than_the_gap() -> None:
    assert stretches(["2020-01-01", "2020-01-02", "2020-03-01"]) == [["2020-01-01", "2020-01-02"], ["2020-03-01"]]
    assert stretches([]) == []


def test_two_first_starts_at_once(home: Home) -> None:
    with ThreadPoolExecutor(2) as pool:
        landed = list(pool.map(lambda _: call_kpi(home.root, "land", "--samples"), range(2)))
        ran = list(
            pool.map(lambda _: call_kpi(home.root, "run", "--from", "2023-01-01", "--to", "2023-03-31"), range(2))
        )
    for done in landed + ran:
        assert done.returncode == 0, done.stdout + done.stderr
    assert (home.published / "warehouse.duckdb").exists()


def test_a_page_that_breaks_the_extraction_costs_that_page_alone(kpi: Kpi, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "good.txt").write_text(
        "Kết quả xếp loại\n\nNăm 2021, toàn tỉnh Gia Lai có 40 tổ chức cơ sở đảng "
        "hoàn thành xuất sắc nhiệm vụ, đạt 10%.\n",
        encoding="utf-8",
    )
    (pages / "noise.html").write_bytes(b"<html><body><p>\xff\xfe\x00 12% " + b"\x80" * 400 + b"</p></body>")
    landed = kpi("land", pages, "--captured-on", "2022-05-05")
    assert "good.txt" in landed.stdout
    assert "noise.html" in landed.stdout
    done = kpi("run")
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [2.5, 4.0, 6.0, 8.0, 11.0])
def test_a_killed_run_loses_nothing(sampled: Home, tmp_path: Path, seconds: float) -> None:
    home = Home(tmp_path / "home")
    assert call_kpi(home.root, "land", "--samples").returncode == 0
    victim = subprocess.Popen(
        [sys.executable, "-m", "kpi_pipeline.cli", "run"],
        cwd=PROJECT,
        env={**os.environ, "KPI_HOME": str(home.root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    victim.send_signal(signal.SIGKILL)
    victim.wait(timeout=30)
    done = call_kpi(home.root, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert _hashes(home.published.resolve()) == _hashes(sampled.published.resolve())
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        unfinished = instance.get_runs(filters=dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
        assert unfinished == []
    assert not list(home.root.rglob("*.part"))


def test_a_damaged_file_of_a_day_without_pages_makes_the_day_due(home: Home) -> None:
    home.prepare()
    lake, landing, none = Lake(home.lake), LandingStore(home.landing), corrections_of(home, LandingStore(home.landing))
    for made_from in ("pages that were there", ""):
        lake.write("raw_pages", "2024-01-15", [], made_from)
    assert due_days(landing, lake, none) == []
    path = lake.path("raw_pages", "2024-01-15")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert due_days(landing, lake, none) == ["2024-01-15"]
    lake.write("raw_pages", "2024-01-15", [], "")
    assert due_days(landing, lake, none) == []
