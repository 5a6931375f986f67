"""What is computed from a page's exact numbers, and how it stands beside what the page reports."""

from __future__ import annotations

from typing import Any

import pytest

from kpi_pipeline_tests.lake_input import LakeInput

LONG = "SELECT * FROM marts.kpi_province_year ORDER BY kpi_id"
HOA_BINH = "VN-14/2021/province/commune_government/task_completion_rating"


def _computed(lake: LakeInput) -> dict[str, tuple[Any, ...]]:
    """Level and measure of each row with a computed number: value shown, method, number computed, how."""
    rows = lake.rows("SELECT * FROM marts.kpi_province_year WHERE computed_value IS NOT NULL")
    return {
        f"{row['level']}/{row['measure']}": (
            row["obs_value"],
            row["method"],
            row["computed_value"],
            row["computed_how"],
        )
        for row in rows
    }


def test_reported_and_computed_stand_side_by_side_in_one_row(lake: LakeInput) -> None:
    page = lake.page()
    count, total = lake.fact(page, "count", 133, "excellent+good"), lake.fact(page, "total", 151)
    share = lake.fact(page, "share", 88.1, "excellent+good")
    (row,) = lake.rows("SELECT * FROM marts.kpi_province_year WHERE measure = 'share'")
    assert (row["obs_value"], row["method"], row["fact_ids"], row["obs_status"]) == (88.1, "reported", share, "A")
    assert (row["computed_value"], row["computed_how"]) == (88.07947, "share_of_total")
    assert row["computed_from"] == ",".join(sorted((count, total)))


def test_a_share_nobody_states_is_the_count_by_the_total(lake: LakeInput) -> None:
    page = lake.page()
    facts = (lake.fact(page, "count", 9, "completed"), lake.fact(page, "total", 136))
    (row,) = lake.rows("SELECT * FROM marts.kpi_province_year WHERE measure = 'share'")
    assert (row["kpi_id"], row["obs_value"], row["comparator"]) == (f"{HOA_BINH}/completed/share", 6.617647, "eq")
    assert (row["method"], row["computed_value"], row["computed_how"]) == ("computed", 6.617647, "share_of_total")
    assert (row["fact_ids"], row["obs_status"]) == (row["computed_from"], "E")
    assert row["fact_ids"] == ",".join(sorted(facts))


def test_added_counts_are_divided_by_the_total_too(lake: LakeInput) -> None:
    page = lake.page()
    facts = [lake.fact(page, "count", count, level) for level, count in (("excellent", 31), ("good", 96))]
    facts.append(lake.fact(page, "total", 136))
    found = _computed(lake)
    assert found["good_or_better/count"] == (127.0, "computed", 127.0, "sum_of_levels")
    assert found["good_or_better/share"] == (93.382353, "computed", 93.382353, "share_of_total")
    (row,) = lake.rows("SELECT * FROM marts.kpi_province_year WHERE level = 'good_or_better' AND measure = 'share'")
    assert row["computed_from"] == ",".join(sorted(facts))


def test_a_share_is_that_of_the_count_which_is_shown(lake: LakeInput) -> None:
    page = lake.page()
    numbers = {"excellent": 40, "good": 60, "excellent+good": 101, "completed": 20}
    facts = {level: lake.fact(page, "count", count, level) for level, count in numbers.items()}
    facts["total"] = lake.fact(page, "total", 125)
    count, share = lake.rows(
        "SELECT * FROM marts.kpi_province_year WHERE level = 'completed_or_better' ORDER BY measure"
    )
    assert (count["obs_value"], share["obs_value"]) == (121.0, 96.8)
    assert share["computed_from"] == ",".join(sorted(facts[of] for of in ("excellent+good", "completed", "total")))


def test_added_shares_go_before_a_count_by_the_total(lake: LakeInput) -> None:
    page = lake.page()
    lake.shares(page, excellent=16.9, good=77.9)
    lake.fact(page, "count", 117, "excellent+good")
    lake.fact(page, "total", 124)
    assert _computed(lake)["good_or_better/share"] == (94.8, "computed", 94.8, "sum_of_levels")


