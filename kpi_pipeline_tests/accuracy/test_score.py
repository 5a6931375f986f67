"""`kpi score` and `kpi extract --cases`, as a user calls them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kpi_pipeline.accuracy import REGISTRY, read_cases, registered
from kpi_pipeline.extraction import extract_facts
from kpi_pipeline.sample_pages import MANIFEST, PAGES
from kpi_pipeline_tests.accuracy.gold_input import SENTENCE, case, fact, write_lines
from kpi_pipeline_tests.conftest import SHARED, Kpi

AUTHORED = REGISTRY / "authored.jsonl"


def test_score_prints_each_shipped_set_and_that_it_was_tuned_on(kpi: Kpi) -> None:
    done = kpi("score")
    assert done.returncode == 0, done.stderr
    for name in ("authored", "mechanisms", "samples"):
        assert f"\n{name}: " in done.stdout
    assert done.stdout.count("of regression, not of unseen pages") == sum(bool(gold.tuned) for gold in registered())
    line = next(line for line in done.stdout.splitlines() if line.startswith("task_completion_rating"))
    assert line.split()[1].isdigit()
    assert line.count("(") == 6
    assert "floors are held" in done.stdout


def test_score_measures_a_set_of_ones_own_and_shows_the_differences(kpi: Kpi, tmp_path: Path) -> None:
    mine = write_lines(tmp_path / "mine.jsonl", case("a", fact()), case("b", fact(scope="district")))
    done = kpi("score", "--only", "--gold", mine, "--show")
    assert done.returncode == 0, done.stderr
    assert "authored" not in done.stdout
    assert "not recorded" in done.stdout
    assert (
        "missed    mine  b  task_completion_rating excellent share 40, party_member actual 2021-2021, VN-30 district"
        in done.stdout
    )
    assert "1 missed, 1 invented on the grade full" in done.stdout
    loose = kpi("score", "--only", "--gold", mine, "--show", "--grade", "meaning").stdout
    assert "0 missed, 0 invented on the grade meaning" in loose


def test_score_as_json_lines_is_the_table(kpi: Kpi, tmp_path: Path) -> None:
    mine = write_lines(tmp_path / "mine.jsonl", case("a", fact()))
    rows = [
        json.loads(line) for line in kpi("score", "--only", "--gold", mine, "--format", "jsonl").stdout.splitlines()
    ]
    assert [(row["gold_set"], row["tuned"], row["n_gold"]) for row in rows] == [("mine", None, 1)] * 9
    assert {row["grade"] for row in rows} == {"value", "meaning", "full"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--only"], "--only --gold PATH"),
        (["--gold", "nowhere.jsonl"], "nowhere.jsonl cannot be read"),
        (["--gold", str(REGISTRY)], "holds no gold.jsonl"),
    ],
)
def test_a_call_that_cannot_be_is_one_sentence(kpi: Kpi, arguments: list[str], told: str) -> None:
    done = kpi("score", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_cases_give_the_facts_of_their_texts(kpi: Kpi) -> None:
    done = kpi("extract", "--cases", AUTHORED)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    said = [json.loads(line) for line in done.stdout.splitlines()]
    fields = ("page", "province", "scope", "subject", "indicator", "measure", "value", "comparator", "base",
              "period_start", "period_end", "annual", "modality", "unit_name", "subset")  # fmt: skip

    def stated(records: list[dict[str, object]]) -> set[tuple[object, ...]]:
        return {(*(record[field] for field in fields), *record["levels"]) for record in records}  # type: ignore[misc]

    direct = [found.as_record(c.id) for c in read_cases(AUTHORED)[0] for found in extract_facts(c.text, c.context)]
    assert stated(said) == stated(direct)
    assert len(said) > 400


def test_the_context_of_a_case_is_passed_on(kpi: Kpi, tmp_path: Path) -> None:
    text = "Năm qua, toàn tỉnh có 40% đảng viên hoàn thành xuất sắc nhiệm vụ."
    known = {"url": "https://gialai.gov.vn/tin/1", "published_on": "2022-02-02", "province": None}
    cases = write_lines(
        tmp_path / "cases.jsonl",
        case("nothing", text=text, context={"url": None, "published_on": None, "province": None}),
        case("address", text=text, context={**known, "published_on": None}),
        case("province", text=text, context={**known, "url": None, "province": "VN-33"}),
    )
    said = {found["page"]: found for found in map(json.loads, kpi("extract", "--cases", cases).stdout.splitlines())}
    assert {page: found["province"] for page, found in said.items()} == {
        "nothing": None, "address": "VN-30", "province": "VN-33",
    }  # fmt: skip
    assert {page: found["period_end"] for page, found in said.items()} == {
        "nothing": None, "address": None, "province": "2021",
    }  # fmt: skip


def test_a_case_that_cannot_be_used_is_told_and_the_others_are_read(kpi: Kpi, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    write_lines(cases, case("a"), {"id": 7, "text": SENTENCE}, case("b"))
    done = kpi("extract", "--cases", cases)
    assert done.returncode == 0
    assert [json.loads(line)["page"] for line in done.stdout.splitlines()] == ["a", "b"]
    assert "cases.jsonl, line 2" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [[], ["page.html", "--cases", str(AUTHORED)], ["--cases", str(AUTHORED), "--manifest", str(MANIFEST)]],
)
def test_files_or_cases(kpi: Kpi, arguments: list[str]) -> None:
    done = kpi("extract", *arguments)
    assert done.returncode == 2
    assert "--cases" in done.stderr


def test_what_is_measured_on_pages_is_what_extract_prints(kpi: Kpi) -> None:
    files = sorted(PAGES.iterdir())
    done = kpi("extract", *files, "--manifest", MANIFEST)
    printed = set(done.stdout.splitlines())
    said = next(gold for gold in registered() if gold.name == "samples").said()
    measured = {json.dumps(found, ensure_ascii=False) for facts in said.values() for found in facts}
    assert printed <= measured
    assert {json.loads(line)["page"] for line in printed} == {page for page, facts in said.items() if facts}


def test_the_teams_scorer_takes_the_output(kpi: Kpi, tmp_path: Path) -> None:
    scorer = SHARED / "score_facts.py"
    if not scorer.is_file():
        pytest.skip(f"the team's scorer is not at {scorer}")
    out = tmp_path / "out.jsonl"
    out.write_text(kpi("extract", "--cases", SHARED / "cases.jsonl").stdout, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(scorer), str(SHARED / "cases.jsonl"), str(out), "--indicators", "all"],
        capture_output=True,
        text=True,
        check=True,
    )
    figures = {line.split()[0]: line.split() for line in done.stdout.splitlines()}
    assert float(figures["meaning"][2]) > 0.98
    assert float(figures["meaning"][4]) > 0.98
