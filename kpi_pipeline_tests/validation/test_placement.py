"""Whether a province-year table can take a fact, and which territory its code stood for."""

import pytest

TERM = {"period_start": "2020", "period_end": "2025"}
YEARLY_TARGET = {**TERM, "annual": True, "modality": "target"}


def only(page):
    (row,) = page.judged().validated_facts
    return row


@pytest.mark.parametrize(
    ("fields", "placed"),
    [
        ({}, True),
        ({"province": None}, False),
        ({"period_start": None}, False),
        ({"period_end": None}, False),
        ({"period_start": None, "period_end": None, "annual": True}, False),
        ({"period_start": "2022-01-01", "period_end": "2022-12-31"}, True),
        ({"period_start": "2022-01", "period_end": "2022-06"}, False),
        ({"period_start": "2022", "period_end": "2022-11"}, False),
        ({"period_start": "2021", "period_end": "2022"}, False),
        ({"period_start": "2021", "period_end": "2022", "annual": True}, False),
        ({"period_start": "2021-07", "period_end": "2021-07"}, False),
        ({"period_start": "2021-07", "period_end": "2021-07", "indicator": "population", "levels": ""}, True),
        ({"period_start": "2103", "period_end": "2018"}, False),
        ({"period_start": "1022", "period_end": "1022"}, False),
        ({"period_start": "2024", "period_end": "2024"}, False),
        ({"period_start": "2024", "period_end": "2024", "modality": "target"}, True),
        ({**YEARLY_TARGET}, True),
        ({**TERM, "modality": "target"}, False),
        ({**YEARLY_TARGET, "period_end": "2205"}, False),
    ],
)
def test_what_a_year_can_take(new_page, fields, placed):
    page = new_page(published_on="2023-02-24")
    page.say("count", str(fields.get("levels", "good")), "90", **{k: v for k, v in fields.items() if k != "levels"})
    assert ("unplaced" not in only(page)["flags"].split(",")) == placed


@pytest.mark.parametrize(
    ("published_on", "fields", "placed"),
    [
        ("2022-01-31", {}, False),
        ("2022-01-31", {"period_start": "2022-01-01", "period_end": "2022-12-31"}, False),
        ("2022-02-01", {}, True),
        ("2023-01-01", {}, True),
        ("2022-01-31", {"modality": "target"}, True),
        ("2022-01-31", {"indicator": "population"}, True),
    ],
)
def test_in_january_no_result_of_the_year_that_has_begun_is_taken(new_page, published_on, fields, placed):
    page = new_page(published_on=published_on)
    page.say(
        "count",
        "" if "indicator" in fields else "good",
        "90",
        **{"period_start": "2022", "period_end": "2022"} | fields,
    )
    assert ("unplaced" not in only(page)["flags"].split(",")) == placed


@pytest.mark.parametrize(
    ("province", "year", "valid_from"),
    [
        ("VN-61", "2024", "1997-01-01"),
        ("VN-61", "2025", None),
        ("VN-68", "2024", "1997-01-01"),
        ("VN-68", "2025", "2025-07-01"),
        ("VN-01", "2003", "1997-01-01"),
        ("VN-01", "2004", "2004-01-01"),
        ("VN-71", "2003", None),
    ],
)
def test_the_territory_is_that_of_the_last_day_of_the_period(new_page, province, year, valid_from):
    page = new_page(published_on="2026-02-01")
    page.share("excellent+good", "100%", province=province, period_start=year, period_end=year)
    row = only(page)
    assert row["province_valid_from"] == valid_from
    assert row["flags"] == ("" if valid_from else "unplaced")


def test_a_territory_that_the_row_names_is_kept(new_page):
    page = new_page()
    page.share("good", "90%", province_valid_from="1991-08-12")
    assert only(page)["province_valid_from"] == "1991-08-12"


def test_yearly_targets_of_a_term_outlive_the_province_that_set_them(new_page):
    page = new_page(published_on="2020-12-01")
    page.share("good", "90%", province="VN-14", **YEARLY_TARGET)
    row = only(page)
    assert row["province_valid_from"] == "1997-01-01"
    assert "unplaced" not in row["flags"]


def test_results_of_a_term_do_not_outlive_the_province(new_page):
    for fields in ({"annual": True}, {"modality": "target"}, {}):
        page = new_page(published_on="2026-02-01")
        page.share("good", "90%", province="VN-14", **TERM, **fields)
        row = only(page)
        assert row["province_valid_from"] is None
        assert "unplaced" in row["flags"]


def test_where_the_day_of_publication_is_missing_any_later_year_is_within_reach(new_page):
    page = new_page()
    page.share("excellent+good", "100%", period_start="2024", period_end="2024", published_on=None)
    assert only(page)["flags"] == ""


def test_an_unplaced_fact_is_kept_and_counted_in_its_group(new_page):
    page = new_page()
    page.share("good", "80%", province=None)
    page.share("excellent", "20%", province=None)
    tables = page.judged()
    assert tables.rating_groups[0]["verdict"] == "complete"
    assert {row["flags"] for row in tables.validated_facts} == {"unplaced"}
