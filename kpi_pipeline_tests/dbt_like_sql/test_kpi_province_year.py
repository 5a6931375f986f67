"""Which statements become rows of the long KPI table, and what such a row says."""

from __future__ import annotations

from datetime import date

import pytest

from kpi_pipeline_tests.lake_input import OLD, LakeInput

LONG = "SELECT * FROM marts.kpi_province_year ORDER BY kpi_id"
HOA_BINH = "VN-14/2021/province/commune_government/task_completion_rating"


def test_a_statement_becomes_a_row_with_its_readable_key(lake: LakeInput) -> None:
    page = lake.page(url="https://sonoivu.hoabinh.gov.vn/tin/1")
    fact = lake.fact(page, "share", 88.1, "excellent+good")
    (row,) = lake.rows(LONG)
    assert row == {
        "kpi_id": f"{HOA_BINH}/good_or_better/share",
        "ref_area": "VN-14",
        "province_valid_from": date(1997, 1, 1),
        "province_name": "Hòa Bình",
        "time_period": 2021,
        "scope": "province",
        "subject": "commune_government",
        "indicator": "task_completion_rating",
        "level": "good_or_better",
        "modality": "actual",
        "measure": "share",
        "obs_value": 88.1,
        "unit_measure": "PT",
        "obs_status": "A",
        "comparator": "eq",
        "method": "reported",
        "computed_value": None,
        "computed_how": None,
        "computed_from": None,
        "n_sources": 1,
        "source_url": "https://sonoivu.hoabinh.gov.vn/tin/1",
        "fact_ids": fact,
        "period_start": "2021",
        "period_end": "2021",
        "unit_name": None,
        "base": "assessed",
        "annual": False,
        "conflict": False,
        "flags": "",
        "other_fact_ids": "",
        "page_id": page,
        "known_from": date(9999, 12, 31),
        "known_to": None,
    }


@pytest.mark.parametrize(
    ("indicator", "measure", "levels", "level"),
    [
        ("task_completion_rating", "share", "excellent", "excellent"),
        ("task_completion_rating", "share", "excellent+good", "good_or_better"),
        ("task_completion_rating", "count", "completed+excellent+good", "completed_or_better"),
        ("task_completion_rating", "share", "completed+good", "completed+good"),
        ("clean_strong_rating", "share", "clean_strong", "clean_strong"),
        ("clean_strong_rating", "share", "clean_strong+exemplary", "clean_strong_or_better"),
        ("task_completion_rating", "total", "", "_T"),
        ("party_members_admitted", "count", "", "_T"),
    ],
)
def test_levels_have_one_code(lake: LakeInput, indicator: str, measure: str, levels: str, level: str) -> None:
    lake.fact(lake.page(), measure, 40, levels, indicator=indicator)
    (row,) = lake.rows(LONG)
    assert row["level"] == level
    assert row["kpi_id"] == f"VN-14/2021/province/commune_government/{indicator}/{level}/{measure}"
    assert row["unit_measure"] == ("PT" if measure == "share" else "UNITS")


