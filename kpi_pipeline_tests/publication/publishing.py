"""Building and publishing a test's lake, as the pipeline does it: on what was published before."""

from __future__ import annotations

from typing import Any

from kpi_pipeline.publication.history import UNKNOWN_CODE, CodeVersions, sign
from kpi_pipeline.publication.release import PublishReport, publish
from kpi_pipeline_tests.lake_input import LakeInput, ask


def build_and_publish(
    lake: LakeInput, day: str, code: CodeVersions = UNKNOWN_CODE, keep: int = 3, accept_loss: str = "", **build: Any
) -> PublishReport:
    """One publication of what the lake says now, made by some code."""
    lake.build(code, **build)
    sign(lake.warehouse, code)
    return publish(
        lake.warehouse,
        lake.folder / "published",
        lake.folder / "releases",
        keep,
        day,
        "0.1",
        accept_loss=accept_loss,
    )


def asked(lake: LakeInput, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query on what is published."""
    return [tuple(row.values()) for row in ask(lake.folder / "published" / "warehouse.duckdb", query)]
