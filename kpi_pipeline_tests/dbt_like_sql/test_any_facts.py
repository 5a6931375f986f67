"""What holds for any accepted facts at all: contracts, the rules among the marts, and no trace of the order of rows."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_pipeline.contracts.fields import failures
from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.reference.codes import COMPARATORS, LEVELS, join_levels
from kpi_pipeline.reference.provinces import province_at
from kpi_pipeline.storage.sql_tests import broken_rows, load_tests
from kpi_pipeline.storage.warehouse import mart_frame
from kpi_pipeline_tests.lake_input import LakeInput

INDICATORS = (*LEVELS, "task_completion_rating", "population", "party_members_admitted", "study_participation")
TERMS = (("2015", "2020"), ("2020", "2025"), ("2020-06", "2025"), ("2025", "2030"))
SHARES = (0, 0.3, 4.2, 11.9, 14.9, 33.3, 80.6, 87.4, 88, 88.1, 95.5, 100)
COUNTS = (0, 1, 9, 17, 96, 127, 133, 151, 12345)


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    """The fields of one fact that validation could have accepted, with the number of its page."""
    indicator = draw(st.sampled_from(INDICATORS))
    measure = "count" if indicator == "population" else draw(st.sampled_from(("share", "share", "count", "total")))
    scale = LEVELS.get(indicator, ()) if measure != "total" else ()
    levels = draw(st.sets(st.sampled_from(scale), min_size=1, max_size=3)) if scale else set()
    modality = draw(st.sampled_from(("actual", "actual", "actual", "target")))
    year = draw(st.sampled_from(("2003", "2007", "2020", "2021", "2021", "2025")))
    start, end = draw(st.sampled_from((*TERMS, (year, year)))) if modality == "target" else (year, year)
    area = draw(st.sampled_from(("VN-14", "VN-68", "VN-70", "VN-04", "VN-33", "VN-15")))
    stood = province_at(area, f"{end}-12-31") or province_at(area, "2007-12-31")
    assert stood is not None
    scope = draw(st.sampled_from(("province", "province", "district", "national")))
    return {
        "page": draw(st.integers(0, 3)),
        "measure": measure,
        "value": draw(st.sampled_from(SHARES if measure == "share" else COUNTS)),
        "levels": join_levels(levels),
        "indicator": indicator,
        "subject": draw(st.sampled_from(("party_member", "commune_government"))),
        "modality": modality,
        "period_start": start,
        "period_end": end,
        "annual": start != end,
        "province": area,
        "province_valid_from": stood.valid_from,
        "scope": scope,
        "unit_name": "Huyện A/b, c" if scope == "district" else None,
        "comparator": draw(st.sampled_from(("eq", "eq", "eq", "eq", *COMPARATORS))),
        "base": draw(st.sampled_from(("assessed", "assessed", "assessed", "all", "excellent+good"))),
        "flags": draw(st.sampled_from(("", "", "incomplete", "share_mismatch", "scope_assumed", "unplaced"))),
    }


def _built(folder: Path, said: list[tuple[int, dict[str, Any]]]) -> dict[str, list[tuple[Any, ...]]]:
    """Every mart of a lake of these facts, after its contract and the rules among the marts have been held."""
    lake = LakeInput(folder)
    urls = (None, "https://hoabinh.gov.vn/1", "https://baohoabinh.com.vn/1", "https://x.vn/1")
    days = ("2021-02-01", "2022-02-01", "2025-08-01", "2026-01-10")
    pages = [lake.page(str(place), day=day, url=url) for place, (day, url) in enumerate(zip(days, urls, strict=True))]
    for place, fact in said:
        fields = {name: value for name, value in fact.items() if name != "page"}
        lake.fact(pages[fact["page"]], span_start=10 * place, **fields)
    lake.build()
    with duckdb.connect(str(lake.warehouse), read_only=True) as con:
        for table, contract in MART_CONTRACTS.items():
            assert failures(contract, mart_frame(con, table)) == (), table
        for test in load_tests():
            assert broken_rows(con, test) == [], test.name
        return {table: con.execute(f"SELECT * FROM marts.{table}").fetchall() for table in MART_CONTRACTS}


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(st.lists(facts(), min_size=1, max_size=40))
def test_any_facts_give_marts_that_hold_in_whatever_order_they_come(said: list[dict[str, Any]]) -> None:
    numbered = list(enumerate(said))
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        assert _built(Path(one), numbered) == _built(Path(other), numbered[::-1])
