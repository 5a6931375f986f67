"""Contracts of the mart tables: what every row that readers get must hold.

Only columns and their rules. What a column means is said once, in `schema.yml` beside the SQL model; that both name
the same columns is tested. Days come as ISO text and whole numbers as `Int64`, since some of them may be missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import pandera.pandas as pa

from kpi_pipeline.contracts.corrections import DqCorrections
from kpi_pipeline.contracts.fields import DAY, FACT_ID, GROUP_ID, PAGE_ID, PERIOD, PROVINCE, SHA256, Contract
from kpi_pipeline.contracts.quality import DqErrorRate
from kpi_pipeline.reference.codes import (
    COMPARATORS,
    DAY_SOURCES,
    INDICATORS,
    MEASURES,
    MODALITIES,
    PAGE_STATUSES,
    SCOPES,
    SUBJECTS,
    TASK_COMPLETION,
)

OBS_STATUS = ("A", "E", "U")
METHODS = ("reported", "computed")
SOURCE_KINDS = (
    "government_portal",
    "party_committee",
    "party_paper",
    "provincial_newspaper",
    "provincial_broadcaster",
    "national",
    "unknown",
)
VERDICTS = ("complete", "incomplete", "over", "short")

_AREA = r"VN-[0-9A-Z]{2}(@\d{4}-\d{2}-\d{2})?/\d{4}/[a-z_]+(:[^/]+)?/[a-z_]+/[a-z_]+"
WIDE_ID = rf"^{_AREA}$"
KPI_ID = rf"^{_AREA}/([a-z_]+(\+[a-z_]+)*|_T)/[a-z]+(/target)?(/of:[a-z_+]+)?(/(approx|ge|gt|le|lt))?$"
CODES = r"^$|^[a-z_]+(,[a-z_]+)*$"
LEVELS = r"^$|^[a-z_]+(\+[a-z_]+)*$"
LEVEL = r"^(_T|[a-z_]+(\+[a-z_]+)*)$"
BASE = r"^[a-z_]+(\+[a-z_]+)*$"
FACTS = r"^f[0-9a-f]{16}(,f[0-9a-f]{16})*$"
NO_OR_FACTS = r"^$|^f[0-9a-f]{16}(,f[0-9a-f]{16})*$"


def _text(pattern: str | None = None, nullable: bool = False, codes: Iterable[str] | None = None, **more: Any) -> Any:
    return pa.Field(str_matches=pattern, isin=None if codes is None else list(codes), nullable=nullable, **more)


def _day(nullable: bool = False) -> Any:
    return pa.Field(str_matches=DAY, nullable=nullable, metadata={"type": "date"})


def _whole(nullable: bool = False, at_least: int = 0, at_most: int | None = None) -> Any:
    return pa.Field(ge=at_least, le=at_most, nullable=nullable, metadata={"type": "int64"})


def _year() -> Any:
    return _whole(at_least=1000, at_most=9999)


def _share() -> Any:
    return pa.Field(ge=0, le=100, nullable=True)


def _sorted_codes(column: pd.Series) -> pd.Series:
    return column.map(lambda text: text == ",".join(sorted(set(text.split(",")))))


class KpiProvinceYear(Contract):
    """Long KPI table: one row an area, year, scope, unit, subject, indicator, level, modality, base and measure."""

    kpi_id: str = _text(KPI_ID, unique=True)
    ref_area: str = _text(PROVINCE)
    province_valid_from: str = _day()
    province_name: str = _text()
    time_period: pd.Int64Dtype = _year()
    scope: str = _text(codes=SCOPES)
    subject: str = _text(codes=SUBJECTS)
    indicator: str = _text(codes=INDICATORS)
    level: str = _text(LEVEL)
    modality: str = _text(codes=MODALITIES)
    measure: str = _text(codes=MEASURES)
    obs_value: float = pa.Field(ge=0)
    unit_measure: str = _text(codes=("PT", "UNITS"))
    obs_status: str = _text(codes=OBS_STATUS)
    comparator: str = _text(codes=COMPARATORS)
    method: str = _text(codes=METHODS)
    n_sources: pd.Int64Dtype = _whole(at_least=1)
    source_url: str = _text(nullable=True)
    fact_ids: str = _text(FACTS)
    period_start: str = _text(PERIOD)
    period_end: str = _text(PERIOD)
    unit_name: str = _text(nullable=True)
    base: str = _text(BASE)
    annual: bool
    conflict: bool
    flags: str = _text(CODES)
    other_fact_ids: str = _text(NO_OR_FACTS)
    page_id: str = _text(PAGE_ID)

    @pa.dataframe_check(error="a share is percent from 0 to 100, anything else a whole number of units")
    @classmethod
    def value_fits_unit(cls, frame: pd.DataFrame) -> pd.Series:
        share = frame["measure"] == "share"
        return (share & (frame["unit_measure"] == "PT") & (frame["obs_value"] <= 100)) | (
            ~share & (frame["unit_measure"] == "UNITS") & (frame["obs_value"] % 1 == 0)
        )

    @pa.dataframe_check(error="the period lies in the year")
    @classmethod
    def period_in_year(cls, frame: pd.DataFrame) -> pd.Series:
        year = frame["time_period"].astype(str)
        return (frame["period_start"].str[:4] == year) & (frame["period_end"].str[:4] == year)

    @pa.dataframe_check(error="only exact reported numbers have the status A; a computed one rests on two facts")
    @classmethod
    def status_fits(cls, frame: pd.DataFrame) -> pd.Series:
        computed = frame["method"] == "computed"
        exact = (frame["comparator"] == "eq") & ~computed
        return ((frame["obs_status"] != "A") | exact) & (~computed | frame["fact_ids"].str.contains(","))

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

    kpi_id: str = _text(WIDE_ID, unique=True)
    ref_area: str = _text(PROVINCE)
    province_name: str = _text()
    year: pd.Int64Dtype = _year()
    scope: str = _text(codes=SCOPES)
    unit_name: str = _text(nullable=True)
    subject: str = _text(codes=SUBJECTS)
    indicator: str = _text(codes=(TASK_COMPLETION,))
    total: pd.Int64Dtype = _whole(nullable=True)
    share_excellent: float = _share()
    share_good: float = _share()
    share_good_or_better: float = _share()
    share_completed: float = _share()
    share_not_completed: float = _share()
    share_sum: float = pa.Field(ge=0, nullable=True)
    obs_status: str = _text(codes=OBS_STATUS)
    flags: str = _text(CODES)
    source_url: str = _text(nullable=True)
    province_valid_from: str = _day()
    count_excellent: pd.Int64Dtype = _whole(nullable=True)
    count_good: pd.Int64Dtype = _whole(nullable=True)
    count_good_or_better: pd.Int64Dtype = _whole(nullable=True)
    count_completed: pd.Int64Dtype = _whole(nullable=True)
    count_not_completed: pd.Int64Dtype = _whole(nullable=True)
    n_sources: pd.Int64Dtype = _whole(at_least=1)
    fact_ids: str = _text(FACTS)
    other_fact_ids: str = _text(NO_OR_FACTS)
    page_id: str = _text(PAGE_ID)

    @pa.check("flags", error="flags are sorted and named once")
    @classmethod
    def flags_sorted(cls, column: pd.Series) -> pd.Series:
        return _sorted_codes(column)


class FactObservation(Contract):
    """All accepted statements, one row a fact."""

    page: str = _text()
    province: str = _text(PROVINCE, nullable=True)
    scope: str = _text(codes=SCOPES)
    subject: str = _text(codes=SUBJECTS)
    indicator: str = _text(codes=INDICATORS)
    levels: object = pa.Field(metadata={"type": "list"})
    measure: str = _text(codes=MEASURES)
    value: float = pa.Field(ge=0)
    comparator: str = _text(codes=COMPARATORS)
    base: str = _text(BASE)
    period_start: str = _text(PERIOD, nullable=True)
    period_end: str = _text(PERIOD, nullable=True)
    annual: bool
    modality: str = _text(codes=MODALITIES)
    unit_name: str = _text(nullable=True)
    subset: str = _text(nullable=True)
    fact_id: str = _text(FACT_ID, unique=True)
    page_id: str = _text(PAGE_ID)
    span_start: pd.Int64Dtype = _whole()
    span_end: pd.Int64Dtype = _whole(at_least=1)
    quote: str = _text(str_length={"min_value": 1})
    source_url: str = _text(nullable=True)
    province_valid_from: str = _day(nullable=True)
    province_evidence: str = _text(nullable=True)
    sentence_start: pd.Int64Dtype = _whole()
    sentence_end: pd.Int64Dtype = _whole(at_least=1)
    sentence: str = _text(str_length={"min_value": 1})
    reading: str = _text()
    flags: str = _text(CODES)
    group_id: str = _text(GROUP_ID, nullable=True)
    n_mentions: pd.Int64Dtype = _whole(at_least=1)
    page_version: str = _text(SHA256)
    published_on: str = _day()

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


class DimProvince(Contract):
    """Provinces with the time their code and territory stood: one row a code and territory."""

    ref_area: str = _text(PROVINCE)
    province_valid_from: str = _day()
    province_valid_to: str = _day(nullable=True)
    province_name: str = _text()
    name_ascii: str = _text(r"^[A-Za-z -]+$")
    province_type: str = _text(r"^[a-z_]+$")
    region: str = _text(r"^[a-z_]+$")
    successor: str = _text(r"^VN-[0-9A-Z]{2}(\|VN-[0-9A-Z]{2})*$", nullable=True)
    is_current: bool
    gso_code: str = _text(r"^\d{2,3}$", nullable=True)
    aliases: str = _text(nullable=True)
    note: str = _text(nullable=True)

    class Config:
        unique = ["ref_area", "province_valid_from"]  # noqa: RUF012

    @pa.dataframe_check(error="a territory ends after it began, and only one that has ended has a successor")
    @classmethod
    def ends_after_it_began(cls, frame: pd.DataFrame) -> pd.Series:
        open_ended = frame["province_valid_to"].isna()
        after = frame["province_valid_to"].fillna("9999-12-31") > frame["province_valid_from"]
        return after & (open_ended == frame["is_current"]) & (frame["successor"].isna() | ~open_ended)


class DimPage(Contract):
    """One row a page that landed, also those that could not be read."""

    page_id: str = _text(PAGE_ID, unique=True)
    page: str = _text()
    source_url: str = _text(nullable=True)
    title: str = _text(nullable=True)
    published_on: str = _day()
    day_source: str = _text(codes=DAY_SOURCES)
    captured_on: str = _day()
    status: str = _text(codes=(*PAGE_STATUSES, "not_cleaned"))
    reason: str = _text(nullable=True)
    n_facts: pd.Int64Dtype = _whole()
    n_quarantined: pd.Int64Dtype = _whole()
    n_merged: pd.Int64Dtype = _whole()
    n_unread: pd.Int64Dtype = _whole()
    source_domain: str = _text(nullable=True)
    source_kind: str = _text(codes=SOURCE_KINDS)
    source_rank: pd.Int64Dtype = _whole(at_least=1, at_most=6)
    source_province: str = _text(PROVINCE, nullable=True)
    source_file: str = _text()
    media_type: str = _text(nullable=True)
    language: str = _text(codes=("vi", "other"), nullable=True)
    encoding: str = _text(nullable=True)
    n_bytes: pd.Int64Dtype = _whole(nullable=True)
    n_paragraphs: pd.Int64Dtype = _whole(nullable=True)
    page_version: str = _text(SHA256)

    @pa.dataframe_check(error="a page that could not be read says why")
    @classmethod
    def reason_given(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["status"] == "ok") | frame["reason"].notna()


class DqConflicts(Contract):
    """Statements of one cell that differ by more than rounding: one row a statement."""

    kpi_id: str = _text(KPI_ID)
    kind: str = _text(codes=("within_page", "taken_and_other"))
    fact_id: str = _text(FACT_ID)
    is_taken: bool
    value: float = pa.Field(ge=0)
    comparator: str = _text(codes=COMPARATORS)
    quote: str = _text(str_length={"min_value": 1})
    sentence: str = _text(str_length={"min_value": 1})
    page_id: str = _text(PAGE_ID)
    page: str = _text()
    source_url: str = _text(nullable=True)
    source_kind: str = _text(codes=SOURCE_KINDS)
    published_on: str = _day()
    span_start: pd.Int64Dtype = _whole()
    span_end: pd.Int64Dtype = _whole(at_least=1)

    class Config:
        unique = ["kpi_id", "fact_id"]  # noqa: RUF012

    @pa.dataframe_check(error="where a page contradicts itself, none of its numbers is taken")
    @classmethod
    def none_taken(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["kind"] == "taken_and_other") | ~frame["is_taken"]


class DqQuarantine(Contract):
    """What a rule keeps out of the tables: facts, and pages that could not be read."""

    kind: str = _text(codes=("fact", "page"))
    item_id: str = _text(r"^[fp][0-9a-f]{16}$", unique=True)
    page_id: str = _text(PAGE_ID)
    rule_id: str = _text(str_length={"min_value": 1})
    reason: str = _text(str_length={"min_value": 1})
    remedy: str = _text(str_length={"min_value": 1})
    quote: str = _text(nullable=True)
    sentence: str = _text(nullable=True)
    source_url: str = _text(nullable=True)
    page: str = _text()
    published_on: str = _day()
    province: str = _text(PROVINCE, nullable=True)
    scope: str = _text(codes=SCOPES, nullable=True)
    subject: str = _text(codes=SUBJECTS, nullable=True)
    indicator: str = _text(codes=INDICATORS, nullable=True)
    levels: str = _text(LEVELS, nullable=True)
    measure: str = _text(codes=MEASURES, nullable=True)
    value: float = pa.Field(nullable=True)
    period_start: str = _text(PERIOD, nullable=True)
    period_end: str = _text(PERIOD, nullable=True)
    span_start: pd.Int64Dtype = _whole(nullable=True)
    span_end: pd.Int64Dtype = _whole(nullable=True)
    group_id: str = _text(GROUP_ID, nullable=True)

    @pa.dataframe_check(error="a fact in quarantine shows its quote")
    @classmethod
    def quote_shown(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["kind"] == "page") | frame["quote"].notna()


class DqRatingGroups(Contract):
    """One row a rating group: the shares of one population on one page, and what their sum says."""

    group_id: str = _text(GROUP_ID, unique=True)
    page_id: str = _text(PAGE_ID)
    published_on: str = _day()
    province: str = _text(PROVINCE, nullable=True)
    scope: str = _text(codes=SCOPES)
    unit_name: str = _text(nullable=True)
    subset: str = _text(nullable=True)
    subject: str = _text(codes=SUBJECTS)
    indicator: str = _text(codes=INDICATORS)
    period_start: str = _text(PERIOD, nullable=True)
    period_end: str = _text(PERIOD, nullable=True)
    annual: bool
    modality: str = _text(codes=MODALITIES)
    base: str = _text(BASE)
    n_terms: pd.Int64Dtype = _whole(at_least=1)
    share_sum: float = pa.Field(ge=0)
    tolerance: float = pa.Field(gt=0)
    verdict: str = _text(codes=VERDICTS)
    fact_ids: str = _text(NO_OR_FACTS)
    source_url: str = _text(nullable=True)
    page: str = _text()

    @pa.dataframe_check(error="an accepted group adds to no more than 100 and its tolerance")
    @classmethod
    def accepted_sums(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["verdict"] == "over") | (frame["share_sum"] <= 100 + frame["tolerance"] + 1e-6)


class DqUnreadNumbers(Contract):
    """One row a number of a page's text that became no fact, with the reason."""

    page_id: str = _text(PAGE_ID)
    span_start: pd.Int64Dtype = _whole()
    span_end: pd.Int64Dtype = _whole(at_least=1)
    quote: str = _text(str_length={"min_value": 1})
    reason: str = _text(r"^[a-z_]+$")
    phrase: str = _text()
    source_url: str = _text(nullable=True)
    page: str = _text()
    published_on: str = _day()
    page_version: str = _text(SHA256)

    class Config:
        unique = ["page_id", "span_start", "span_end"]  # noqa: RUF012


MART_CONTRACTS: dict[str, type[Contract]] = {
    "dim_page": DimPage,
    "dim_province": DimProvince,
    "dq_conflicts": DqConflicts,
    "dq_corrections": DqCorrections,
    "dq_error_rate": DqErrorRate,
    "dq_quarantine": DqQuarantine,
    "dq_rating_groups": DqRatingGroups,
    "dq_unread_numbers": DqUnreadNumbers,
    "fact_observation": FactObservation,
    "kpi_province_year": KpiProvinceYear,
    "kpi_province_year_wide": KpiProvinceYearWide,
}
"""The mart tables by name."""
