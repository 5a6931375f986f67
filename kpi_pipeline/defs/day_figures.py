"""What the UI shows of every day of a page stage besides its counts: size, time, and a few rows of the last day.

Belongs here: figures that are the same for all stages. Does not belong here: what a stage counts (pages, facts).
"""

import time
from collections.abc import Mapping, Sequence

import dagster as dg

from kpi_pipeline.defs.showing import PREVIEWED, preview
from kpi_pipeline.storage.lake import Lake

_SEEN = {
    "raw_pages": ("page_id", "source_file", "url", "day_source", "n_bytes"),
    "cleaned_text": ("page_id", "source_file", "status", "title", "n_paragraphs"),
    "extracted_facts": ("quote", "value", "province", "subject", "levels", "measure", "period_end", "sentence"),
    "validated_facts": ("quote", "value", "province", "subject", "levels", "measure", "period_end", "flags"),
    "quarantined_facts": ("rule_id", "quote", "url", "reason", "remedy", "sentence"),
}
"""The columns of a preview by asset: the table of its name."""


class DayFigures:
    """Size and time of each day that a stage goes through, in the order in which it is done with them."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._since = time.perf_counter()

    def of(self, day: str, assets: Sequence[dg.AssetKey]) -> Mapping[dg.AssetKey, Mapping[str, float]]:
        """By asset the kilobytes of the day's file, and the seconds since the day before was done."""
        before, self._since = self._since, time.perf_counter()
        seconds = round(self._since - before, 3)
        return {asset: {"kilobytes": self._kilobytes(asset, day), "seconds": seconds} for asset in assets}

    def _kilobytes(self, asset: dg.AssetKey, day: str) -> float:
        path = self._lake.path(asset.path[-1], day)
        return round(path.stat().st_size / 1024, 1) if path.exists() else 0.0


def last_rows(lake: Lake, asset: str, days: Sequence[str]) -> tuple[str, dg.MarkdownMetadataValue] | None:
    """The last of the days that has rows of an asset, and the first of them; None where no day has any."""
    for day in reversed(days):
        if lake.count(asset, day):
            return day, preview(lake.rows(asset, day, _SEEN[asset])[:PREVIEWED])
    return None
