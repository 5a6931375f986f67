"""`kpi quarantine` and `kpi trace`: questions to the published warehouse."""

from __future__ import annotations

import json
from itertools import groupby
from operator import itemgetter
from typing import Any

import click

from kpi_pipeline.cli.call import Refused, open_home


@click.command()
@click.option("--format", "form", type=click.Choice(["jsonl", "table"]), default="table", show_default=True)
def quarantine(form: str) -> None:
    """List what is kept out of the tables: facts and pages, with the rule and what to do."""
    from kpi_pipeline.storage.reading import query

    rows = query(
        open_home(create=False).published,
        "SELECT * FROM marts.dq_quarantine ORDER BY rule_id, published_on DESC, page_id, span_start, item_id",
    )
    if form == "jsonl":
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False, default=str))
        return
    for rule, of_rule in groupby(rows, key=itemgetter("rule_id")):
        held = list(of_rule)
        click.echo(f"{rule} ({len(held)}): {held[0]['remedy']}")
        by_reason: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in held:
            by_reason.setdefault((row["page_id"], row["reason"]), []).append(row)
        for (page_id, reason), together in by_reason.items():
            first = together[0]
            click.echo(f"  {page_id} of {first['published_on']:%Y-%m-%d} {first['source_url'] or first['page']}")
            quotes = ", ".join(f"“{row['quote']}”" for row in together if row["quote"])
            click.echo(f"    {quotes + ': ' if quotes else ''}{reason}")
    facts = [row for row in rows if row["kind"] == "fact"]
    click.echo(
        f"In quarantine: {len(facts)} facts of {len({row['page_id'] for row in facts})} pages, and "
        f"{len(rows) - len(facts)} pages that could not be read."
    )


@click.command()
@click.argument("kpi_id")
def trace(kpi_id: str) -> None:
    """Follow a number back to its facts, their characters and their page; a prefix lists the rows that fit."""
    from kpi_pipeline.storage.reading import corrections_of, facts_of, find_kpis, text_fragment, versions_of

    published = open_home(create=False).published
    rows = find_kpis(published, kpi_id)
    if not rows and versions_of(published, kpi_id):
        raise Refused(
            f"No row of kpi_province_year has an id that starts with {kpi_id!r} any more: `kpi history {kpi_id}` says "
            "what stood there, when it went and why."
        )
    if not rows:
        raise Refused(
            f"No row of kpi_province_year has an id that starts with {kpi_id!r}: `kpi trace VN` lists all there are, "
            "and `kpi quarantine` what is kept out."
        )
    if len(rows) > 1:
        for row in rows:
            click.echo(f"{row['kpi_id']}\t{row['obs_value']:g} {row['unit_measure']}")
        return
    row = rows[0]
    click.echo(row["kpi_id"])
    click.echo(
        f"  {row['province_name']} {row['time_period']}: {row['obs_value']:g} {row['unit_measure']} "
        f"({row['method']}, {row['obs_status']}, {row['n_sources']} source(s))"
        + (f"\n  flags {row['flags']}" if row["flags"] else "")
    )
    for fact in facts_of(published, str(row["fact_ids"])):
        click.echo(
            f"\n  fact {fact['fact_id']}  page {fact['page_id']}  characters {fact['span_start']}-{fact['span_end']}"
        )
        click.echo(f"    quote     {fact['quote']}\n    sentence  {fact['sentence']}")
        for change in corrections_of(published, str(fact["fact_id"])):
            said = f"{change['action']}" + (
                f" {change['field']} {change['old_value'] or 'none'} -> {change['new_value'] or 'none'}"
                if change["field"]
                else ""
            )
            click.echo(
                f"    corrected {said}, by {change['who']} on {change['corrected_on']:%Y-%m-%d}: {change['reason']}"
            )
        if fact["source_url"]:
            click.echo(f"    address   {text_fragment(fact['source_url'], fact['sentence'])}")
