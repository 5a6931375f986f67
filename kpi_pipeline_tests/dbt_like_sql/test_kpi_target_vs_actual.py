"""Targets beside what came of them: which target speaks of a year, the gap, and whether it can be told as met."""

from __future__ import annotations

from typing import Any

import pytest

from kpi_pipeline_tests.lake_input import LakeInput

TARGETS = "SELECT * FROM marts.kpi_target_vs_actual ORDER BY kpi_id"
KEY = "VN-14/2021/province/commune_government/task_completion_rating/good_or_better/share"
TERM = {"period_start": "2020", "period_end": "2025", "annual": True, "modality": "target"}


def _row(lake: LakeInput) -> dict[str, Any]:
    (row,) = lake.rows(TARGETS)
    return row


def test_a_target_stands_beside_the_result_of_its_year(lake: LakeInput) -> None:
    page = lake.page(url="https://hoabinh.gov.vn/1")
    target = lake.fact(page, "share", 85, "excellent+good", modality="target", comparator="ge")
    result = lake.fact(lake.page("b"), "share", 88.1, "excellent+good")
    row = _row(lake)
    assert (row["kpi_id"], row["year"], row["unit_measure"], row["target_period"]) == (KEY, 2021, "PT", "2021")
    assert (row["target_value"], row["target_comparator"], row["target_fact_ids"]) == (85.0, "ge", target)
    assert (row["actual_value"], row["actual_comparator"], row["actual_fact_ids"]) == (88.1, "eq", result)
    assert (row["gap"], row["gap_comparator"], row["wanted"], row["is_met"]) == (3.1, "eq", "more", True)
    assert (row["actual_method"], row["target_source_url"], row["other_target_fact_ids"]) == (
        "reported",
        "https://hoabinh.gov.vn/1",
        "",
    )


def test_results_that_were_not_taken_stand_beside_the_one_that_was(lake: LakeInput) -> None:
    page = lake.page(url="https://hoabinh.gov.vn/1")
    lake.fact(page, "share", 85, "excellent+good", modality="target", comparator="ge")
    lake.fact(page, "share", 60, "excellent", modality="target")
    taken = lake.fact(page, "share", 88.1, "excellent+good")
    other = lake.page("b")
    losers = [lake.fact(other, "share", 80, "excellent+good"), lake.fact(other, "share", 61, "excellent")]
    rows = {row["level"]: row for row in lake.rows(TARGETS)}
    assert (rows["good_or_better"]["actual_fact_ids"], rows["good_or_better"]["other_actual_fact_ids"]) == (
        taken,
        losers[0],
    )
    assert (rows["excellent"]["actual_value"], rows["excellent"]["other_actual_fact_ids"]) == (None, losers[1])


BOUNDS = [
    # target, result, gap, its comparator, met
    (("eq", 90), ("eq", 90.0), 0.0, "eq", True),
    (("eq", 90), ("eq", 89.9), -0.1, "eq", False),
    (("ge", 90), ("eq", 92.3), 2.3, "eq", True),
    (("gt", 90), ("eq", 90.0), 0.0, "eq", False),
    (("gt", 90), ("gt", 90.0), 0.0, "gt", True),
    (("ge", 90), ("gt", 90.0), 0.0, "gt", True),
    (("gt", 90), ("ge", 90.0), 0.0, "ge", None),
    (("ge", 90), ("gt", 85.0), -5.0, "gt", None),
    (("ge", 90), ("lt", 90.0), 0.0, "lt", False),
    (("ge", 90), ("le", 90.0), 0.0, "le", None),
    (("ge", 90), ("le", 80.0), -10.0, "le", False),
    (("le", 20), ("eq", 19.0), -1.0, "eq", True),
    (("le", 20), ("eq", 20.4), 0.4, "eq", False),
    (("lt", 20), ("eq", 20.0), 0.0, "eq", False),
    (("le", 20), ("le", 18.0), -2.0, "le", True),
    (("le", 20), ("ge", 21.0), 1.0, "ge", False),
    (("le", 20), ("ge", 15.0), -5.0, "ge", None),
    (("approx", 90), ("eq", 99.9), 9.9, "approx", None),
    (("approx", 85), ("eq", 86.5), 1.5, "approx", True),
    (("approx", 85), ("eq", 83.5), -1.5, "approx", False),
    (("approx", 85), ("ge", 86.0), None, None, True),
    (("ge", 90), ("approx", 91.5), 1.5, "approx", True),
    (("ge", 91), ("approx", 91.5), 0.5, "approx", True),
    (("ge", 91.5), ("approx", 91.5), 0.0, "approx", None),
    (("ge", 95), ("approx", 91.5), -3.5, "approx", False),
]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, Any]]:
    """The row of each pair of `BOUNDS`, each in a year of its own."""
    lake = LakeInput(tmp_path_factory.mktemp("bounds"))
    page = lake.page(day="2023-02-01")
    for place, ((aimed, target), (said, result), *_) in enumerate(BOUNDS):
        year = 1998 + place
        lake.fact(page, "share", target, "good", year=year, modality="target", comparator=aimed)
        lake.fact(page, "share", result, "good", year=year, comparator=said)
    return {row["year"] - 1998: row for row in lake.rows(TARGETS)}


