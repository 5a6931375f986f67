"""The bridge from the rows of the long KPI table to the facts behind them."""

from __future__ import annotations

from kpi_pipeline_tests.lake_input import LakeInput

END = "VN-14/2021/province/commune_government/task_completion_rating"


def test_a_row_leads_to_its_statement_its_inputs_and_those_not_taken(lake: LakeInput) -> None:
    page = lake.page(url="https://hoabinh.gov.vn/1")
    share = lake.fact(page, "share", 88.1, "excellent+good")
    rounded = lake.fact(page, "share", 88, "excellent+good")
    count, total = lake.fact(page, "count", 133, "excellent+good"), lake.fact(page, "total", 151)
    other = lake.fact(lake.page("other"), "share", 88.1, "excellent+good")
    rows = lake.rows(f"SELECT fact_id, role FROM marts.bridge_kpi_fact WHERE kpi_id = '{END}/good_or_better/share'")
    assert {row["fact_id"]: row["role"] for row in rows} == {
        share: "value",
        count: "input",
        total: "input",
        rounded: "other",
        other: "other",
    }


def test_a_number_nobody_states_has_only_inputs(lake: LakeInput) -> None:
    facts = lake.shares(lake.page(), excellent=20.4, good=71.3)
    rows = lake.rows(f"SELECT fact_id, role FROM marts.bridge_kpi_fact WHERE kpi_id = '{END}/good_or_better/share'")
    assert {row["fact_id"]: row["role"] for row in rows} == dict.fromkeys(facts.values(), "input")
