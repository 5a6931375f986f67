"""The quality figures: how well pages are read, what is held back and why, where sources differ.

Read from the dq_* marts and dim_page; a release without one of them has an empty list there. At most `MOST_CELLS`
disputed cells are shown.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from kpi_pipeline.publication.catalogue.links import source_link
from kpi_pipeline.publication.source import Source
from kpi_pipeline.reference.codes import GRADES
from kpi_pipeline.reference.provinces import province_at

MOST_CELLS = 50

Row = dict[str, Any]


@dataclass(frozen=True)
class Side:
    """A statement of a disputed cell."""

    value: float
    comparator: str
    is_taken: bool
    quote: str
    sentence: str
    page: str
    published_on: str
    link: str | None


@dataclass(frozen=True)
class Cell:
    """A disputed cell, named by the parts of its key, and what is said of it."""

    kpi_id: str
    sides: list[Side]

    @property
    def _parts(self) -> list[str]:
        return self.kpi_id.split("/")

    @property
    def year(self) -> str:
        """The year it is about."""
        return self._parts[1]

    @property
    def province(self) -> str:
        """The name of the province in that year, or its code."""
        code = self._parts[0].split("@")[0]
        province = province_at(code, f"{self.year}-12-31")
        return province.name if province else code

    @property
    def subject(self) -> str:
        """What is counted."""
        return self._parts[3]

    @property
    def indicator(self) -> str:
        """What is measured."""
        return self._parts[4]

    @property
    def level(self) -> str:
        """The level."""
        return self._parts[5]

    @property
    def measure(self) -> str:
        """`count`, `share` or `total`."""
        return self._parts[6]


@dataclass(frozen=True)
class Quality:
    """The figures of the release, each a list of rows by name."""

    error_rate: list[Row]
    read: Row
    pages: list[Row]
    quarantine: list[Row]
    unread: list[Row]
    groups: list[Row]
    corrections: int
    conflicts: list[Cell]
    all_conflicts: int


def quality_of(source: Source) -> Quality:
    """The quality figures of a release."""
    counts = {table.name: table.rows for table in source.tables}
    conflicts = _conflicts(source)
    read = _rows(source, "dim_page", _READ)
    cells = _rows(source, "dq_conflicts", "SELECT count(DISTINCT kpi_id) AS n FROM marts.dq_conflicts")
    return Quality(
        error_rate=sorted(_rows(source, "dq_error_rate", _ERROR_RATE), key=_by_grade),
        read=read[0] if read else {},
        pages=_rows(
            source, "dim_page", "SELECT status, count(*) AS n FROM marts.dim_page GROUP BY 1 ORDER BY 2 DESC, 1"
        ),
        quarantine=_rows(source, "dq_quarantine", _QUARANTINE),
        unread=_rows(source, "dq_unread_numbers", _UNREAD),
        groups=_rows(source, "dq_rating_groups", _GROUPS),
        corrections=counts.get("dq_corrections", 0),
        conflicts=conflicts,
        all_conflicts=int(cells[0]["n"]) if cells else 0,
    )


def _rows(source: Source, table: str, sql: str) -> list[Row]:
    if table not in {own.name for own in source.tables}:
        return []
    cursor = source.con.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _by_grade(row: Row) -> tuple[bool, str, int]:
    return (bool(row["tuned"]), str(row["gold_set"]), GRADES.index(row["grade"]) if row["grade"] in GRADES else 9)


def _conflicts(source: Source) -> list[Cell]:
    found: dict[str, list[Side]] = defaultdict(list)
    for row in _rows(source, "dq_conflicts", _CONFLICTS):
        found[row["kpi_id"]].append(
            Side(
                value=row["value"],
                comparator=row["comparator"],
                is_taken=row["is_taken"],
                quote=row["quote"],
                sentence=row["sentence"],
                page=row["source_domain"] or row["page"],
                published_on=row["published_on"],
                link=source_link(row["source_url"], row["sentence"]),
            )
        )
    return [Cell(kpi_id, sides) for kpi_id, sides in found.items()]


_READ = """
SELECT
    count(*) AS pages, coalesce(sum(n_facts), 0) AS n_facts, coalesce(sum(n_merged), 0) AS n_merged,
    coalesce(sum(n_quarantined), 0) AS n_quarantined, coalesce(sum(n_unread), 0) AS n_unread
FROM marts.dim_page
"""
_ERROR_RATE = """
SELECT gold_set, tuned, grade, n_texts, "precision", precision_low, precision_high, recall, recall_low, recall_high
FROM marts.dq_error_rate WHERE indicator = 'all'
"""
_QUARANTINE = """
SELECT rule_id, count(*) AS n, arg_min(reason, item_id) AS reason, arg_min(remedy, item_id) AS remedy
FROM marts.dq_quarantine GROUP BY rule_id ORDER BY n DESC, rule_id
"""
_UNREAD = """
SELECT reason, count(*) AS n, arg_min(quote, (page_id, span_start)) AS quote FROM marts.dq_unread_numbers
GROUP BY reason ORDER BY n DESC, reason
"""
_GROUPS = "SELECT verdict, count(*) AS n FROM marts.dq_rating_groups GROUP BY verdict ORDER BY n DESC, verdict"
_CONFLICTS = f"""
SELECT d.kpi_id, d.value, d.comparator, d.is_taken, d.quote, d.sentence, d.page, p.source_domain, d.source_url,
    CAST(d.published_on AS VARCHAR) AS published_on
FROM marts.dq_conflicts AS d LEFT JOIN marts.dim_page AS p ON d.page_id = p.page_id
WHERE d.kpi_id IN (SELECT DISTINCT kpi_id FROM marts.dq_conflicts ORDER BY kpi_id LIMIT {MOST_CELLS})
ORDER BY d.kpi_id, d.is_taken DESC, d.fact_id
"""
