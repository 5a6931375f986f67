"""Contracts of the fact tables of the lake: extracted, validated, quarantined and merged facts, unread numbers, groups.

Only columns and their rules. What a fact means is said in docs/reference/fact-record.md; how one is found or judged
stands in extraction/ and validation/.
"""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from kpi_pipeline.contracts.fields import DAY, FACT_ID, GROUP_ID, PAGE_ID, PERIOD, PROVINCE, SHA256, Contract
from kpi_pipeline.reference.codes import COMPARATORS, INDICATORS, MEASURES, MODALITIES, SCOPES, SUBJECTS


class FactColumns(Contract):
    """What a page states: one quantity about one population in one period, with the characters that state it."""

    fact_id: str = pa.Field(str_matches=FACT_ID, unique=True, description="Id of the fact: page version, span, fields")
    page_id: str = pa.Field(str_matches=PAGE_ID, description="The page that states it")
    page_version: str = pa.Field(str_matches=SHA256, description="sha256 of the bytes it was read from")
    published_on: str = pa.Field(str_matches=DAY, description="Day of publication of the page")
    url: str = pa.Field(nullable=True, description="Address of the page")
    province: str = pa.Field(
        nullable=True, str_matches=PROVINCE, description="ISO 3166-2 code at the end of the period"
    )
    province_valid_from: str = pa.Field(
        nullable=True, str_matches=DAY, description="First day of the territory the code stands for"
    )
    province_evidence: str = pa.Field(nullable=True, description="What names the province")
    scope: str = pa.Field(isin=SCOPES, description="Whose result it is")
    subject: str = pa.Field(isin=SUBJECTS, description="What is counted")
    indicator: str = pa.Field(isin=INDICATORS, description="What is measured")
    levels: str = pa.Field(str_matches=r"^$|^[a-z_]+(\+[a-z_]+)*$", description="Levels the value covers, joined by +")
    measure: str = pa.Field(isin=MEASURES, description="count, share (percent) or total")
    value: float = pa.Field(description="The number as written")
    comparator: str = pa.Field(isin=COMPARATORS, description="eq, or the bound or approximation the page states")
    base: str = pa.Field(str_matches=r"^[a-z_]+(\+[a-z_]+)*$", description="What a share is a share of")
    period_start: str = pa.Field(
        nullable=True, str_matches=PERIOD, description="Start of the period (year, month, day)"
    )
    period_end: str = pa.Field(nullable=True, str_matches=PERIOD, description="End of the period (year, month or day)")
    annual: bool = pa.Field(description="True when the value is meant for every year of the period")
    modality: str = pa.Field(isin=MODALITIES, description="actual or target")
    unit_name: str = pa.Field(nullable=True, description="Name of the body whose result it is")
    subset: str = pa.Field(nullable=True, description="Phrase that narrows the population")
    span_start: int = pa.Field(ge=0, description="First character of the quote in the page's text")
    span_end: int = pa.Field(gt=0, description="Character after the quote")
    quote: str = pa.Field(str_length={"min_value": 1}, description="The characters that state the number")
    sentence_start: int = pa.Field(ge=0, description="First character of the sentence")
    sentence_end: int = pa.Field(gt=0, description="Character after the sentence")
    sentence: str = pa.Field(str_length={"min_value": 1}, description="The sentence around the quote")
    reading: str = pa.Field(description="The construction that was read")
    flags: str = pa.Field(description="What to know before using it, codes joined by commas")

    @pa.dataframe_check(error="the quote has the length of its span and lies in its sentence")
    @classmethod
    def span_fits(cls, frame: pd.DataFrame) -> pd.Series:
        return (
            (frame["span_end"] - frame["span_start"] == frame["quote"].str.len())
            & (frame["sentence_start"] <= frame["span_start"])
            & (frame["span_end"] <= frame["sentence_end"])
        )


class ExtractedFacts(FactColumns):
    """One row a candidate fact, every mention on its own, with its span in the page's text."""


