"""`kpi`: the command line. Thin: every verb is one call into the rooms below, and how its answer is printed.

Exit codes: 0 done, 1 a run or a page failed, 2 the call cannot be carried out (one sentence on standard error).
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from kpi_pipeline import __version__
from kpi_pipeline.storage.home import Home
from kpi_pipeline.trouble import Trouble


class Verbs(click.Group):
    """The group of verbs; what a person can mend becomes one sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Trouble as error:
            raise _Refused(str(error)) from error
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None


class _Refused(click.ClickException):
    exit_code = 2


class Day(click.ParamType):  # type: ignore[type-arg]
    """An ISO day the product has a partition for."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from kpi_pipeline.storage.calendar import FIRST_DAY, today

        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day: write it as YYYY-MM-DD, like 2022-08-20.", param, ctx)
        if not FIRST_DAY <= day <= today():
            self.fail(
                f"{value} lies outside {FIRST_DAY} to {today()} (today in Vietnam): choose a day within.", param, ctx
            )
        return day


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kpi")
def main() -> None:
    """Province KPI warehouse: from web pages to province-year tables. State lives in KPI_HOME (default ./.kpi)."""
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")


@main.command()
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
    if withdraw is not None and not reason:
        raise click.UsageError("Say why: --withdraw PAGE --reason TEXT.")
    home = _home()
    store = LandingStore(home.landing)
    if withdraw is not None:
        act = store.withdraw(withdraw, str(reason), today())
        click.echo(f"withdrawn    {act.page_id}  {act.reason}")
        click.echo("Its numbers leave the tables with the next `kpi run`.")
        return
    if samples:
        path = Path(__file__).parent / "sample_pages" / "pages"
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


@main.command()
@click.option("--from", "first", type=Day(), help="First day of publication.")
@click.option("--to", "last", type=Day(), help="Last day of publication.")
@click.option("--show", is_flag=True, help="Print the province-year table afterwards.")
def run(first: date | None, last: date | None, show: bool) -> None:
    """Bring all days with something to do up to date, then build and publish the warehouse."""
    if first and last and first > last:
        raise _Refused(f"--from {first} lies after --to {last}: swap them.")
    home = _home()
    from kpi_pipeline.definitions import build_definitions
    from kpi_pipeline.defs import running, summary
    from kpi_pipeline.defs.resources import HomeResource

    definitions = build_definitions({"home": HomeResource(root=str(home.root))})
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task("looking for days with something to do", total=None)

        def tell(progress: running.Progress) -> None:
            bar.update(task, completed=progress.done, total=progress.due, description=progress.at_work)

        try:
            report = running.run(definitions, home, first, last, tell)
        except running.RunFailed as error:
            bar.stop()
            click.echo(str(error), err=True)
            sys.exit(1)
    _print_summary(summary.summarise(home), report)
    if show:
        _print_wide(home)
        _print_next(home)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--manifest", type=click.Path(path_type=Path), help="CSV: file,url,captured_at,published_on,source_province."
)
@click.option("--format", "form", type=click.Choice(["jsonl", "table"]), default="jsonl", show_default=True)
def extract(files: Sequence[Path], manifest: Path | None, form: str) -> None:
    """Print the facts of files, without a warehouse; `page` is the file's stem."""
    from kpi_pipeline.defs.files import facts_of_files
    from kpi_pipeline.reference.codes import join_levels

    facts, problems = facts_of_files(files, manifest)
    if form == "jsonl":
        for fact in facts:
            click.echo(json.dumps(fact, ensure_ascii=False))
    else:
        columns = ("page", "province", "scope", "subject", "indicator", "levels", "measure", "comparator", "value",
                   "period_start", "period_end", "modality", "quote")  # fmt: skip
        _print_table([{**fact, "levels": join_levels(fact["levels"])} for fact in facts], columns)
    for problem in problems:
        click.echo(problem, err=True)
    if problems and not facts:
        sys.exit(1)