@pytest.mark.parametrize(
    ("start", "end"), [("2021", "2021"), ("2021-01", "2021-12"), ("2021-01-01", "2021-12-31"), ("2021", "2021-12")]
)
def test_a_calendar_year_may_be_written_in_several_ways(lake: LakeInput, start: str, end: str) -> None:
    lake.fact(lake.page(), "share", 90, "good", period_start=start, period_end=end)
    (row,) = lake.rows(LONG)
    assert (row["time_period"], row["period_start"], row["period_end"]) == (2021, start, end)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"period_start": "2021-01", "period_end": "2021-06"}, id="half-year"),
        pytest.param({"period_start": "2016", "period_end": "2020", "annual": True}, id="yearly mean of a term"),
        pytest.param({"period_start": "2015", "period_end": "2020"}, id="sum over a term"),
        pytest.param({"period_start": "2020", "period_end": "2025", "annual": True, "modality": "target"}, id="target"),
        pytest.param({"period_start": "2021-07", "period_end": "2021-07"}, id="a month"),
        pytest.param({"period_start": None, "period_end": None}, id="no period"),
        pytest.param({"period_start": None, "period_end": "2021"}, id="no start"),
        pytest.param({"province": None, "province_valid_from": None}, id="no province"),
        pytest.param({"province_valid_from": None}, id="no territory"),
        pytest.param({"flags": "incomplete,unplaced"}, id="unplaced"),
        pytest.param({"flags": "incomplete,scope_assumed"}, id="body assumed"),
        pytest.param({"subset": "khối doanh nghiệp"}, id="part of the population"),
    ],
)
def test_what_is_not_about_a_year_of_a_province_stays_an_observation(
    lake: LakeInput, fields: dict[str, object]
) -> None:
    page = lake.page()
    lake.fact(page, "share", 90, "excellent+good", **fields)
    assert lake.rows(LONG) == []
    assert len(lake.rows("SELECT * FROM marts.fact_observation")) == 1
    assert lake.rows("SELECT * FROM marts.kpi_province_year_wide") == []


def test_a_fact_in_quarantine_is_never_a_row(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "share", 104, "excellent+good", table="quarantined_facts")
    assert lake.rows(LONG) == []
    assert lake.rows("SELECT * FROM marts.fact_observation") == []


def test_a_population_is_taken_at_its_latest_point_in_the_year(lake: LakeInput) -> None:
    page = lake.page()
    kind = {"indicator": "population", "subject": "party_member"}
    for point, value in (("2021-03", 4100), ("2021-10", 4250), ("2021-07", 4201), ("2022-01", 4300)):
        lake.fact(page, "count", value, period_start=point, period_end=point, **kind)
    lake.fact(page, "count", 9999, period_start="2021-01", period_end="2021-06", **kind)
    rows = lake.rows("SELECT time_period, obs_value, conflict, n_sources FROM marts.kpi_province_year ORDER BY ALL")
    assert rows == [
        {"time_period": 2021, "obs_value": 4250.0, "conflict": False, "n_sources": 1},
        {"time_period": 2022, "obs_value": 4300.0, "conflict": False, "n_sources": 1},
    ]


def test_the_year_as_a_point_is_its_end(lake: LakeInput) -> None:
    page = lake.page()
    kind = {"indicator": "population", "subject": "party_member"}
    lake.fact(page, "count", 4250, period_start="2021-11", period_end="2021-11", **kind)
    lake.fact(page, "count", 4280, period_start="2021", period_end="2021", **kind)
    assert [row["obs_value"] for row in lake.rows(LONG)] == [4280.0]


def test_a_point_is_no_later_than_its_page(lake: LakeInput) -> None:
    kind = {"indicator": "population", "subject": "party_member"}
    early = lake.page("early", day="2021-02-10", url="https://hoabinh.gov.vn/1")
    lake.fact(early, "count", 4100, **kind)
    late = lake.page("late", day="2021-12-05")
    lake.fact(late, "count", 4250, period_start="2021-11", period_end="2021-11", **kind)
    (row,) = lake.rows(LONG)
    assert (row["obs_value"], row["page_id"], row["conflict"], row["n_sources"]) == (4250.0, late, False, 1)


def test_the_point_of_a_target_may_be_later_than_its_page(lake: LakeInput) -> None:
    kind = {"indicator": "population", "subject": "party_member", "modality": "target"}
    page = lake.page(day="2021-02-10")
    lake.fact(page, "count", 5000, period_start="2025-06", period_end="2025-06", **kind)
    lake.fact(page, "count", 5200, year=2025, **kind)
    (row,) = lake.rows(LONG)
    assert (row["obs_value"], row["conflict"]) == (5200.0, False)