@pytest.mark.parametrize("place", range(len(BOUNDS)), ids=lambda place: f"{BOUNDS[place][0]}-{BOUNDS[place][1]}")
def test_sides_that_only_give_a_bound_are_bounds(judged: dict[int, dict[str, Any]], place: int) -> None:
    *_, gap, comparator, met = BOUNDS[place]
    row = judged[place]
    assert (row["gap"], row["gap_comparator"], row["is_met"]) == (gap, comparator, met)


@pytest.mark.parametrize(
    ("levels", "wanted", "met"),
    [
        ("not_completed", "less", True),
        ("completed", None, None),
        ("excellent", "more", False),
        ("completed+good", None, None),
    ],
)
def test_a_plain_target_is_judged_by_what_is_wanted_of_its_level(
    lake: LakeInput, levels: str, wanted: str | None, met: bool | None
) -> None:
    page = lake.page()
    lake.fact(page, "share", 5, levels, modality="target")
    lake.fact(page, "share", 4, levels, flags="incomplete")
    row = _row(lake)
    assert (row["wanted"], row["is_met"], row["gap"]) == (wanted, met, -1.0)


def test_a_range_is_met_at_its_lower_end(lake: LakeInput) -> None:
    page = lake.page()
    facts = {
        lake.fact(page, "share", value, "good", modality="target", comparator=comparator)
        for value, comparator in ((85, "ge"), (90, "le"))
    }
    lake.fact(page, "share", 86, "good")
    row = _row(lake)
    assert (row["target_value"], row["target_comparator"], row["target_upper"]) == (85.0, "ge", 90.0)
    assert (row["gap"], row["is_met"], set(row["target_fact_ids"].split(","))) == (1.0, True, facts)


def test_a_result_may_be_a_range_or_computed(lake: LakeInput) -> None:
    page = lake.page()
    for year in (2020, 2021):
        lake.fact(page, "share", 85, "excellent+good", year=year, modality="target", comparator="ge")
    lake.shares(page, excellent=20.4, good=71.3, fields={"year": 2020})
    lake.fact(page, "share", 84, "excellent+good", comparator="ge")
    lake.fact(page, "share", 90, "excellent+good", comparator="lt")
    computed, ranged = lake.rows(TARGETS)
    assert (computed["actual_method"], computed["gap"], computed["is_met"]) == ("computed", 6.7, True)
    assert (ranged["actual_value"], ranged["actual_upper"], ranged["gap_comparator"]) == (84.0, 90.0, "ge")
    assert (ranged["gap"], ranged["is_met"]) == (-1.0, None)


def test_counts_have_a_gap_in_units(lake: LakeInput) -> None:
    page = lake.page()
    kind = {"indicator": "party_members_admitted", "subject": "party_member"}
    lake.fact(page, "count", 2800, modality="target", **kind)
    lake.fact(page, "count", 2634, **kind)
    row = _row(lake)
    assert (row["measure"], row["unit_measure"], row["gap"], row["is_met"]) == ("count", "UNITS", -166.0, False)


def test_a_target_without_a_result_stands_alone(lake: LakeInput) -> None:
    lake.fact(lake.page(), "share", 85, "excellent+good", modality="target")
    row = _row(lake)
    missing = ("actual_value", "actual_comparator", "actual_method", "actual_fact_ids", "gap", "is_met")
    assert {row[name] for name in missing} == {None}


def test_a_result_that_the_page_contradicts_judges_nothing(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "share", 85, "good", modality="target")
    for value in (80, 90):
        lake.fact(page, "share", value, "good")
    row = _row(lake)
    assert (row["actual_value"], row["is_met"]) == (None, None)


def test_results_of_another_base_or_body_are_none_of_its_business(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "share", 85, "good", modality="target")
    lake.fact(page, "share", 90, "good", base="all")
    lake.fact(page, "share", 90, "good", scope="district", unit_name="Huyện Lạc Sơn")
    assert _row(lake)["actual_value"] is None


def test_a_target_of_a_term_stands_in_each_of_its_years(lake: LakeInput) -> None:
    page = lake.page(day="2020-11-01")
    target = lake.fact(page, "share", 85, "excellent+good", comparator="ge", **TERM)
    lake.fact(page, "share", 88.1, "excellent+good")
    rows = lake.rows(TARGETS)
    assert [row["year"] for row in rows] == [2020, 2021, 2022, 2023, 2024]
    assert {(row["target_period"], row["target_fact_ids"]) for row in rows} == {("2020/2025", target)}
    assert [row["is_met"] for row in rows] == [None, True, None, None, None]
    assert lake.rows("SELECT * FROM marts.kpi_province_year WHERE modality = 'target'") == []


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"annual": False}, id="not for every year"),
        pytest.param({"modality": "actual"}, id="a mean of results"),
        pytest.param({"period_start": "2010", "period_end": "2021"}, id="longer than a term"),
        pytest.param({"period_start": None}, id="no start"),
        pytest.param({"flags": "unplaced"}, id="unplaced"),
        pytest.param({"flags": "scope_assumed"}, id="body assumed"),
        pytest.param({"subset": "nữ"}, id="part of the population"),
    ],
)
def test_what_is_no_target_for_each_year_of_a_term_stands_in_none(lake: LakeInput, fields: dict[str, Any]) -> None:
    lake.fact(lake.page(), "share", 85, "excellent+good", **{**TERM, **fields})
    assert lake.rows(TARGETS) == []


