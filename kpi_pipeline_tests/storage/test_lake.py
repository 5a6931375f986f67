"""The lake's files: what was written is told from anything else, to the byte, and what cannot be done is said."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kpi_pipeline.storage.lake import LakeError
from kpi_pipeline_tests.lake_input import LakeInput

DAY = "2022-02-01"


def _file(lake: LakeInput) -> Path:
    lake.fact(lake.page(day=DAY), "share", 90, "good")
    lake.write()
    return lake.lake.path("validated_facts", DAY)


def test_a_file_of_before_there_were_seals_is_told_from_a_damaged_one(lake: LakeInput) -> None:
    path = _file(lake)
    assert not lake.lake.is_older(path)
    pq.write_table(pq.read_table(path), path)
    assert lake.lake.damaged() == [path]
    assert lake.lake.is_older(path)


def test_any_byte_that_flips_is_found(lake: LakeInput) -> None:
    path = _file(lake)
    whole = path.read_bytes()
    made_from = lake.lake.fingerprint("validated_facts", DAY)
    assert made_from is not None
    assert lake.lake.damaged() == []
    for at in [0, len(whole) - 1, *random.Random(5).sample(range(len(whole)), 200)]:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert lake.lake.damaged() == [path], at
    path.write_bytes(whole)
    assert lake.lake.fingerprint("validated_facts", DAY) == made_from


@pytest.mark.parametrize("left", [0, 7, 500, -1])
def test_a_truncated_file_is_found(lake: LakeInput, left: int) -> None:
    path = _file(lake)
    path.write_bytes(path.read_bytes()[:left])
    assert lake.lake.damaged() == [path]


def test_nothing_is_made_from_a_damaged_file(lake: LakeInput) -> None:
    path = _file(lake)
    assert lake.lake.made_from("validated_facts", "2022-02-02") == ""
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(LakeError, match=rf"{DAY}\.parquet is not what was written.*run validated_facts of {DAY} too"):
        lake.lake.made_from("validated_facts", DAY)


def test_a_place_that_cannot_be_written_is_named(lake: LakeInput) -> None:
    path = _file(lake)
    rows = lake.lake.rows("validated_facts", DAY)
    (path.parent.parent / "2023").write_text("in the way")
    with pytest.raises(LakeError, match=r"2023-02-01\.parquet cannot be written .*yours to write to.*run again"):
        lake.lake.write("validated_facts", "2023-02-01", rows, "x")
