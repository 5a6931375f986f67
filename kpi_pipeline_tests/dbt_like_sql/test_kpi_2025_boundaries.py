"""Figures in the boundaries since 2025-07-01: added over merged provinces, never where a part is missing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kpi_pipeline_tests.lake_input import OLD, LakeInput

ROWS = "SELECT * FROM marts.kpi_province_year_2025_boundaries ORDER BY kpi_id"
END = "province/commune_government/task_completion_rating"
PARTS = {"VN-14": (133, 151), "VN-68": (203, 225), "VN-70": (127, 136)}
"""Communes rated good or better, and all rated, of what is Phú Thọ since 2025-07-01."""


def _say(lake: LakeInput, parts: dict[str, tuple[int, int]], **fields: Any) -> dict[str, str]:
    """Count and total of each part on a page of its own; the facts by part."""
    facts = {}
    for area, (count, total) in parts.items():
        page = lake.page(area)
        said = [
            lake.fact(page, measure, value, levels, province=area, **fields)
            for measure, value, levels in (("count", count, "excellent+good"), ("total", total, ""))
        ]
        facts[area] = ",".join(said)
    return facts


def test_counts_and_totals_add_up_and_shares_are_recomputed(lake: LakeInput) -> None:
    facts = _say(lake, PARTS)
    rows = {(row["level"], row["measure"]): row for row in lake.rows(ROWS)}
    assert {key: row["obs_value"] for key, row in rows.items()} == {
        ("_T", "total"): 512.0,
        ("good_or_better", "count"): 463.0,
        ("good_or_better", "share"): 90.429688,
    }
    share = rows["good_or_better", "share"]
    assert share["kpi_id"] == f"VN-68@2025-07-01/2021/{END}/good_or_better/share"
    assert (share["ref_area"], share["province_valid_from"], share["province_name"]) == (
        "VN-68",
        date(2025, 7, 1),
        "Phú Thọ",
    )
    assert (share["method"], share["computed_how"], share["obs_status"]) == ("computed", "share_of_sums", "E")
    assert (share["n_parts"], share["parts"]) == (3, f"VN-14@{OLD},VN-68@{OLD},VN-70@{OLD}")
    assert share["missing_parts"] == ""
    assert share["part_kpi_ids"].split(",") == [
        f"{area}/2021/{END}/{cell}" for area in PARTS for cell in ("_T/total", "good_or_better/count")
    ]
    assert share["fact_ids"] == ",".join(sorted(",".join(facts.values()).split(",")))
    assert rows["_T", "total"]["computed_how"] == "sum_of_parts"


def test_a_share_is_not_the_mean_of_shares(lake: LakeInput) -> None:
    for area, share in (("VN-14", 88.1), ("VN-68", 90.2), ("VN-70", 93.4)):
        lake.fact(lake.page(area), "share", share, "excellent+good", province=area)
    (row,) = lake.rows(ROWS)
    assert (row["obs_value"], row["obs_status"]) == (None, "M")
    assert row["missing_parts"] == row["parts"]


@pytest.mark.parametrize("missing", PARTS)
def test_where_a_part_is_missing_there_is_no_number_and_it_is_named(lake: LakeInput, missing: str) -> None:
    _say(lake, {area: numbers for area, numbers in PARTS.items() if area != missing})
    rows = lake.rows(ROWS)
    assert len(rows) == 3
    assert {(row["obs_value"], row["obs_status"], row["missing_parts"]) for row in rows} == {
        (None, "M", f"{missing}@{OLD}")
    }


@pytest.mark.parametrize("fields", [{"comparator": "approx"}, {"comparator": "ge"}])
def test_a_part_that_is_not_exact_is_missing(lake: LakeInput, fields: dict[str, str]) -> None:
    _say(lake, {area: PARTS[area] for area in ("VN-14", "VN-68")})
    _say(lake, {"VN-70": PARTS["VN-70"]}, **fields)
    assert {row["missing_parts"] for row in lake.rows(ROWS)} == {f"VN-70@{OLD}"}


@pytest.mark.parametrize("odd", [(0, 0), (140, 136)])
def test_a_part_whose_total_gives_no_share_is_missing_for_it(lake: LakeInput, odd: tuple[int, int]) -> None:
    _say(lake, {**PARTS, "VN-70": odd})
    rows = {row["measure"]: row for row in lake.rows(ROWS)}
    assert (rows["share"]["obs_value"], rows["share"]["missing_parts"]) == (None, f"VN-70@{OLD}")
    assert rows["total"]["obs_value"] == 151 + 225 + odd[1]


def test_a_year_another_subject_or_a_bloc_makes_no_part_whole(lake: LakeInput) -> None:
    _say(lake, {area: PARTS[area] for area in ("VN-14", "VN-68")})
    other = lake.page("other")
    for fields in ({"year": 2020}, {"subject": "leader"}, {"scope": "district", "unit_name": "A"}, {"base": "all"}):
        lake.fact(other, "total", 136, province="VN-70", **fields)  # type: ignore[arg-type]
    rows = lake.rows("SELECT * FROM marts.kpi_province_year_2025_boundaries WHERE missing_parts = ''")
    assert rows == []


def test_counts_computed_from_levels_are_added_too(lake: LakeInput) -> None:
    _say(lake, {area: PARTS[area] for area in ("VN-14", "VN-68")})
    page = lake.page("VN-70")
    for level, count in (("excellent", 31), ("good", 96)):
        lake.fact(page, "count", count, level, province="VN-70")
    (row,) = lake.rows(
        "SELECT * FROM marts.kpi_province_year_2025_boundaries WHERE level = 'good_or_better' AND measure = 'count'"
    )
    assert (row["obs_value"], row["missing_parts"]) == (463.0, "")


def test_a_province_that_did_not_merge_passes_through(lake: LakeInput) -> None:
    page = lake.page(url="https://caobang.gov.vn/1")
    fields = {"province": "VN-04"}
    lake.fact(page, "share", 88.1, "excellent+good", **fields)
    lake.fact(page, "share", 20, "excellent", comparator="ge", **fields)
    lake.fact(page, "share", 25, "excellent", comparator="le", **fields)
    long = lake.rows("SELECT * FROM marts.kpi_province_year ORDER BY kpi_id")
    rows = lake.rows(ROWS)
    assert [row["kpi_id"] for row in rows] == [row["kpi_id"].replace("VN-04/", "VN-04@2025-07-01/") for row in long]
    for name in ("obs_value", "comparator", "method", "obs_status", "fact_ids", "level"):
        assert [row[name] for row in rows] == [row[name] for row in long]
    assert {(row["n_parts"], row["parts"], row["computed_how"]) for row in rows} == {(1, f"VN-04@{OLD}", None)}


def test_the_year_of_the_merger_is_of_the_new_territory_alone(lake: LakeInput) -> None:
    kind = {"indicator": "population", "subject": "party_member", "province": "VN-68"}
    page = lake.page(day="2025-12-20")
    lake.fact(page, "count", 100, period_start="2025-03", period_end="2025-03", **kind)
    new = {**kind, "province_valid_from": "2025-07-01"}
    lake.fact(page, "count", 250, period_start="2025-12", period_end="2025-12", **new)
    (row,) = lake.rows(ROWS)
    assert (row["obs_value"], row["n_parts"], row["parts"]) == (250.0, 1, "VN-68@2025-07-01")


def test_a_territory_that_was_split_is_part_of_none_as_a_whole(lake: LakeInput) -> None:
    for area in ("VN-32", "VN-33"):
        lake.fact(lake.page(area, day="2004-02-01"), "total", 100, year=2003, province=area)
    rows = {row["ref_area"]: row for row in lake.rows(ROWS)}
    assert {area: row["obs_value"] for area, row in rows.items()} == {"VN-33": None, "VN-35": None}
    assert rows["VN-33"]["missing_parts"] == f"VN-33@{OLD}"
    assert rows["VN-35"]["missing_parts"] == f"VN-33@{OLD},VN-35@{OLD},VN-40@{OLD}"


def test_what_a_split_left_of_one_territory_is_not_that_territory(lake: LakeInput) -> None:
    lake.fact(lake.page(day="2004-02-01"), "total", 100, year=2003, province="VN-01")
    rows = lake.rows(ROWS)
    assert [(row["ref_area"], row["obs_value"], row["missing_parts"]) for row in rows] == [
        ("VN-01", None, f"VN-01@{OLD}"),
        ("VN-71", None, f"VN-01@{OLD}"),
    ]


def test_a_province_that_was_taken_over_before_2025_counts_in_its_years(lake: LakeInput) -> None:
    for year in (2007, 2010):
        lake.fact(lake.page(f"h{year}", day=f"{year + 1}-02-01"), "total", 200, year=year, province="VN-HN")
    lake.fact(lake.page("t", day="2008-02-01"), "total", 100, year=2007, province="VN-15")
    rows = lake.rows("SELECT time_period, obs_value, n_parts FROM marts.kpi_province_year_2025_boundaries ORDER BY 1")
    assert [tuple(row.values()) for row in rows] == [(2007, 300.0, 2), (2010, 200.0, 1)]


def test_targets_do_not_add_up(lake: LakeInput) -> None:
    _say(lake, PARTS, modality="target")
    assert lake.rows(ROWS) == []


def test_flags_and_conflicts_of_the_parts_are_kept(lake: LakeInput) -> None:
    _say(lake, {area: PARTS[area] for area in ("VN-14", "VN-68")}, flags="share_mismatch")
    _say(lake, {"VN-70": PARTS["VN-70"]})
    lake.fact(lake.page("else", url="https://x.gov.vn"), "total", 140, province="VN-70")
    rows = {row["measure"]: row for row in lake.rows(ROWS) if row["measure"] != "share"}
    assert {(row["flags"], row["obs_status"]) for row in rows.values()} == {("share_mismatch", "U")}
    assert (rows["total"]["conflict"], rows["count"]["conflict"]) == (True, False)
