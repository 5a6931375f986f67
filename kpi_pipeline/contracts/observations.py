"""Contracts of the mart of accepted statements, and of the bridge from the KPI table to it.

Only columns and their rules; what a column means is said in `schema.yml` beside the SQL model.
"""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from kpi_pipeline.contracts.fields import FACT_ID, GROUP_ID, PAGE_ID, PERIOD, PROVINCE, SHA256, Contract
from kpi_pipeline.contracts.mart_fields import BASE, CODES, KPI_ID, day, text, whole
from kpi_pipeline.reference.codes import COMPARATORS, INDICATORS, MEASURES, MODALITIES, SCOPES, SUBJECTS


class FactObservation(Contract):
    """All accepted statements, one row a fact."""

    page: str = text()
    province: str = text(PROVINCE, nullable=True)
    scope: str = text(codes=SCOPES)
    subject: str = text(codes=SUBJECTS)
    indicator: str = text(codes=INDICATORS)
    levels: object = pa.Field(metadata={"type": "list"})
    measure: str = text(codes=MEASURES)
    value: float = pa.Field(ge=0)
    comparator: str = text(codes=COMPARATORS)
    base: str = text(BASE)
    period_start: str = text(PERIOD, nullable=True)
    period_end: str = text(PERIOD, nullable=True)
    annual: bool
    modality: str = text(codes=MODALITIES)
    unit_name: str = text(nullable=True)
    subset: str = text(nullable=True)
    fact_id: str = text(FACT_ID, unique=True)
    page_id: str = text(PAGE_ID)
    span_start: pd.Int64Dtype = whole()
    span_end: pd.Int64Dtype = whole(at_least=1)
    quote: str = text(str_length={"min_value": 1})
    source_url: str = text(nullable=True)
    province_valid_from: str = day(nullable=True)
    province_evidence: str = text(nullable=True)
    sentence_start: pd.Int64Dtype = whole()
    sentence_end: pd.Int64Dtype = whole(at_least=1)
    sentence: str = text(str_length={"min_value": 1})
    reading: str = text()
    flags: str = text(CODES)
    group_id: str = text(GROUP_ID, nullable=True)
    n_mentions: pd.Int64Dtype = whole(at_least=1)
    page_version: str = text(SHA256)
    published_on: str = day()

    @pa.check("levels", error="a sorted list of level codes, each once")
    @classmethod
    def levels_sorted(cls, column: pd.Series) -> pd.Series:
        return column.map(lambda levels: list(levels) == sorted(set(levels))).astype(bool)

    @pa.dataframe_check(error="the span has the length of the quote and lies in the sentence")
    @classmethod
    def span_fits(cls, frame: pd.DataFrame) -> pd.Series:
        return (
            (frame["span_end"] - frame["span_start"] == frame["quote"].str.len())
            & (frame["sentence_start"] <= frame["span_start"])
            & (frame["span_end"] <= frame["sentence_end"])
        )


class BridgeKpiFact(Contract):
    """One row a row of `kpi_province_year` and a fact that stands behind it."""

    kpi_id: str = text(KPI_ID)
    fact_id: str = text(FACT_ID)
    role: str = text(codes=("value", "input", "other"))

    class Config:
        unique = ["kpi_id", "fact_id"]  # noqa: RUF012
