"""Contracts of what the project measures of itself: a table of the lake that is whole, not cut by day, and its mart.

Only columns and their rules, as in facts.py and kpi.py; how the figures come about is the affair of `accuracy/`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa

from kpi_pipeline.contracts.fields import Contract
from kpi_pipeline.reference.codes import GRADES, INDICATORS

MEASURED = ("all", "ratings", *INDICATORS)
GOLD_KINDS = ("cases", "pages")
GOLD_NAME = r"^[a-z][a-z0-9_]*$"


def _count(description: str, at_least: int = 0) -> Any:
    return pa.Field(ge=at_least, description=description, metadata={"type": "int64"})


def _share(description: str) -> Any:
    return pa.Field(ge=0, le=1, nullable=True, description=description)


class ErrorRate(Contract):
    """One row a gold set, indicator and grade: what the extractor finds and invents there. One file for all days."""

    gold_set: str = pa.Field(str_matches=GOLD_NAME, description="Name of the gold set.")
    kind: str = pa.Field(isin=list(GOLD_KINDS), description="cases (short texts) or pages (the whole way).")
    tuned: bool = pa.Field(description="True where the extractor was shaped on these texts: no unseen pages.")
    indicator: str = pa.Field(isin=list(MEASURED), description="Indicator, or all, or ratings together.")
    grade: str = pa.Field(isin=list(GRADES), description="How closely facts are compared: value, meaning, full.")
    n_texts: pd.Int64Dtype = _count("Texts of the set, also those without a fact.", at_least=1)
    n_gold: pd.Int64Dtype = _count("Gold facts that are sure: hit + missed.")
    hit: pd.Int64Dtype = _count("Sure gold facts that were found.")
    missed: pd.Int64Dtype = _count("Sure gold facts that were not.")
    invented: pd.Int64Dtype = _count("Facts said that the gold does not have.")
    forgiven: pd.Int64Dtype = _count("Facts said where the gold itself is in doubt; they count neither way.")
    precision: float = _share("hit / (hit + invented); empty where nothing was said.")
    precision_low: float = _share("Lower end of its 95 % Wilson interval.")
    precision_high: float = _share("Upper end of its 95 % Wilson interval.")
    precision_floor: float = _share("What it must reach for the warehouse to be published; empty without a floor.")
    recall: float = _share("hit / n_gold; empty where there is no sure gold fact.")
    recall_low: float = _share("Lower end of its 95 % Wilson interval.")
    recall_high: float = _share("Upper end of its 95 % Wilson interval.")
    recall_floor: float = _share("What it must reach for the warehouse to be published; empty without a floor.")

    class Config:
        unique = ["gold_set", "indicator", "grade"]  # noqa: RUF012

    @pa.dataframe_check(error="the gold facts are those found and those missed")
    @classmethod
    def gold_adds_up(cls, frame: pd.DataFrame) -> pd.Series:
        return frame["n_gold"] == frame["hit"] + frame["missed"]

    @pa.dataframe_check(error="a rate lies within its interval")
    @classmethod
    def within_interval(cls, frame: pd.DataFrame) -> pd.Series:
        return _within(frame, "precision") & _within(frame, "recall")


class DqErrorRate(ErrorRate):
    """One row a gold set, indicator and grade: our own error rate, none of it under its floor."""

    @pa.dataframe_check(error="no published rate lies under its floor")
    @classmethod
    def floors_held(cls, frame: pd.DataFrame) -> pd.Series:
        under = (frame["precision"] < frame["precision_floor"]) | (frame["recall"] < frame["recall_floor"])
        return ~under


def _within(frame: pd.DataFrame, measure: str) -> pd.Series:
    inside = (frame[f"{measure}_low"] <= frame[measure]) & (frame[measure] <= frame[f"{measure}_high"])
    return frame[measure].isna() | inside
