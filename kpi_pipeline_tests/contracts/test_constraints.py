"""What other systems are told of the contracts: keys, codes, patterns, bounds, and no more than they say."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa
import pytest

from kpi_pipeline.contracts.constraints import Constraints, ForeignKey, constraints_of, foreign_keys, primary_key
from kpi_pipeline.contracts.fields import Contract
from kpi_pipeline.contracts.kpi import MART_CONTRACTS


class Row(Contract):
    """A table with one column of each kind of rule."""

    row_id: str = pa.Field(str_matches=r"^r\d$", unique=True)
    code: str = pa.Field(isin=["a", "b"])
    flags: str = pa.Field(str_matches=r"^$|^[a-z]+$")
    anything: str = pa.Field()
    named: str = pa.Field(str_length={"min_value": 1})
    maybe: str = pa.Field(isin=["a"], nullable=True)
    share: float = pa.Field(ge=0, le=100, nullable=True)
    count: pd.Int64Dtype = pa.Field(ge=1)
    rate: float = pa.Field(gt=0)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("row_id", Constraints(required=True, unique=True, pattern=r"^r\d$")),
        ("code", Constraints(required=True, codes=("a", "b"))),
        ("flags", Constraints(pattern=r"^$|^[a-z]+$")),
        ("anything", Constraints()),
        ("named", Constraints(required=True, min_length=1)),
        ("maybe", Constraints(codes=("a",))),
        ("share", Constraints(minimum=0, maximum=100)),
        ("count", Constraints(required=True, minimum=1)),
        ("rate", Constraints(required=True, above=0)),
    ],
)
def test_a_column_says_what_its_contract_says(column: str, said: Constraints) -> None:
    assert constraints_of(Row, column) == said


def test_a_column_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        constraints_of(Row, "nothing")


def test_every_mart_has_a_key() -> None:
    assert {name for name, contract in MART_CONTRACTS.items() if not primary_key(contract)} == set()
    assert primary_key(MART_CONTRACTS["dim_province"]) == ("ref_area", "province_valid_from")
    assert primary_key(MART_CONTRACTS["kpi_province_year"]) == ("kpi_id",)


def test_keys_lead_to_the_tables_whose_names_they_bear() -> None:
    keys = {name: set(foreign_keys(MART_CONTRACTS, name)) for name in MART_CONTRACTS}
    territory = ForeignKey(("ref_area", "province_valid_from"), "dim_province")
    page, fact = ForeignKey(("page_id",), "dim_page"), ForeignKey(("fact_id",), "fact_observation")
    assert {territory, page} <= keys["kpi_province_year"]
    assert keys["bridge_kpi_fact"] == {fact, ForeignKey(("kpi_id",), "kpi_province_year")}
    assert keys["dim_page"] == set()
    assert all(key.refers_to != name for name, own in keys.items() for key in own)
    own = keys["dq_conflicts"] | keys["kpi_province_year_wide"]
    assert not [key for key in own if "kpi_id" in key.columns]
