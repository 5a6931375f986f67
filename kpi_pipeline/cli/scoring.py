"""`kpi score`: our own error rate, on the gold sets that ship with the project and on any other."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi_pipeline.cli.printing import print_table
from kpi_pipeline.reference.codes import GRADES

if TYPE_CHECKING:
    from kpi_pipeline.accuracy import GoldSet, Measurement

TUNED = {
    True: "the extractor was shaped on these texts: the figures tell of regression, not of unseen pages",
    False: "the extractor was not shaped on these texts",
    None: "whether the extractor was shaped on these texts is not recorded",
}


@click.command()
@click.option(
    "--gold",
    "paths",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A gold set of your own, beside the shipped ones: a JSON lines file of cases, or a folder with pages, "
    "manifest.csv and gold.jsonl. May be given several times.",
)
@click.option("--only", is_flag=True, help="Leave out the sets that ship with the project.")
@click.option("--show", is_flag=True, help="List what is missed and what is invented.")
@click.option(
    "--grade",
    type=click.Choice(GRADES),
    default=GRADES[-1],
    show_default=True,
    help="How closely facts are compared for --show.",
)
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
def score(paths: Sequence[Path], only: bool, show: bool, grade: str, form: str) -> None:
    """Measure precision and recall per indicator on gold sets; exit code 1 when a floor is not held."""
    from kpi_pipeline.accuracy import gold_at, measure, read_floors, registered, shortfalls, with_floors

    if only and not paths:
        raise click.UsageError("Name a gold set: --only --gold PATH.")
    shipped = [] if only else [measure(gold) for gold in registered()]
    rows = with_floors((rate for found in shipped for rate in found.rates), () if only else read_floors())
    others = [measure(gold_at(path)) for path in paths]
    if form == "jsonl":
        own = with_floors((rate for found in others for rate in found.rates), ())
        for row in [*rows, *own]:
            click.echo(json.dumps(row, ensure_ascii=False))
    for found in [*shipped, *others]:
        if form == "table":
            _print_head(found.gold)
            print_table(list(_lines(found)), ("indicator", "n", *_COLUMNS))
        if show:
            _print_differences(found, grade, err=form == "jsonl")
    short = shortfalls(rows)
    for shortfall in short:
        click.echo(str(shortfall), err=True)
    if short:
        sys.exit(1)
    if form == "table" and not only:
        click.echo(f"\nAll {sum(row['precision_floor'] is not None for row in rows)} floors are held.")


_COLUMNS = tuple(f"{grade} {measure}" for grade in GRADES for measure in ("precision", "recall"))


def _lines(found: Measurement) -> Iterable[dict[str, Any]]:
    """One line an indicator: its sure gold facts on the strictest grade, then each grade's rates with intervals."""
    by_indicator: dict[str, dict[str, Any]] = {}
    for rate in found.rates:
        line = by_indicator.setdefault(rate.indicator, {"indicator": rate.indicator, "n": 0})
        line["n"] = rate.n_gold
        row = rate.as_row()
        for measure in ("precision", "recall"):
            line[f"{rate.grade} {measure}"] = _with_interval(*(row[f"{measure}{end}"] for end in ("", "_low", "_high")))
    yield from by_indicator.values()


def _with_interval(rate: float | None, low: float | None, high: float | None) -> str:
    return "-" if rate is None or low is None or high is None else f"{rate:.3f} ({low:.2f}-{high:.2f})"


def _print_head(gold: GoldSet) -> None:
    click.echo(f"\n{gold.name}: {gold.about or gold.path}")
    click.echo(f"{len(gold.facts)} texts; {TUNED[gold.tuned]}")


def _print_differences(found: Measurement, grade: str, err: bool) -> None:
    from kpi_pipeline.accuracy import ALL, described

    compared = found.match(ALL, grade)
    for what, items in (("missed", compared.missed), ("invented", compared.invented)):
        for text, item in items:
            click.echo(f"{what:8}  {found.gold.name}  {text}  {described(item)}", err=err)
    click.echo(
        f"{found.gold.name}: {len(compared.missed)} missed, {len(compared.invented)} invented on the grade {grade}.",
        err=err,
    )
