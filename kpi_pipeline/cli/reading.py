"""`kpi extract`: what the extractor reads in files or in cases, without a warehouse."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kpi_pipeline.cli.printing import print_table


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--cases",
    type=click.Path(path_type=Path),
    help="Read cases instead of files: JSON lines with id, text, context (url, published_on, province).",
)
@click.option(
    "--manifest", type=click.Path(path_type=Path), help="CSV: file,url,captured_at,published_on,source_province."
)
@click.option("--format", "form", type=click.Choice(["jsonl", "table"]), default="jsonl", show_default=True)
def extract(files: Sequence[Path], cases: Path | None, manifest: Path | None, form: str) -> None:
    """Print the facts of files, or of cases, without a warehouse; `page` is the file's stem or the case's id."""
    from kpi_pipeline.defs.files import facts_of_cases, facts_of_files
    from kpi_pipeline.reference.codes import join_levels

    if bool(files) == (cases is not None):
        raise click.UsageError("Name one of: FILES, or --cases FILE.")
    if cases is not None and manifest is not None:
        raise click.UsageError(
            "--manifest tells of files, and each of the --cases carries its own context: leave one out."
        )
    facts, problems = facts_of_cases(cases) if cases is not None else facts_of_files(files, manifest)
    if form == "jsonl":
        for fact in facts:
            click.echo(json.dumps(fact, ensure_ascii=False))
    else:
        columns = ("page", "province", "scope", "subject", "indicator", "levels", "measure", "comparator", "value",
                   "period_start", "period_end", "modality", "quote")  # fmt: skip
        print_table([{**fact, "levels": join_levels(fact["levels"])} for fact in facts], columns)
    for problem in problems:
        click.echo(problem, err=True)
    if problems and not facts:
        sys.exit(1)
