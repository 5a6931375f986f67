"""The wide table of the scale used to 2017, where exemplary may stand beside clean and strong or inside it."""

from __future__ import annotations

from typing import Any

import pytest

from kpi_pipeline_tests.lake_input import LakeInput

FIELDS = {"indicator": "clean_strong_rating", "subject": "grassroots_party_organisation", "year": 2015}


def _wide(lake: LakeInput) -> dict[str, Any]:
    (row,) = lake.rows("SELECT * FROM marts.kpi_clean_strong_wide")
    return row


def test_a_rating_of_the_old_scale_is_one_row(lake: LakeInput) -> None:
    page = lake.page(url="https://hoabinh.gov.vn/1")
    lake.shares(page, clean_strong=54.6, good=39.7, completed=5.1, weak=0.6, fields=FIELDS)
    for level, count in (("clean_strong", 389), ("good", 283), ("completed", 36), ("weak", 4)):
        lake.fact(page, "count", count, level, **FIELDS)
    lake.fact(page, "total", 712, **FIELDS)
    row = _wide(lake)
    assert row["kpi_id"] == "VN-14/2015/province/grassroots_party_organisation/clean_strong_rating"
    assert (row["total"], row["share_sum"], row["obs_status"]) == (712, 100.0, "A")
    shares = [row[f"share_{level}"] for level in ("exemplary", "clean_strong", "good", "completed", "weak")]
    assert shares == [None, 54.6, 39.7, 5.1, 0.6]
    counts = [row[f"count_{level}"] for level in ("exemplary", "clean_strong", "good", "completed", "weak")]
    assert counts == [None, 389, 283, 36, 4]
    assert (row["share_clean_strong_or_better"], row["flags"]) == (54.6, "computed_clean_strong_or_better")
    assert (row["n_sources"], row["page_id"], row["other_fact_ids"]) == (1, page, "")
    assert lake.rows("SELECT * FROM marts.kpi_province_year_wide") == []


@pytest.mark.parametrize(
    ("stated", "total", "or_better"),
    [
        pytest.param(
            {"exemplary": 13.5, "clean_strong": 54.6, "good": 26.3, "completed": 5.0, "weak": 0.6}, 100.0, 68.1,
            id="beside it",
        ),
        pytest.param(
            {"exemplary": 13.5, "clean_strong": 68.1, "good": 26.3, "completed": 5.0, "weak": 0.6}, 100.0, 68.1,
            id="inside it",
        ),
        pytest.param(
            {"exemplary": 13.5, "clean_strong+exemplary": 68.1, "good": 26.3, "completed": 5.6}, 100.0, 68.1,
            id="broken out of it",
        ),
        pytest.param({"exemplary": 13.5, "clean_strong": 54.6}, 68.1, None, id="nothing else stated"),
    ],
)  # fmt: skip
def test_exemplary_is_not_added_twice(
    lake: LakeInput, stated: dict[str, float], total: float, or_better: float | None
) -> None:
    lake.shares(lake.page(), **stated, fields=FIELDS)  # type: ignore[arg-type]
    row = _wide(lake)
    assert (row["share_sum"], row["share_clean_strong_or_better"]) == (total, or_better)


def test_what_the_rest_leaves_is_no_share_of_another_level(lake: LakeInput) -> None:
    stated = {"clean_strong+exemplary": 68.1, "good": 26.3, "completed": 5.0}
    lake.shares(lake.page(), **stated, fields=FIELDS)  # type: ignore[arg-type]
    row = _wide(lake)
    assert (row["share_clean_strong_or_better"], row["share_weak"], row["flags"]) == (68.1, None, "")


def test_a_share_from_count_and_total_is_shown_and_marked(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "count", 4, "weak", **FIELDS)
    lake.fact(page, "total", 712, **FIELDS)
    row = _wide(lake)
    assert (row["count_weak"], row["share_weak"], row["flags"]) == (4, 0.561798, "computed_share")
    assert (row["share_sum"], row["obs_status"]) == (None, "A")
