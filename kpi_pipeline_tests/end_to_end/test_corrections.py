"""The corrections file with the real pipeline: what the guide says, only the days it touches, loud when it is stale."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline_tests.conftest import PROJECT, call_kpi
from kpi_pipeline_tests.end_to_end.test_bad_calls import assert_refused
from kpi_pipeline_tests.end_to_end.test_checks import evaluate
from kpi_pipeline_tests.end_to_end.test_run import _hashes, read_elsewhere

HEAD = "page,quote,action,field,expected,new,reason,who,when\n"
HAI_DUONG = "hai-duong-to-chuc-dang-2022.txt"
HAI_DUONG_DAY = "2023-03-07"
PHU_YEN_DAY = "2020-02-14"
OVERRIDE = 'phu-yen-tong-vuot-100-2019.html,"78,6%",override,value,78.6,74.6,a slip,lan,2026-06-15\n'


def guide_rows() -> list[str]:
    """The lines of the table of examples in the guide."""
    guide = (PROJECT / "docs" / "guide" / "corrections.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```csv\n(.*?)```", guide, flags=re.DOTALL)
    return str(example).splitlines()


def days_run(root: Path) -> int:
    done = call_kpi(root, "run")
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[2])


def _but_history(home: Home) -> dict[str, str]:
    """The published files by their hash, but the histories, which remember what was undone."""
    made = _hashes(home.published.resolve())
    return {name: made[name] for name in made if Path(name).stem not in ("kpi_history", "dq_lost_rows")}


def facts(home: Home, where: str) -> list[list[object]]:
    return read_elsewhere(home, f"SELECT value, flags FROM marts.fact_observation WHERE {where} ORDER BY ALL")


def test_the_guide_does_what_it_says(sampled: Home, copied: Home) -> None:
    lines = guide_rows()
    copied.corrections.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*lines, ""]).encode())
    tried = call_kpi(copied.root, "correct")
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert tried.stdout.splitlines()[-1].startswith(f"{len(lines) - 1} rows on 5 days")
    assert "value 78.6 -> 74.6; the fact is accepted" in tried.stdout
    assert _hashes(copied.lake) == _hashes(sampled.lake)

    assert days_run(copied.root) == 5
    assert facts(copied, "quote = '77,9%'") == []
    [[rule, reason]] = read_elsewhere(copied, "SELECT rule_id, reason FROM marts.dq_quarantine WHERE quote = '77,9%'")
    assert rule == "dropped_by_correction"
    assert "lan on 2026-06-15" in str(reason)
    assert facts(copied, "page LIKE 'phu-yen%'") == [[1.5, ""], [9.7, ""], [14.2, ""], [74.6, "corrected"]]
    [[kpi_flags, kpi_id]] = read_elsewhere(
        copied, "SELECT flags, kpi_id FROM marts.kpi_province_year WHERE ref_area = 'VN-32' AND level = 'good'"
    )
    assert kpi_flags == "corrected"
    traced = call_kpi(copied.root, "trace", str(kpi_id)).stdout
    assert "flags corrected" in traced
    assert "corrected override value 78.6 -> 74.6, by lan on 2026-06-15" in traced
    [[placed, _]] = facts(copied, "province = 'VN-32' AND quote = '12,8%'")
    assert placed == 12.8
    [[added, flags]] = facts(copied, "indicator = 'inspection' AND unit_name LIKE '%Đồng Khê'")
    assert (added, flags) == (1.0, "corrected")
    [[_, flags]] = facts(copied, "quote = '21,4%'")
    assert "corrected" in str(flags)
    listed = read_elsewhere(copied, "SELECT action, outcome, who FROM marts.dq_corrections ORDER BY ALL")
    assert [row[:2] for row in listed] == [
        ["accept", "accepted"], ["complete", "accepted"], ["complete", "accepted"], ["drop", "quarantined"],
        ["override", "accepted"],
    ]  # fmt: skip

    kept = [line for line in lines if "override" not in line]
    copied.corrections.write_text("\n".join(["", *kept, ""]), encoding="utf-8")
    assert days_run(copied.root) == 1
    assert facts(copied, "page LIKE 'phu-yen%'") == []

    copied.corrections.unlink()
    assert days_run(copied.root) == 4
    assert _but_history(copied) == _but_history(sampled)
    causes = read_elsewhere(copied, "SELECT DISTINCT cause FROM marts.kpi_history ORDER BY cause")
    assert causes == [["correction"], ["new_page"]]
    lake = Lake(sampled.lake)
    for day in lake.days("validated_facts"):
        assert Lake(copied.lake).rows("validated_facts", day) == lake.rows("validated_facts", day)


def test_a_page_that_changes_under_its_correction_stops_the_publication(copied: Home, tmp_path: Path) -> None:
    row = f"{HAI_DUONG},137,override,base,assessed,all,counted over all,lan,2026-06-15\n"
    copied.corrections.write_text(HEAD + row, encoding="utf-8")
    assert days_run(copied.root) == 1
    before = copied.published.resolve()
    page = tmp_path / HAI_DUONG
    samples = PROJECT / "kpi_pipeline" / "sample_pages"
    text = (samples / "pages" / HAI_DUONG).read_text(encoding="utf-8")
    page.write_text(text.replace("137", "138"), encoding="utf-8")
    assert call_kpi(copied.root, "land", page, "--manifest", samples / "manifest.csv").returncode == 0
    copied.corrections.write_text(HEAD + OVERRIDE + row, encoding="utf-8")

    done = call_kpi(copied.root, "run")
    assert done.returncode == 1
    for word in (
        "corrections_hold",
        "Line 3 of corrections.csv",
        HAI_DUONG,
        "'137'",
        "no such quote",
        "remove the row",
    ):
        assert word in done.stderr
    assert copied.published.resolve() == before
    lake = Lake(copied.lake)
    assert list(lake.open_days()) == [HAI_DUONG_DAY]
    assert {row["value"] for row in lake.rows("validated_facts", PHU_YEN_DAY)} == {14.2, 74.6, 9.7, 1.5}
    read = {row["quote"]: row["flags"] for row in lake.rows("validated_facts", HAI_DUONG_DAY)}
    assert "138" in read
    assert not any("corrected" in str(flags) for flags in read.values())

    found = evaluate(copied.root, "validated_facts.corrections_hold", HAI_DUONG_DAY)
    assert not found.passed
    assert found.blocking
    [listed] = found.metadata["failing_rows"].value.records
    assert {name: listed.data[name] for name in ("day", "line", "page", "expected", "found")} == {
        "day": HAI_DUONG_DAY, "line": 3, "page": HAI_DUONG, "expected": "assessed", "found": "no such quote",
    }  # fmt: skip
    assert "remove the row" in str(listed.data["remedy"])

    tried = call_kpi(copied.root, "correct")
    assert tried.returncode == 1
    assert "DOES NOT HOLD" in tried.stdout

    copied.corrections.write_text(HEAD + OVERRIDE, encoding="utf-8")
    assert days_run(copied.root) == 1
    assert copied.published.resolve() != before
    assert facts(copied, "page LIKE 'phu-yen%' AND value = 74.6") == [[74.6, "corrected"]]


def test_a_page_that_is_gone_stops_the_publication(copied: Home) -> None:
    before = copied.published.resolve()
    copied.corrections.write_text(HEAD + OVERRIDE.replace("phu-yen", "phu-nam"), encoding="utf-8")
    done = call_kpi(copied.root, "run")
    assert done.returncode == 1
    assert "Line 2 of corrections.csv" in done.stderr
    assert "No landed page" in done.stderr
    assert copied.published.resolve() == before
    copied.corrections.write_text(HEAD + OVERRIDE, encoding="utf-8")
    assert call_kpi(
        copied.root, "land", "--withdraw", "phu-yen-tong-vuot-100-2019.html", "--reason", "taken back"
    ).returncode == 0  # fmt: skip
    done = call_kpi(copied.root, "run")
    assert done.returncode == 1
    assert "withdrawn" in done.stderr
    assert copied.published.resolve() == before
    copied.corrections.write_text(HEAD, encoding="utf-8")
    assert days_run(copied.root) == 1
    assert Lake(copied.lake).open_days() == {}


@pytest.mark.parametrize("verb", ["run", "correct"])
def test_a_file_that_cannot_be_meant_is_refused_before_anything_runs(copied: Home, verb: str) -> None:
    before = _hashes(copied.lake)
    copied.corrections.write_text(HEAD + OVERRIDE.replace("a slip", ""), encoding="utf-8")
    assert_refused(call_kpi(copied.root, verb), "Line 2 of corrections.csv", "reason")
    assert _hashes(copied.lake) == before


def test_no_file_is_nothing_to_correct(sampled: Home) -> None:
    done = call_kpi(sampled.root, "correct")
    assert done.returncode == 0
    assert "nothing to correct" in done.stdout


def test_a_page_that_has_landed_and_not_been_read_yet(home: Home) -> None:
    assert call_kpi(home.root, "land", "--samples").returncode == 0
    home.corrections.write_text(HEAD + OVERRIDE, encoding="utf-8")
    done = call_kpi(home.root, "correct")
    assert done.returncode == 1
    assert "kpi run" in done.stdout


def test_rows_that_do_not_hold_on_two_days_are_both_named_and_later_days_are_still_read(home: Home) -> None:
    assert call_kpi(home.root, "land", "--samples").returncode == 0
    lost = OVERRIDE.replace("phu-yen", "phu-nam")
    stale = OVERRIDE.replace(",78.6,", ",70.1,")
    home.corrections.write_text(HEAD + lost + stale, encoding="utf-8")
    done = call_kpi(home.root, "run")
    assert done.returncode == 1
    assert "Line 2 of corrections.csv" in done.stderr
    assert "Line 3 of corrections.csv" in done.stderr
    assert HAI_DUONG_DAY in Lake(home.lake).days("validated_facts")
    assert not home.published.exists()


def test_rows_on_days_that_a_run_leaves_out_stop_the_publication(copied: Home) -> None:
    before = copied.published.resolve()
    copied.corrections.write_text(HEAD + OVERRIDE, encoding="utf-8")
    done = call_kpi(copied.root, "run", "--from", HAI_DUONG_DAY)
    assert done.returncode == 1
    assert "not applied yet" in done.stderr
    assert PHU_YEN_DAY in done.stderr
    assert copied.published.resolve() == before
    assert days_run(copied.root) == 1
