"""The job that shows the sentences behind a number in the UI, as `kpi trace` does. It reads the last release alone."""

import dagster as dg
from pydantic import Field

from kpi_pipeline.defs.looks import SHOWN
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.defs.showing import SENTENCES, said
from kpi_pipeline.storage.reading import query

_EXAMPLE = "VN-14/2020/province"


class TraceConfig(dg.Config):
    """Which number is meant."""

    kpi_id: str = Field(
        default=_EXAMPLE,
        description="The id of a row of kpi_province_year, or its beginning, which gives all rows that begin so.",
    )


@dg.op(description="The number, each sentence behind it with what it quotes, and the link that opens the page there.")
def look_up(context: dg.OpExecutionContext, config: TraceConfig, home: HomeResource) -> None:
    """Look up one number, or the first of those whose id begins so.

    Raises `dagster.Failure` where no id of the release begins so.
    """
    beginning = config.kpi_id.strip()
    rows = query(home.home.published, SENTENCES, {"beginning": beginning, "rows": SHOWN})
    rows = [row for row in rows if row["kpi_id"] == beginning] or rows
    if not rows:
        raise dg.Failure(
            f"No row of kpi_province_year has an id that begins with {beginning!r}: write a beginning (VN-14/2020), or "
            "look into dq_quarantine for what is held back.",
            allow_retries=False,
        )
    context.add_output_metadata({"looked_up": beginning, "sentences": said(rows)})


@dg.job(
    description="The sentences behind a number: write its id, or the beginning of one, into the launchpad. They stand "
    "in the log of its run, where the step gives its output. Nothing is changed.",
    config=dg.RunConfig(ops={"look_up": TraceConfig()}),
)
def trace() -> None:
    look_up()