@pytest.mark.parametrize(
    ("stated", "level", "left"),
    [
        ({"excellent": 14.9, "good": 80.6, "completed": 4.2}, "not_completed", 0.3),
        ({"excellent_good": 95.5, "completed": 4.2}, "not_completed", 0.3),
        ({"completed+excellent+good": 99.7}, "not_completed", 0.3),
        ({"excellent_good": 95.5, "not_completed": 0.3}, "completed", 4.2),
        ({"completed": 4.2, "not_completed": 0.3}, "good_or_better", 95.5),
        ({"good": 80.6, "completed": 4.2, "not_completed": 0.3}, "excellent", 14.9),
        ({"excellent": 60.3, "good": 39.7, "completed": 0.1}, "not_completed", 0.0),
    ],
)
def test_what_all_other_levels_leave_of_100(lake: LakeInput, stated: dict[str, float], level: str, left: float) -> None:
    lake.shares(lake.page(), **stated)  # type: ignore[arg-type]
    assert _computed(lake)[f"{level}/share"] == (left, "computed", left, "complement")


def test_a_level_that_is_reported_keeps_what_the_others_leave_beside_it(lake: LakeInput) -> None:
    lake.shares(lake.page(), excellent=14.9, good=80.6, completed=4.2, not_completed=0.4)
    found = _computed(lake)
    assert found["not_completed/share"] == (0.4, "reported", 0.3, "complement")
    assert found["good/share"] == (80.6, "reported", 80.5, "complement")


def test_an_approximate_number_keeps_what_the_others_leave_beside_it(lake: LakeInput) -> None:
    page = lake.page()
    lake.shares(page, excellent=14.9, good=80.6, completed=4.2)
    lake.fact(page, "share", 0.4, "not_completed", comparator="approx")
    assert _computed(lake)["not_completed/share"] == (0.4, "reported", 0.3, "complement")
    (wide,) = lake.rows("SELECT share_not_completed, flags FROM marts.kpi_province_year_wide")
    assert tuple(wide.values()) == (0.4, "approximate,computed_good_or_better")


def test_a_bound_stands_beside_what_the_others_leave(lake: LakeInput) -> None:
    page = lake.page()
    lake.shares(page, excellent=14.9, good=80.6, completed=4.2)
    lake.fact(page, "share", 1, "not_completed", comparator="lt")
    rows = lake.rows("SELECT kpi_id, obs_value FROM marts.kpi_province_year WHERE level = 'not_completed'")
    assert sorted(tuple(row.values()) for row in rows) == [
        (f"{HOA_BINH}/not_completed/share", 0.3),
        (f"{HOA_BINH}/not_completed/share/lt", 1.0),
    ]
    (wide,) = lake.rows("SELECT share_not_completed, flags FROM marts.kpi_province_year_wide")
    assert tuple(wide.values()) == (None, "bounded,computed_good_or_better")


@pytest.mark.parametrize(
    ("stated", "fields"),
    [
        pytest.param({"excellent": 14.9, "good": 80.6}, {}, id="two levels of four"),
        pytest.param({"excellent": 14.9, "good": 80.6, "completed": 1.2}, {"flags": "incomplete"}, id="incomplete"),
        pytest.param({"excellent": 14.9, "good": 80.6, "completed": 4.2}, {"base": "all"}, id="of all there are"),
        pytest.param({"excellent": 60.0, "good": 39.0, "completed": 4.2}, {}, id="more than 100"),
        pytest.param(
            {"exemplary": 13.5, "clean_strong": 54.6, "good": 26.3, "completed": 5.1},
            {"indicator": "clean_strong_rating"},
            id="exemplary beside or inside clean and strong",
        ),
    ],
)
def test_nothing_is_left_over_where_the_scale_is_not_covered(
    lake: LakeInput, stated: dict[str, float], fields: dict[str, str]
) -> None:
    lake.shares(lake.page(), **stated, fields=fields)  # type: ignore[arg-type]
    assert "complement" not in {how for *_, how in _computed(lake).values()}


