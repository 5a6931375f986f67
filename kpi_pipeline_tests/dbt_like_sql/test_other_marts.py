"""Observations, pages and the tables about quality."""

from __future__ import annotations

from datetime import date

import pytest

from kpi_pipeline.storage.sql_models import SqlModel
from kpi_pipeline_tests.lake_input import MODELS, LakeInput


def test_an_observation_keeps_all_that_the_page_says(lake: LakeInput) -> None:
    page = lake.page("000_tin", day="2022-08-20", url="https://hoabinh.gov.vn/1")
    fact = lake.fact(
        page,
        "share",
        19.7,
        "excellent+good",
        base="all",
        comparator="ge",
        period_start="2020",
        period_end="2025",
        annual=True,
        modality="target",
        unit_name="Đảng bộ Khối",
        scope="provincial_bloc",
        subset="nữ",
        flags="mended_year",
        n_mentions=2,
    )
    (row,) = lake.rows("SELECT * FROM marts.fact_observation")
    expected = {
        "page": "000_tin",
        "province": "VN-14",
        "scope": "provincial_bloc",
        "subject": "commune_government",
        "indicator": "task_completion_rating",
        "levels": ["excellent", "good"],
        "measure": "share",
        "value": 19.7,
        "comparator": "ge",
        "base": "all",
        "period_start": "2020",
        "period_end": "2025",
        "annual": True,
        "modality": "target",
        "unit_name": "Đảng bộ Khối",
        "subset": "nữ",
        "fact_id": fact,
        "page_id": page,
        "quote": "ít nhất 19,7",
        "source_url": "https://hoabinh.gov.vn/1",
        "province_valid_from": date(1997, 1, 1),
        "flags": "mended_year",
        "n_mentions": 2,
        "published_on": date(2022, 8, 20),
    }
    assert {name: row[name] for name in expected} == expected
    assert row["span_end"] - row["span_start"] == len(row["quote"])


def test_no_levels_are_an_empty_list(lake: LakeInput) -> None:
    lake.fact(lake.page(), "total", 151)
    assert lake.rows("SELECT levels FROM marts.fact_observation") == [{"levels": []}]


def test_observations_come_by_page_and_place(lake: LakeInput) -> None:
    for name in ("b", "a"):
        page = lake.page(name)
        for start in (40, 7, 23):
            lake.fact(page, "count", 5, "good", span_start=start)
    rows = lake.rows("SELECT page_id, span_start FROM marts.fact_observation")
    assert rows == sorted(rows, key=lambda row: (row["page_id"], row["span_start"]))
    assert len(rows) == 6


def test_every_page_is_listed_with_what_became_of_it(lake: LakeInput) -> None:
    read = lake.page("read", source_province="VN-14")
    lake.fact(read, "share", 90, "good")
    lake.fact(read, "share", 8, "completed")
    lake.fact(read, "share", 104, "good", table="quarantined_facts")
    lake.fact(read, "share", 90, "good", table="merged_facts")
    lake.unread(read, "20/8/2022")
    lake.unread(read, "45")
    broken = lake.page("broken", status="undecodable", status_reason="The bytes are no text: capture it again.")
    waiting = lake.page("waiting", cleaned=False)
    rows = {row["page_id"]: row for row in lake.rows("SELECT * FROM marts.dim_page")}
    assert set(rows) == {read, broken, waiting}
    counts = ("n_facts", "n_quarantined", "n_merged", "n_unread")
    assert [rows[read][name] for name in counts] == [2, 1, 1, 2]
    assert (rows[read]["status"], rows[read]["reason"], rows[read]["source_province"]) == ("ok", None, "VN-14")
    assert [rows[broken][name] for name in counts] == [0, 0, 0, 0]
    assert (rows[broken]["status"], rows[broken]["reason"]) == (
        "undecodable",
        "The bytes are no text: capture it again.",
    )
    assert rows[waiting]["status"] == "not_cleaned"
    assert "run its day again" in rows[waiting]["reason"]


