"""When a stated fact is a gold fact: three grades, what doubt forgives, the same figures as the team's scorer."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kpi_pipeline.accuracy import GROUPS, Measurement, described, gold_at, match
from kpi_pipeline.accuracy.matching import key
from kpi_pipeline.reference.codes import GRADES, INDICATORS
from kpi_pipeline_tests.accuracy.gold_input import fact, write_lines
from kpi_pipeline_tests.conftest import SHARED

SCORER = SHARED / "score_facts.py"


def counts(gold: list[dict[str, Any]], said: list[dict[str, Any]], grade: str) -> tuple[int, int, int, int]:
    found = match({"page": gold}, {"page": said}, INDICATORS, grade)
    return len(found.hit), len(found.missed), len(found.invented), len(found.forgiven)


@pytest.mark.parametrize(
    ("field", "other", "grade"),
    [
        ("value", 41, "value"),
        ("measure", "count", "value"),
        ("levels", ["good"], "value"),
        ("subject", "leader", "meaning"),
        ("modality", "target", "meaning"),
        ("period_end", "2022", "meaning"),
        ("province", None, "full"),
        ("scope", "district", "full"),
        ("base", "all", "full"),
        ("comparator", "ge", "full"),
    ],
)
def test_a_grade_sees_what_it_compares_and_no_more(field: str, other: object, grade: str) -> None:
    for seen in GRADES:
        same = GRADES.index(seen) < GRADES.index(grade)
        assert counts([fact()], [fact(**{field: other})], seen) == ((1, 0, 0, 0) if same else (0, 1, 1, 0))


def test_months_within_a_year_are_no_difference() -> None:
    assert counts([fact(period_end="2021-07")], [fact(period_end="2021-12")], "full") == (1, 0, 0, 0)


def test_a_fact_said_twice_counts_once() -> None:
    assert counts([fact()], [fact(), fact()], "full") == (1, 0, 0, 0)


def test_base_and_comparator_have_defaults() -> None:
    bare = {name: value for name, value in fact().items() if name not in ("base", "comparator")}
    assert counts([bare], [fact()], "full") == (1, 0, 0, 0)


def test_doubt_costs_nothing_said_or_not() -> None:
    doubtful = fact(doubt=True)
    assert counts([doubtful], [], "full") == (0, 0, 0, 0)
    assert counts([doubtful], [fact()], "full") == (0, 0, 0, 1)
    assert counts([doubtful], [fact(subject="leader", levels=["good"])], "full") == (0, 0, 0, 1)
    assert counts([doubtful], [fact(value=41)], "full") == (0, 0, 1, 0)


def test_doubt_forgives_on_its_page_alone() -> None:
    found = match({"a": [fact(doubt=True)], "b": []}, {"b": [fact()]}, INDICATORS, "full")
    assert [page for page, _ in found.invented] == ["b"]


def test_only_the_indicators_asked_for_count() -> None:
    gold, said = {"a": [fact(), fact(indicator="award", levels=[])]}, {"a": [fact()]}
    assert len(match(gold, said, ("task_completion_rating",), "full").missed) == 0
    assert len(match(gold, said, INDICATORS, "full").missed) == 1


def test_a_difference_is_described_by_what_its_grade_compares() -> None:
    one = fact(levels=["good", "excellent"], value=71.3, province=None, period_start=None)
    assert described(key(one, "value")) == "task_completion_rating excellent+good share 71.3"
    assert described(key(one, "full")) == (
        "task_completion_rating excellent+good share 71.3, party_member actual ?-2021, no province province assessed eq"
    )


def worsened(record: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """Some facts go, some change in one field, some are said twice: something of every kind of difference."""
    changes: list[dict[str, Any]] = [
        {}, {"value": record["value"] + 1}, {"subject": "other"}, {"province": "VN-01"}, {"period_start": None},
        {"comparator": "gt"}, {"base": "all"}, {"indicator": "award", "levels": []},
    ]  # fmt: skip
    kind = number % 11
    if kind >= len(changes):
        return [] if kind == len(changes) else [record, {**record, "page": "a page the gold does not have"}]
    return [{**record, **changes[kind]}]


@pytest.mark.parametrize("gold_path", ["cases.jsonl", "seeds"])
@pytest.mark.parametrize("group", ["all", "ratings", "task_completion_rating", "award", "population"])
def test_the_figures_are_those_of_the_scorer(tmp_path: Path, gold_path: str, group: str) -> None:
    if not SCORER.is_file():
        pytest.skip(f"the team's scorer is not at {SCORER}")
    gold = gold_at(SHARED / gold_path)
    stated = [record for records in gold.said().values() for record in records]
    said = [record for number, one in enumerate(stated) for record in worsened(one, number)]
    predicted = write_lines(tmp_path / "predicted.jsonl", *said)
    by_page: dict[str, list[dict[str, Any]]] = {}
    for record in said:
        by_page.setdefault(str(record["page"]), []).append(record)
    facts = gold.path if gold.kind == "cases" else gold.path / "gold.jsonl"
    done = subprocess.run(
        [sys.executable, str(SCORER), str(facts), str(predicted), "--indicators", ",".join(GROUPS[group])],
        capture_output=True,
        text=True,
        check=True,
    )
    ours = Measurement(gold, by_page)
    theirs = {
        line.split()[0]: tuple(map(int, re.findall(r"(?:hit|missed|invented) (\d+)", line)))
        for line in done.stdout.splitlines()
    }
    for grade in GRADES:
        found = ours.match(group, grade)
        assert (len(found.hit), len(found.missed), len(found.invented)) == theirs[grade]
    if group == "all":
        assert all(min(figures) > 0 for figures in theirs.values())
