"""Members and organisations of the Party by province and year, each figure a statement of its own."""

from __future__ import annotations

from kpi_pipeline_tests.lake_input import LakeInput

MEMBERS = {"indicator": "population", "subject": "party_member"}
ADMITTED = {"indicator": "party_members_admitted", "subject": "party_member"}
ROWS = "SELECT * FROM marts.kpi_party_membership ORDER BY kpi_id"


def test_figures_of_several_pages_stand_in_one_row_with_their_sources(lake: LakeInput) -> None:
    first, second = lake.page("a", url="https://a.vn/1"), lake.page("b", url="https://b.vn/1")
    facts = [
        lake.fact(first, "count", 4201, period_start="2021-07", period_end="2021-07", **MEMBERS),
        lake.fact(first, "count", 73, indicator="population", subject="grassroots_party_organisation"),
        lake.fact(second, "count", 131, **ADMITTED),
        lake.fact(second, "count", 120, modality="target", comparator="ge", **ADMITTED),
    ]
    (row,) = lake.rows(ROWS)
    assert (row["kpi_id"], row["year"], row["unit_name"]) == ("VN-14/2021/province", 2021, None)
    assert (row["party_members"], row["party_members_at"]) == (4201, "2021-07")
    assert (row["members_admitted"], row["members_admitted_target"]) == (131, 120)
    assert (row["grassroots_party_organisations"], row["grassroots_party_cells"]) == (73, None)
    assert (row["fact_ids"], row["source_urls"]) == (",".join(sorted(facts)), "https://a.vn/1 https://b.vn/1")
    assert (row["obs_status"], row["flags"], row["other_fact_ids"]) == ("E", "bounded", "")


def test_each_body_and_year_has_its_row(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "count", 50, **ADMITTED)
    lake.fact(page, "count", 40, **ADMITTED, year=2020)
    lake.fact(page, "count", 7, **ADMITTED, scope="district", unit_name="Huyện Lạc Sơn")
    rows = lake.rows(ROWS)
    assert [(row["kpi_id"], row["members_admitted"]) for row in rows] == [
        ("VN-14/2020/province", 40),
        ("VN-14/2021/district:huyện_lạc_sơn", 7),
        ("VN-14/2021/province", 50),
    ]


def test_an_approximate_figure_is_marked_and_a_bound_is_none(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "count", 4200, comparator="approx", **MEMBERS)
    lake.fact(page, "count", 130, comparator="gt", **ADMITTED)
    (row,) = lake.rows(ROWS)
    assert (row["party_members"], row["members_admitted"]) == (4200, None)
    assert (row["obs_status"], row["flags"]) == ("E", "approximate")


def test_a_target_that_is_no_bound_leaves_the_row_normal(lake: LakeInput) -> None:
    lake.fact(lake.page(), "count", 120, modality="target", **ADMITTED)
    (row,) = lake.rows(ROWS)
    assert (row["members_admitted_target"], row["obs_status"], row["flags"]) == (120, "A", "")


def test_pages_that_disagree_are_marked(lake: LakeInput) -> None:
    taken = lake.fact(lake.page("a", url="https://hoabinh.gov.vn/1"), "count", 131, **ADMITTED)
    other = lake.fact(lake.page("b"), "count", 113, **ADMITTED)
    (row,) = lake.rows(ROWS)
    assert (row["members_admitted"], row["fact_ids"], row["other_fact_ids"]) == (131, taken, other)
    assert (row["obs_status"], row["flags"]) == ("U", "conflict")


def test_other_counts_are_no_membership(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "count", 44, indicator="award", subject="party_member")
    lake.fact(page, "count", 7, indicator="population", subject="agency")
    lake.fact(page, "total", 151)
    assert lake.rows(ROWS) == []
