"""The quick look at a contract never lets through what the close look refuses."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from kpi_pipeline.contracts.facts import UnreadNumbers, ValidatedFacts
from kpi_pipeline.contracts.fields import arrow_schema, failures
from kpi_pipeline.contracts.holding import holds
from kpi_pipeline.contracts.pages import RawPages

ROW = {
    "fact_id": "f" + "0" * 16, "page_id": "p" + "1" * 16, "page_version": "2" * 64, "published_on": "2024-01-31",
    "url": None, "province": "VN-14", "province_valid_from": "1997-01-01", "province_evidence": None,
    "scope": "province", "subject": "party_member", "indicator": "task_completion_rating", "levels": "good",
    "measure": "share", "value": 50.0, "comparator": "eq", "base": "assessed", "period_start": "2023",
    "period_end": "2023", "annual": False, "modality": "actual", "unit_name": None, "subset": None, "span_start": 3,
    "span_end": 5, "quote": "50", "sentence_start": 0, "sentence_end": 9, "sentence": "Có 50 %.", "reading": "R01",
    "flags": "", "group_id": None, "n_mentions": 1,
}  # fmt: skip

Change = Callable[[pd.DataFrame], object]


def _frame() -> pd.DataFrame:
    import pyarrow as pa

    rows = [{**ROW, "fact_id": f"f{place:016x}"} for place in range(4)]
    frame: pd.DataFrame = pa.Table.from_pylist(rows, schema=arrow_schema(ValidatedFacts)).to_pandas()
    return frame


def _put(column: str, value: object) -> Change:
    return lambda frame: frame.loc.__setitem__((2, column), value)


BROKEN: dict[str, Change] = {
    "a pattern": _put("page_id", "p1"),
    "a code": _put("measure", "ratio"),
    "an empty cell": _put("base", None),
    "a length": _put("quote", ""),
    "a bound": _put("span_start", -1),
    "a key twice": _put("fact_id", "f" + "0" * 16),
    "a rule over columns": _put("value", 250.0),
    "a column too many": lambda frame: frame.insert(0, "more", 1),
    "a column of another type": lambda frame: frame.__setitem__("value", frame["value"].astype(str)),
    "texts that are objects": lambda frame: frame.__setitem__("base", [b"assessed"] * 4),
}


def test_a_frame_that_keeps_its_contract_holds() -> None:
    assert holds(ValidatedFacts, _frame())
    assert holds(ValidatedFacts, _frame()[:0])
    assert failures(ValidatedFacts, _frame()) == ()


@pytest.mark.parametrize("broken", BROKEN.values(), ids=list(BROKEN))
def test_one_bad_value_is_never_let_through(broken: Change) -> None:
    frame = _frame()
    broken(frame)
    assert not holds(ValidatedFacts, frame)
    assert failures(ValidatedFacts, frame)


def test_a_key_of_several_columns_and_bytes_are_looked_at() -> None:
    row = {"page_id": "p" + "1" * 16, "page_version": "2" * 64, "published_on": "2024-01-31", "span_start": 0,
           "span_end": 2, "quote": "12", "reason": "date", "phrase": ""}  # fmt: skip
    assert holds(UnreadNumbers, pd.DataFrame([row]))
    assert not holds(UnreadNumbers, pd.DataFrame([row, row]))
    landed = {"page_id": "p" + "1" * 16, "page_version": "2" * 64, "url": None, "published_on": "2024-01-31",
              "day_source": "manifest", "captured_on": "2024-01-31", "source_province": None, "source_file": "a.html",
              "media_type": "text/html", "n_bytes": 1, "content": b"a"}  # fmt: skip
    whole = pd.DataFrame([landed]).astype({"url": "str", "source_province": "str"})
    assert holds(RawPages, whole)
    assert not holds(RawPages, whole.assign(content=[None]))
