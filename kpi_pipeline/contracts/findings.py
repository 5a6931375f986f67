"""Contracts of the marts about what was held back, unread or disputed.

Only columns and their rules; what a column means is said in `schema.yml` beside the SQL model. What the corrections
file did stands in corrections.py, our own error rate in quality.py.
"""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from kpi_pipeline.contracts.fields import FACT_ID, GROUP_ID, PAGE_ID, PERIOD, PROVINCE, SHA256, Contract
from kpi_pipeline.contracts.mart_fields import (
    BASE,
    KPI_ID,
    LEVELS,
    NO_OR_FACTS,
    SOURCE_KINDS,
    VERDICTS,
    day,
    text,
    whole,
)
from kpi_pipeline.reference.codes import COMPARATORS, INDICATORS, MEASURES, MODALITIES, SCOPES, SUBJECTS


class DqConflicts(Contract):
    """Statements of one cell that differ by more than rounding: one row a statement."""

    kpi_id: str = text(KPI_ID)
    kind: str = text(codes=("within_page", "taken_and_other", "not_taken"))
    fact_id: str = text(FACT_ID)
    is_taken: bool
    value: float = pa.Field(ge=0)
    comparator: str = text(codes=COMPARATORS)
    quote: str = text(str_length={"min_value": 1})
    sentence: str = text(str_length={"min_value": 1})
    page_id: str = text(PAGE_ID)
    page: str = text()
    source_url: str = text(nullable=True)
    source_kind: str = text(codes=SOURCE_KINDS)
    published_on: str = day()
    span_start: pd.Int64Dtype = whole()
    span_end: pd.Int64Dtype = whole(at_least=1)

    class Config:
        unique = ["kpi_id", "fact_id"]  # noqa: RUF012

    @pa.dataframe_check(error="where a page contradicts itself, none of its numbers is taken")
    @classmethod
    def none_taken(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["kind"] != "within_page") | ~frame["is_taken"]


class DqQuarantine(Contract):
    """What a rule keeps out of the tables: facts, and pages that could not be read."""

    kind: str = text(codes=("fact", "page"))
    item_id: str = text(r"^[fp][0-9a-f]{16}$", unique=True)
    page_id: str = text(PAGE_ID)
    rule_id: str = text(str_length={"min_value": 1})
    reason: str = text(str_length={"min_value": 1})
    remedy: str = text(str_length={"min_value": 1})
    quote: str = text(nullable=True)
    sentence: str = text(nullable=True)
    source_url: str = text(nullable=True)
    page: str = text()
    published_on: str = day()
    province: str = text(PROVINCE, nullable=True)
    scope: str = text(codes=SCOPES, nullable=True)
    subject: str = text(codes=SUBJECTS, nullable=True)
    indicator: str = text(codes=INDICATORS, nullable=True)
    levels: str = text(LEVELS, nullable=True)
    measure: str = text(codes=MEASURES, nullable=True)
    value: float = pa.Field(nullable=True)
    period_start: str = text(PERIOD, nullable=True)
    period_end: str = text(PERIOD, nullable=True)
    span_start: pd.Int64Dtype = whole(nullable=True)
    span_end: pd.Int64Dtype = whole(nullable=True)
    group_id: str = text(GROUP_ID, nullable=True)

    @pa.dataframe_check(error="a fact in quarantine shows its quote")
    @classmethod
    def quote_shown(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["kind"] == "page") | frame["quote"].notna()


class DqRatingGroups(Contract):
    """One row a rating group: the shares of one population on one page, and what their sum says."""

    group_id: str = text(GROUP_ID, unique=True)
    page_id: str = text(PAGE_ID)
    published_on: str = day()
    province: str = text(PROVINCE, nullable=True)
    scope: str = text(codes=SCOPES)
    unit_name: str = text(nullable=True)
    subset: str = text(nullable=True)
    subject: str = text(codes=SUBJECTS)
    indicator: str = text(codes=INDICATORS)
    period_start: str = text(PERIOD, nullable=True)
    period_end: str = text(PERIOD, nullable=True)
    annual: bool
    modality: str = text(codes=MODALITIES)
    base: str = text(BASE)
    n_terms: pd.Int64Dtype = whole(at_least=1)
    share_sum: float = pa.Field(ge=0)
    tolerance: float = pa.Field(gt=0)
    verdict: str = text(codes=VERDICTS)
    fact_ids: str = text(NO_OR_FACTS)
    source_url: str = text(nullable=True)
    page: str = text()

    @pa.dataframe_check(error="an accepted group adds to no more than 100 and its tolerance")
    @classmethod
    def accepted_sums(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["verdict"] == "over") | (frame["share_sum"] <= 100 + frame["tolerance"] + 1e-6)


class DqUnreadNumbers(Contract):
    """One row a number of a page's text that became no fact, with the reason."""

    page_id: str = text(PAGE_ID)
    span_start: pd.Int64Dtype = whole()
    span_end: pd.Int64Dtype = whole(at_least=1)
    quote: str = text(str_length={"min_value": 1})
    reason: str = text(r"^[a-z_]+$")
    phrase: str = text()
    source_url: str = text(nullable=True)
    page: str = text()
    published_on: str = day()
    page_version: str = text(SHA256)

    class Config:
        unique = ["page_id", "span_start", "span_end"]  # noqa: RUF012
