"""The contract of a mart, looked at stretch by stretch: the same findings as at once, each fired by one bad value."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from kpi_pipeline.contracts.fields import Contract, Failure, failures
from kpi_pipeline.contracts.findings import DqUnreadNumbers
from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.contracts.observations import FactObservation
from kpi_pipeline.storage.mart_contract import broken
from kpi_pipeline.storage.warehouse import mart_frame, reading
from kpi_pipeline_tests.lake_input import LakeInput

LEVELS = ("excellent", "good", "completed", "not_completed")


@pytest.fixture
def con(lake: LakeInput) -> Iterator[duckdb.DuckDBPyConnection]:
    for year in (2019, 2020, 2021):
        page = lake.page(f"page of {year}")
        for level in LEVELS:
            lake.fact(page, "share", 25, level, period_start=str(year), period_end=str(year))
    lake.build()
    with reading(lake.warehouse) as built, duckdb.connect() as own:
        own.execute("CREATE SCHEMA marts")
        facts, unread = (
            built.table(f"marts.{name}").to_arrow_table() for name in ("fact_observation", "dq_unread_numbers")
        )
        own.register("facts", facts)
        own.register("unread", unread)
        own.execute("CREATE TABLE marts.fact_observation AS FROM facts")
        own.execute("CREATE TABLE marts.dq_unread_numbers AS FROM unread")
        yield own


def _found(con: duckdb.DuckDBPyConnection, contract: type[Contract], table: str, stretch: int) -> list[Failure]:
    at_once = failures(contract, mart_frame(con, table))
    found = broken(con, table, contract, stretch)
    assert bool(found) == bool(at_once)
    return found


def test_a_mart_that_keeps_its_contract_has_no_findings(con: duckdb.DuckDBPyConnection) -> None:
    for stretch in (1, 5, 100):
        assert broken(con, "fact_observation", FactObservation, stretch) == []
    assert broken(con, "dq_unread_numbers", MART_CONTRACTS["dq_unread_numbers"], 1) == []


@pytest.mark.parametrize("stretch", [5, 100])
def test_a_bad_value_is_found_with_its_place_in_the_table(con: duckdb.DuckDBPyConnection, stretch: int) -> None:
    con.execute("UPDATE marts.fact_observation SET measure = 'ratio' WHERE rowid = 7")
    [found] = _found(con, FactObservation, "fact_observation", stretch)
    assert (found.column, found.value, found.index) == ("measure", "ratio", 7)


@pytest.mark.parametrize("stretch", [5, 100])
def test_two_rows_with_one_key_are_found_however_far_apart(con: duckdb.DuckDBPyConnection, stretch: int) -> None:
    con.execute("INSERT INTO marts.fact_observation FROM marts.fact_observation LIMIT 1")
    found = _found(con, FactObservation, "fact_observation", stretch)
    [first] = con.execute("SELECT fact_id FROM marts.fact_observation LIMIT 1").fetchone() or [""]
    assert {(failure.column, failure.check, failure.value) for failure in found} == {
        ("fact_id", "field_uniqueness", first)
    }


def test_a_key_of_several_columns_is_looked_at_too(con: duckdb.DuckDBPyConnection) -> None:
    page, version = "p" + "0" * 16, "0" * 64
    names = [name for name, *_ in con.execute("DESCRIBE marts.dq_unread_numbers").fetchall()]
    row = {"page_id": page, "page_version": version, "span_start": 3, "span_end": 5, "published_on": "2024-01-01"}
    texts = {name: "x" for name in names if name not in row}
    values = ", ".join(f"'{row.get(name, texts.get(name))}'" for name in names)
    con.execute(f"INSERT INTO marts.dq_unread_numbers VALUES ({values}), ({values})")
    found = broken(con, "dq_unread_numbers", DqUnreadNumbers, 1)
    assert ("page_id, span_start, span_end", "multiple_fields_uniqueness") in {(f.column, f.check) for f in found}
