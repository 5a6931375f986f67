"""The jobs by their names: what each does to a home and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline.defs.partitions import ONE_RUN, range_tags
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.landing import LandingStore
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake

DAY, NEXT = "2022-05-05", "2022-05-06"
PAGE = (
    "Kết quả xếp loại\n\nNăm 2021, toàn tỉnh Gia Lai có 40 tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ, đạt 10%.\n"
)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with a page of one day."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "page.txt").write_text(PAGE, encoding="utf-8")
    (folder / "manifest.csv").write_text(
        f"file,url,captured_at,published_on\npage.txt,https://baogialai.com.vn/a,{NEXT},{DAY}\n", encoding="utf-8"
    )
    return folder


def run(home: Home, job: str, config: object = None, **tags: str) -> dg.ExecuteInProcessResult:
    """A run of a job in a Dagster of its own; `first` and `last` name days."""
    definitions = build_definitions({"home": HomeResource(root=str(home.root))})
    with dg.instance_for_test() as instance:
        return definitions.resolve_job_def(job).execute_in_process(
            instance=instance,
            tags=range_tags(tags["first"], tags["last"]) if tags else None,
            run_config=config,  # type: ignore[arg-type]
            raise_on_error=False,
        )


def landing(path: Path, **more: str) -> object:
    """The configuration of `land`; a folder comes with its manifest."""
    manifest = {"manifest": str(path / "manifest.csv")} if path.is_dir() else {}
    return {"ops": {"land_pages": {"config": {"path": str(path), **manifest, **more}}}}


def test_there_is_a_job_for_each_thing_that_people_do() -> None:
    definitions = build_definitions()
    names = {"land", "daily", "backfill", "re_extract", "rebuild_marts", "publish", "trace"}
    assert {job.name for job in definitions.jobs or ()} == names
    assert all(job.description for job in definitions.jobs or ())
    for name in ("daily", "backfill", "re_extract"):
        assert definitions.resolve_job_def(name).backfill_policy == ONE_RUN


def test_land_takes_a_folder_and_lists_what_came(home: Home, pages: Path) -> None:
    done = run(home, "land", landing(pages))
    assert done.success
    assert LandingStore(home.landing).days() == [DAY]
    [output] = [event for event in done.all_node_events if event.event_type_value == "STEP_OUTPUT"]
    told = output.step_output_data.metadata
    assert told["pages_new"].value == 1
    [record] = told["pages"].value.records
    assert (record.data["file"], record.data["day"]) == ("page.txt", DAY)


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("not there", {}, "not there"),
        ("pages", {"captured_on": "5 May"}, "captured_on is '5 May': write it as YYYY-MM-DD"),
        ("empty.txt", {"captured_on": NEXT}, "All pages were refused (1)"),
    ],
)
def test_a_landing_that_cannot_be_is_told_in_a_sentence(
    home: Home, pages: Path, name: str, more: dict[str, str], said: str
) -> None:
    (pages.parent / "empty.txt").write_bytes(b"")
    done = run(home, "land", landing(pages.parent / name, **more))
    assert not done.success
    [failure] = [event for event in done.all_node_events if event.is_step_failure]
    assert said in failure.step_failure_data.error.message
    assert LandingStore(home.landing).days() == []


@pytest.mark.slow
def test_re_extract_reads_the_texts_that_are_there_anew(home: Home, pages: Path) -> None:
    assert run(home, "land", landing(pages)).success
    assert run(home, "backfill", first=DAY, last=NEXT).success
    lake = Lake(home.lake)
    written = lake.path("cleaned_text", DAY).stat().st_mtime_ns
    wanted = lake.fingerprint("extracted_facts", DAY)
    facts = lake.rows("extracted_facts", DAY)
    lake.write("extracted_facts", DAY, facts[1:], "made with another lexicon")
    assert run(home, "re_extract", first=DAY, last=NEXT).success
    assert lake.rows("extracted_facts", DAY) == facts
    assert lake.fingerprint("extracted_facts", DAY) == wanted
    assert lake.path("cleaned_text", DAY).stat().st_mtime_ns == written


@pytest.mark.slow
def test_rebuild_marts_builds_and_publish_publishes(home: Home, pages: Path) -> None:
    assert run(home, "land", landing(pages)).success
    assert run(home, "backfill", first=DAY, last=DAY).success
    assert run(home, "rebuild_marts").success
    assert home.warehouse.exists()
    assert not home.published.exists()
    assert run(home, "publish", {"ops": {"published": {"config": {"day": "2026-06-30"}}}}).success
    assert (home.published / "warehouse.duckdb").exists()


@pytest.mark.slow
def test_days_that_another_code_read_are_shown_as_stale(home: Home) -> None:
    definitions = build_definitions({"home": HomeResource(root=str(home.root))})
    facts = dg.AssetKey("extracted_facts")
    changed = definitions.map_asset_specs(
        func=lambda spec: spec.replace_attributes(code_version="another") if spec.key == facts else spec
    )
    with dg.instance_for_test() as instance:
        job = definitions.resolve_job_def("backfill")
        assert job.execute_in_process(instance=instance, tags=range_tags(DAY, NEXT)).success
        before, after = (
            CachingStaleStatusResolver(instance, graph.resolve_asset_graph(), LoadingContextForTest(instance))
            for graph in (definitions, changed)
        )
        assert before.get_status(facts, DAY) == StaleStatus.FRESH
        assert after.get_status(facts, DAY) == after.get_status(facts, NEXT) == StaleStatus.STALE
        assert [cause.reason for cause in after.get_stale_causes(facts, DAY)] == ["has a new code version"]
        assert after.get_status(dg.AssetKey("cleaned_text"), DAY) == StaleStatus.FRESH