def test_the_target_of_the_year_goes_before_that_of_the_term_that_ends_first(lake: LakeInput) -> None:
    page = lake.page(day="2020-11-01")
    old = {**TERM, "period_start": "2015", "period_end": "2020"}
    terms = [lake.fact(page, "share", value, "good", **fields) for value, fields in ((80, old), (85, TERM))]
    own = lake.fact(page, "share", 82, "good", year=2021, modality="target")
    rows = {row["year"]: row for row in lake.rows(TARGETS)}
    assert [(year, row["target_value"], row["target_period"]) for year, row in rows.items() if year > 2018] == [
        (2019, 80.0, "2015/2020"),
        (2020, 80.0, "2015/2020"),
        (2021, 82.0, "2021"),
        (2022, 85.0, "2020/2025"),
        (2023, 85.0, "2020/2025"),
        (2024, 85.0, "2020/2025"),
    ]
    assert (rows[2020]["target_fact_ids"], rows[2020]["other_target_fact_ids"]) == (terms[0], terms[1])
    assert (rows[2021]["target_fact_ids"], rows[2021]["other_target_fact_ids"]) == (own, terms[1])


def test_a_term_reaches_no_territory_that_began_after_the_page(lake: LakeInput) -> None:
    fields = {"province": "VN-68", "province_valid_from": "2025-07-01"}
    lake.fact(lake.page(day="2020-11-01"), "share", 85, "good", **TERM, **fields)
    new = {**TERM, "period_start": "2025", "period_end": "2030"}
    lake.fact(lake.page("new", day="2025-10-01"), "share", 90, "good", **new, **fields)
    rows = lake.rows("SELECT year, province_valid_from, target_value FROM marts.kpi_target_vs_actual ORDER BY year")
    assert [(row["year"], row["province_valid_from"].year, row["target_value"]) for row in rows] == [
        *((year, 1997, 85.0) for year in range(2020, 2025)),
        *((year, 2025, 90.0) for year in range(2025, 2031)),
    ]


OLD_AND_NEW = {"province": "VN-68", "province_valid_from": "2025-07-01", "modality": "target"}


def test_no_page_speaks_of_a_territory_that_began_after_it(lake: LakeInput) -> None:
    admitted = {**OLD_AND_NEW, "indicator": "party_members_admitted", "subject": "party_member", "year": 2025}
    lake.fact(lake.page("before", day="2025-01-15"), "count", 3000, **admitted)
    assert lake.rows(TARGETS) == []
    assert lake.rows("SELECT * FROM marts.kpi_province_year") == []
    after = lake.page("after", day="2026-01-15")
    planned = lake.fact(after, "count", 8000, **admitted)
    lake.fact(after, "count", 9000, **{**admitted, "modality": "actual"})
    row = _row(lake)
    assert (row["kpi_id"].split("/")[0], row["target_fact_ids"], row["target_value"]) == ("VN-68", planned, 8000.0)
    assert (row["other_target_fact_ids"], row["target_conflict"], row["gap"]) == ("", False, 1000.0)


def test_a_target_of_the_territorys_own_time_goes_before_that_of_a_later_page(lake: LakeInput) -> None:
    own = lake.fact(lake.page("a", day="2021-02-01"), "share", 85, "good", **{**TERM, **OLD_AND_NEW})
    late = lake.fact(lake.page("b", day="2025-10-01"), "share", 88, "good", **{**TERM, **OLD_AND_NEW})
    *old, new = lake.rows(TARGETS)
    assert {(row["target_fact_ids"], row["other_target_fact_ids"]) for row in old} == {(own, late)}
    assert [row["year"] for row in old] == [2020, 2021, 2022, 2023, 2024]
    assert (new["year"], new["target_fact_ids"], new["other_target_fact_ids"]) == (2025, late, "")


def test_pages_that_disagree_about_a_target_are_marked(lake: LakeInput) -> None:
    facts = {
        lake.fact(lake.page(name, url=f"https://{name}.vn"), "share", value, "good", modality="target")
        for name, value in (("a", 85), ("b", 80))
    }
    row = _row(lake)
    assert {row["target_fact_ids"], row["other_target_fact_ids"]} == facts
    assert (row["target_conflict"], row["actual_conflict"]) == (True, False)