class ValidatedFacts(FactColumns):
    """One row a fact that may be counted: no rule of the catalogue speaks against it."""

    group_id: str = pa.Field(nullable=True, str_matches=GROUP_ID, description="Rating group the fact belongs to")
    n_mentions: int = pa.Field(ge=1, description="How often the page states it")

    @pa.dataframe_check(error="a share lies between 0 and 100 percent, a count or total is a whole number from 0")
    @classmethod
    def value_in_range(cls, frame: pd.DataFrame) -> pd.Series:
        share = frame["measure"] == "share"
        return (frame["value"] >= 0) & ((share & (frame["value"] <= 100)) | (~share & (frame["value"] % 1 == 0)))


class QuarantinedFacts(FactColumns):
    """One row a fact that a rule keeps out of the tables, with the rule and what a person should do."""

    group_id: str = pa.Field(nullable=True, str_matches=GROUP_ID, description="Rating group the fact belongs to")
    rule_id: str = pa.Field(str_length={"min_value": 1}, description="Rule of the catalogue that keeps it out")
    reason: str = pa.Field(str_length={"min_value": 1}, description="What the rule found")
    remedy: str = pa.Field(str_length={"min_value": 1}, description="What a person should do")


class MergedFacts(FactColumns):
    """One row a repeated mention of a fact that the page states elsewhere too."""

    merged_into: str = pa.Field(str_matches=FACT_ID, description="The fact that stands for it")


class UnreadNumbers(Contract):
    """One row a number of a page's text that became no fact, with the reason."""

    page_id: str = pa.Field(str_matches=PAGE_ID, description="The page it stands on")
    page_version: str = pa.Field(str_matches=SHA256, description="sha256 of the bytes it was read from")
    published_on: str = pa.Field(str_matches=DAY, description="Day of publication of the page")
    span_start: int = pa.Field(ge=0, description="First character of the number in the page's text")
    span_end: int = pa.Field(gt=0, description="Character after the number")
    quote: str = pa.Field(str_length={"min_value": 1}, description="The number as written")
    reason: str = pa.Field(str_matches=r"^[a-z_]+$", description="Why it is no fact")
    phrase: str = pa.Field(description="The words around it")

    class Config:
        unique = ["page_id", "span_start", "span_end"]  # noqa: RUF012


class RatingGroups(Contract):
    """One row a rating of one population on one page, with the sum of its shares."""

    group_id: str = pa.Field(str_matches=GROUP_ID, unique=True, description="Id of the group")
    page_id: str = pa.Field(str_matches=PAGE_ID, description="The page that states it")
    published_on: str = pa.Field(str_matches=DAY, description="Day of publication of the page")
    province: str = pa.Field(nullable=True, str_matches=PROVINCE, description="ISO 3166-2 code")
    scope: str = pa.Field(isin=SCOPES, description="Whose result it is")
    unit_name: str = pa.Field(nullable=True, description="Name of the body")
    subset: str = pa.Field(nullable=True, description="Phrase that narrows the population")
    subject: str = pa.Field(isin=SUBJECTS, description="What is counted")
    indicator: str = pa.Field(isin=INDICATORS, description="The rating")
    period_start: str = pa.Field(nullable=True, str_matches=PERIOD, description="Start of the period")
    period_end: str = pa.Field(nullable=True, str_matches=PERIOD, description="End of the period")
    annual: bool = pa.Field(description="True when meant for every year of the period")
    modality: str = pa.Field(isin=MODALITIES, description="actual or target")
    base: str = pa.Field(description="What the shares are shares of")
    n_terms: int = pa.Field(ge=1, description="Shares that were added")
    share_sum: float = pa.Field(description="Their sum, percent")
    tolerance: float = pa.Field(gt=0, description="How far from 100 rounding alone can bring it, points")
    verdict: str = pa.Field(isin=("complete", "incomplete", "over", "short"), description="What the sum says")
    fact_ids: str = pa.Field(description="The facts that were added, joined by commas")
