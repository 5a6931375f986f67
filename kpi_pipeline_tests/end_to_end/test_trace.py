"""The job that looks a number up in the UI: its sentences, those of all numbers below it, and a number there is not."""

from __future__ import annotations

import dagster as dg

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.storage.home import Home

NUMBER = "VN-14/2020/province/commune_government/task_completion_rating/good_or_better/share"


def look_up(home: Home, kpi_id: str) -> dg.ExecuteInProcessResult:
    job = build_definitions({"home": HomeResource(root=str(home.root))}).resolve_job_def("trace")
    config = {"ops": {"look_up": {"config": {"kpi_id": kpi_id}}}}
    with dg.instance_for_test() as instance:
        return job.execute_in_process(run_config=config, instance=instance, raise_on_error=False)


def told(result: dg.ExecuteInProcessResult) -> str:
    [ended] = [event for event in result.all_events if event.is_successful_output]
    return str(ended.step_output_data.metadata["sentences"].value)


def test_a_number_shows_its_sentence_and_opens_its_page(sampled: Home) -> None:
    shown = told(look_up(sampled, NUMBER))
    assert "= **87.4 PT**, from 87,4%" in shown
    assert shown.count("= **") == 1
    assert "> " in shown
    assert "](https://hoabinh.gov.vn/" in shown
    assert "#:~:text=" in shown


def test_a_beginning_shows_all_numbers_below_it(sampled: Home) -> None:
    shown = told(look_up(sampled, "VN-14/2020/province"))
    assert "= **151 UNITS**" in shown
    assert "= **87.4 PT**" in shown


def test_a_number_there_is_not_fails_with_what_to_do(sampled: Home) -> None:
    result = look_up(sampled, "VN-99/")
    assert not result.success
    [failed] = [event for event in result.all_events if event.is_step_failure]
    assert "begins with 'VN-99/': write a beginning" in str(failed.step_failure_data.error)
