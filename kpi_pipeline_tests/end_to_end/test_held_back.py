"""What the warehouse says is held back, of all days: each warning fired by one thing held, new ones told first."""

from __future__ import annotations

import dagster as dg
import pytest
from dagster_duckdb import DuckDBResource

from kpi_pipeline.defs.held_back import WARNINGS, held_back, held_figures
from kpi_pipeline.defs.kpi import warehouse_models
from kpi_pipeline.defs.looks import BY_DAY
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.warehouse import reading
from kpi_pipeline_tests.lake_input import LakeInput
from kpi_pipeline_tests.publication.publishing import build_and_publish

MARTS = [held.mart for held in WARNINGS]
UNREAD = {"status": "no_text", "status_reason": "The page has no text; land another capture."}
SENTENCE = "Năm 2021, 104,5% xã | hoàn thành [tốt](javascript:x) nhiệm vụ."


def warned(lake: LakeInput) -> dict[str, dg.AssetCheckResult]:
    """The warnings on the warehouse that stands, by mart."""
    with reading(lake.warehouse) as built:
        results = list(held_back(built, lake.folder / "published", MARTS))
    return {result.asset_key.to_user_string(): result for result in results if result.asset_key}


def held(lake: LakeInput, day: str, url: str | None = None, **fields: object) -> str:
    """A page of a day with a share that a rule holds."""
    page = lake.page(f"page-{day}", day=day, url=url)
    return lake.fact(page, "share", 104.5, "good", "quarantined_facts", sentence=SENTENCE, **fields)


def rows(result: dg.AssetCheckResult) -> list[dict[str, object]]:
    return [dict(record.data) for record in result.metadata["failing_rows"].value.records]  # type: ignore[union-attr]


def test_a_lake_with_nothing_held_passes(lake: LakeInput) -> None:
    lake.fact(lake.page(), "share", 90, "good")
    lake.build()
    for result in warned(lake).values():
        assert result.passed
        assert dict(result.metadata) == {"findings": dg.IntMetadataValue(0), "new": dg.IntMetadataValue(0)}


def test_a_held_fact_and_an_unread_page_are_told_with_why_and_what_to_do(lake: LakeInput) -> None:
    held(lake, "2022-03-01", "https://hoabinh.example/a(1)")
    lake.page("lost", day="2022-03-02", **UNREAD)
    lake.build()
    found = warned(lake)
    for result in found.values():
        assert not result.passed
        assert result.severity == dg.AssetCheckSeverity.WARN
    quarantine, pages = found["dq_quarantine"], found["dim_page"]
    assert [(row["day"], row["rule"], row["quotes"], row["address"]) for row in rows(quarantine)] == [
        ("2022-03-02", "page_no_text", "", "lost"),
        ("2022-03-01", "share_range", "104,5", "https://hoabinh.example/a(1)"),
    ]
    assert [row["rule"] for row in rows(pages)] == ["page_no_text"]
    assert "2 held back (page_no_text 1, share_range 1)" in str(quarantine.description)
    assert "1 of the newest day, 2022-03-02" in str(quarantine.description)
    why = str(quarantine.metadata["why"].value)
    assert "The share is above 100. Look at the page." in why
    assert "\\| hoàn thành \\[tốt\\]\\(javascript:x\\)" in why
    assert "](https://hoabinh.example/a%281%29#:~:text=" in why
    assert "The page has no text; land another capture." in str(pages.metadata["why"].value)


def test_what_is_new_since_the_last_publication_comes_first(lake: LakeInput) -> None:
    held(lake, "2022-03-01")
    build_and_publish(lake, "2022-04-01")
    assert warned(lake)["dq_quarantine"].metadata["new"].value == 0
    held(lake, "2021-03-01")
    lake.build()
    quarantine = warned(lake)["dq_quarantine"]
    assert [(row["day"], row["new"]) for row in rows(quarantine)] == [("2021-03-01", "yes"), ("2022-03-01", "")]
    assert quarantine.metadata["new"].value == 1
    assert "1 of them not yet at the last publication" in str(quarantine.description)


def test_the_mark_of_a_day_changes_with_what_is_held_on_it(lake: LakeInput) -> None:
    held(lake, "2022-03-01")
    lake.build()
    before = warned(lake)["dq_quarantine"].metadata[BY_DAY].value
    again = warned(lake)["dq_quarantine"].metadata[BY_DAY].value
    assert before == again
    held(lake, "2022-03-02")
    lake.build()
    after = warned(lake)["dq_quarantine"].metadata[BY_DAY].value
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert before["2022-03-01"] == after["2022-03-01"]
    assert sorted(after) == ["2022-03-01", "2022-03-02"]
    lake.fact(lake.page("page-2022-03-02", day="2022-03-02"), "share", 120, "good", "quarantined_facts")
    lake.build()
    changed = warned(lake)["dq_quarantine"].metadata[BY_DAY].value
    assert isinstance(changed, dict)
    assert changed["2022-03-02"] != after["2022-03-02"]


def test_figures_by_rule_and_a_table_by_day(lake: LakeInput) -> None:
    held(lake, "2022-03-01")
    held(lake, "2022-03-02", rule_id="rating_sum_over")
    lake.page("lost", day="2022-03-02", **UNREAD)
    lake.build()
    with reading(lake.warehouse) as built:
        shown = held_figures(built, "dq_quarantine")
    assert {name: value for name, value in shown.items() if name != "held_by_day"} == {
        "held_back": 3, "rule_page_no_text": 1, "rule_rating_sum_over": 1, "rule_share_range": 1,
    }  # fmt: skip
    assert [tuple(record.data.values()) for record in shown["held_by_day"].value.records] == [
        ("2022-03-02", "page_no_text", 1, 1),
        ("2022-03-02", "rating_sum_over", 1, 1),
        ("2022-03-01", "share_range", 1, 1),
    ]


@pytest.mark.parametrize("mart", MARTS)
def test_a_warning_stops_no_warehouse(copied: Home, mart: str) -> None:
    copied.warehouse.unlink()
    resources = {"home": HomeResource(root=str(copied.root)), "duckdb": DuckDBResource(database=":memory:")}
    with dg.instance_for_test() as instance:
        result = dg.materialize([warehouse_models()], resources=resources, instance=instance)
    [warning] = [
        found
        for found in result.get_asset_check_evaluations()
        if not found.passed and found.asset_key == dg.AssetKey([mart])
    ]
    assert not warning.blocking
    assert copied.warehouse.exists()
