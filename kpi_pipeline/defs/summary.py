"""The closing summary of a run: what stands in the lake and in the published warehouse."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from kpi_pipeline.publication.changes import summary
from kpi_pipeline.publication.ledger import ledger_of
from kpi_pipeline.reference.codes import SKIPPED
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline.storage.reading import query


@dataclass(frozen=True)
class Summary:
    """Counts over all days; `quarantined` counts facts by rule, `unreadable` pages by status, `skipped` pages that were
    not parsed, `publication` tells the last one."""

    pages: int
    skipped: int
    unreadable: dict[str, int]
    facts: int
    merged: int
    unread: int
    quarantined: dict[str, int]
    kpi_rows: int
    publication: str
    warehouse: Path

    def lines(self) -> list[tuple[str, str]]:
        """Name and value of each line, as a person reads them."""
        return [
            ("pages", f"{self.pages}" + self._skipped() + _split(self.unreadable, "not readable")),
            ("facts", f"{self.facts} ({self.merged} repeated mentions merged, {self.unread} numbers unread)"),
            ("quarantined", f"{sum(self.quarantined.values())}" + _split(self.quarantined, "by rule")),
            ("KPI rows", f"{self.kpi_rows} in marts.kpi_province_year"),
            ("publication", self.publication),
            ("warehouse", str(self.warehouse)),
        ]

    def _skipped(self) -> str:
        return f" ({self.skipped} skipped: they can state nothing)" if self.skipped else ""


def summarise(home: Home, published: bool) -> Summary:
    """Count what stands now; the KPI rows are those of the published warehouse. `published` says whether the last
    publication is that of the run that is summed up, and so what changed is told."""
    lake = Lake(home.lake)

    def count(table: str) -> int:
        return sum(lake.count(table, day) for day in lake.days(table))

    statuses = Counter(
        str(s) for f in lake.frames("cleaned_text", lake.days("cleaned_text"), ["status"]) for s in f["status"]
    )
    rules = Counter(
        str(r)
        for f in lake.frames("quarantined_facts", lake.days("quarantined_facts"), ["rule_id"])
        for r in f["rule_id"]
    )
    kpi_rows = query(home.published, "SELECT count(*) AS n FROM marts.kpi_province_year")[0]["n"]
    last = ledger_of(home.releases)[-1]
    return Summary(
        pages=statuses.total(),
        skipped=statuses[SKIPPED],
        unreadable={status: n for status, n in sorted(statuses.items()) if status not in ("ok", SKIPPED)},
        facts=count("validated_facts"),
        merged=count("merged_facts"),
        unread=count("unread_numbers"),
        quarantined=dict(sorted(rules.items())),
        kpi_rows=int(kpi_rows),
        publication=f"{last['number']} of {last['day']}"
        + (f": {summary(last.get('changes', {}))}" if published else ", as it was: there is nothing new to publish"),
        warehouse=home.published / "warehouse.duckdb",
    )


def _split(counts: dict[str, int], what: str) -> str:
    return f" ({what}: " + ", ".join(f"{name} {n}" for name, n in counts.items()) + ")" if counts else ""
