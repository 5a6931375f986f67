"""Publications as a person meets them: the day they bear, a loss that stops one, `kpi history`."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.publication.ledger import ledger_of
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline.storage.reading import query
from kpi_pipeline_tests.conftest import call_kpi
from kpi_pipeline_tests.lake_input import LakeInput
from kpi_pipeline_tests.publication.publishing import build_and_publish

ROWS = "SELECT count(*) AS n FROM marts.kpi_province_year"
TEXT = "Kết quả xếp loại\n\nNăm 2021, Đảng bộ tỉnh Gia Lai có {}% đảng viên hoàn thành xuất sắc nhiệm vụ.\n"


def _lose_a_day(home: Home) -> None:
    """Empty the day with the most facts, in a way that the lake does not notice."""
    lake = Lake(home.lake)
    day = max(lake.days("validated_facts"), key=lambda day: lake.count("validated_facts", day))
    lake.write("validated_facts", day, [], str(lake.fingerprint("validated_facts", day)))


def test_a_loss_stops_kpi_run_until_it_is_accepted(copied: Home) -> None:
    before = query(copied.published, ROWS)
    release = copied.published.resolve()
    _lose_a_day(copied)
    stopped = call_kpi(copied.root, "run")
    assert stopped.returncode == 1
    assert "rows of kpi_province_year would go, more than limits.csv allows (unexplained" in stopped.stderr
    assert "`kpi run --accept-loss REASON`" in stopped.stderr
    assert "\n" not in stopped.stderr.strip()
    assert copied.published.resolve() == release
    assert query(copied.published, ROWS) == before

    accepted = call_kpi(copied.root, "run", "--accept-loss", "the day was a trial")
    assert accepted.returncode == 0, accepted.stderr
    assert query(copied.published, ROWS)[0]["n"] < before[0]["n"]
    assert ledger_of(copied.releases)[-1]["accepted_loss"] == "the day was a trial"
    listed = [line.rstrip() for line in call_kpi(copied.root, "history").stdout.splitlines()]
    assert [line.split()[0] for line in listed] == ["number", "1", "2"]
    assert listed[-1].endswith("the day was a trial")
    [gone, *_] = query(copied.published, "SELECT DISTINCT kpi_id FROM marts.kpi_history WHERE known_to IS NOT NULL")
    versions = call_kpi(copied.root, "history", gone["kpi_id"]).stdout
    assert "unexplained" in versions
    traced = call_kpi(copied.root, "trace", gone["kpi_id"])
    assert traced.returncode == 2
    assert f"any more: `kpi history {gone['kpi_id']}` says what stood there" in traced.stderr


def test_dagster_lists_the_rows_that_would_go(copied: Home) -> None:
    _lose_a_day(copied)
    definitions = build_definitions({"home": HomeResource(root=str(copied.root))})
    with dg.instance_for_test() as instance:
        job = definitions.resolve_job_def("publish")
        stopped = job.execute_in_process(instance=instance, raise_on_error=False)
        [failure] = [event for event in stopped.all_node_events if event.is_step_failure]
        assert failure.step_key == "published"
        told = failure.step_failure_data.user_failure_data
        assert told is not None
        lost = told.metadata["lost_rows"].value.records
        assert {record.data["cause"] for record in lost} == {"unexplained"}
        rows = [record for record in lost if record.data["table"] == "kpi_province_year"]
        assert {"fact_observation", "kpi_province_year"} < {record.data["table"] for record in lost}
        config = {"ops": {"published": {"config": {"accept_loss": "the day was a trial", "day": "2000-01-01"}}}}
        accepted = job.execute_in_process(instance=instance, run_config=config)
        [made] = accepted.asset_materializations_for_node("published")
    assert made.metadata["rows_gone"].value == len(rows)
    assert made.metadata["changes"].value == f"{len(rows)} gone (unexplained {len(rows)})"
    assert made.metadata["accepted_loss"].value == "the day was a trial"
    assert made.metadata["publication"].value == 2
    assert made.metadata["day"].value == ledger_of(copied.releases)[0]["day"]


def test_the_day_of_a_publication_may_be_named(home: Home, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    url = tmp_path / "manifest.csv"
    url.write_text(
        "file,url,captured_at,published_on\npage.txt,https://a.vn/x,2022-02-02,2022-02-01\n", encoding="utf-8"
    )
    for day, share in (("2024-05-05", 30), ("2024-06-06", 40)):
        page.write_text(TEXT.format(share), encoding="utf-8")
        assert call_kpi(home.root, "land", page, "--manifest", url).returncode == 0
        done = call_kpi(home.root, "run", "--day", day)
        assert done.returncode == 0, done.stderr
    assert f"publication   2 of {day}: 1 changed (new_version 1)" in done.stdout
    assert [entry["day"] for entry in ledger_of(home.releases)] == ["2024-05-05", "2024-06-06"]
    known = "SELECT obs_value FROM marts.kpi_as_of('{}')"
    assert [query(home.published, known.format(day)) for day in ("2024-05-04", "2024-06-05", "2024-06-06")] == [
        [],
        [{"obs_value": 30.0}],
        [{"obs_value": 40.0}],
    ]


def test_the_history_of_a_row_says_why_its_page_was_withdrawn(lake: LakeInput) -> None:
    page = lake.page()
    lake.fact(page, "share", 50, "good")
    build_and_publish(lake, "2023-01-10")
    assert "end_reason" not in call_kpi(lake.folder, "history", "VN-14").stdout
    lake.withdraw(page, "a draft")
    build_and_publish(lake, "2023-02-10")
    told = call_kpi(lake.folder, "history", "VN-14")
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[0].rstrip().endswith("end_reason")
    assert "a draft" in told.stdout


def test_a_history_that_is_not_there_is_told(home: Home) -> None:
    done = call_kpi(home.root, "history")
    assert done.returncode == 2
    assert "Nothing is published yet: land pages" in done.stderr


def test_a_row_that_never_was_is_told(sampled: Home) -> None:
    done = call_kpi(sampled.root, "history", "VN-99")
    assert done.returncode == 2
    assert "No row that was ever published has an id that starts with 'VN-99'" in done.stderr
