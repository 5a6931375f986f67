"""A call that cannot be carried out: one clear sentence with the remedy, no traceback, exit code 2."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.conftest import PROJECT, Kpi, call_kpi


def assert_refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: ")
    for word in words:
        assert word in last


def test_missing_folder(kpi: Kpi, tmp_path: Path) -> None:
    assert_refused(kpi("land", tmp_path / "nowhere"), "nowhere")


def test_malformed_manifest(kpi: Kpi, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text("Năm 2021, 12 chi bộ.", encoding="utf-8")
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("name,day\na.txt,2021-01-01\n", encoding="utf-8")
    assert_refused(kpi("land", pages, "--manifest", manifest), "manifest.csv", "file")


@pytest.mark.parametrize("day", ["1999-12-31", "2999-01-01", "yesterday"])
def test_day_out_of_range(kpi: Kpi, day: str) -> None:
    assert_refused(kpi("run", "--from", day), day)


def test_days_the_wrong_way_round(kpi: Kpi) -> None:
    assert_refused(kpi("run", "--from", "2022-01-02", "--to", "2022-01-01"), "swap")


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_loss_accepted_without_a_reason(kpi: Kpi, reason: str) -> None:
    assert_refused(kpi("run", "--accept-loss", reason), "--accept-loss needs a reason", "say why")


def test_a_reason_without_a_withdrawal(kpi: Kpi, tmp_path: Path) -> None:
    assert_refused(kpi("land", tmp_path, "--reason", "a duplicate"), "--withdraw PAGE, or leave it out")


def test_a_withdrawal_without_a_reason(kpi: Kpi) -> None:
    assert_refused(kpi("land", "--withdraw", "p0123456789abcdef", "--reason", " "), "--withdraw PAGE --reason TEXT")


def test_home_is_no_folder(tmp_path: Path) -> None:
    root = tmp_path / "home"
    root.write_text("a file")
    assert_refused(call_kpi(root, "run"), str(root), "KPI_HOME")


def test_home_where_nobody_may_write() -> None:
    assert_refused(call_kpi(Path("/proc/kpi-home"), "run"), "KPI_HOME", "/proc/kpi-home")


def test_home_with_a_name_that_databases_misread(tmp_path: Path) -> None:
    assert_refused(call_kpi(tmp_path / "what?", "run"), "question mark", "KPI_HOME")


def test_a_broken_dagster_yaml(home: Home) -> None:
    home.prepare()
    (home.dagster / "dagster.yaml").write_text("telemetry: [unbalanced")
    assert_refused(call_kpi(home.root, "run"), "dagster.yaml", str(home.dagster))


@pytest.mark.parametrize(
    ("setting", "value"), [("KPI_WORKERS", "all"), ("KPI_PAGE_SECONDS", "0"), ("KPI_SQL_MB", "8"), ("KPI_SKIP", "yes")]
)
def test_a_setting_that_cannot_be_meant_is_refused_before_anything_runs(home: Home, setting: str, value: str) -> None:
    assert call_kpi(home.root, "land", "--samples").returncode == 0
    assert_refused(call_kpi(home.root, "run", **{setting: value}), setting, repr(value), "set it to")
    assert not list(home.lake.rglob("*.parquet"))


def test_a_published_file_that_is_no_warehouse(home: Home) -> None:
    home.published.mkdir(parents=True)
    (home.published / "warehouse.duckdb").write_bytes(b"not a database" * 1000)
    assert_refused(call_kpi(home.root, "quarantine"), "kpi run")


@pytest.mark.parametrize("verb", [["quarantine"], ["trace", "VN-14"]])
def test_nothing_published_yet(kpi: Kpi, verb: list[str]) -> None:
    assert_refused(kpi(*verb), "kpi run")


def test_warehouse_locked_by_another_program(home: Home) -> None:
    home.published.mkdir(parents=True)
    held = home.published / "warehouse.duckdb"
    duckdb.connect(str(held)).close()
    holder = subprocess.Popen(
        [sys.executable, "-c", f"import duckdb; c = duckdb.connect({str(held)!r}); print('held', flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "held"
        assert_refused(call_kpi(home.root, "quarantine"), str(held), "close the program")
    finally:
        holder.communicate(input="\n", timeout=30)


def test_a_port_in_use(kpi: Kpi) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_refused(kpi("ui", "--port", port), str(port), "--port")


def test_an_unknown_number(sampled: Home) -> None:
    assert_refused(call_kpi(sampled.root, "trace", "VN-99"), "VN-99")


def test_no_page_meant(kpi: Kpi) -> None:
    assert_refused(kpi("land", "--withdraw", "p0123", "--reason", "wrong"), "p0123")


@pytest.mark.parametrize(
    "arguments", [["land"], ["land", "x", "--samples"], ["land", "--withdraw", "x"], ["nonsense"], ["extract"]]
)
def test_calls_that_make_no_sense(kpi: Kpi, arguments: list[str]) -> None:
    done = kpi(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "Error: " in done.stderr
