"""`kpi correct`: what the rows of the corrections file would do, before a run does it."""

from __future__ import annotations

import sys
from typing import Any

import click

from kpi_pipeline.cli.call import open_home


@click.command()
def correct() -> None:
    """Check KPI_HOME/corrections.csv and say what each row does; nothing is changed, `kpi run` applies it.

    Exit code 1 when a row does not find what it expects.
    """
    from kpi_pipeline.defs.corrections import corrections_of, tried
    from kpi_pipeline.landing import LandingStore
    from kpi_pipeline.storage.lake import Lake

    home = open_home()
    corrections = corrections_of(home, LandingStore(home.landing))
    if not corrections.days:
        click.echo(f"{home.corrections} has no rows: there is nothing to correct.")
        return
    outcomes = sorted(tried(corrections, Lake(home.lake)), key=lambda outcome: int(outcome["line"]))
    for outcome in outcomes:
        click.echo(_said(outcome))
    wrong = sum(outcome["problem"] is not None for outcome in outcomes)
    touched = [day for day in corrections.days if not all(row.lost for row in corrections.of(day))]
    days = ", ".join(touched[:5]) + (", ..." if len(touched) > 5 else "")
    on = f" on {len(touched)} days ({days})" if touched else ""
    click.echo(f"{len(outcomes)} rows{on}; {wrong} do not hold.")
    if wrong:
        click.echo("Nothing is published while a row does not hold.", err=True)
        sys.exit(1)


def _said(outcome: dict[str, Any]) -> str:
    head = (
        f"line {outcome['line']:<4} {outcome['action']:9} {outcome['page_id'] or outcome['page']}  “{outcome['quote']}”"
    )
    if outcome["problem"] is not None:
        expected = outcome["old_value"] or "none"
        found = str(outcome["found"]).rstrip(".")
        return f"{head}\n          DOES NOT HOLD  expected {expected}, found {found}. {outcome['problem']}"
    change = f"{outcome['field']} {outcome['old_value'] or '(none)'}"
    if outcome["action"] in ("override", "complete"):
        change += f" -> {outcome['new_value'] or '(none)'}"
    mentions = f", {outcome['mentions']} mentions" if outcome["mentions"] > 1 else ""
    return f"{head}\n          {change}{mentions}; the fact is {outcome['outcome']}"
