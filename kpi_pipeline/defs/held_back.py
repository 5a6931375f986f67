"""What the warehouse as a whole says is held back, facts and pages of all days: warnings of its tables, and figures.

The checks of the page stages (checks) look at the days of their run; these look at everything, once a build, the newest
first. Does not belong here: why something is held (validation, cleaning), and checks that block (mart_checks).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from kpi_pipeline.defs.looks import BY_DAY, SHOWN, table_of
from kpi_pipeline.defs.showing import cell, link, rows_of
from kpi_pipeline.storage.reading import ReadingError, query

_DAYS = 14
"""Days with something held that the table by day and rule goes back."""

_FIRST = f"""
SELECT
    day, CASE WHEN bool_or(is_new) THEN 'yes' ELSE '' END AS new, rule,
    string_agg(quote, '; ' ORDER BY span_start) AS quotes, page, address, reason, remedy,
    arg_min(sentence, span_start) AS sentence
FROM {{marked}}
GROUP BY day, page_id, page, address, rule, reason, remedy
ORDER BY new DESC, day DESC, page_id, rule, min(span_start), reason
LIMIT {SHOWN}
"""
"""What is held back, a row a page, rule and reason: what is new first, then the newest day."""


@dataclass(frozen=True)
class Held:
    """One warning of a mart. `sql` gives a row for each thing held back: its `key` (what it is and what holds it), its
    `day` of publication, the `rule`, where it stands, and what to do."""

    mart: str
    name: str
    protects: str
    remedy: str
    sql: str

    @property
    def spec(self) -> dg.AssetCheckSpec:
        return dg.AssetCheckSpec(self.name, asset=dg.AssetKey([self.mart]), description=self.protects)


WARNINGS = (
    Held(
        "dq_quarantine",
        "nothing_held_back",
        "No fact and no page of any day is held back. Lists what is, the newest first, with quote, rule and remedy.",
        "None of it is in a KPI table. Look at the page at its address; where the rule is wrong about it, correct the "
        "fact in corrections.csv; else leave it.",
        """
        SELECT
            item_id || ' ' || rule_id AS key, CAST(published_on AS VARCHAR) AS day, page_id, page,
            source_url AS address, rule_id AS rule, reason, remedy, quote, sentence, span_start
        FROM marts.dq_quarantine
        """,
    ),
    Held(
        "dim_page",
        "pages_read",
        "Every page of every day could be read. Lists those that could not, the newest first, with why and what to do.",
        "They give no facts. The reason of each says what helps; else withdraw the page with a reason.",
        """
        SELECT
            page_id || ' ' || status AS key, CAST(published_on AS VARCHAR) AS day, page_id, page,
            source_url AS address, 'page_' || status AS rule, reason, NULL AS remedy, NULL AS quote, NULL AS sentence,
            NULL AS span_start
        FROM marts.dim_page
        WHERE status NOT IN ('ok', 'skipped')
        """,
    ),
)


def held_back(con: duckdb.DuckDBPyConnection, published: Path, marts: Collection[str]) -> Iterator[dg.AssetCheckResult]:
    """The results of the warnings, for those of `marts` that have one.

    `con` is open on the warehouse that was built, `published` is the last release, which tells what is new.
    """
    for held in WARNINGS:
        if held.mart in marts:
            yield _result(con, held, _known(published, held))


def held_figures(con: duckdb.DuckDBPyConnection, mart: str) -> dict[str, Any]:
    """What a mart with a warning shows at each build: a number by rule, which plots, and the last days as a table."""
    [held] = [held for held in WARNINGS if held.mart == mart]
    by_rule = rows_of(con, f"SELECT rule, count(*) AS n FROM ({held.sql}) GROUP BY rule ORDER BY rule")
    by_day = rows_of(
        con,
        f"WITH held AS ({held.sql}), days AS (SELECT DISTINCT day FROM held ORDER BY day DESC LIMIT {_DAYS}) "
        "SELECT day, rule, count(*) AS held, count(DISTINCT page_id) AS pages FROM held SEMI JOIN days USING (day) "
        "GROUP BY day, rule ORDER BY day DESC, rule",
    )
    return {
        "held_back": sum(row["n"] for row in by_rule),
        **{f"rule_{row['rule']}": row["n"] for row in by_rule},
        **({"held_by_day": table_of(by_day)} if by_day else {}),
    }


def _result(con: duckdb.DuckDBPyConnection, held: Held, known: list[str]) -> dg.AssetCheckResult:
    marked = f"(SELECT *, key NOT IN (SELECT unnest($known)) AS is_new FROM ({held.sql}))"
    rules = rows_of(
        con,
        f"SELECT rule, count(*) AS n, count(*) FILTER (is_new) AS new FROM {marked} GROUP BY rule "
        "ORDER BY n DESC, rule",
        {"known": known},
    )
    days = rows_of(
        con,
        "SELECT day, count(*) AS n, left(md5(string_agg(key, ',' ORDER BY key)), 12) AS mark "
        f"FROM ({held.sql}) GROUP BY day ORDER BY day DESC",
    )
    first = rows_of(con, _FIRST.format(marked=marked), {"known": known})
    found, new = sum(row["n"] for row in rules), sum(row["new"] for row in rules)
    by_rule = ", ".join(f"{row['rule']} {row['n']}" for row in rules)
    listing: dict[str, Any] = {}
    if found:
        marks = {row["day"]: f"{row['n']} {row['mark']}" for row in reversed(days)}
        short = [
            {"day": row["day"], "new": row["new"], "rule": row["rule"], "quotes": row["quotes"],
             "address": row["address"] or row["page"]}
            for row in first
        ]  # fmt: skip
        listing = {"why": _why(first), "failing_rows": table_of(short), BY_DAY: dg.MetadataValue.json(marks)}
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey([held.mart]),
        check_name=held.name,
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        description=(
            f"{found} held back ({by_rule}), {new} of them not yet at "
            f"the last publication; {days[0]['n']} of the newest day, {days[0]['day']}. {held.remedy}"
            if found
            else None
        ),
        metadata={"findings": found, "new": new, **listing},
    )


def _why(rows: Sequence[Mapping[str, object]]) -> dg.MarkdownMetadataValue:
    """Rows of what is held back as people read them: the page, what it says, what is wrong with it, what to do."""
    told = []
    for row in rows:
        said = f"\n\n> {cell(row['sentence'], 1000)}" if row["sentence"] else ""
        quotes = f" (**{cell(row['quotes'], 200)}**)" if row["quotes"] else ""
        remedy = f" {cell(row['remedy'], 500)}" if row["remedy"] else ""
        new = ", new" if row["new"] else ""
        told.append(
            f"**{cell(row['day'])}{new}: {link(row)}**{said}\n\n"
            f"{cell(row['rule'], 200)}{quotes}: {cell(row['reason'], 500)}{remedy}"
        )
    return dg.MetadataValue.md("\n\n---\n\n".join(told))


def _known(published: Path, held: Held) -> list[str]:
    """The keys of what was held back at the last publication; none before the first."""
    try:
        return [row["key"] for row in query(published, f"SELECT key FROM ({held.sql})")]
    except ReadingError:
        return []
