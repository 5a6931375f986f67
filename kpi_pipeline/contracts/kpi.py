"""Contracts of the KPI tables of the time's own boundaries, and all mart contracts by name.

Only columns and their rules; what a column means is said in `schema.yml` beside the SQL model, and that both name the
same columns is tested.
"""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from kpi_pipeline.contracts.comparisons import KpiProvinceYear2025Boundaries, KpiTargetVsActual
from kpi_pipeline.contracts.corrections import DqCorrections
from kpi_pipeline.contracts.dimensions import DimCode, DimLevel, DimPage, DimProvince, DimSubject, DimYear
from kpi_pipeline.contracts.fields import PAGE_ID, PERIOD, PROVINCE, Contract
from kpi_pipeline.contracts.findings import DqConflicts, DqQuarantine, DqRatingGroups, DqUnreadNumbers
from kpi_pipeline.contracts.history import DqLostRows, history_of
from kpi_pipeline.contracts.mart_fields import (
    BASE,
    BODY_ID,
    CODES,
    COMPUTED_HOW,
    FACTS,
    KPI_ID,
    LEVEL,
    METHODS,
    NO_OR_FACTS,
    OBS_STATUS,
    UNITS,
    WIDE_ID,
    amount,
    calendar_year,
    codes_sorted,
    day,
    share,
    text,
    value_fits_unit,
    whole,
)
from kpi_pipeline.contracts.observations import BridgeKpiFact, FactObservation
from kpi_pipeline.contracts.quality import DqErrorRate
from kpi_pipeline.reference.codes import (
    CLEAN_STRONG,
    COMPARATORS,
    INDICATORS,
    MEASURES,
    MODALITIES,
    SCOPES,
    SUBJECTS,
    TASK_COMPLETION,
)


class KpiProvinceYear(Contract):
    """Long KPI table: one row an area, year, scope, unit, subject, indicator, level, modality, base and measure."""

    kpi_id: str = text(KPI_ID, unique=True)
    ref_area: str = text(PROVINCE)
    province_valid_from: str = day()
    province_name: str = text()
    time_period: pd.Int64Dtype = calendar_year()
    scope: str = text(codes=SCOPES)
    subject: str = text(codes=SUBJECTS)
    indicator: str = text(codes=INDICATORS)
    level: str = text(LEVEL)
    modality: str = text(codes=MODALITIES)
    measure: str = text(codes=MEASURES)
    obs_value: float = amount()
    unit_measure: str = text(codes=UNITS)
    obs_status: str = text(codes=OBS_STATUS)
    comparator: str = text(codes=COMPARATORS)
    method: str = text(codes=METHODS)
    n_sources: pd.Int64Dtype = whole(at_least=1)
    source_url: str = text(nullable=True)
    fact_ids: str = text(FACTS)
    period_start: str = text(PERIOD)
    period_end: str = text(PERIOD)
    computed_value: float = amount(nullable=True)
    computed_how: str = text(codes=COMPUTED_HOW, nullable=True)
    computed_from: str = text(FACTS, nullable=True)
    unit_name: str = text(nullable=True)
    base: str = text(BASE)
    annual: bool
    conflict: bool
    flags: str = text(CODES)
    other_fact_ids: str = text(NO_OR_FACTS)
    page_id: str = text(PAGE_ID)
    known_from: str = day()
    known_to: str = day(nullable=True)

    @pa.dataframe_check(error="a share is percent from 0 to 100, anything else a whole number of units")
    @classmethod
    def unit_fits(cls, frame: pd.DataFrame) -> pd.Series:
        return value_fits_unit(frame, "obs_value") & value_fits_unit(frame, "computed_value")

    @pa.dataframe_check(error="the period lies in the year")
    @classmethod
    def period_in_year(cls, frame: pd.DataFrame) -> pd.Series:
        year = frame["time_period"].astype(str)
        return (frame["period_start"].str[:4] == year) & (frame["period_end"].str[:4] == year)

    @pa.dataframe_check(error="only exact reported numbers have the status A, and none is missing")
    @classmethod
    def status_fits(cls, frame: pd.DataFrame) -> pd.Series:
        exact = (frame["comparator"] == "eq") & (frame["method"] == "reported")
        return ((frame["obs_status"] != "A") | exact) & (frame["obs_status"] != "M")

    @pa.dataframe_check(error="a computed number says how and from which facts; where none is reported it is the value")
    @classmethod
    def computed_openly(cls, frame: pd.DataFrame) -> pd.Series:
        there = frame["computed_value"].notna()
        told = (there == frame["computed_how"].notna()) & (there == frame["computed_from"].notna())
        same = (frame["computed_value"] == frame["obs_value"]) & (frame["computed_from"] == frame["fact_ids"])
        return told & (same | (frame["method"] == "reported"))

    @pa.dataframe_check(error="the parts of the key are those of the row")
    @classmethod
    def key_fits(cls, frame: pd.DataFrame) -> pd.Series:
        parts = "/" + frame["subject"] + "/" + frame["indicator"] + "/" + frame["level"] + "/" + frame["measure"]
        return pd.Series(
            [
                part in key and key.startswith(area)
                for part, key, area in zip(parts, frame["kpi_id"], frame["ref_area"], strict=True)
            ],
            index=frame.index,
            dtype=bool,
        )


