"""Pages that are not parsed since none of their sentences can state a fact: the setting, the row, the second look.

Belongs here: bringing the skimmed lines of a page (`cleaning.skim`) and the words that a fact needs
(`extraction.relevance`) together. Does not belong here: either of them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence

from kpi_pipeline.extraction.relevance import may_state
from kpi_pipeline.reading.cleaned import Row, cleaned_row
from kpi_pipeline.reading.extracted import extracted_rows
from kpi_pipeline.storage.settings import SettingError

ONE_IN = 100
"""Of so many skipped pages about one is read after all."""
AT_LEAST = 3
"""Skipped pages that are read after all in any case, however few there are."""


def skips_pages() -> bool:
    """Whether pages that can state nothing are skipped (KPI_SKIP=1). Raises `SettingError` for another word."""
    written = os.environ.get("KPI_SKIP", "").strip()
    if written not in ("", "0", "1"):
        raise SettingError(
            f"KPI_SKIP is {written!r}: set it to 1 to skip pages that state nothing, or to 0, or leave it."
        )
    return written == "1"


def cleaned_if_worth(page: Row) -> dict[str, object]:
    """The row of cleaned_text for a row of raw_pages; a page that can state nothing is skipped and says so. Raises
    `MemoryError` where the page does not fit."""
    return cleaned_row(page, may_state)


def read_after_all(page: Row) -> Sequence[Row]:
    """The facts of a row of raw_pages, read the full way."""
    return extracted_rows(cleaned_row(page)).facts


def sampled(pages: Iterable[str], one_in: int = ONE_IN, least: int = AT_LEAST) -> frozenset[str]:
    """The ids of pages that are read after all: those whose digest falls into one of `one_in` parts, always the same,
    and as many more as make `least`, smallest digest first."""
    ranked = sorted((hashlib.sha256(page.encode()).digest(), page) for page in pages)
    chosen = [page for digest, page in ranked if int.from_bytes(digest[:8]) * one_in < 2**64]
    return frozenset(chosen if len(chosen) >= least else [page for _, page in ranked[:least]])