def test_results_of_a_bloc_or_a_district_keep_their_scope_and_name(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "share", 90, "good", scope="provincial_bloc", unit_name="Đảng bộ Khối các  cơ quan")
    lake.fact(page, "share", 80, "good", scope="district", unit_name="Huyện Lạc Sơn")
    lake.fact(page, "share", 70, "good", scope="district", unit_name="Huyện Kim Bôi/Cao Phong")
    lake.fact(page, "share", 50, "good")
    rows = lake.rows("SELECT kpi_id, scope, unit_name, obs_value FROM marts.kpi_province_year ORDER BY obs_value")
    start, end = "VN-14/2021", "commune_government/task_completion_rating/good/share"
    assert [tuple(row.values()) for row in rows] == [
        (f"{start}/province/{end}", "province", None, 50.0),
        (f"{start}/district:huyện_kim_bôi-cao_phong/{end}", "district", "Huyện Kim Bôi/Cao Phong", 70.0),
        (f"{start}/district:huyện_lạc_sơn/{end}", "district", "Huyện Lạc Sơn", 80.0),
        (
            f"{start}/provincial_bloc:đảng_bộ_khối_các_cơ_quan/{end}",
            "provincial_bloc",
            "Đảng bộ Khối các  cơ quan",
            90.0,
        ),
    ]


@pytest.mark.parametrize("scope", ["provincial_bloc", "district", "commune", "organisation"])
@pytest.mark.parametrize("name", [None, "", "  "])
def test_bodies_without_a_name_are_never_one_row(lake: LakeInput, scope: str, name: str | None) -> None:
    for page, value in (("a", 60), ("b", 85)):
        lake.fact(lake.page(page), "share", value, "good", scope=scope, unit_name=name)
    assert lake.rows(LONG) == []
    assert lake.rows("SELECT * FROM marts.kpi_province_year_wide") == []
    assert lake.rows("SELECT * FROM marts.dq_conflicts") == []
    assert [row["value"] for row in lake.rows("SELECT value FROM marts.fact_observation ORDER BY value")] == [60, 85]


def test_the_country_needs_no_name(lake: LakeInput) -> None:
    lake.fact(lake.page(), "share", 60, "good", scope="national")
    assert [row["scope"] for row in lake.rows(LONG)] == ["national"]


def test_the_key_says_what_is_not_usual(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "share", 90, "excellent+good", modality="target", comparator="ge")
    lake.fact(page, "share", 19.7, "excellent", base="excellent+good")
    lake.fact(page, "share", 95, "", base="all")
    assert [row["kpi_id"].removeprefix(HOA_BINH) for row in lake.rows(LONG)] == [
        "/_T/share/of:all",
        "/excellent/share/of:excellent+good",
        "/good_or_better/share/target",
    ]


def test_a_code_with_two_territories_in_one_year_gives_two_rows(lake: LakeInput) -> None:
    page = lake.page(day="2026-01-10")
    kind = {"indicator": "population", "subject": "party_member", "province": "VN-68"}
    lake.fact(page, "count", 100, period_start="2025-03", period_end="2025-03", **kind)
    lake.fact(
        page,
        "count",
        250,
        period_start="2025-12",
        period_end="2025-12",
        **{**kind, "province_valid_from": "2025-07-01"},
    )
    lake.fact(page, "count", 90, year=2024, **kind)
    rows = lake.rows("SELECT kpi_id, province_valid_from, province_name FROM marts.kpi_province_year ORDER BY kpi_id")
    end = "province/party_member/population/_T/count"
    assert [tuple(row.values()) for row in rows] == [
        (f"VN-68/2024/{end}", date(1997, 1, 1), "Phú Thọ"),
        (f"VN-68/2025/{end}", date(2025, 7, 1), "Phú Thọ"),
        (f"VN-68@1997-01-01/2025/{end}", date(1997, 1, 1), "Phú Thọ"),
    ]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, "A"),
        ({"comparator": "approx"}, "E"),
        ({"comparator": "ge"}, "E"),
        ({"comparator": "lt"}, "E"),
        ({"flags": "share_mismatch"}, "U"),
        ({"flags": "incomplete"}, "A"),
        ({"flags": "incomplete,share_mismatch", "comparator": "approx"}, "U"),
    ],
)
def test_the_status_says_how_far_a_number_can_be_relied_on(
    lake: LakeInput, fields: dict[str, str], status: str
) -> None:
    lake.fact(lake.page(), "share", 71.3, "good", **fields)
    (row,) = lake.rows(LONG)
    assert row["obs_status"] == status
    assert row["flags"] == fields.get("flags", "")
    assert row["comparator"] == fields.get("comparator", "eq")


