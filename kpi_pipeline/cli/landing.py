"""`kpi land`: pages come in, or are withdrawn."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from kpi_pipeline.cli.call import Day, open_home


@click.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option(
    "--manifest", type=click.Path(path_type=Path), help="CSV: file,url,captured_at,published_on,source_province."
)
@click.option("--captured-on", type=Day(), help="Day the pages were captured, where the manifest gives none [today].")
@click.option("--samples", is_flag=True, help="Land the pages that come with the product.")
@click.option("--withdraw", metavar="PAGE", help="Withdraw a page: its id, a prefix of it, its address or file name.")
@click.option("--reason", help="Why the page is withdrawn.")
def land(
    path: Path | None,
    manifest: Path | None,
    captured_on: date | None,
    samples: bool,
    withdraw: str | None,
    reason: str | None,
) -> None:
    """Take pages (HTML or text captures, a file or a folder) into the landing store, bytes unchanged."""
    from kpi_pipeline.landing import LandingStore, land_folder
    from kpi_pipeline.storage.calendar import today

    if sum((path is not None, samples, withdraw is not None)) != 1:
        raise click.UsageError("Name one of: a PATH, --samples, or --withdraw PAGE.")
    if reason is not None and withdraw is None:
        raise click.UsageError(
            "--reason says why a page is withdrawn: name the page with --withdraw PAGE, or leave it out."
        )
    if withdraw is not None and not (reason or "").strip():
        raise click.UsageError("Say why: --withdraw PAGE --reason TEXT.")
    home = open_home()
    store = LandingStore(home.landing)
    if withdraw is not None:
        act = store.withdraw(withdraw, str(reason), today())
        click.echo(f"withdrawn    {act.page_id}  {act.reason}")
        click.echo("Its numbers leave the tables with the next `kpi run`.")
        return
    if samples:
        path = Path(__file__).parent.parent / "sample_pages" / "pages"
        manifest = path.parent / "manifest.csv"
    assert path is not None
    report = land_folder(store, path, manifest, captured_on or today(), today())
    for outcome in report.outcomes:
        line = f"{outcome.action:12} {outcome.name}"
        if outcome.page_id:
            line += f"  {outcome.page_id}  {outcome.published_on} ({outcome.day_source})"
        click.echo(line + (f"  {outcome.reason}" if outcome.reason else ""))
    for note in report.notes:
        click.echo(f"note         {note}")
    counts = {
        action: sum(o.action == action for o in report.outcomes)
        for action in dict.fromkeys(o.action for o in report.outcomes)
    }
    click.echo(", ".join(f"{n} {action.replace('_', ' ')}" for action, n in sorted(counts.items())) or "nothing found")
    if report.outcomes and all(outcome.action == "refused" for outcome in report.outcomes):
        sys.exit(1)