def test_quarantine_lists_facts_and_pages_with_rule_and_remedy(lake: LakeInput) -> None:
    page = lake.page("read", url="https://hoabinh.gov.vn/1")
    fact = lake.fact(
        page,
        "share",
        104,
        "excellent+good",
        table="quarantined_facts",
        rule_id="group_over_100",
        reason="The levels add to 104 %.",
        remedy="Compare with the page.",
    )
    lake.fact(page, "share", 90, "good")
    broken = lake.page("broken", status="no_text", status_reason="No article was found: capture it again.")
    rows = lake.rows("SELECT * FROM marts.dq_quarantine ORDER BY kind")
    assert [(row["kind"], row["item_id"], row["page_id"], row["rule_id"]) for row in rows] == [
        ("fact", fact, page, "group_over_100"),
        ("page", broken, broken, "page_no_text"),
    ]
    assert (rows[0]["reason"], rows[0]["remedy"]) == ("The levels add to 104 %.", "Compare with the page.")
    assert (rows[0]["quote"], rows[0]["source_url"]) == ("104", "https://hoabinh.gov.vn/1")
    assert rows[1]["reason"] == "No article was found: capture it again."
    assert rows[1]["remedy"]


def test_rating_groups_and_unread_numbers_carry_their_page(lake: LakeInput) -> None:
    page = lake.page("read", url="https://hoabinh.gov.vn/1")
    group = lake.group(page, verdict="over", share_sum=104.0)
    lake.unread(page, "1.500", reason="money", phrase="kinh phí 1.500 triệu đồng")
    (row,) = lake.rows("SELECT * FROM marts.dq_rating_groups")
    assert (row["group_id"], row["verdict"], row["share_sum"], row["page"]) == (group, "over", 104.0, "read")
    (row,) = lake.rows("SELECT * FROM marts.dq_unread_numbers")
    assert (row["quote"], row["reason"], row["source_url"]) == ("1.500", "money", "https://hoabinh.gov.vn/1")


def test_an_empty_lake_gives_empty_tables(lake: LakeInput) -> None:
    tables = ("dim_page", "dq_quarantine", "dq_rating_groups", "dq_unread_numbers", "fact_observation")
    kpi = ("bridge_kpi_fact", "kpi_party_membership", "kpi_province_year", "kpi_target_vs_actual")
    cut = ("kpi_clean_strong_wide", "kpi_province_year_wide", "kpi_province_year_2025_boundaries")
    for table in (*tables, *kpi, *cut):
        assert lake.rows(f"SELECT * FROM marts.{table}") == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.full_name)
def test_every_model_says_first_what_a_row_is(model: SqlModel) -> None:
    assert model.sql.startswith("-- One row ")


def test_a_correction_is_listed_once_with_the_outcome_of_its_fact(lake: LakeInput) -> None:
    page = lake.page("000_tin", url="https://hoabinh.gov.vn/1")
    first, again = (
        lake.fact(page, "share", 87.1, "good", table=table) for table in ("validated_facts", "merged_facts")
    )
    held = lake.fact(page, "share", 12.9, "good", table="quarantined_facts", rule_id="dropped_by_correction")
    changed = lake.correction(page, again, first)
    dropped = lake.correction(page, held, action="drop", new_value="")
    rows = lake.rows("SELECT * FROM marts.dq_corrections ORDER BY span_start")
    told = [(r["correction_id"], r["outcome"], r["rule_id"], r["n_mentions"], r["new_value"]) for r in rows]
    assert told == [
        (changed, "accepted", None, 2, "87.1"),
        (dropped, "quarantined", "dropped_by_correction", 1, None),
    ]
    assert rows[0]["fact_ids"] == ",".join(sorted([first, again]))
    assert (rows[0]["page"], rows[0]["source_url"]) == ("000_tin", "https://hoabinh.gov.vn/1")
    assert rows[0]["corrected_on"] == date(2023, 6, 1)
