"""What the UI shows people of the tables besides counts: a few rows, charts, and the story of a publication.

Belongs here: how rows become what Dagster's metadata displays. Does not belong here: which asset tells what and when
(pages, facts, kpi), and the report page of a release (publication/catalogue).
"""

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

import dagster as dg
import duckdb

from kpi_pipeline.defs.looks import SHOWN
from kpi_pipeline.publication.catalogue.links import source_link
from kpi_pipeline.publication.history import NOT_YET
from kpi_pipeline.storage.warehouse import identifier

PREVIEWED = 5
"""Rows of a preview."""

_IN_LINKS = "%:/?#@!$&'*+,;=~"
"""What a link keeps as it is; brackets, bars and blanks would end it."""

_CELL = 60
"""Characters of a cell that a preview shows."""

_BLOCK_MEGABYTES = 0.25
_POINTS = 5000
_PROVINCES = 20
_BAR = 30

_STORY = """
SELECT
    (SELECT count(*) FROM marts.dim_page) AS pages,
    (SELECT count(*) FROM marts.dim_page WHERE status NOT IN ('ok', 'skipped')) AS not_read,
    (SELECT count(*) FROM marts.dim_page WHERE status = 'skipped') AS skipped,
    (SELECT count(*) FROM marts.fact_observation) AS facts,
    (SELECT count(*) FROM marts.dq_quarantine WHERE kind = 'fact') AS quarantined,
    (SELECT count(*) FROM marts.dq_unread_numbers) AS unread,
    (SELECT count(*) FROM marts.kpi_province_year) AS kpi_rows
"""
_RULES = """
SELECT rule_id || ' ' || count(*) AS told FROM marts.dq_quarantine WHERE kind = 'fact' GROUP BY rule_id ORDER BY rule_id
"""
_LEVELS = """
WITH shares AS (
    SELECT subject, CAST(time_period AS VARCHAR) AS year, level, obs_value AS share
    FROM marts.kpi_province_year
    WHERE
        measure = 'share' AND scope = 'province' AND modality = 'actual' AND indicator = 'task_completion_rating'
        AND level IN ('excellent', 'good', 'completed', 'not_completed')
),
most AS (SELECT subject FROM shares GROUP BY subject ORDER BY count(*) DESC, subject LIMIT 3)
SELECT subject, year, level, share FROM shares SEMI JOIN most USING (subject)
ORDER BY year DESC, subject, level, share LIMIT $points
"""
_BY_PROVINCE = """
SELECT
    coalesce(p.province_name || ', ' || year(f.province_valid_from), f.province || ', no day', 'not known') AS province,
    count(*) AS facts
FROM marts.fact_observation AS f
LEFT JOIN marts.dim_province AS p ON f.province = p.ref_area AND f.province_valid_from = p.province_valid_from
GROUP BY ALL ORDER BY facts DESC, province
"""
SENTENCES = """
SELECT
    k.kpi_id, k.obs_value AS value, k.unit_measure AS unit, string_agg(f.quote, '; ' ORDER BY f.span_start) AS quotes,
    f.sentence, f.source_url AS address, f.page
FROM marts.kpi_province_year AS k
JOIN marts.bridge_kpi_fact AS b
    ON k.kpi_id = b.kpi_id AND b.role = CASE k.method WHEN 'reported' THEN 'value' ELSE 'input' END
JOIN marts.fact_observation AS f ON b.fact_id = f.fact_id
WHERE starts_with(k.kpi_id, $beginning)
GROUP BY ALL
ORDER BY max(k.known_from) DESC, max(k.time_period) DESC, k.kpi_id, min(f.fact_id)
LIMIT $rows
"""
"""A number and each sentence that states it or what it is computed from: what changed last first, then the latest
years. For the rows whose id begins with `beginning`."""

_SCALE = {"excellent": "#0b5d57", "good": "#5aa79b", "completed": "#d9a441", "not_completed": "#a63d2f"}


def preview(rows: Sequence[Mapping[str, object]]) -> dg.MarkdownMetadataValue:
    """The first rows as a table; long cells are cut, and what a page says is shown as it stands, never as markup."""
    shown = rows[:PREVIEWED]
    if not shown:
        return dg.MetadataValue.md("No rows.")
    names = list(shown[0])
    lines = [line(names), line(["---"] * len(names)), *(line([cell(row[name]) for name in names]) for row in shown)]
    return dg.MetadataValue.md("\n".join(lines))


def preview_of(con: duckdb.DuckDBPyConnection, mart: str) -> dg.MarkdownMetadataValue:
    """The first rows of a mart, in the order it is written in; the day of a publication to come is left empty."""
    rows = rows_of(con, f"SELECT * FROM marts.{identifier(mart)} LIMIT {PREVIEWED}")
    return preview([{name: None if str(value) == NOT_YET else value for name, value in row.items()} for row in rows])


def megabytes_of(con: duckdb.DuckDBPyConnection, mart: str) -> float:
    """What a mart takes in the warehouse: whole blocks of its file, which small tables share."""
    [(blocks,)] = con.execute(
        "SELECT count(DISTINCT block_id) FROM pragma_storage_info(?) WHERE block_id >= 0",
        [f"marts.{identifier(mart)}"],
    ).fetchall()
    return int(blocks) * _BLOCK_MEGABYTES


