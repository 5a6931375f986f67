"""A backfill whose process ends in the middle: started again, it does the rest, whoever starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline.defs import running
from kpi_pipeline.defs.jobs import backfill
from kpi_pipeline.defs.partitions import range_tags
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.landing import LandingStore, land_folder
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import WHOLE, Lake
from kpi_pipeline_tests.conftest import PROJECT
from kpi_pipeline_tests.end_to_end.test_run import _hashes

DAYS = [(date(2022, 3, 1) + timedelta(number)).isoformat() for number in range(6)]
FATAL = DAYS[3]
"""The day whose page ends the process that reads it, and with it the run."""

BROKEN = """
import sys
from kpi_pipeline_tests.end_to_end.test_broken_backfill import read_all
from kpi_pipeline_tests.end_to_end.test_workers import OddReaders
from kpi_pipeline.storage.home import Home
from pathlib import Path
read_all(Home(Path(sys.argv[1])), readers=OddReaders())
"""


def land(home: Home, folder: Path) -> Home:
    """A page a day; the one of the fatal day is fatal to odd readers alone."""
    pages = folder / "pages"
    pages.mkdir(exist_ok=True)
    lines = ["file,url,captured_at,published_on"]
    for number, day in enumerate(DAYS):
        mark = "<!-- CRASH -->" if day == FATAL else ""
        body = f"<p>Năm 2021, toàn tỉnh Gia Lai có {40 + number} tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ.</p>"
        html = f"<html><body><article><h1>Xếp loại</h1>{body}</article></body></html>{mark}"
        (pages / f"{day}.html").write_text(html, encoding="utf-8")
        lines.append(f"{day}.html,https://baogialai.com.vn/{day},2022-03-20,{day}")
    (pages / "manifest.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    home.prepare()
    land_folder(LandingStore(home.landing), pages, pages / "manifest.csv", date(2022, 3, 20), date(2022, 3, 20))
    return home


def read_all(home: Home, **resources: object) -> dg.ExecuteInProcessResult:
    """All days as one run, as a backfill in the UI makes it."""
    definitions = build_definitions({"home": HomeResource(root=str(home.root)), **resources})
    with running.open_instance(home) as instance:
        job = definitions.resolve_job_def(backfill.name)
        tags = range_tags(DAYS[0], DAYS[-1])
        return job.execute_in_process(instance=instance, tags=tags, run_config=running.QUIET)


def times(lake: Lake, table: str) -> dict[str, int]:
    """When the file of each day was written."""
    return {day: lake.path(table, day).stat().st_mtime_ns for day in lake.days(table)}


@pytest.mark.slow
@pytest.mark.parametrize("again", ["in the UI", "by kpi run"])
def test_a_backfill_that_was_killed_goes_on_with_the_rest(home: Home, tmp_path: Path, again: str) -> None:
    land(home, tmp_path)
    died = subprocess.run(
        [sys.executable, "-c", BROKEN, str(home.root)],
        cwd=PROJECT, env={**os.environ, "KPI_WORKERS": "0"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert died.returncode == 3, died.stderr
    lake = Lake(home.lake)
    raw, cleaned = times(lake, "raw_pages"), times(lake, "cleaned_text")
    assert sorted(raw) == DAYS
    assert sorted(cleaned) == DAYS[: DAYS.index(FATAL)]
    assert not lake.days("extracted_facts")
    if again == "in the UI":
        assert read_all(home).success
    else:
        definitions = build_definitions({"home": HomeResource(root=str(home.root))})
        assert running.run(definitions, home, None, None, lambda progress: None).days == tuple(DAYS)
    assert lake.days("validated_facts") == DAYS
    assert times(lake, "raw_pages") == raw
    assert {day: written for day, written in times(lake, "cleaned_text").items() if day in cleaned} == cleaned
    undisturbed = land(Home(tmp_path / "undisturbed"), tmp_path)
    assert read_all(undisturbed).success
    by_day = {name: found for name, found in _hashes(home.lake).items() if not name.endswith(f"/{WHOLE}.parquet")}
    assert by_day == _hashes(undisturbed.lake)


def test_a_second_identical_backfill_writes_no_file(home: Home, tmp_path: Path) -> None:
    land(home, tmp_path)
    assert read_all(home).success
    lake = Lake(home.lake)
    tables = ("raw_pages", "cleaned_text", "extracted_facts", "validated_facts")
    before = {table: times(lake, table) for table in tables}
    assert all(sorted(days) == DAYS for days in before.values())
    assert read_all(home).success
    assert {table: times(lake, table) for table in tables} == before
