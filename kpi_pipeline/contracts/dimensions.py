"""Contracts of the dimensions: provinces, years, subjects, levels, pages, other codes.

Only columns and their rules; what a column means is said in `schema.yml` beside the SQL model.
"""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from kpi_pipeline.contracts.fields import PAGE_ID, PROVINCE, SHA256, Contract
from kpi_pipeline.contracts.mart_fields import LEVEL, LEVELS, SOURCE_KINDS, SUBJECT_GROUPS, day, text, whole
from kpi_pipeline.reference.codes import DAY_SOURCES, INDICATORS, PAGE_STATUSES, SUBJECTS


class DimProvince(Contract):
    """Provinces with the time their code and territory stood: one row a code and territory."""

    ref_area: str = text(PROVINCE)
    province_valid_from: str = day()
    province_valid_to: str = day(nullable=True)
    province_name: str = text()
    name_ascii: str = text(r"^[A-Za-z -]+$")
    province_type: str = text(r"^[a-z_]+$")
    region: str = text(r"^[a-z_]+$")
    region_name_vi: str = text()
    region_name_en: str = text()
    successor: str = text(r"^VN-[0-9A-Z]{2}(\|VN-[0-9A-Z]{2})*$", nullable=True)
    is_current: bool
    ref_area_2025: str = text(PROVINCE, nullable=True)
    province_name_2025: str = text(nullable=True)
    was_merged_2025: bool
    gso_code: str = text(r"^\d{2,3}$", nullable=True)
    aliases: str = text(nullable=True)
    note: str = text(nullable=True)

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

    page_id: str = text(PAGE_ID, unique=True)
    page: str = text()
    source_url: str = text(nullable=True)
    title: str = text(nullable=True)
    published_on: str = day()
    day_source: str = text(codes=DAY_SOURCES)
    captured_on: str = day()
    status: str = text(codes=(*PAGE_STATUSES, "not_cleaned"))
    reason: str = text(nullable=True)
    n_facts: pd.Int64Dtype = whole()
    n_quarantined: pd.Int64Dtype = whole()
    n_merged: pd.Int64Dtype = whole()
    n_unread: pd.Int64Dtype = whole()
    source_domain: str = text(nullable=True)
    source_kind: str = text(codes=SOURCE_KINDS)
    source_rank: pd.Int64Dtype = whole(at_least=1, at_most=6)
    source_province: str = text(PROVINCE, nullable=True)
    source_file: str = text()
    media_type: str = text(nullable=True)
    language: str = text(codes=("vi", "other"), nullable=True)
    encoding: str = text(nullable=True)
    n_bytes: pd.Int64Dtype = whole(nullable=True)
    n_paragraphs: pd.Int64Dtype = whole(nullable=True)
    page_version: str = text(SHA256)
    copy_of: str = text(PAGE_ID, nullable=True)

    @pa.dataframe_check(error="a copy names another page")
    @classmethod
    def copy_of_another(cls, frame: pd.DataFrame) -> pd.Series:
        return frame["copy_of"].isna() | (frame["copy_of"] != frame["page_id"])

    @pa.dataframe_check(error="a page that could not be read says why")
    @classmethod
    def reason_given(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["status"] == "ok") | frame["reason"].notna()


class DimYear(Contract):
    """One row a calendar year, with the boundaries in force at its end."""

    year: pd.Int64Dtype = whole(at_least=1997, at_most=9999, unique=True)
    first_day: str = day()
    last_day: str = day()
    boundaries_from: str = day()
    n_provinces: pd.Int64Dtype = whole(at_least=1)
    changed_within: bool
    has_2025_boundaries: bool

    @pa.dataframe_check(error="the days are those of the year, and its boundaries began by its end")
    @classmethod
    def days_fit(cls, frame: pd.DataFrame) -> pd.Series:
        year = frame["year"].astype(str)
        days = (frame["first_day"] == year + "-01-01") & (frame["last_day"] == year + "-12-31")
        since_2025 = frame["boundaries_from"] >= "2025-07-01"
        return days & (frame["boundaries_from"] <= frame["last_day"]) & (since_2025 == frame["has_2025_boundaries"])


class DimSubject(Contract):
    """One row a subject: what is counted."""

    subject: str = text(codes=SUBJECTS, unique=True)
    subject_name_vi: str = text(str_length={"min_value": 1})
    subject_name_en: str = text(str_length={"min_value": 1})
    subject_group: str = text(codes=SUBJECT_GROUPS)
    part_of: str = text(codes=SUBJECTS, nullable=True)


class DimLevel(Contract):
    """One row an indicator and level that its figures can have."""

    indicator: str = text(codes=INDICATORS)
    level: str = text(LEVEL)
    level_name_vi: str = text(str_length={"min_value": 1})
    level_name_en: str = text(str_length={"min_value": 1})
    indicator_name_vi: str = text()
    indicator_name_en: str = text()
    level_kind: str = text(codes=("single", "cumulative", "set", "total", "outside"))
    position: pd.Int64Dtype = whole(at_most=99)
    parts: str = text(LEVELS, nullable=True)
    wanted: str = text(codes=("more", "less"), nullable=True)

    class Config:
        unique = ["indicator", "level"]  # noqa: RUF012

    @pa.dataframe_check(error="a cumulative level or set has several parts, a single one itself, the total none")
    @classmethod
    def parts_fit(cls, frame: pd.DataFrame) -> pd.Series:
        several = frame["parts"].fillna("").str.contains("+", regex=False)
        itself = frame["parts"] == frame["level"]
        kind = frame["level_kind"]
        return (
            (several == kind.isin(("cumulative", "set")))
            & (itself | ~kind.isin(("single", "outside")))
            & (frame["parts"].isna() == (kind == "total"))
        )


class DimCode(Contract):
    """One row a code of a column that has no dimension of its own, with its names."""

    code_list: str = text(r"^[a-z_]+$")
    code: str = text(r"^[A-Za-z_]+$")
    name_vi: str = text(str_length={"min_value": 1})
    name_en: str = text(str_length={"min_value": 1})

    class Config:
        unique = ["code_list", "code"]  # noqa: RUF012
