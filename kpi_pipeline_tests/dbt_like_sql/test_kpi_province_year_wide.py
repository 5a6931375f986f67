"""The wide table: one row a province, year, scope, unit and subject."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kpi_pipeline_tests.lake_input import LakeInput

KEY = "VN-14/2021/province/commune_government/task_completion_rating"


def _wide(lake: LakeInput) -> dict[str, Any]:
    (row,) = lake.rows("SELECT * FROM marts.kpi_province_year_wide")
    return row


def test_communes_of_hoa_binh_in_2020(lake: LakeInput) -> None:
    page = lake.page(url="https://hoabinh.gov.vn/1")
    group = lake.group(page, share_sum=100.0)
    facts = lake.shares(
        page, excellent_good=87.4, completed=11.9, not_completed=0.7, fields={"year": 2020, "group_id": group}
    )
    more = [
        lake.fact(page, "total", 151, year=2020),
        lake.fact(page, "count", 132, "excellent+good", year=2020),
        lake.fact(page, "count", 18, "completed", year=2020),
        lake.fact(page, "count", 1, "not_completed", year=2020),
    ]
    row = _wide(lake)
    assert sorted(row.pop("fact_ids").split(",")) == sorted([*facts.values(), *more])
    assert row == {
        "kpi_id": "VN-14/2020/province/commune_government/task_completion_rating",
        "ref_area": "VN-14",
        "province_name": "Hòa Bình",
        "year": 2020,
        "scope": "province",
        "unit_name": None,
        "subject": "commune_government",
        "indicator": "task_completion_rating",
        "total": 151,
        "share_excellent": None,
        "share_good": None,
        "share_good_or_better": 87.4,
        "share_completed": 11.9,
        "share_not_completed": 0.7,
        "share_sum": 100.0,
        "obs_status": "A",
        "flags": "",
        "source_url": "https://hoabinh.gov.vn/1",
        "province_valid_from": date(1997, 1, 1),
        "count_excellent": None,
        "count_good": None,
        "count_good_or_better": 132,
        "count_completed": 18,
        "count_not_completed": 1,
        "n_sources": 1,
        "other_fact_ids": "",
        "page_id": page,
    }


def test_the_sum_may_be_off_100_by_rounding(lake: LakeInput) -> None:
    lake.shares(lake.page(), excellent_good=88.1, completed=11.3, not_completed=0.7)
    assert _wide(lake)["share_sum"] == 100.1


def test_party_organisations_of_hai_duong_in_2022(lake: LakeInput) -> None:
    page = lake.page()
    fields = {"province": "VN-61", "subject": "grassroots_party_organisation", "year": 2022}
    lake.shares(page, excellent=20.4, completed=8.3, fields=fields)
    lake.fact(page, "share", 71.3, "good", flags="share_mismatch", **fields)
    lake.fact(page, "count", 478, "good", flags="share_mismatch", **fields)
    row = _wide(lake)
    shares = [row[f"share_{name}"] for name in ("excellent", "good", "completed", "sum", "good_or_better")]
    assert shares == [20.4, 71.3, 8.3, 100.0, 91.7]
    assert (row["obs_status"], row["flags"]) == ("U", "computed_good_or_better,share_mismatch")


@pytest.mark.parametrize(
    ("stated", "total"),
    [
        pytest.param({"excellent_good": 91.7, "excellent": 20.4, "completed": 8.3}, 100.0, id="of which"),
        pytest.param({"excellent_good": 91.8, "excellent": 20.4, "good": 71.3, "completed": 8.3}, 100.1, id="both"),
        pytest.param({"completed+excellent+good": 99.3, "not_completed": 0.7}, 100.0, id="completed or better"),
        pytest.param({"completed+good": 79.6, "excellent": 20.4}, 100.0, id="another set"),
        pytest.param({"completed+good": 79.6, "excellent_good": 91.7}, None, id="overlap"),
        pytest.param({"excellent": 20.4}, 20.4, id="one level"),
        pytest.param({"excellent_good": 100.0, "not_assessed": 3.0}, 100.0, id="not assessed lies outside"),
    ],
)
def test_no_level_is_added_twice(lake: LakeInput, stated: dict[str, float], total: float | None) -> None:
    lake.shares(lake.page(), **stated)  # type: ignore[arg-type]
    assert _wide(lake)["share_sum"] == total


def test_a_bound_is_no_number(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "share", 90, "excellent+good", comparator="gt")
    lake.fact(page, "share", 0.7, "not_completed")
    row = _wide(lake)
    assert (row["share_good_or_better"], row["share_not_completed"], row["share_sum"]) == (None, 0.7, 0.7)
    assert (row["obs_status"], row["flags"]) == ("E", "bounded")


def test_an_approximate_number_is_shown_and_marked(lake: LakeInput) -> None:
    lake.fact(lake.page(), "share", 90, "excellent+good", comparator="approx")
    row = _wide(lake)
    assert (row["share_good_or_better"], row["obs_status"], row["flags"]) == (90.0, "E", "approximate")


def test_only_exact_shares_are_added(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "share", 60, "excellent", comparator="approx")
    lake.fact(page, "share", 50, "good", comparator="approx")
    lake.fact(page, "share", 8.3, "completed")
    lake.fact(page, "share", 90, "good", comparator="approx", year=2020)
    rows = lake.rows("SELECT year, share_good, share_sum FROM marts.kpi_province_year_wide ORDER BY year")
    assert [tuple(row.values()) for row in rows] == [(2020, 90.0, None), (2021, 50.0, 8.3)]


def test_an_approximate_number_gives_way_to_what_the_parts_add_to(lake: LakeInput) -> None:
    page = lake.page()
    for measure, excellent, good, about in (("share", 20.4, 71.3, 93), ("count", 137, 478, 620)):
        lake.fact(page, measure, excellent, "excellent")
        lake.fact(page, measure, good, "good")
        lake.fact(page, measure, about, "excellent+good", comparator="approx")
    row = _wide(lake)
    assert (row["share_good_or_better"], row["count_good_or_better"], row["share_sum"]) == (91.7, 615, 91.7)
    assert (row["obs_status"], row["flags"]) == ("A", "computed_good_or_better")


def test_an_approximate_number_of_no_column_leaves_the_status(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "share", 99, "completed+excellent+good", comparator="approx")
    lake.fact(page, "share", 20.4, "excellent")
    assert (_wide(lake)["obs_status"], _wide(lake)["flags"]) == ("A", "")


def test_what_is_computed_keeps_the_status_of_its_parts(lake: LakeInput) -> None:
    lake.shares(lake.page(), excellent=20.4, good=71.3, completed=8.3)
    assert (_wide(lake)["obs_status"], _wide(lake)["flags"]) == ("A", "computed_good_or_better")


def test_a_row_that_another_page_disputes_is_of_low_reliability(lake: LakeInput) -> None:
    lake.fact(lake.page("a", url="https://hoabinh.gov.vn/1"), "share", 88.1, "excellent+good")
    lake.fact(lake.page("b"), "share", 80.2, "excellent+good")
    assert (_wide(lake)["obs_status"], _wide(lake)["flags"]) == ("U", "conflict")


def test_a_bound_gives_way_to_what_the_parts_add_to(lake: LakeInput) -> None:
    page = lake.page()
    lake.shares(page, excellent=20.4, good=71.3)
    lake.fact(page, "share", 90, "excellent+good", comparator="gt")
    row = _wide(lake)
    assert row["share_good_or_better"] == 91.7
    assert row["flags"] == "bounded,computed_good_or_better"


def test_a_number_the_page_contradicts_is_left_out_and_marked(lake: LakeInput) -> None:
    page = lake.page()
    lake.shares(page, excellent_good=88.1, completed=11.3)
    lake.fact(page, "total", 151)
    lake.fact(page, "total", 141)
    row = _wide(lake)
    assert (row["total"], row["share_good_or_better"], row["flags"]) == (None, 88.1, "ambiguous")
    assert row["obs_status"] == "U"


def test_other_indicators_targets_and_bases_have_no_wide_row(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "share", 90, "excellent+good", modality="target")
    lake.fact(page, "share", 95, "", base="all")
    lake.fact(page, "share", 39.2, "excellent", indicator="study_result", subject="party_member")
    lake.fact(page, "share", 60, "clean_strong", indicator="clean_strong_rating")
    lake.fact(page, "count", 44, indicator="award")
    assert lake.rows("SELECT * FROM marts.kpi_province_year_wide") == []
    assert len(lake.rows("SELECT * FROM marts.kpi_province_year")) == 5


def test_a_row_for_each_body_and_subject(lake: LakeInput) -> None:
    page = lake.page()
    for fields in (
        {},
        {"subject": "party_member"},
        {"scope": "provincial_bloc", "unit_name": "Đảng bộ Khối"},
        {"scope": "district", "unit_name": "Huyện A"},
        {"scope": "district", "unit_name": "huyện  a"},
        {"scope": "district", "unit_name": "Huyện B"},
        {"year": 2020},
        {"province": "VN-61"},
    ):
        lake.fact(page, "share", 90, "good", **fields)
    rows = lake.rows("SELECT kpi_id, unit_name FROM marts.kpi_province_year_wide")
    assert [row["kpi_id"] for row in rows] == sorted(
        [
            "VN-14/2020/province/commune_government/task_completion_rating",
            "VN-14/2021/district:huyện_a/commune_government/task_completion_rating",
            "VN-14/2021/district:huyện_b/commune_government/task_completion_rating",
            KEY,
            "VN-14/2021/province/party_member/task_completion_rating",
            "VN-14/2021/provincial_bloc:đảng_bộ_khối/commune_government/task_completion_rating",
            "VN-61/2021/province/commune_government/task_completion_rating",
        ]
    )


def test_the_ids_of_its_cells_begin_with_its_id(lake: LakeInput) -> None:
    lake.shares(lake.page(), excellent=20.4, good=71.3, completed=8.3)
    cells = lake.rows("SELECT kpi_id FROM marts.kpi_province_year")
    assert len(cells) == 6
    assert all(cell["kpi_id"].startswith(_wide(lake)["kpi_id"] + "/") for cell in cells)
