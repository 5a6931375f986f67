"""Contracts of the KPI tables that set figures beside each other: targets and results, old and new boundaries.

Only columns and their rules; what a column means is said in `schema.yml` beside the SQL model.
"""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from kpi_pipeline.contracts.fields import PAGE_ID, PROVINCE, Contract
from kpi_pipeline.contracts.mart_fields import (
    BASE,
    CODES,
    COMPUTED_HOW,
    FACTS,
    KPI_ID,
    LEVEL,
    METHODS,
    NO_OR_FACTS,
    OBS_STATUS,
    TERRITORY,
    UNITS,
    amount,
    calendar_year,
    codes_sorted,
    day,
    perhaps,
    text,
    value_fits_unit,
    whole,
)
from kpi_pipeline.reference.codes import COMPARATORS, INDICATORS, MEASURES, SCOPES, SUBJECTS


class KpiTargetVsActual(Contract):
    """One row a target for a year, and the result of that year beside it."""

    kpi_id: str = text(KPI_ID, unique=True)
    ref_area: str = text(PROVINCE)
    province_valid_from: str = day()
    province_name: str = text()
    year: pd.Int64Dtype = calendar_year()
    scope: str = text(codes=SCOPES)
    unit_name: str = text(nullable=True)
    subject: str = text(codes=SUBJECTS)
    indicator: str = text(codes=INDICATORS)
    level: str = text(LEVEL)
    measure: str = text(codes=MEASURES)
    base: str = text(BASE)
    unit_measure: str = text(codes=UNITS)
    target_value: float = amount()
    target_comparator: str = text(codes=COMPARATORS)
    target_upper: float = amount(nullable=True)
    target_period: str = text(r"^\d{4}(/\d{4})?$")
    actual_value: float = amount(nullable=True)
    actual_comparator: str = text(codes=COMPARATORS, nullable=True)
    actual_upper: float = amount(nullable=True)
    actual_method: str = text(codes=METHODS, nullable=True)
    gap: float = pa.Field(nullable=True)
    gap_comparator: str = text(codes=COMPARATORS, nullable=True)
    wanted: str = text(codes=("more", "less"), nullable=True)
    is_met: pd.BooleanDtype = perhaps()
    target_conflict: bool
    actual_conflict: bool
    target_fact_ids: str = text(FACTS)
    other_target_fact_ids: str = text(NO_OR_FACTS)
    actual_fact_ids: str = text(FACTS, nullable=True)
    other_actual_fact_ids: str = text(NO_OR_FACTS)
    target_source_url: str = text(nullable=True)
    actual_source_url: str = text(nullable=True)
    target_page_id: str = text(PAGE_ID)
    actual_page_id: str = text(PAGE_ID, nullable=True)

    @pa.dataframe_check(error="a share is percent from 0 to 100, anything else a whole number of units")
    @classmethod
    def unit_fits(cls, frame: pd.DataFrame) -> pd.Series:
        return value_fits_unit(frame, "target_value") & value_fits_unit(frame, "actual_value")

    @pa.dataframe_check(error="the target is of the year or of a term around it")
    @classmethod
    def period_fits(cls, frame: pd.DataFrame) -> pd.Series:
        year, period = frame["year"].astype(str), frame["target_period"]
        return (period.str[:4] <= year) & (year <= period.str[-4:])

    @pa.dataframe_check(error="a result has its comparator, method, facts and page, or none of them")
    @classmethod
    def result_whole(cls, frame: pd.DataFrame) -> pd.Series:
        there = frame["actual_value"].notna()
        parts = ("actual_comparator", "actual_method", "actual_fact_ids", "actual_page_id")
        return pd.concat([frame[part].notna() == there for part in parts], axis=1).all(axis=1)

    @pa.dataframe_check(error="the gap is result less target, with its comparator; without a result nothing is judged")
    @classmethod
    def gap_fits(cls, frame: pd.DataFrame) -> pd.Series:
        told = frame["gap"].notna()
        right = ((frame["actual_value"] - frame["target_value"] - frame["gap"]).abs() < 1e-5) | ~told
        return (
            right & (told == frame["gap_comparator"].notna()) & (frame["actual_value"].notna() | frame["is_met"].isna())
        )

    @pa.dataframe_check(
        error="with two exact sides it can be told whether the target is met, and the gap says the same"
    )
    @classmethod
    def met_fits(cls, frame: pd.DataFrame) -> pd.Series:
        exact = (frame["actual_comparator"] == "eq") & frame["target_comparator"].isin(("eq", "ge", "le"))
        short = (frame["gap"] < 0) & (frame["wanted"] == "more") | (frame["gap"] > 0) & (frame["wanted"] == "less")
        judged = exact & frame["wanted"].notna() & frame["target_upper"].isna()
        return ~judged | (frame["is_met"] == ~short).fillna(False).astype(bool)


class KpiProvinceYear2025Boundaries(Contract):
    """One row a province since 2025-07-01, year, subject, indicator, level, base and measure."""

    kpi_id: str = text(KPI_ID, unique=True)
    ref_area: str = text(PROVINCE)
    province_valid_from: str = day()
    province_name: str = text()
    time_period: pd.Int64Dtype = calendar_year()
    subject: str = text(codes=SUBJECTS)
    indicator: str = text(codes=INDICATORS)
    level: str = text(LEVEL)
    base: str = text(BASE)
    measure: str = text(codes=MEASURES)
    obs_value: float = amount(nullable=True)
    unit_measure: str = text(codes=UNITS)
    obs_status: str = text(codes=OBS_STATUS)
    comparator: str = text(codes=COMPARATORS)
    method: str = text(codes=METHODS)
    computed_how: str = text(codes=COMPUTED_HOW, nullable=True)
    n_parts: pd.Int64Dtype = whole(at_least=1)
    parts: str = text(rf"^{TERRITORY}(,{TERRITORY})*$")
    missing_parts: str = text(rf"^$|^{TERRITORY}(,{TERRITORY})*$")
    part_kpi_ids: str = text()
    fact_ids: str = text(NO_OR_FACTS)
    flags: str = text(CODES)
    conflict: bool

    @pa.dataframe_check(error="a share is percent from 0 to 100, anything else a whole number of units")
    @classmethod
    def unit_fits(cls, frame: pd.DataFrame) -> pd.Series:
        return value_fits_unit(frame, "obs_value")

    @pa.dataframe_check(error="there is a number where no part is missing, and only there; it has facts behind it")
    @classmethod
    def nothing_missing(cls, frame: pd.DataFrame) -> pd.Series:
        there = frame["obs_value"].notna()
        told = (there == (frame["missing_parts"] == "")) & (there == (frame["obs_status"] != "M"))
        return told & (~there | (frame["fact_ids"] != ""))

    @pa.dataframe_check(error="what several parts make up is computed and says how; the parts are as many as it says")
    @classmethod
    def parts_fit(cls, frame: pd.DataFrame) -> pd.Series:
        computed = frame["method"] == "computed"
        counted = frame["parts"].str.count(",") + 1 == frame["n_parts"]
        return counted & (computed == frame["computed_how"].notna()) & (computed | (frame["n_parts"] == 1))

    @pa.check("flags", error="flags are sorted and named once")
    @classmethod
    def flags_sorted(cls, column: pd.Series) -> pd.Series:
        return codes_sorted(column)
