"""`kpi`: the command line. Thin: every verb is one call into the rooms below, and how its answer is printed.

One module a kind of verb; what they share is in `call.py` and `printing.py`.
Exit codes: 0 done, 1 a run or a page failed, 2 the call cannot be carried out (one sentence on standard error).
"""

from __future__ import annotations

import os

import click

from kpi_pipeline import __version__
from kpi_pipeline.cli.asking import quarantine, trace
from kpi_pipeline.cli.call import Verbs
from kpi_pipeline.cli.correcting import correct
from kpi_pipeline.cli.explaining import explain
from kpi_pipeline.cli.history import history
from kpi_pipeline.cli.landing import land
from kpi_pipeline.cli.publishing import publish
from kpi_pipeline.cli.reading import extract
from kpi_pipeline.cli.running import run
from kpi_pipeline.cli.scoring import score
from kpi_pipeline.cli.serving import ui


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kpi")
def main() -> None:
    """Province KPI warehouse: from web pages to province-year tables. State lives in KPI_HOME (default ./.kpi)."""
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")


for _verb in (land, run, publish, extract, explain, score, quarantine, correct, trace, history, ui):
    main.add_command(_verb)