class KpiProvinceYearWide(Contract):
    """Wide KPI table: one row a province, year, scope, unit and subject, results of `task_completion_rating`."""

    kpi_id: str = text(WIDE_ID, unique=True)
    ref_area: str = text(PROVINCE)
    province_name: str = text()
    year: pd.Int64Dtype = calendar_year()
    scope: str = text(codes=SCOPES)
    unit_name: str = text(nullable=True)
    subject: str = text(codes=SUBJECTS)
    indicator: str = text(codes=(TASK_COMPLETION,))
    total: pd.Int64Dtype = whole(nullable=True)
    share_excellent: float = share()
    share_good: float = share()
    share_good_or_better: float = share()
    share_completed: float = share()
    share_not_completed: float = share()
    share_sum: float = amount(nullable=True)
    obs_status: str = text(codes=OBS_STATUS)
    flags: str = text(CODES)
    source_url: str = text(nullable=True)
    province_valid_from: str = day()
    count_excellent: pd.Int64Dtype = whole(nullable=True)
    count_good: pd.Int64Dtype = whole(nullable=True)
    count_good_or_better: pd.Int64Dtype = whole(nullable=True)
    count_completed: pd.Int64Dtype = whole(nullable=True)
    count_not_completed: pd.Int64Dtype = whole(nullable=True)
    n_sources: pd.Int64Dtype = whole(at_least=1)
    fact_ids: str = text(FACTS)
    other_fact_ids: str = text(NO_OR_FACTS)
    page_id: str = text(PAGE_ID)

    @pa.check("flags", error="flags are sorted and named once")
    @classmethod
    def flags_sorted(cls, column: pd.Series) -> pd.Series:
        return codes_sorted(column)