def test_a_range_is_two_rows_told_apart_by_their_comparator(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "share", 85, "excellent+good", comparator="ge")
    lake.fact(page, "share", 90, "excellent+good", comparator="le")
    rows = lake.rows("SELECT kpi_id, obs_value, comparator, obs_status FROM marts.kpi_province_year ORDER BY kpi_id")
    assert [tuple(row.values()) for row in rows] == [
        (f"{HOA_BINH}/good_or_better/share/ge", 85.0, "ge", "E"),
        (f"{HOA_BINH}/good_or_better/share/le", 90.0, "le", "E"),
    ]


def test_of_several_bounds_the_narrowest_counts(lake: LakeInput) -> None:
    page = lake.page()
    first = lake.fact(page, "share", 80, "excellent+good", comparator="ge")
    best = lake.fact(page, "share", 85, "excellent+good", comparator="gt")
    (row,) = lake.rows(LONG)
    assert (row["obs_value"], row["fact_ids"], row["other_fact_ids"], row["conflict"]) == (85.0, best, first, False)


def test_a_page_that_repeats_itself_is_taken_at_its_most_exact(lake: LakeInput) -> None:
    page = lake.page()
    about = lake.fact(page, "share", 90, "excellent+good", comparator="approx")
    rounded = lake.fact(page, "share", 89, "excellent+good")
    exact = lake.fact(page, "share", 89.4, "excellent+good")
    bound = lake.fact(page, "share", 85, "excellent+good", comparator="ge")
    (row,) = lake.rows(LONG)
    assert (row["obs_value"], row["fact_ids"], row["n_sources"], row["conflict"]) == (89.4, exact, 1, False)
    assert row["other_fact_ids"] == ",".join(sorted((about, rounded, bound)))


def test_a_page_that_contradicts_itself_gives_no_number(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "count", 44, indicator="award", subject="other")
    lake.fact(page, "count", 6, indicator="award", subject="other")
    lake.fact(page, "count", 10, indicator="award", subject="party_member")
    assert [row["subject"] for row in lake.rows(LONG)] == ["party_member"]
    assert len(lake.rows("SELECT * FROM marts.fact_observation")) == 3


def test_rows_come_in_the_order_of_their_key(lake: LakeInput) -> None:
    page = lake.page()
    for year in (2022, 2019, 2021):
        for level in ("good", "completed", "excellent"):
            lake.fact(page, "share", 30, level, year=year)
    keys = [row["kpi_id"] for row in lake.rows("SELECT kpi_id FROM marts.kpi_province_year")]
    assert len(keys) == 18
    assert keys == sorted(keys)


def test_territories_of_one_code_have_rows_of_their_own(lake: LakeInput) -> None:
    page = lake.page(day="2025-08-15")
    for value, year, since in ((50, 2022, "2025-07-01"), (51, 2022, OLD), (52, 2025, "2025-07-01"), (53, 2025, OLD)):
        lake.fact(page, "share", value, "good", year=year, province="VN-68", province_valid_from=since)
    rows = lake.rows("SELECT kpi_id, province_valid_from, obs_value FROM marts.kpi_province_year")
    assert {row["obs_value"]: (row["kpi_id"].split("/")[0], str(row["province_valid_from"])) for row in rows} == {
        50.0: ("VN-68@2025-07-01", "2025-07-01"),
        51.0: ("VN-68", OLD),
        52.0: ("VN-68", "2025-07-01"),
        53.0: ("VN-68@1997-01-01", OLD),
    }
