"""Each check of the page stages, fired by one bad value in the lake and passed by the same day without it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline.defs.checks import CHECKS
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline_tests.conftest import call_kpi

Row = dict[str, object]


@dataclass(frozen=True)
class Bad:
    """One change to a lake table that a check must see: `mend` changes a row in place, or returns False to drop it."""

    check: str
    table: str
    spoil: Callable[[Row], bool | None]
    words: str
    blocking: bool = True


def _set(**values: object) -> Callable[[Row], bool | None]:
    def spoil(row: Row) -> None:
        row.update(values)

    return spoil


def _drop(row: Row) -> bool:
    return False


def _shift(row: Row) -> None:
    row.update(span_start=int(str(row["span_start"])) - 1, span_end=int(str(row["span_end"])) - 1)


BAD = [
    Bad("raw_pages.contract", "raw_pages", _set(page_id="not an id"), "not an id"),
    Bad("raw_pages.bytes_intact", "raw_pages", _set(content=b"other bytes"), "", blocking=False),
    Bad("cleaned_text.contract", "cleaned_text", _set(day_source="a guess"), "a guess"),
    Bad("cleaned_text.pages_readable", "cleaned_text", _set(status="no_text", status_reason="empty"), "no_text", False),
    Bad("cleaned_text.skipped_state_nothing", "cleaned_text", _set(status="skipped", status_reason="as if"), "", True),
    Bad("extracted_facts.contract", "extracted_facts", _set(subject="nobody"), "nobody"),
    Bad("extracted_facts.contract", "unread_numbers", _set(reason="No Code"), "No Code"),
    Bad("extracted_facts.spans_grounded", "extracted_facts", _shift, ""),
    Bad("extracted_facts.numbers_accounted", "unread_numbers", _drop, "neither"),
    Bad("extracted_facts.pages_extracted", "unread_numbers", _set(reason="extraction_failed"), "", False),
    Bad("validated_facts.contract", "validated_facts", _set(value=-1.0), "-1"),
    Bad("validated_facts.contract", "rating_groups", _set(verdict="fine"), "fine"),
    Bad("validated_facts.rows_conserved", "validated_facts", _drop, ""),
    Bad("validated_facts.values_grounded", "validated_facts", _set(value=12345.0), "and not as 12345"),
    Bad("validated_facts.rating_sums", "rating_groups", _set(verdict="over", share_sum=104.0), "104", False),
    Bad(
        "validated_facts.shares_match_counts", "validated_facts", _set(flags="share_mismatch"), "share_mismatch", False
    ),
    Bad("quarantined_facts.contract", "quarantined_facts", _set(remedy=""), ""),
    Bad("quarantined_facts.nothing_quarantined", "quarantined_facts", _set(rule_id="rating_sum_over"), "", False),
]


def test_every_check_has_a_bad_value() -> None:
    named = {key.to_user_string().replace(":", ".") for check in CHECKS for key in check.check_keys}
    assert {bad.check for bad in BAD} | {"validated_facts.corrections_hold"} == named


@pytest.fixture(scope="module")
def clean_home(tmp_path_factory: pytest.TempPathFactory, sampled: Home) -> Home:
    home = Home(tmp_path_factory.mktemp("checks") / "home")
    shutil.copytree(sampled.root, home.root, symlinks=True)
    return home


def evaluate(root: Path, check: str, day: str | None) -> dg.AssetCheckEvaluation:
    asset, name = check.split(".")
    key = dg.AssetCheckKey(dg.AssetKey(asset), name)
    only = dg.define_asset_job("only", selection=dg.AssetSelection.checks(key))
    definitions = dg.Definitions.merge(
        build_definitions({"home": HomeResource(root=str(root))}), dg.Definitions(jobs=[only])
    )
    with dg.instance_for_test() as instance:
        result = definitions.resolve_job_def("only").execute_in_process(
            instance=instance, tags={"dagster/partition": day} if day else {}, raise_on_error=False
        )
        [evaluation] = result.get_asset_check_evaluations()
    return evaluation


def execute_all(root: Path, asset: str, day: str) -> None:
    """All checks of an asset on a day, as "Execute all" in the UI does."""
    keys = [key for checks in CHECKS for key in checks.check_keys if key.asset_key == dg.AssetKey(asset)]
    only = dg.define_asset_job("only", selection=dg.AssetSelection.checks(*keys))
    definitions = dg.Definitions.merge(
        build_definitions({"home": HomeResource(root=str(root))}), dg.Definitions(jobs=[only])
    )
    with dg.instance_for_test() as instance:
        definitions.resolve_job_def("only").execute_in_process(instance=instance, tags={"dagster/partition": day})


def a_day_with(home: Home, table: str) -> str:
    lake = Lake(home.lake)
    calm = [
        day
        for day in lake.days(table)
        if lake.count(table, day)
        and (table == "quarantined_facts" or not lake.count("quarantined_facts", day))
        and all(row["status"] == "ok" for row in lake.rows("cleaned_text", day))
        and not any("share_mismatch" in str(row["flags"]) for row in lake.rows("validated_facts", day))
    ]
    return calm[0] if calm else next(day for day in lake.days(table) if lake.count(table, day))


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: f"{bad.check}-{bad.table}")
def test_a_bad_value_fires_the_check(clean_home: Home, bad: Bad) -> None:
    lake = Lake(clean_home.lake)
    day = a_day_with(clean_home, bad.table)
    rows, made_from = lake.rows(bad.table, day), lake.fingerprint(bad.table, day)
    assert made_from is not None
    if bad.table != "quarantined_facts" or bad.check.endswith("contract"):
        assert evaluate(clean_home.root, bad.check, day).passed
    spoilt = [dict(row) for row in rows]
    kept = spoilt if bad.spoil(spoilt[0]) is not False else spoilt[1:]
    lake.write(bad.table, day, kept, made_from)
    try:
        found = evaluate(clean_home.root, bad.check, day)
        assert not found.passed
        assert found.severity == (dg.AssetCheckSeverity.ERROR if bad.blocking else dg.AssetCheckSeverity.WARN)
        assert found.blocking is bad.blocking
        assert found.description
        listed = found.metadata["failing_rows"].value
        assert any(bad.words in str(record.data) for record in listed.records)
        assert all(record.data["day"] == day for record in listed.records)
        assert (day in lake.open_days()) is bad.blocking
    finally:
        lake.write(bad.table, day, rows, made_from)
    if bad.blocking:
        assert lake.has_failed(bad.check.split(".")[0], day)
        execute_all(clean_home.root, bad.check.split(".")[0], day)
    assert lake.open_days() == {}


def test_a_check_executed_by_itself_looks_at_all_days(clean_home: Home) -> None:
    found = evaluate(clean_home.root, "validated_facts.rows_conserved", None)
    assert found.passed
    lake = Lake(clean_home.lake)
    counted = sum(lake.count("extracted_facts", day) for day in lake.days("extracted_facts"))
    assert found.metadata["extracted_facts"].value == counted > 0


def test_no_warehouse_is_built_over_a_failed_check(copied: Home) -> None:
    lake = Lake(copied.lake)
    day = a_day_with(copied, "validated_facts")
    lake.mark_failed("validated_facts", day)
    definitions = build_definitions({"home": HomeResource(root=str(copied.root))})
    with dg.instance_for_test() as instance:
        job = definitions.resolve_job_def("publish")
        result = job.execute_in_process(instance=instance, raise_on_error=False)
    assert not result.success
    assert call_kpi(copied.root, "run").returncode == 0
    assert lake.open_days() == {}


def test_what_a_killed_run_left_unchecked_is_checked_and_made_anew(sampled: Home, copied: Home) -> None:
    lake = Lake(copied.lake)
    day = a_day_with(copied, "validated_facts")
    rows, made_from = lake.rows("validated_facts", day), lake.fingerprint("validated_facts", day)
    lake.write("validated_facts", day, rows[1:], str(made_from))
    (copied.lake / "_open" / "validated_facts").mkdir(parents=True, exist_ok=True)
    (copied.lake / "_open" / "validated_facts" / day).write_text("999999999")
    done = call_kpi(copied.root, "run")
    assert done.returncode == 1
    assert "rows_conserved" in done.stderr
    again = call_kpi(copied.root, "run")
    assert again.returncode == 0, again.stderr
    assert lake.rows("validated_facts", day) == Lake(sampled.lake).rows("validated_facts", day)