def test_no_count_is_computed_from_a_share(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "share", 88.1, "excellent+good")
    lake.fact(page, "total", 151)
    assert {row["measure"] for row in lake.rows(LONG)} == {"share", "total"}


@pytest.mark.parametrize(
    ("count", "total"),
    [
        ({"comparator": "ge"}, {}),
        ({"comparator": "approx"}, {}),
        ({}, {"comparator": "approx"}),
        ({}, {"comparator": "gt"}),
        ({"modality": "target"}, {"modality": "target"}),
        ({"base": "excellent+good"}, {"base": "excellent+good"}),
        ({"base": "all"}, {}),
        ({}, {"subject": "party_member"}),
        ({"levels": "not_assessed"}, {}),
    ],
)
def test_no_share_is_computed_from_bounds_or_from_numbers_that_are_not_of_one_group(
    lake: LakeInput, count: dict[str, str], total: dict[str, str]
) -> None:
    page = lake.page()
    lake.fact(page, "count", 14, **{"levels": "good", **count})  # type: ignore[arg-type]
    lake.fact(page, "total", 71, **total)  # type: ignore[arg-type]
    assert _computed(lake) == {}


def test_a_count_that_the_page_contradicts_gives_no_share(lake: LakeInput) -> None:
    page = lake.page()
    for count in (14, 41):
        lake.fact(page, "count", count, "good")
    lake.fact(page, "total", 71)
    assert _computed(lake) == {}


def test_a_computed_share_carries_the_flags_of_count_and_total(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "count", 14, "good", flags="share_mismatch")
    lake.fact(page, "total", 71, flags="mended_year")
    (row,) = lake.rows("SELECT * FROM marts.kpi_province_year WHERE measure = 'share'")
    assert (row["flags"], row["obs_status"]) == ("mended_year,share_mismatch", "U")


def test_a_page_that_gives_a_bound_and_numbers_is_one_source(lake: LakeInput) -> None:
    both = lake.page("both")
    lake.fact(both, "share", 85, "excellent+good", comparator="ge")
    lake.fact(both, "count", 90, "excellent+good")
    lake.fact(both, "total", 100)
    lake.fact(lake.page("other"), "share", 90, "excellent+good")
    assert {row["n_sources"] for row in lake.rows(LONG)} == {2}


def test_two_pages_that_imply_different_shares_conflict(lake: LakeInput) -> None:
    lake.fact(lake.page("a", url="https://hoabinh.gov.vn/1"), "share", 88.1, "excellent+good")
    other = lake.page("b")
    facts = {lake.fact(other, "count", 120, "excellent+good"), lake.fact(other, "total", 151)}
    (row,) = lake.rows(LONG)
    assert (row["conflict"], row["n_sources"], row["other_fact_ids"]) == (True, 2, ",".join(sorted(facts)))
    quotes = lake.rows("SELECT quote, is_taken FROM marts.dq_conflicts ORDER BY quote")
    assert [tuple(quote.values()) for quote in quotes] == [("120", False), ("151", False), ("88,1", True)]


def test_good_or_better_is_computed_from_exact_parts(lake: LakeInput) -> None:
    page = lake.page()
    facts = lake.shares(page, excellent=20.4, good=71.3, completed=8.3)
    counts = (lake.fact(page, "count", 137, "excellent"), lake.fact(page, "count", 478, "good"))
    rows = lake.rows("SELECT * FROM marts.kpi_province_year WHERE level = 'good_or_better' ORDER BY measure")
    assert [(row["measure"], row["obs_value"], row["method"], row["obs_status"]) for row in rows] == [
        ("count", 615.0, "computed", "E"),
        ("share", 91.7, "computed", "E"),
    ]
    assert [row["fact_ids"] for row in rows] == [
        ",".join(sorted(counts)),
        ",".join(sorted((facts["excellent"], facts["good"]))),
    ]
    assert {(row["n_sources"], row["flags"], row["other_fact_ids"]) for row in rows} == {(1, "", "")}


