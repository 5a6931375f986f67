"""Contracts of the page tables of the lake: raw_pages and cleaned_text.

Only columns and their rules; how a page lands or is cleaned stands in landing/ and cleaning/.
"""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from kpi_pipeline.contracts.fields import DAY, PAGE_ID, PROVINCE, SHA256, Contract
from kpi_pipeline.reference.codes import DAY_SOURCES, PAGE_STATUSES


class LandedColumns(Contract):
    """What the landing knows of a page."""

    page_id: str = pa.Field(
        str_matches=PAGE_ID,
        unique=True,
        description="Id of the page: of its address, or of its bytes where it has none",
    )
    page_version: str = pa.Field(str_matches=SHA256, description="sha256 of the captured bytes")
    url: str = pa.Field(nullable=True, description="Canonical address of the page")
    published_on: str = pa.Field(str_matches=DAY, description="Day of publication (Asia/Ho_Chi_Minh), the partition")
    day_source: str = pa.Field(isin=DAY_SOURCES, description="How the day was found")
    captured_on: str = pa.Field(str_matches=DAY, description="Day the bytes were captured")
    source_province: str = pa.Field(
        nullable=True, str_matches=PROVINCE, description="Province the collector names for the source (ISO 3166-2)"
    )
    source_file: str = pa.Field(description="Name of the file the page came in")


class RawPages(LandedColumns):
    """One row a page of the day, its bytes unchanged.

    The latest version that is not withdrawn; older versions stay in the landing store.
    """

    media_type: str = pa.Field(isin=("text/html", "text/plain"), description="What the bytes are")
    n_bytes: int = pa.Field(gt=0, description="Size of the bytes")
    content: object = pa.Field(description="The bytes as captured", metadata={"type": "bytes"})


class CleanedText(LandedColumns):
    """One row a page of the day: its article as one text, which all spans of its facts count in."""

    title: str = pa.Field(nullable=True, description="Headline of the article")
    text: str = pa.Field(description="NFC: headline and paragraphs joined by line feeds")
    n_paragraphs: int = pa.Field(ge=0, description="Paragraphs in the text, the headline not counted")
    language: str = pa.Field(nullable=True, isin=("vi", "other"), description="Language the text is in")
    encoding: str = pa.Field(nullable=True, description="Encoding the bytes were read with")
    status: str = pa.Field(isin=PAGE_STATUSES, description="ok, or why the page could not be read")
    status_reason: str = pa.Field(nullable=True, description="What was wrong and what to do about it")
    cues: str = pa.Field(description="What else points to the source, a JSON list of kind and text")

    @pa.dataframe_check(error="a page that is not ok says why")
    @classmethod
    def reason_given(cls, frame: pd.DataFrame) -> pd.Series:
        return (frame["status"] == "ok") | frame["status_reason"].notna()
