"""`kpi extract`: what the extractor reads in files, without a warehouse."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kpi_pipeline.cli.printing import print_table


@click.command()
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
        print_table([{**fact, "levels": join_levels(fact["levels"])} for fact in facts], columns)
    for problem in problems:
        click.echo(problem, err=True)
    if problems and not facts:
        sys.exit(1)