@main.command()
@click.option("--format", "form", type=click.Choice(["jsonl", "table"]), default="table", show_default=True)
def quarantine(form: str) -> None:
    """List what is kept out of the tables: facts and pages, with the rule and what to do."""
    from kpi_pipeline.storage.reading import query

    rows = query(_home(create=False).published, "SELECT * FROM marts.dq_quarantine ORDER BY ALL")
    if form == "jsonl":
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False, default=str))
        return
    rules: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        rules.setdefault(str(row["rule_id"]), []).append(row)
    for rule, found in rules.items():
        click.echo(f"{rule} ({len(found)}): {found[0]['remedy']}")
        for row in found:
            quoted = f"“{row['quote']}” " if row.get("quote") else ""
            click.echo(
                f"  {row['page_id']} {row.get('url') or row.get('source_url') or ''}\n    {quoted}{row['reason']}"
            )
    click.echo(f"{len(rows)} in quarantine.")


@main.command()
@click.argument("kpi_id")
def trace(kpi_id: str) -> None:
    """Follow a number back to its facts, their characters and their page; a prefix lists the rows that fit."""
    from kpi_pipeline.storage.reading import facts_of, find_kpis, text_fragment

    published = _home(create=False).published
    rows = find_kpis(published, kpi_id)
    if not rows:
        raise _Refused(
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
    )
    for fact in facts_of(published, str(row["fact_ids"])):
        click.echo(
            f"\n  fact {fact['fact_id']}  page {fact['page_id']}  characters {fact['span_start']}-{fact['span_end']}"
        )
        click.echo(f"    quote     {fact['quote']}\n    sentence  {fact['sentence']}")
        if fact["source_url"]:
            click.echo(f"    address   {text_fragment(fact['source_url'], fact['sentence'])}")


@main.command()
@click.option("--port", default=3000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True)
def ui(port: int, host: str) -> None:
    """Start the Dagster UI on the same warehouse."""
    home = _home()
    from kpi_pipeline.defs.running import open_instance

    dagster = Path(sys.executable).parent / "dagster"
    if not (dagster.parent / "dagster-webserver").exists():
        raise _Refused("The UI is not installed here: `make ui` installs and starts it.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _Refused(
                f"Port {port} of {host} cannot be used ({error.strerror}): name another with --port."
            ) from error
    open_instance(home).dispose()
    os.environ.update(KPI_HOME=str(home.root), DAGSTER_HOME=str(home.dagster))
    click.echo(f"The Dagster UI on {home.root}: http://{host}:{port} (Ctrl-C ends it)")
    project = Path(__file__).resolve().parent.parent
    arguments = ["-w", str(project / "workspace.yaml"), "-h", host, "-p", str(port)]
    os.execv(str(dagster), [str(dagster), "dev", *arguments])


def _home(create: bool = True) -> Home:
    home = Home.from_environment()
    if create:
        home.prepare()
    return home


def _print_summary(summary: Any, report: Any) -> None:
    click.echo(f"days run      {len(report.days)}")
    for name, value in summary.lines():
        click.echo(f"{name:13} {value}")


def _print_wide(home: Home) -> None:
    from kpi_pipeline.storage.reading import query

    rows = query(
        home.published,
        "SELECT province_name, year, scope, subject, total, share_excellent, share_good, share_good_or_better, "
        "share_completed, share_not_completed, share_sum, flags FROM marts.kpi_province_year_wide ORDER BY kpi_id",
    )
    shown = [row for row in rows if any(row[name] is not None for name in row if name.startswith("share_"))]
    click.echo("\nmarts.kpi_province_year_wide (shares in percent)")
    _print_table(shown, list(shown[0]) if shown else [])
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
  make ui
        the graph with its checks and partitions
  duckdb -readonly {home.published / "warehouse.duckdb"}
        the tables, in the schema marts
  .venv/bin/kpi land FOLDER && .venv/bin/kpi run
        your own pages"""
    )


def _print_table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        numeric = any(isinstance(row[column], (int, float)) for row in rows)
        table.add_column(column.replace("share_", ""), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(
            *(
                ""
                if row[column] is None
                else f"{row[column]:g}"
                if isinstance(row[column], float)
                else str(row[column])
                for column in columns
            )
        )
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(table)


if __name__ == "__main__":
    main()
