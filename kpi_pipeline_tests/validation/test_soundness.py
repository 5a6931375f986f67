"""What one mention can break by itself: codes, periods, spans, values; and which rule is named."""

import math

import pytest

from kpi_pipeline.validation import validate


def rule_of(page):
    tables = page.judged()
    assert len(tables.quarantined_facts) + len(tables.validated_facts) == 1
    return tables.quarantined_facts[0]["rule_id"] if tables.quarantined_facts else None


@pytest.mark.parametrize(
    "fields",
    [
        {"scope": "village"},
        {"scope": None},
        {"indicator": "rating"},
        {"measure": "percent"},
        {"comparator": "=="},
        {"modality": "plan"},
        {"base": "assessed+all"},
        {"base": ""},
        {"base": "fair"},
        {"levels": "good+excellent"},
        {"levels": "good+good"},
        {"levels": "weak"},
        {"levels": "good", "indicator": "award"},
        {"province": "VN-99"},
        {"province": "Hải Dương"},
    ],
)
def test_codes_that_no_table_knows(new_page, fields):
    page = new_page()
    page.share("excellent+good", "90%", **fields)
    assert rule_of(page) == "unknown_code"


def test_a_total_that_names_levels(new_page):
    page = new_page()
    page.say("total", "good", "29")
    assert rule_of(page) == "unknown_code"


@pytest.mark.parametrize("period", ["2022-13", "2021-02-29", "22", "năm 2022", "2022-1", "0000", "2022-00", ""])
@pytest.mark.parametrize("column", ["period_start", "period_end"])
def test_periods_that_are_no_date(new_page, column, period):
    page = new_page()
    page.share("good", "90%", **{column: period})
    assert rule_of(page) == "bad_period"


@pytest.mark.parametrize("period", ["2024", "2024-02", "2024-02-29"])
def test_periods_that_are_dates(new_page, period):
    page = new_page(published_on="2024-03-01")
    page.count("", "29", indicator="population", period_start=period, period_end=period)
    assert rule_of(page) is None


@pytest.mark.parametrize(
    ("measure", "quote", "rule"),
    [
        ("share", "0%", None),
        ("share", "100%", None),
        ("share", "100,01%", "value_out_of_range"),
        ("count", "0", None),
        ("count", "4.201", None),
        ("count", "42,5", "value_out_of_range"),
        ("count", "200.000.000", None),
        ("count", "200.000.001", "value_out_of_range"),
        ("total", "1,5", "value_out_of_range"),
    ],
)
def test_values_that_cannot_be(new_page, measure, quote, rule):
    page = new_page()
    page.say(measure, "" if measure == "total" else "good", quote)
    assert rule_of(page) == rule


def test_a_zero_is_grounded_by_its_negation(new_page):
    page = new_page()
    page.count("not_completed", "không có")
    assert rule_of(page) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"value": 90.1},
        {"value": math.nan},
        {"value": math.inf},
        {"value": None},
        {"value": "90"},
        {"value": -90.0},
        {"quote": "90"},
        {"quote": None},
        {"span_start": -1},
        {"span_start": None},
        {"span_start": math.nan},
        {"span_end": 10**9},
        {"span_end": 0},
        {"quote": "hoàn thành"},
    ],
)
def test_spans_that_do_not_carry_the_value(new_page, fields):
    page = new_page()
    page.share("good", "90%", **fields)
    assert rule_of(page) == "span_not_grounded"


def test_a_number_may_begin_and_end_the_text(new_page):
    page = new_page()
    page.share("good", "90%", span_start=0, span_end=3)
    assert validate(page.rows, {page.page_id: "90%"}).validated_facts

    page = new_page()
    page.share("good", "90%")
    text = page.text[: page.rows[0]["span_end"]]
    assert validate(page.rows, {page.page_id: text}).validated_facts
    assert not validate(page.rows, {page.page_id: text[:-1]}).validated_facts


def test_words_that_are_no_number_carry_no_value(new_page):
    page = new_page()
    page.share("good", "nhiều", value=90.0)
    assert rule_of(page) == "span_not_grounded"


def test_a_page_without_text_grounds_nothing(new_page):
    page = new_page()
    page.share("good", "90%")
    tables = validate(page.rows, {})
    assert [row["rule_id"] for row in tables.quarantined_facts] == ["span_not_grounded"]


def test_an_unsound_fact_takes_no_part_in_its_group(new_page):
    page = new_page()
    page.share("excellent", "60%")
    page.share("good", "60%", value=61.0)
    tables = page.judged()
    assert tables.rating_groups[0]["share_sum"] == 60.0
    assert [row["rule_id"] for row in tables.quarantined_facts] == ["span_not_grounded"]
    assert tables.quarantined_facts[0]["group_id"] is None
