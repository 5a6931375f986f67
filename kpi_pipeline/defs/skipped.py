"""The second look at skipped pages: some of them are read after all, and none may state a fact.

Belongs here: which pages of the lake are read again, and what is told of them. Does not belong here: why a page is
skipped (`reading.skipping`).
"""

from collections.abc import Sequence

from kpi_pipeline.days.look import Look, Seen, with_remedy
from kpi_pipeline.reading.cleaned import Row
from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.skipping import read_after_all, sampled
from kpi_pipeline.reading.workers import workers_of
from kpi_pipeline.reference.codes import SKIPPED
from kpi_pipeline.storage.lake import Lake

_LOST: Sequence[Row] = ({"lost": True},)
_REMEDY = "Facts of skipped pages are missing: report these pages, and run again with KPI_SKIP=0 to read all."


def skipped_pages_state_nothing(lake: Lake, days: Sequence[str]) -> Seen:
    """Reads some of the skipped pages of the days the full way; any fact found there is a finding."""
    skipped = {
        day: {str(row["page_id"]) for row in lake.rows("cleaned_text", day, ("page_id", "status")) if _is_skipped(row)}
        for day in days
    }
    chosen = sampled(page for pages in skipped.values() for page in pages)
    again = {day: pages & chosen for day, pages in skipped.items() if pages & chosen}
    pages = [
        (day, [row for row in lake.rows("raw_pages", day) if row["page_id"] in wanted]) for day, wanted in again.items()
    ]
    read = workers_of(Limits.from_environment()).read(read_after_all, _lost, pages)
    looked = [
        (day, page, facts)
        for (day, rows), (_, found) in zip(pages, read, strict=True)
        for page, facts in zip(rows, found, strict=True)
    ]
    findings = [
        {"day": day, "page_id": page["page_id"], "file": page["source_file"], "url": page["url"] or "",
         "facts": len(facts), "quote": facts[0]["quote"]}
        for day, page, facts in looked
        if facts and facts != _LOST
    ]  # fmt: skip
    counts = {
        "pages_skipped": sum(map(len, skipped.values())),
        "read_after_all": sum(facts != _LOST for _, _, facts in looked),
        "not_readable_after_all": sum(facts == _LOST for _, _, facts in looked),
    }
    return Seen(findings, counts)


def _is_skipped(row: Row) -> bool:
    return row["status"] == SKIPPED


def _lost(page: Row, reason: str) -> Sequence[Row]:
    """What stands for a page that a worker could not read within its limits."""
    return _LOST


SKIPPED_PAGES = Look(
    "skipped_state_nothing",
    "No page that was skipped states a fact: some of them, always the same, are read after all.",
    True,
    skipped_pages_state_nothing,
    with_remedy(_REMEDY),
    whole=True,
)
