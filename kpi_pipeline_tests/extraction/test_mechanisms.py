"""One short text for each mechanism of binding and carrying: every fact of it is read, and nothing else."""

import json
from typing import Any

import pytest

from kpi_pipeline.accuracy import REGISTRY
from kpi_pipeline.extraction import PageContext, extract, extract_facts, number_tokens
from kpi_pipeline_tests.extraction.scoring import key

MECHANISMS = REGISTRY / "mechanisms.jsonl"


def mechanisms() -> list[dict[str, Any]]:
    return [json.loads(line) for line in MECHANISMS.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", mechanisms(), ids=lambda case: case["construction"])
def test_a_mechanism_reads_its_text_in_full(case: dict[str, Any]) -> None:
    context = PageContext(case["context"]["published_on"], True, None, case["context"]["province"])
    found = extract(case["text"], context)
    said = sorted((key(fact.as_record(case["id"]), "full") for fact in found.facts), key=str)
    assert said == sorted((key(fact, "full") for fact in case["facts"]), key=str)
    assert [fact.annual for fact in found.facts] == [fact["annual"] for fact in case["facts"]]
    spans = {(fact.span_start, fact.span_end) for fact in found.facts}
    assert set(number_tokens(case["text"])) <= spans | {(item.span_start, item.span_end) for item in found.unread}


def test_the_whole_district_is_the_district_named_before():
    text = (
        "Huyện Thượng Khê xếp loại tổ chức đảng\n"
        "Năm 2022, Đảng bộ huyện Thượng Khê có 9 tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ. "
        "Toàn huyện có 3 tổ chức cơ sở đảng hoàn thành nhiệm vụ; 1 tổ chức phải kiểm điểm lại."
    )
    facts = extract_facts(text, PageContext(published_on="2022-12-28", source_province="VN-35"))
    assert [(fact.value, fact.unit_name) for fact in facts] == [
        (9, "huyện Thượng Khê"),
        (3, "huyện Thượng Khê"),
    ]


def test_each_cell_of_a_row_too_long_for_one_sentence_is_read_once():
    cells = 400
    text = (
        "Kết quả xếp loại đảng viên năm 2021\nĐơn vị | "
        + " | ".join(["HTTNV"] * cells)
        + "\nHuyện Sa Bình | "
        + " | ".join(str(index % 90 + 1) for index in range(cells))
        + "\n"
    )
    facts = extract_facts(text, PageContext(published_on="2022-01-10", source_province="VN-14"))
    assert len(facts) == len({fact.span_start for fact in facts}) == cells


def test_a_headline_that_repeats_a_target_is_that_target():
    text = (
        "96% đảng viên hoàn thành tốt nhiệm vụ\n"
        "Nhiệm kỳ 2020-2025, huyện Sa Bình phấn đấu có 96% đảng viên hoàn thành tốt nhiệm vụ."
    )
    headline, body = extract(text, PageContext("2020-07-10", True, None, "VN-14")).facts
    assert (headline.modality, headline.scope, headline.unit_name) == ("target", "district", "huyện Sa Bình")
    assert (headline.period_start, headline.period_end) == (body.period_start, body.period_end) == ("2020", "2025")


@pytest.mark.parametrize(
    ("opening", "modality"),
    [
        ("Đảng bộ tỉnh đạt và vượt các chỉ tiêu đại hội đề ra", "actual"),
        ("Đảng bộ tỉnh quyết tâm hoàn thành các chỉ tiêu đại hội đề ra", "target"),
        ("Để hoàn thành các chỉ tiêu đại hội đặt ra", "target"),
        ("Đảng bộ tỉnh phải hoàn thành chỉ tiêu đại hội đề ra", "target"),
    ],
)
def test_targets_are_met_only_where_nobody_wants_them_to_be(opening: str, modality: str) -> None:
    text = f"Năm 2023, {opening[0].lower()}{opening[1:]}: kết nạp 1.500 đảng viên mới."
    (fact,) = extract(text, PageContext("2023-01-10", True, None, "VN-14")).facts
    assert fact.modality == modality
