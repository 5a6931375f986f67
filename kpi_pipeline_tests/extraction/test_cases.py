"""The authored cases and the seed pages: floors on every grade, grounding and account for each text."""

import csv
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from kpi_pipeline.accuracy import REGISTRY
from kpi_pipeline.extraction import Extraction, PageContext, extract, number_tokens, read_number
from kpi_pipeline_tests.extraction.scoring import GRADES, score

CASES = REGISTRY / "authored.jsonl"
SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
FLOORS = {"value": 0.995, "meaning": 0.99, "full": 0.98}
KNOWN_DAYS = {"000": "2022-08-20", "002": "2023-02-24"}


def cases() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


def read_case(case: dict[str, Any]) -> Extraction:
    known = case["context"]
    context = PageContext(known.get("published_on"), True, known.get("url"), known.get("province"))
    return extract(case["text"], context)


def assert_grounded_and_accounted(text: str, found: Extraction) -> None:
    spans = {(fact.span_start, fact.span_end) for fact in found.facts}
    for fact in found.facts:
        assert text[fact.span_start : fact.span_end] == fact.quote
        assert read_number(fact.quote) == fact.value
        assert fact.sentence_start <= fact.span_start
        assert fact.span_end <= fact.sentence_end
    unread = {(item.span_start, item.span_end) for item in found.unread}
    assert not spans & unread
    assert set(number_tokens(text)) <= spans | unread


@pytest.mark.parametrize("grade", GRADES)
def test_authored_cases_reach_their_floor(grade: str) -> None:
    gold = [{**fact, "page": case["id"]} for case in cases() for fact in case["facts"]]
    said = [fact.as_record(case["id"]) for case in cases() for fact in read_case(case).facts]
    precision, recall, differences = score(gold, said, grade)
    assert precision >= FLOORS[grade], differences
    assert recall >= FLOORS[grade] - 0.005, differences


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_a_case_is_grounded_and_accounted_for(case: dict[str, Any]) -> None:
    assert_grounded_and_accounted(case["text"], read_case(case))


def test_a_case_without_facts_gives_none() -> None:
    empty = [case for case in cases() if not case["facts"]]
    assert len(empty) > 30
    assert {case["id"]: read_case(case).facts for case in empty if read_case(case).facts} == {}


def seed_pages(thin: bool) -> list[tuple[str, str, PageContext]]:
    if not SEEDS.is_dir():
        pytest.skip(f"the seed pages are not here: {SEEDS}")
    pages = []
    with (SEEDS / "manifest.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            page = row["file"].removesuffix(".txt")
            text = unicodedata.normalize("NFC", (SEEDS / row["file"]).read_text(encoding="utf-8"))
            if thin:
                text = "\n".join(line.strip() for line in text.split("\n") if len(line.strip()) > 25)
            day = KNOWN_DAYS.get(page[:3])
            pages.append((page, text, PageContext(day, day is not None, None, row["source_province"] or None)))
    return pages


@pytest.mark.parametrize("thin", [False, True], ids=["as captured", "short lines cut"])
@pytest.mark.parametrize("grade", GRADES)
def test_seed_pages_are_read_in_full(grade: str, thin: bool) -> None:
    pages = seed_pages(thin)
    gold = [json.loads(line) for line in (SEEDS / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    said = []
    for page, text, context in pages:
        found = extract(text, context)
        assert_grounded_and_accounted(text, found)
        said += [fact.as_record(page) for fact in found.facts]
    precision, recall, differences = score(gold, said, grade)
    assert (precision, recall) == (1.0, 1.0), differences
    ratings = [fact for fact in gold if fact["indicator"].endswith(("rating", "result"))]
    told = [fact for fact in said if str(fact["indicator"]).endswith(("rating", "result"))]
    assert score(ratings, told, grade)[:2] == (1.0, 1.0)
