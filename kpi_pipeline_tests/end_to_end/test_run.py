"""The main job on the sample pages: the tables other programs read, the way back of a number, the same bytes twice."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from kpi_pipeline.defs.corrections import corrections_of
from kpi_pipeline.defs.stages import VALIDATED, files_by_day, late_days
from kpi_pipeline.landing import LandingStore, land_folder
from kpi_pipeline.publication.ledger import ledger_of
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline_tests.conftest import PROJECT, call_kpi

WIDE_COLUMNS = [
    "kpi_id", "ref_area", "province_name", "year", "scope", "unit_name", "subject", "indicator", "total",
    "share_excellent", "share_good", "share_good_or_better", "share_completed", "share_not_completed", "share_sum",
    "obs_status", "flags", "source_url",
]  # fmt: skip
LONG_COLUMNS = [
    "kpi_id", "ref_area", "province_valid_from", "province_name", "time_period", "scope", "subject", "indicator",
    "level", "modality", "measure", "obs_value", "unit_measure", "obs_status", "comparator", "method", "n_sources",
    "source_url", "fact_ids", "period_start", "period_end",
]  # fmt: skip


def read_elsewhere(home: Home, sql: str) -> list[list[object]]:
    """The rows of a query, asked by another process that knows nothing but the file."""
    script = (
        "import duckdb, json, sys; c = duckdb.connect(sys.argv[1], read_only=True); "
        "print(json.dumps(c.execute(sys.argv[2]).fetchall(), default=str))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(home.published / "warehouse.duckdb"), sql],
        capture_output=True,
        text=True,
        check=True,
    )
    rows: list[list[object]] = json.loads(done.stdout)
    return rows


def wide(home: Home, subject: str, area: str, year: int) -> list[list[object]]:
    return read_elsewhere(
        home,
        "SELECT total, share_excellent, share_good, share_good_or_better, share_completed, share_not_completed, "
        f"share_sum FROM marts.kpi_province_year_wide WHERE subject = '{subject}' AND ref_area = '{area}' "
        f"AND year = {year} AND scope = 'province'",
    )


def test_the_promised_columns_come_first(sampled: Home) -> None:
    for table, promised in (("kpi_province_year_wide", WIDE_COLUMNS), ("kpi_province_year", LONG_COLUMNS)):
        columns = [row[0] for row in read_elsewhere(sampled, f"SELECT column_name FROM (DESCRIBE marts.{table})")]
        assert columns[: len(promised)] == promised


def test_communes_of_hoa_binh(sampled: Home) -> None:
    assert wide(sampled, "commune_government", "VN-14", 2020) == [[151, None, None, 87.4, 11.9, 0.7, 100.0]]
    assert wide(sampled, "commune_government", "VN-14", 2021) == [[151, None, None, 88.1, 11.3, 0.7, 100.1]]


def test_party_organisations_of_hai_duong(sampled: Home) -> None:
    rows = read_elsewhere(
        sampled,
        "SELECT share_excellent, share_good, share_completed, flags FROM marts.kpi_province_year_wide "
        "WHERE ref_area = 'VN-61' AND year = 2022 AND subject = 'grassroots_party_organisation'",
    )
    assert len(rows) == 1
    assert rows[0][:3] == [20.4, 71.3, 8.3]
    assert "share_mismatch" in str(rows[0][3])


def test_every_number_leads_to_its_characters(sampled: Home) -> None:
    numbers = read_elsewhere(sampled, "SELECT kpi_id, fact_ids FROM marts.kpi_province_year")
    facts = {
        row[0]: row
        for row in read_elsewhere(
            sampled, "SELECT fact_id, page_id, span_start, span_end, quote FROM marts.fact_observation"
        )
    }
    lake = Lake(sampled.lake)
    texts = {
        row["page_id"]: str(row["text"]) for day in lake.days("cleaned_text") for row in lake.rows("cleaned_text", day)
    }
    assert numbers
    for _, fact_ids in numbers:
        for fact_id in str(fact_ids).split(","):
            _, page, start, end, quote = facts[fact_id]
            assert texts[page][int(str(start)) : int(str(end))] == quote


def test_nothing_in_quarantine_reaches_a_table(sampled: Home) -> None:
    held = read_elsewhere(sampled, "SELECT item_id FROM marts.dq_quarantine WHERE kind = 'fact'")
    used = read_elsewhere(sampled, "SELECT unnest(string_split(fact_ids, ',')) FROM marts.kpi_province_year")
    assert held
    assert not {row[0] for row in held} & {row[0] for row in used}


def test_the_page_of_104_percent_is_held_with_its_rule(sampled: Home) -> None:
    done = call_kpi(sampled.root, "quarantine")
    assert done.returncode == 0
    assert "rating_sum_over" in done.stdout
    assert "share_count_mismatch" in done.stdout
    assert "page_not_vietnamese" in done.stdout
    assert "“14,2%”, “78,6%”, “9,7%”, “1,5%”: The shares of the group add to 104 %" in done.stdout
    assert done.stdout.endswith("In quarantine: 6 facts of 2 pages, and 2 pages that could not be read.\n")


def test_trace_opens_the_page_at_the_sentence(sampled: Home) -> None:
    listed = call_kpi(sampled.root, "trace", "VN-14/2020/province/commune_government")
    assert listed.returncode == 0
    ids = [line.split("\t")[0] for line in listed.stdout.splitlines()]
    assert "VN-14/2020/province/commune_government/task_completion_rating/good_or_better/share" in ids
    one = call_kpi(sampled.root, "trace", ids[0])
    assert one.returncode == 0
    assert "quote" in one.stdout
    assert "#:~:text=" in one.stdout


def test_the_summary_counts_what_is_there(sampled: Home) -> None:
    done = call_kpi(sampled.root, "run")
    assert done.returncode == 0, done.stderr
    said = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    [[rows]] = read_elsewhere(sampled, "SELECT count(*) FROM marts.kpi_province_year")
    [[pages]] = read_elsewhere(sampled, "SELECT count(*) FROM marts.dim_page")
    assert said["days"].split() == ["run", "0"]
    assert said["publication"].endswith(", as it was: there is nothing new to publish")
    assert said["KPI"].startswith(f"rows      {rows} ")
    assert said["pages"].startswith(str(pages))
    assert said["warehouse"] == str(sampled.published / "warehouse.duckdb")


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".parquet", ".csv"}
    }


def test_the_same_pages_give_the_same_bytes(sampled: Home, tmp_path: Path) -> None:
    again = Home(tmp_path / "again")
    for arguments in (["land", "--samples"], ["run"], ["run"]):
        assert call_kpi(again.root, *arguments).returncode == 0
    first = _hashes(sampled.published.resolve())
    assert first
    assert _hashes(again.published.resolve()) == first
    assert len([path for path in again.releases.iterdir() if path.is_dir()]) == 1
    assert len(ledger_of(again.releases)) == 1
    assert _hashes(again.lake) == _hashes(sampled.lake)


def test_the_order_of_landing_does_not_matter(copied: Home) -> None:
    samples = PROJECT / "kpi_pipeline" / "sample_pages"
    shutil.rmtree(copied.landing)
    store = LandingStore(copied.landing)
    for file in sorted((samples / "pages").iterdir(), reverse=True):
        land_folder(store, file, samples / "manifest.csv", date(2026, 6, 1), date(2026, 6, 1))
    done = call_kpi(copied.root, "run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].split() == ["days", "run", "0"]


def test_a_withdrawn_page_leaves_the_tables(copied: Home) -> None:
    [[page]] = read_elsewhere(
        copied,
        "SELECT page_id FROM marts.fact_observation WHERE province = 'VN-61' AND value = 20.4",
    )
    assert wide(copied, "grassroots_party_organisation", "VN-61", 2022)
    assert call_kpi(copied.root, "land", "--withdraw", page, "--reason", "the paper took it back").returncode == 0
    done = call_kpi(copied.root, "run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].split() == ["days", "run", "1"]
    assert not wide(copied, "grassroots_party_organisation", "VN-61", 2022)


def test_a_landing_that_is_lost_stops_the_publication(copied: Home) -> None:
    release = copied.published.resolve()
    shutil.rmtree(copied.landing)
    done = call_kpi(copied.root, "run")
    assert done.returncode != 0
    assert "lost_page" in done.stderr
    assert "--accept-loss" in done.stderr
    assert copied.published.resolve() == release


def test_a_day_that_another_code_read_is_late(copied: Home) -> None:
    landing, lake = LandingStore(copied.landing), Lake(copied.lake)
    assert late_days(landing, lake, corrections_of(copied, landing)) == []
    day = lake.days("validated_facts")[-1]
    lake.write("validated_facts", day, lake.rows("validated_facts", day), "made by other code")
    assert late_days(landing, lake, corrections_of(copied, landing)) == [day]


def test_a_day_that_is_written_while_others_read_is_seen(copied: Home) -> None:
    lake = Lake(copied.lake)
    day, before = lake.days("raw_pages")[-1], files_by_day(lake)
    assert files_by_day(lake) == before
    for table in ("raw_pages", "validated_facts"):
        lake.write(table, day, lake.rows(table, day), lake.fingerprint(table, day) or "")
        assert [changed for changed, made in files_by_day(lake).items() if made != before[changed]] == [day]
        before = files_by_day(lake)


def test_a_day_whose_pages_are_there_without_their_facts_is_late(copied: Home) -> None:
    landing, lake = LandingStore(copied.landing), Lake(copied.lake)
    day = lake.days("raw_pages")[-1]
    for table in ("cleaned_text", "extracted_facts", "unread_numbers", *VALIDATED.tables):
        lake.path(table, day).unlink(missing_ok=True)
    assert late_days(landing, lake, corrections_of(copied, landing)) == [day]


def test_new_bytes_of_a_page_run_its_day_again(copied: Home, tmp_path: Path) -> None:
    samples = PROJECT / "kpi_pipeline" / "sample_pages"
    page = tmp_path / "hai-duong-to-chuc-dang-2022.txt"
    text = (samples / "pages" / page.name).read_text(encoding="utf-8")
    assert "137" in text
    page.write_text(text.replace("137", "138"), encoding="utf-8")
    landed = call_kpi(copied.root, "land", page, "--manifest", samples / "manifest.csv")
    assert landed.stdout.startswith("new_version"), landed.stdout + landed.stderr
    assert call_kpi(copied.root, "run").returncode == 0
    rows = read_elsewhere(
        copied,
        "SELECT value FROM marts.fact_observation WHERE province = 'VN-61' AND measure = 'count' "
        "AND levels = ['excellent'] AND period_start = '2022'",
    )
    assert rows == [[138]]


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_each_table_is_published_as_file_too(sampled: Home, kind: str) -> None:
    tables = {
        row[0] for row in read_elsewhere(sampled, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'marts'")
    }
    files = {path.stem for path in (sampled.published / kind).glob(f"*.{kind}")}
    assert {"kpi_province_year", "kpi_province_year_wide", "fact_observation", "dim_province", "dim_page"} <= tables
    assert files == tables


def test_the_same_bytes_at_two_addresses_are_two_pages(home: Home, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    text = "Kết quả xếp loại\n\nNăm 2021, Đảng bộ tỉnh Gia Lai có 30% đảng viên hoàn thành xuất sắc nhiệm vụ.\n"
    for name in ("a.txt", "b.txt"):
        (pages / name).write_text(text, encoding="utf-8")
    (tmp_path / "manifest.csv").write_text(
        "file,url,captured_at,published_on\n"
        "a.txt,https://baogialai.com.vn/x,2022-02-02,2022-02-01\n"
        "b.txt,https://baogialai.com.vn/x?print=1,2022-02-02,2022-02-01\n",
        encoding="utf-8",
    )
    assert call_kpi(home.root, "land", pages, "--manifest", tmp_path / "manifest.csv").returncode == 0
    done = call_kpi(home.root, "run")
    assert done.returncode == 0, done.stderr
    assert read_elsewhere(home, "SELECT count(*), count(DISTINCT page_id) FROM marts.fact_observation") == [[2, 2]]


def test_each_file_gives_its_own_facts(tmp_path: Path) -> None:
    page = '<html><head><link rel="canonical" href="https://baogialai.com.vn/x"></head><body><article><h1>Xếp loại</h1>'
    for name, share in (("new", 60), ("old", 30)):
        body = f"<p>Năm 2021, Đảng bộ tỉnh Gia Lai có {share}% đảng viên hoàn thành xuất sắc nhiệm vụ.</p>"
        (tmp_path / f"{name}.html").write_text(f"{page}{body}</article></body></html>", encoding="utf-8")
    done = call_kpi(tmp_path / "unused", "extract", tmp_path / "new.html", tmp_path / "old.html")
    assert [(f["page"], f["value"]) for f in map(json.loads, done.stdout.splitlines())] == [("new", 60), ("old", 30)]


def test_pages_that_the_product_wrote_are_no_sources(sampled: Home, tmp_path: Path) -> None:
    page = next((PROJECT / "kpi_pipeline" / "sample_pages" / "pages").glob("*.html"))
    explained = tmp_path / "pages" / "explained.html"
    explained.parent.mkdir()
    assert call_kpi(tmp_path / "home", "explain", page, "--html", explained).returncode == 0
    shutil.copytree(sampled.published / "catalogue", explained.parent / "catalogue")
    done = call_kpi(tmp_path / "home", "land", explained.parent)
    assert (done.returncode, done.stdout.count("This product wrote the page itself")) == (1, 3)
