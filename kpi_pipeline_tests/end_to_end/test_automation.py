"""Automation conditions: none by default, and what they ask for where a person chose them."""

from __future__ import annotations

import dagster as dg
import pytest

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline.defs.automation import SETTING, AutomationError
from kpi_pipeline.defs.partitions import range_tags
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.defs.running import QUIET
from kpi_pipeline.storage.home import Home

DAY, NEXT = "2022-05-05", "2022-05-06"
FACTS = dg.AssetKey("extracted_facts")


@pytest.mark.parametrize("value", ["", "off"])
def test_no_asset_has_a_condition_by_default(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, value)
    assert {spec.automation_condition for spec in build_definitions().resolve_all_asset_specs()} == {None}


def test_a_value_that_is_neither_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "yes")
    with pytest.raises(AutomationError, match="KPI_AUTOMATION is 'yes': write on or off"):
        build_definitions()


@pytest.mark.slow
def test_new_days_ask_for_the_publication_and_changed_code_for_its_days(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, "on")
    definitions = build_definitions({"home": HomeResource(root=str(home.root))})
    with dg.instance_for_test() as instance:
        nothing = dg.evaluate_automation_conditions(definitions, instance)
        assert nothing.total_requested == 0
        job = definitions.resolve_job_def("backfill")
        assert job.execute_in_process(instance=instance, tags=range_tags(DAY, NEXT), run_config=QUIET).success
        after = dg.evaluate_automation_conditions(definitions, instance, cursor=nothing.cursor)
        assert after.get_num_requested(dg.AssetKey("published")) == 1
        assert after.get_num_requested(dg.AssetKey("kpi_province_year")) == 1
        assert after.get_num_requested(FACTS) == 0
        changed = definitions.map_asset_specs(
            func=lambda spec: spec.replace_attributes(code_version="another") if spec.key == FACTS else spec
        )
        stale = dg.evaluate_automation_conditions(changed, instance, cursor=after.cursor)
        assert stale.get_requested_partitions(FACTS) == {DAY, NEXT}
        assert stale.get_requested_partitions(dg.AssetKey("validated_facts")) == {DAY, NEXT}
        assert stale.get_num_requested(dg.AssetKey("cleaned_text")) == 0
