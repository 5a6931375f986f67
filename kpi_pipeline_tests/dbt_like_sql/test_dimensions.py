"""The dimensions: provinces through time, years with their boundaries, subjects, levels and other codes by name."""

from __future__ import annotations

from datetime import date

from kpi_pipeline.reference.codes import SUBJECTS
from kpi_pipeline_tests.lake_input import LakeInput


def test_provinces_are_dated_and_name_their_successors(lake: LakeInput) -> None:
    rows = lake.rows(
        "SELECT province_name, province_valid_from, province_valid_to, successor, is_current "
        "FROM marts.dim_province WHERE ref_area IN ('VN-14', 'VN-68') ORDER BY ref_area, province_valid_from"
    )
    last = date(2025, 6, 30)
    assert [tuple(row.values()) for row in rows] == [
        ("Hòa Bình", date(1997, 1, 1), last, "VN-68", False),
        ("Phú Thọ", date(1997, 1, 1), last, "VN-68", False),
        ("Phú Thọ", date(2025, 7, 1), None, None, True),
    ]
    assert lake.rows("SELECT count(*) AS n FROM marts.dim_province WHERE is_current") == [{"n": 34}]


def test_every_territory_leads_to_the_province_that_holds_it_since_2025(lake: LakeInput) -> None:
    rows = lake.rows(
        "SELECT ref_area, province_valid_from, ref_area_2025, province_name_2025, was_merged_2025 "
        "FROM marts.dim_province ORDER BY ALL"
    )
    found = {(row["ref_area"], row["province_valid_from"].year): tuple(row.values())[2:] for row in rows}
    assert found["VN-14", 1997] == ("VN-68", "Phú Thọ", True)
    assert found["VN-68", 2025] == ("VN-68", "Phú Thọ", False)
    assert found["VN-04", 1997] == ("VN-04", "Cao Bằng", False)
    assert found["VN-15", 1997] == ("VN-HN", "Hà Nội", False)
    assert found["VN-26", 1997] == found["VN-26", 2025] == ("VN-26", "Huế", False)
    assert found["VN-48", 1997] == ("VN-CT", "Cần Thơ", True)
    split = [area for area, (now, *_) in found.items() if now is None]
    assert split == [("VN-01", 1997), ("VN-33", 1997)]
    current = {row["ref_area"] for row in lake.rows("SELECT ref_area FROM marts.dim_province WHERE is_current")}
    assert {now for now, *_ in found.values() if now} == current
    (merged,) = lake.rows(
        "SELECT count(*) AS n, count(DISTINCT ref_area_2025) AS made FROM marts.dim_province "
        "WHERE was_merged_2025 AND province_valid_to = DATE '2025-06-30'"
    )
    assert merged == {"n": 63 - 11, "made": 34 - 11}


def test_regions_have_their_names(lake: LakeInput) -> None:
    rows = lake.rows("SELECT * FROM marts.dim_province WHERE ref_area = 'VN-14'")
    named = [(row["region"], row["region_name_vi"], row["region_name_en"]) for row in rows]
    assert named == [
        ("northern_midlands_mountains", "Trung du và miền núi phía Bắc", "Northern Midlands and Mountains")
    ]
    assert lake.rows("SELECT * FROM marts.dim_province WHERE region_name_vi IS NULL") == []


def test_years_say_which_boundaries_are_in_force_at_their_end(lake: LakeInput) -> None:
    rows = {row["year"]: row for row in lake.rows("SELECT * FROM marts.dim_year")}
    assert list(rows) == list(range(1997, 2026))
    told = {year: (str(rows[year]["boundaries_from"]), rows[year]["n_provinces"]) for year in (2003, 2007, 2008, 2024)}
    assert told == {
        2003: ("1997-01-01", 61),
        2007: ("2004-01-01", 64),
        2008: ("2008-08-01", 63),
        2024: ("2008-08-01", 63),
    }
    assert [year for year, row in rows.items() if row["changed_within"]] == [2008, 2025]
    assert [year for year, row in rows.items() if row["has_2025_boundaries"]] == [2025]
    assert (rows[2025]["first_day"], rows[2025]["last_day"]) == (date(2025, 1, 1), date(2025, 12, 31))
    assert rows[2025]["n_provinces"] == 34


def test_years_reach_to_the_last_that_a_figure_is_about(lake: LakeInput) -> None:
    fields = {"province": "VN-68", "province_valid_from": "2025-07-01", "modality": "target"}
    lake.fact(lake.page(day="2025-11-01"), "share", 90, "good", year=2030, **fields)
    rows = lake.rows("SELECT year, boundaries_from FROM marts.dim_year ORDER BY year DESC LIMIT 1")
    assert rows == [{"year": 2030, "boundaries_from": date(2025, 7, 1)}]


def test_subjects_have_names_and_wider_subjects(lake: LakeInput) -> None:
    rows = {row["subject"]: row for row in lake.rows("SELECT * FROM marts.dim_subject")}
    assert set(rows) == set(SUBJECTS)
    assert rows["party_member"]["subject_name_vi"] == "Đảng viên"
    assert rows["grassroots_party_cell"]["part_of"] == "grassroots_party_organisation"
    assert (rows["commune_government"]["subject_group"], rows["party_member"]["part_of"]) == ("local_government", None)


def test_levels_come_in_the_order_of_the_scale_with_their_parts(lake: LakeInput) -> None:
    rows = lake.rows(
        "SELECT level, level_kind, parts, wanted FROM marts.dim_level WHERE indicator = 'task_completion_rating'"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("_T", "total", None, "more"),
        ("excellent", "single", "excellent", "more"),
        ("good", "single", "good", "more"),
        ("good_or_better", "cumulative", "excellent+good", "more"),
        ("completed", "single", "completed", None),
        ("completed_or_better", "cumulative", "completed+excellent+good", "more"),
        ("not_completed", "single", "not_completed", "less"),
        ("not_assessed", "outside", "not_assessed", "less"),
    ]


def test_a_set_of_levels_that_a_page_states_is_a_level_too(lake: LakeInput) -> None:
    lake.fact(lake.page(), "share", 79.6, "completed+good")
    (row,) = lake.rows("SELECT * FROM marts.dim_level WHERE level_kind = 'set'")
    assert (row["indicator"], row["level"], row["parts"]) == (
        "task_completion_rating",
        "completed+good",
        "completed+good",
    )
    assert row["level_name_vi"] == "Hoàn thành tốt nhiệm vụ; Hoàn thành nhiệm vụ"
    assert row["level_name_en"] == "Completed well; Completed"


def test_other_codes_have_their_names(lake: LakeInput) -> None:
    rows = lake.rows("SELECT * FROM marts.dim_code WHERE code_list = 'scope' AND code = 'province'")
    assert rows == [{"code_list": "scope", "code": "province", "name_vi": "Toàn tỉnh", "name_en": "The whole province"}]
