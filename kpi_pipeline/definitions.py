"""The table of contents: every asset, check, job, schedule, sensor and resource of the product."""

from collections.abc import Mapping

import dagster as dg
from dagster_duckdb import DuckDBResource

from kpi_pipeline.defs.accuracy import error_rate
from kpi_pipeline.defs.alerts import alerts
from kpi_pipeline.defs.automation import automated
from kpi_pipeline.defs.checks import CHECKS
from kpi_pipeline.defs.facts import extracted_facts, validated_facts
from kpi_pipeline.defs.freshness import watched
from kpi_pipeline.defs.jobs import JOBS
from kpi_pipeline.defs.kpi import published, warehouse_models
from kpi_pipeline.defs.owners import owned
from kpi_pipeline.defs.pages import cleaned_text, raw_pages
from kpi_pipeline.defs.publication_checks import publication_checks
from kpi_pipeline.defs.resources import HomeResource, Readers
from kpi_pipeline.defs.schedules import SCHEDULES
from kpi_pipeline.defs.sensors import SENSORS


def build_definitions(overrides: Mapping[str, object] | None = None) -> dg.Definitions:
    """The product's graph; `overrides` replaces resources by name, as tests and other homes need."""
    definitions = dg.Definitions(
        assets=[raw_pages, cleaned_text, extracted_facts, validated_facts, error_rate(), warehouse_models(), published],
        asset_checks=[*CHECKS, publication_checks],
        jobs=[*JOBS],
        schedules=[*SCHEDULES],
        sensors=[*SENSORS, *alerts()],
        resources={
            "home": HomeResource(),
            "readers": Readers(),
            "duckdb": DuckDBResource(database=":memory:"),
            **(overrides or {}),
        },
        executor=dg.in_process_executor,
    )
    return automated(watched(owned(definitions)))


defs = build_definitions()
