"""Looks at days: what is seen stretch by stretch, here or in workers, is what is seen of all days at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from kpi_pipeline.days.look import Look, Seen, with_remedy
from kpi_pipeline.days.stretch import look_at
from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.workers import Workers
from kpi_pipeline.storage.lake import KeptLake, Lake
from kpi_pipeline_tests.lake_input import LakeInput

DAYS = [(date(2022, 1, 1) + timedelta(days=n)).isoformat() for n in range(70)]


def titles(lake: Lake, days: Sequence[str]) -> Seen:
    rows = [(day, row) for day in days for row in lake.rows("cleaned_text", day, ("page_id", "title"))]
    return Seen([{"day": day, "page": row["page_id"]} for day, row in rows], {"pages": len(rows), "looks": 1})


@pytest.fixture
def filled(lake: LakeInput) -> Lake:
    for day in (*DAYS[:3], *DAYS[40:60:2]):
        lake.page(day=day)
    lake.write()
    return lake.lake


@pytest.mark.parametrize("running", [False, True])
def test_stretches_add_up_to_all_days(filled: Lake, running: bool) -> None:
    workers = Workers(Limits(2))
    parted = Look("parted", "", True, titles, with_remedy(""))
    whole = Look("whole", "", True, titles, with_remedy(""), whole=True)
    try:
        if running:
            workers.start()
        seen = look_at(filled, DAYS, [whole, parted], workers)
    finally:
        workers.stop()
    assert list(seen) == ["whole", "parted"]
    assert seen["parted"].findings == seen["whole"].findings
    assert [len(one.findings) for one in seen.values()] == [13, 13]
    assert seen["whole"].counts == {"pages": 13, "looks": 1}
    assert seen["parted"].counts == {"pages": 13, "looks": 7}


def test_no_days_are_looked_at_too(filled: Lake) -> None:
    assert look_at(filled, [], [Look("one", "", True, titles, with_remedy(""))], Workers(Limits(2))) == {
        "one": Seen([], {"pages": 0, "looks": 1})
    }


def test_a_kept_lake_reads_a_file_once_and_gives_the_same(filled: Lake) -> None:
    kept, day = KeptLake(filled.root), DAYS[0]
    assert kept.rows("cleaned_text", day, ("text", "page_id")) == filled.rows("cleaned_text", day, ("text", "page_id"))
    filled.path("cleaned_text", day).unlink()
    assert kept.count("cleaned_text", day) == len(kept.rows("cleaned_text", day)) == 1
    assert filled.count("cleaned_text", day) == 0
