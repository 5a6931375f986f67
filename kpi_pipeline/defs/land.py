"""The job that lands pages from the UI, as `kpi land` does. Thin: landing/ knows pages, days and refusals."""

from collections import Counter
from datetime import date
from pathlib import Path

import dagster as dg
from pydantic import Field

from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.landing import LandingError, LandingReport, land_folder
from kpi_pipeline.storage.calendar import today

SHOWN = 200
"""Files whose outcome is listed, refused ones first; the counts are always those of all."""


class LandingConfig(dg.Config):
    """What is landed: a file or folder that this machine can read."""

    path: str = Field(description="A folder of pages (HTML or text captures), or one page.")
    manifest: str = Field(
        default="",
        description="CSV with file, url, captured_at, published_on, source_province; none if empty.",
    )
    captured_on: str = Field(
        default="", description="Day (ISO) of capture where the manifest gives none; today if empty."
    )


@dg.op(description="Takes pages into the landing store, bytes unchanged; what is refused is listed with the reason.")
def land_pages(context: dg.OpExecutionContext, config: LandingConfig, home: HomeResource) -> None:
    """Land a file or a folder.

    Raises `dagster.Failure` when the path or the manifest cannot be used, or when every page is refused.
    """
    try:
        captured_on = date.fromisoformat(config.captured_on) if config.captured_on else today()
    except ValueError as error:
        raise dg.Failure(f"captured_on is {config.captured_on!r}: write it as YYYY-MM-DD, like 2022-08-20.") from error
    manifest = Path(config.manifest) if config.manifest else None
    try:
        report = land_folder(home.landing, Path(config.path), manifest, captured_on, today())
    except LandingError as error:
        raise dg.Failure(str(error)) from error
    counts = Counter(outcome.action for outcome in report.outcomes)
    metadata = {f"pages_{action}": dg.MetadataValue.int(number) for action, number in sorted(counts.items())}
    for note in report.notes:
        context.log.info(note)
    if report.outcomes and set(counts) == {"refused"}:
        raise dg.Failure(
            f"All pages were refused ({len(report.outcomes)}): the list has the reasons.",
            metadata={**metadata, "pages": _listing(report)},
        )
    context.add_output_metadata({**metadata, "pages": _listing(report)})


def _listing(report: LandingReport) -> dg.MetadataValue:
    if not report.outcomes:
        return dg.MetadataValue.text("Nothing found.")
    told = sorted(report.outcomes, key=lambda outcome: (outcome.action != "refused", outcome.name))[:SHOWN]
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "outcome": outcome.action,
                    "file": outcome.name,
                    "day": outcome.published_on or "",
                    "day_from": outcome.day_source or "",
                    "reason": outcome.reason or "",
                }
            )
            for outcome in told
        ]
    )


@dg.job(
    description="New pages from a folder into the landing store. `daily`, `backfill` or the sensor late_days read them."
)
def land() -> None:
    land_pages()