def sentences(con: duckdb.DuckDBPyConnection) -> dg.MarkdownMetadataValue:
    """Numbers with the sentences behind them, what changed last first."""
    return said(rows_of(con, SENTENCES, {"beginning": "", "rows": SHOWN}))


def said(rows: Sequence[Mapping[str, Any]]) -> dg.MarkdownMetadataValue:
    """Rows of SENTENCES as people read them: each page with what it says, and the numbers that stand on it."""
    numbers: dict[str, list[str]] = {}
    for row in rows:
        where = f"**{link(row)}**\n\n> {cell(row['sentence'], 1000)}\n"
        number = (
            f"- {cell(row['kpi_id'], 200)} = **{row['value']:.10g} {cell(row['unit'])}**, from {cell(row['quotes'])}"
        )
        numbers.setdefault(where, []).append(number)
    told = ("\n".join([where, *stated]) for where, stated in numbers.items())
    return dg.MetadataValue.md("\n\n---\n\n".join(told) or "No numbers.")


def link(row: Mapping[str, object]) -> str:
    """The name of a page, as a link that opens it at a sentence where its address is one of the web."""
    name = cell(row["page"], 200)
    target = source_link(str(row["address"] or ""), str(row["sentence"] or ""))
    return f"[{name}]({quote(target, safe=_IN_LINKS)})" if target else name


def levels_by_year(con: duckdb.DuckDBPyConnection) -> dg.MarkdownMetadataValue:
    """A chart: each province's share of each level by year, of the subjects that pages rate most often.

    Every share is a point of its own: shares of several provinces are never averaged.
    """
    import vl_convert

    values = rows_of(con, _LEVELS, {"points": _POINTS})
    if not values:
        return dg.MetadataValue.md("No shares yet.")
    png: bytes = vl_convert.vegalite_to_png(_chart(values))
    described = f"Shares of {len({row['year'] for row in values})} years by level, a point a province"
    return dg.MetadataValue.md(f"![{described}](data:image/png;base64,{base64.b64encode(png).decode()})")


def facts_by_province(con: duckdb.DuckDBPyConnection) -> dg.MarkdownMetadataValue:
    """A table with bars: how many statements speak of which province, the most first."""
    counts = [(str(row["province"]), int(row["facts"])) for row in rows_of(con, _BY_PROVINCE)]
    if not counts:
        return dg.MetadataValue.md("No facts yet.")
    most = counts[0][1]
    lines = [line(["province, since", "facts", ""]), line(["---", "---:", "---"])]
    lines += [line([cell(name), str(n), "█" * max(1, round(_BAR * n / most))]) for name, n in counts[:_PROVINCES]]
    rest = counts[_PROVINCES:]
    more = f"\n\nand {sum(n for _, n in rest)} facts of {len(rest)} more" if rest else ""
    return dg.MetadataValue.md("\n".join(lines) + more)


def story(con: duckdb.DuckDBPyConnection, changes: str) -> dg.MarkdownMetadataValue:
    """What became of the pages, in the order of their way: read, facts, quarantined, left unread, published."""
    [told] = rows_of(con, _STORY)
    rules = rows_of(con, _RULES)
    held = f" ({', '.join(cell(row['told']) for row in rules)})" if rules else ""
    skipped = f", {told['skipped']} skipped" if told["skipped"] else ""
    return dg.MetadataValue.md(
        f"- **{told['pages']}** pages in, {told['not_read']} of them could not be read{skipped}\n"
        f"- **{told['facts']}** facts, **{told['quarantined']}** kept out by a rule{held}\n"
        f"- **{told['unread']}** numbers that are no fact, each listed with its reason\n"
        f"- **{told['kpi_rows']}** rows of kpi_province_year; against the last publication: {cell(changes, 500)}"
    )


def _chart(values: Sequence[Mapping[str, object]]) -> dict[str, Any]:
    shown = {"domain": list(_SCALE), "range": list(_SCALE.values())}
    return {
        "data": {"values": list(values)},
        "mark": {"type": "circle", "opacity": 0.75, "size": 45},
        "width": 200,
        "height": 180,
        "encoding": {
            "column": {"field": "subject", "type": "nominal", "title": None},
            "x": {"field": "year", "type": "ordinal", "title": None},
            "y": {"field": "share", "type": "quantitative", "title": "percent", "scale": {"domain": [0, 100]}},
            "color": {"field": "level", "type": "nominal", "scale": shown, "title": None},
            "xOffset": {"field": "level", "type": "nominal", "sort": list(_SCALE)},
        },
    }


def rows_of(
    con: duckdb.DuckDBPyConnection, sql: str, given: Mapping[str, object] | None = None
) -> list[dict[str, Any]]:
    """The rows of a query with its named parameters, as records."""
    cursor = con.execute(sql, dict(given or {}))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def line(cells: Sequence[str]) -> str:
    """A line of a table."""
    return f"| {' | '.join(cells)} |"


def cell(value: object, most: int = _CELL) -> str:
    """A value as text that no markdown takes for markup or for the end of its cell."""
    if value is None:
        return ""
    text = " ".join(str(value).split())
    text = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(f"\\{char}" if char in r"\`*_{}[]()#+-!|~" else char for char in escape(text, quote=False))
