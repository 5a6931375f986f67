"""`kpi run`: the pipeline at work, and its closing summary."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import date
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from kpi_pipeline.cli.call import Day, Refused, open_home
from kpi_pipeline.cli.printing import print_table
from kpi_pipeline.storage.home import Home


@click.command()
@click.option("--from", "first", type=Day(), help="First day of publication.")
@click.option("--to", "last", type=Day(), help="Last day of publication.")
@click.option("--show", is_flag=True, help="Print the province-year table afterwards.")
@click.option("--day", type=Day(), help="Day that the publication bears; today, and never before the last one's.")
@click.option("--accept-loss", metavar="REASON", help="Publish although rows vanish, and keep the reason.")
@click.option("--retry-lost", is_flag=True, help="Read pages again that a limit or a crash kept from being read.")
def run(
    first: date | None, last: date | None, show: bool, day: date | None, accept_loss: str | None, retry_lost: bool
) -> None:
    """Bring all days with something to do up to date, then build and publish the warehouse."""
    if first and last and first > last:
        raise Refused(f"--from {first} lies after --to {last}: swap them.")
    if accept_loss is not None and not accept_loss.strip():
        raise Refused("--accept-loss needs a reason, which the ledger keeps: say why the rows may go.")
    home = open_home()
    _start_workers(home, first, last)
    from kpi_pipeline.definitions import build_definitions
    from kpi_pipeline.defs import running, summary
    from kpi_pipeline.defs.resources import HomeResource

    definitions = build_definitions({"home": HomeResource(root=str(home.root))})
    publication = {"day": day.isoformat() if day else "", "accept_loss": accept_loss or ""}
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task("looking for days with something to do", total=None)

        def tell(progress: running.Progress) -> None:
            bar.update(task, completed=progress.done, total=progress.due, description=progress.at_work)

        try:
            report = running.run(definitions, home, first, last, tell, publication, retry_lost)
        except running.RunFailed as error:
            bar.stop()
            click.echo(str(error), err=True)
            sys.exit(1)
    _print_summary(summary.summarise(home, report.published), report)
    if show:
        _print_wide(home)
        _print_next(home)


def _start_workers(home: Home, first: date | None, last: date | None) -> None:
    """Let the processes that read pages get ready while this one imports Dagster; whether they pay is told by new days.

    A setting that cannot be meant is refused here, before anything runs.
    """
    from kpi_pipeline.days.ahead import new_days, start_workers
    from kpi_pipeline.landing import LandingStore
    from kpi_pipeline.reading.limits import Limits
    from kpi_pipeline.storage.connection import sql_mb
    from kpi_pipeline.storage.lake import Lake

    Limits.from_environment()
    sql_mb()
    with suppress(OSError):  # only ahead of time: the run starts them again, and says what is wrong
        landing = LandingStore(home.landing)
        start_workers(landing, new_days(landing, Lake(home.lake), first, last))


def _print_summary(summary: Any, report: Any) -> None:
    click.echo(f"days run      {len(report.days)}")
    for name, value in summary.lines():
        click.echo(f"{name:13} {value}")
    if report.mended:
        shown = ", ".join(report.mended[:5]) + (", ..." if report.mended[5:] else "")
        click.echo(
            f"damaged, and made anew: {shown} ({len(report.mended)} in all): see that the disk is sound", err=True
        )


def _print_wide(home: Home) -> None:
    from kpi_pipeline.storage.reading import query

    rows = query(
        home.published,
        "SELECT ref_area, province_name, year, scope, subject, total, "
        "round(COLUMNS('^share_'), 2), flags FROM marts.kpi_province_year_wide ORDER BY kpi_id",
    )
    shown = [row for row in rows if any(row[name] is not None for name in row if name.startswith("share_"))]
    click.echo("\nmarts.kpi_province_year_wide (shares in percent, two decimals)")
    print_table(shown, list(shown[0]) if shown else [])
    if len(shown) < len(rows):
        click.echo(f"and {len(rows) - len(shown)} rows for which the pages give counts only")


def _print_next(home: Home) -> None:
    click.echo(
        f"""
What to do next:
  .venv/bin/kpi trace VN-14/2020/province/commune_government
        the numbers of a row; with one id, the characters of the page behind it
  .venv/bin/kpi quarantine
        what was kept out of the tables, by which rule, and what to do
  {home.published / "catalogue" / "en.html"}
        for your browser: a map, charts, and each number with its quote (index.html is in Vietnamese)
  make ui
        the graph with its checks and partitions
  {home.published / "warehouse.duckdb"}
        the tables, in the schema marts: open it read-only in DuckDB or a BI tool
  .venv/bin/kpi land FOLDER && .venv/bin/kpi run
        your own pages"""
    )
