"""Contracts of what became of the corrections file: the lake table by day, and its mart.

Only columns and their rules, as in facts.py and kpi.py; what a row of the file may say stands in validation/.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa

from kpi_pipeline.contracts.fields import CORRECTION_ID, DAY, FACT_ID, PAGE_ID, Contract
from kpi_pipeline.reference.codes import CORRECTION_ACTIONS

FIELD = r"^[a-z_]+$"
SOME_FACTS = r"^f[0-9a-f]{16}(,f[0-9a-f]{16})*$"


def _said(description: str) -> Any:
    return pa.Field(str_length={"min_value": 1}, description=description)


class AppliedCorrections(Contract):
    """One row a row of the corrections file and a mention it was applied to; without one where it does not hold."""

    correction_id: str = pa.Field(str_matches=CORRECTION_ID, description="Id of the correction: of what it says")
    page_id: str = pa.Field(nullable=True, str_matches=PAGE_ID, description="The page it is about, if there is one")
    published_on: str = pa.Field(str_matches=DAY, description="Day of publication of the page; without one 2000-01-01")
    page: str = _said("The page as the file names it")
    action: str = pa.Field(isin=CORRECTION_ACTIONS, description="drop, override, complete or accept")
    field: str = pa.Field(str_matches=FIELD, description="Field of the fact; rule, or fact for one that is added")
    quote: str = _said("The characters of the number it is about")
    old_value: str = pa.Field(description="What it expects to find: the value, or the rule that holds the fact")
    new_value: str = pa.Field(description="What it puts in place")
    reason: str = _said("Why")
    who: str = _said("Who corrected")
    corrected_on: str = pa.Field(str_matches=DAY, description="Day of the correction")
    fact_id: str = pa.Field(nullable=True, str_matches=FACT_ID, description="The mention it was applied to")
    problem: str = pa.Field(nullable=True, description="Where it does not hold: what to do")
    found: str = pa.Field(nullable=True, description="Where it does not hold: what was found instead")
    line: int = pa.Field(ge=0, description="Where it does not hold: its line in the file; else 0")

    @pa.dataframe_check(error="a correction that holds names its fact, one that does not says why and where")
    @classmethod
    def problem_told(cls, frame: pd.DataFrame) -> pd.Series:
        holds = frame["problem"].isna()
        return (holds == frame["fact_id"].notna()) & (holds == frame["found"].isna()) & (holds == (frame["line"] == 0))


class DqCorrections(Contract):
    """One row a row of the corrections file, with what it did."""

    correction_id: str = pa.Field(str_matches=CORRECTION_ID, unique=True)
    action: str = pa.Field(isin=CORRECTION_ACTIONS)
    field: str = pa.Field(str_matches=FIELD)
    old_value: str = pa.Field(nullable=True)
    new_value: str = pa.Field(nullable=True)
    outcome: str = pa.Field(isin=("accepted", "quarantined", "merged"))
    rule_id: str = pa.Field(str_matches=FIELD, nullable=True)
    reason: str = pa.Field(str_length={"min_value": 1})
    who: str = pa.Field(str_length={"min_value": 1})
    corrected_on: str = pa.Field(str_matches=DAY, metadata={"type": "date"})
    n_mentions: pd.Int64Dtype = pa.Field(ge=1, metadata={"type": "int64"})
    fact_ids: str = pa.Field(str_matches=SOME_FACTS)
    page_id: str = pa.Field(str_matches=PAGE_ID)
    page: str = pa.Field()
    source_url: str = pa.Field(nullable=True)
    published_on: str = pa.Field(str_matches=DAY, metadata={"type": "date"})
    quote: str = pa.Field(str_length={"min_value": 1})
    sentence: str = pa.Field(str_length={"min_value": 1})
    span_start: pd.Int64Dtype = pa.Field(ge=0, metadata={"type": "int64"})
    span_end: pd.Int64Dtype = pa.Field(ge=1, metadata={"type": "int64"})

    @pa.dataframe_check(error="a held fact names its rule, and what a correction drops it holds")
    @classmethod
    def rule_named(cls, frame: pd.DataFrame) -> pd.Series:
        dropped = frame["rule_id"].fillna("") == "dropped_by_correction"
        held = frame["outcome"] == "quarantined"
        return (held == frame["rule_id"].notna()) & ((frame["action"] == "drop") == dropped)
