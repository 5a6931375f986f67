"""Runs that skip pages: the facts of runs that read all, skipped pages told as such, and the second look at them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

from kpi_pipeline.landing import LandingStore, land_folder
from kpi_pipeline.reading.landed import raw_row
from kpi_pipeline.reading.skipping import cleaned_if_worth
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline_tests.conftest import call_kpi
from kpi_pipeline_tests.end_to_end.test_checks import evaluate
from kpi_pipeline_tests.page_generator import make_ordinary_page, make_page

CHECK = "cleaned_text.skipped_state_nothing"
DAY = date(2022, 3, 4)
FACTS = ("extracted_facts", "validated_facts", "quarantined_facts", "merged_facts", "unread_numbers")


def landed(home: Home, folder: Path) -> Home:
    """Eight pages of ordinary news, all of which can be told, and two that state results."""
    folder.mkdir(exist_ok=True)
    pages = [make_ordinary_page(f"run-{number}", DAY, DAY) for number in range(8)]
    pages += [make_page(f"run-{number}", first_day=DAY, last_day=DAY) for number in range(2)]
    lines = ["file,url,captured_at,published_on,source_province"]
    for page in pages:
        (folder / f"{page.page_id}.html").write_bytes(page.html)
        lines.append(f"{page.page_id}.html,{page.url},{DAY},{DAY},{page.source_province or ''}")
    (folder.parent / "manifest.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    home.prepare()
    land_folder(LandingStore(home.landing), folder, folder.parent / "manifest.csv", DAY, DAY)
    return home


def rows(home: Home, table: str) -> list[dict[str, object]]:
    return [dict(row) for row in Lake(home.lake).rows(table, DAY.isoformat())]


@pytest.mark.slow
def test_a_run_that_skips_gives_the_facts_of_one_that_reads_all(tmp_path: Path) -> None:
    skipping = landed(Home(tmp_path / "skipping"), tmp_path / "pages")
    reading = landed(Home(tmp_path / "reading"), tmp_path / "pages")
    done = call_kpi(skipping.root, "run", KPI_SKIP="1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 skipped" in " ".join(done.stdout.split())
    assert call_kpi(reading.root, "run").returncode == 0

    statuses = {str(row["page_id"]): row["status"] for row in rows(skipping, "cleaned_text")}
    assert Counter(statuses.values()) == {"skipped": 8, "ok": 2}
    read = {page for page, status in statuses.items() if status == "ok"}
    for table in FACTS:
        assert rows(skipping, table) == [row for row in rows(reading, table) if row["page_id"] in read]
    assert rows(skipping, "validated_facts") == rows(reading, "validated_facts") != []

    with duckdb.connect(str(skipping.published / "warehouse.duckdb"), read_only=True) as warehouse:
        told = warehouse.execute("SELECT status, count(*) FROM marts.dim_page GROUP BY 1 ORDER BY 1").fetchall()
        held = warehouse.execute("SELECT count(*) FROM marts.dq_quarantine WHERE kind = 'page'").fetchone()
    assert told == [("ok", 2), ("skipped", 8)]
    assert held == (0,)

    again = call_kpi(skipping.root, "run", KPI_SKIP="0")
    assert again.returncode == 0
    assert {row["status"] for row in rows(skipping, "cleaned_text")} == {"ok"}


def test_the_second_look_names_a_page_that_was_skipped_wrongly(tmp_path: Path) -> None:
    home = landed(Home(tmp_path / "home"), tmp_path / "pages")
    lake, day = Lake(home.lake), DAY.isoformat()
    store = LandingStore(home.landing)
    raw = [raw_row(page, store.read(page.sha256)) for page in store.pages(day)]
    cleaned = [cleaned_if_worth(row) for row in raw]
    lake.write("raw_pages", day, raw, "made")
    lake.write("cleaned_text", day, cleaned, "made")
    found = evaluate(home.root, CHECK, day)
    assert found.passed
    assert found.metadata["pages_skipped"].value == 8
    assert found.metadata["read_after_all"].value == 3

    [wrong, _] = [row for row in cleaned if row["status"] == "ok"]
    only = [{**row, "status": "skipped"} for row in cleaned if row["page_id"] == wrong["page_id"]]
    lake.write("cleaned_text", day, only, "made")
    found = evaluate(home.root, CHECK, day)
    assert not found.passed
    assert found.blocking
    assert found.metadata["findings"].value == 1
    assert str(wrong["page_id"]) in str(found.metadata["failing_rows"].value)
    assert "KPI_SKIP=0" in str(found.description)