@pytest.mark.parametrize(
    ("excellent", "good"),
    [
        ({"comparator": "approx"}, {}),
        ({}, {"comparator": "ge"}),
        ({"modality": "target"}, {"modality": "target"}),
        ({"base": "excellent+good"}, {"base": "excellent+good"}),
        ({"indicator": "study_result"}, {"indicator": "study_result"}),
        ({}, {"subject": "party_member"}),
    ],
)
def test_nothing_is_computed_from_what_is_not_exact_or_not_of_one_group(
    lake: LakeInput, excellent: dict[str, str], good: dict[str, str]
) -> None:
    page = lake.page()
    lake.fact(page, "share", 20, "excellent", **excellent)
    lake.fact(page, "share", 70, "good", **good)
    assert {(row["method"], row["level"]) for row in lake.rows(LONG)} == {
        ("reported", "excellent"),
        ("reported", "good"),
    }


def test_nothing_is_computed_across_pages(lake: LakeInput) -> None:
    lake.fact(lake.page("a"), "share", 20, "excellent")
    lake.fact(lake.page("b"), "share", 70, "good")
    assert [row["method"] for row in lake.rows(LONG)] == ["reported"]


def test_a_reported_number_needs_no_computed_one(lake: LakeInput) -> None:
    page = lake.page()
    lake.shares(page, excellent=20.4, good=71.3, excellent_good=91.8)
    rows = lake.rows("SELECT * FROM marts.kpi_province_year WHERE level = 'good_or_better'")
    assert [(row["obs_value"], row["method"], row["obs_status"]) for row in rows] == [(91.8, "reported", "A")]


def test_nothing_is_computed_where_the_page_contradicts_itself_about_it(lake: LakeInput) -> None:
    page = lake.page()
    lake.shares(page, excellent=20, good=30, completed=50)
    lake.fact(page, "share", 55, "excellent+good")
    lake.fact(page, "share", 50, "excellent+good")
    rows = {row["level"]: row["method"] for row in lake.rows(LONG)}
    assert "good_or_better" not in rows
    assert rows["excellent"] == "reported"


@pytest.mark.parametrize(
    ("excellent", "good", "computed"), [(60.3, 39.7, [100.0]), (60.3, 39.8, [100.0]), (60.3, 40.1, []), (60, 50, [])]
)
def test_shares_that_add_to_more_than_100_give_at_most_100(
    lake: LakeInput, excellent: float, good: float, computed: list[float]
) -> None:
    lake.shares(lake.page(), excellent=excellent, good=good)
    rows = lake.rows("SELECT obs_value FROM marts.kpi_province_year WHERE method = 'computed'")
    assert [row["obs_value"] for row in rows] == computed
    (wide,) = lake.rows("SELECT share_good_or_better FROM marts.kpi_province_year_wide")
    assert wide["share_good_or_better"] == (computed[0] if computed else None)


def test_beside_a_reported_bound_the_computed_number_stands_by_itself(lake: LakeInput) -> None:
    page = lake.page()
    lake.shares(page, excellent=20.4, good=71.3)
    lake.fact(page, "share", 90, "excellent+good", comparator="gt")
    rows = lake.rows("SELECT * FROM marts.kpi_province_year WHERE level = 'good_or_better' ORDER BY kpi_id")
    assert [(row["kpi_id"].removeprefix(HOA_BINH), row["obs_value"], row["method"]) for row in rows] == [
        ("/good_or_better/share", 91.7, "computed"),
        ("/good_or_better/share/gt", 90.0, "reported"),
    ]


def test_a_computed_number_inherits_what_speaks_against_its_parts(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "share", 20.4, "excellent", flags="incomplete")
    lake.fact(page, "share", 71.3, "good", flags="share_mismatch")
    (row,) = lake.rows("SELECT * FROM marts.kpi_province_year WHERE method = 'computed'")
    assert (row["obs_status"], row["flags"]) == ("U", "incomplete,share_mismatch")