class KpiCleanStrongWide(Contract):
    """Wide KPI table of the old scale: one row a province, year, scope, unit and subject, `clean_strong_rating`."""

    kpi_id: str = text(WIDE_ID, unique=True)
    ref_area: str = text(PROVINCE)
    province_name: str = text()
    year: pd.Int64Dtype = calendar_year()
    scope: str = text(codes=SCOPES)
    unit_name: str = text(nullable=True)
    subject: str = text(codes=SUBJECTS)
    indicator: str = text(codes=(CLEAN_STRONG,))
    total: pd.Int64Dtype = whole(nullable=True)
    share_exemplary: float = share()
    share_clean_strong: float = share()
    share_clean_strong_or_better: float = share()
    share_good: float = share()
    share_completed: float = share()
    share_weak: float = share()
    share_sum: float = amount(nullable=True)
    obs_status: str = text(codes=OBS_STATUS)
    flags: str = text(CODES)
    source_url: str = text(nullable=True)
    province_valid_from: str = day()
    count_exemplary: pd.Int64Dtype = whole(nullable=True)
    count_clean_strong: pd.Int64Dtype = whole(nullable=True)
    count_clean_strong_or_better: pd.Int64Dtype = whole(nullable=True)
    count_good: pd.Int64Dtype = whole(nullable=True)
    count_completed: pd.Int64Dtype = whole(nullable=True)
    count_weak: pd.Int64Dtype = whole(nullable=True)
    n_sources: pd.Int64Dtype = whole(at_least=1)
    fact_ids: str = text(FACTS)
    other_fact_ids: str = text(NO_OR_FACTS)
    page_id: str = text(PAGE_ID)

    @pa.check("flags", error="flags are sorted and named once")
    @classmethod
    def flags_sorted(cls, column: pd.Series) -> pd.Series:
        return codes_sorted(column)


class KpiPartyMembership(Contract):
    """One row a province, year, scope and unit whose party members or party organisations pages count."""

    kpi_id: str = text(BODY_ID, unique=True)
    ref_area: str = text(PROVINCE)
    province_valid_from: str = day()
    province_name: str = text()
    year: pd.Int64Dtype = calendar_year()
    scope: str = text(codes=SCOPES)
    unit_name: str = text(nullable=True)
    party_members: pd.Int64Dtype = whole(nullable=True)
    party_members_at: str = text(PERIOD, nullable=True)
    members_admitted: pd.Int64Dtype = whole(nullable=True)
    members_admitted_target: pd.Int64Dtype = whole(nullable=True)
    grassroots_party_organisations: pd.Int64Dtype = whole(nullable=True)
    grassroots_party_committees: pd.Int64Dtype = whole(nullable=True)
    grassroots_party_cells: pd.Int64Dtype = whole(nullable=True)
    subordinate_party_cells: pd.Int64Dtype = whole(nullable=True)
    upper_party_committees: pd.Int64Dtype = whole(nullable=True)
    obs_status: str = text(codes=OBS_STATUS)
    flags: str = text(CODES)
    source_urls: str = text(nullable=True)
    fact_ids: str = text(FACTS)
    other_fact_ids: str = text(NO_OR_FACTS)

    @pa.dataframe_check(error="the members have the point in time at which they were counted")
    @classmethod
    def point_given(cls, frame: pd.DataFrame) -> pd.Series:
        return frame["party_members"].isna() == frame["party_members_at"].isna()

    @pa.check("flags", error="flags are sorted and named once")
    @classmethod
    def flags_sorted(cls, column: pd.Series) -> pd.Series:
        return codes_sorted(column)


MART_CONTRACTS: dict[str, type[Contract]] = {
    "bridge_kpi_fact": BridgeKpiFact,
    "dim_code": DimCode,
    "dim_level": DimLevel,
    "dim_page": DimPage,
    "dim_province": DimProvince,
    "dim_subject": DimSubject,
    "dim_year": DimYear,
    "dq_conflicts": DqConflicts,
    "dq_corrections": DqCorrections,
    "dq_error_rate": DqErrorRate,
    "dq_lost_rows": DqLostRows,
    "dq_quarantine": DqQuarantine,
    "dq_rating_groups": DqRatingGroups,
    "dq_unread_numbers": DqUnreadNumbers,
    "fact_observation": FactObservation,
    "kpi_clean_strong_wide": KpiCleanStrongWide,
    "kpi_history": history_of(KpiProvinceYear, "kpi_id"),
    "kpi_party_membership": KpiPartyMembership,
    "kpi_province_year": KpiProvinceYear,
    "kpi_province_year_2025_boundaries": KpiProvinceYear2025Boundaries,
    "kpi_province_year_wide": KpiProvinceYearWide,
    "kpi_target_vs_actual": KpiTargetVsActual,
}
"""The mart tables by name."""
