"""The warehouse and its publication as assets: the SQL models of `dbt_like_sql/`, then `published`. Unpartitioned.

Thin: storage/ parses, builds and publishes. The models are built whole from the lake, by one writer, once a run.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_duckdb import DuckDBResource
from duckdb import DuckDBPyConnection

from kpi_pipeline import __version__
from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.defs.accuracy import ERROR_RATE
from kpi_pipeline.defs.columns import column_schema, described_columns, lineage_metadata
from kpi_pipeline.defs.corrections import corrections_of
from kpi_pipeline.defs.facts import EXTRACTED_FACTS, QUARANTINED_FACTS, VALIDATED_FACTS
from kpi_pipeline.defs.held_back import WARNINGS, held_figures
from kpi_pipeline.defs.mart_checks import mart_check_specs, mart_checks
from kpi_pipeline.defs.pages import CLEANED_TEXT, RAW_PAGES
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.defs.showing import facts_by_province, levels_by_year, megabytes_of, preview_of, sentences, story
from kpi_pipeline.defs.stages import files_by_day, late_days, stages, unapplied_days
from kpi_pipeline.publication.changes import TEXT, summary
from kpi_pipeline.publication.files import files_of
from kpi_pipeline.publication.history import CodeVersions, earlier, sign
from kpi_pipeline.publication.losses import LossError
from kpi_pipeline.publication.release import STOPPED, publish
from kpi_pipeline.storage.calendar import today
from kpi_pipeline.storage.fingerprint import fingerprint, room_version
from kpi_pipeline.storage.lake import SCHEMAS, Lake
from kpi_pipeline.storage.lineage import ColumnRef, column_lineage, own_lineage
from kpi_pipeline.storage.sql_macros import load_macros
from kpi_pipeline.storage.sql_models import SqlModel, load_models
from kpi_pipeline.storage.sql_tests import load_tests
from kpi_pipeline.storage.warehouse import build_warehouse, reading

LAKE_ASSETS = {
    "lake.raw_pages": RAW_PAGES,
    "lake.cleaned_text": CLEANED_TEXT,
    "lake.extracted_facts": EXTRACTED_FACTS,
    "lake.unread_numbers": EXTRACTED_FACTS,
    "lake.validated_facts": VALIDATED_FACTS,
    "lake.merged_facts": VALIDATED_FACTS,
    "lake.rating_groups": VALIDATED_FACTS,
    "lake.applied_corrections": VALIDATED_FACTS,
    "lake.quarantined_facts": QUARANTINED_FACTS,
    "lake.error_rate": ERROR_RATE,
}
"""Which asset writes which table of the lake."""

_LOOKED_AT: Mapping[str, Mapping[str, Callable[[DuckDBPyConnection], dg.MetadataValue[Any]]]] = {
    "kpi_province_year": {"sentences": sentences, "levels_by_year": levels_by_year},
    "fact_observation": {"facts_by_province": facts_by_province},
}
"""What else a mart shows: how the UI names it, and what makes it."""

PUBLISHED = dg.AssetKey("published")
KEPT_RELEASES = 10
REPORT = Path("catalogue", "en.html")
"""The page of a release that people open: all its numbers with their quotes."""


def table_key(full_name: str) -> dg.AssetKey | None:
    """The asset of a table that a model reads; None for what is none: reference tables and the last publication."""
    if full_name.startswith(("reference.", "history.")):
        return None
    return LAKE_ASSETS[full_name] if full_name in LAKE_ASSETS else model_key(full_name)


def model_key(full_name: str) -> dg.AssetKey:
    """The asset of a model: a mart's name alone, a staging model's with its schema."""
    schema, name = full_name.split(".")
    return dg.AssetKey([name]) if schema == "marts" else dg.AssetKey([schema, name])


class PublicationConfig(dg.Config):
    """What a publication may be told; `day` (ISO) is today in Vietnam when it is empty.

    `accept_loss` is the reason why rows may vanish beyond the limits; it is kept in the ledger.
    """

    day: str = ""
    accept_loss: str = ""


def code_versions(models: Sequence[SqlModel] | None = None) -> CodeVersions:
    """The versions of the code that reads pages, and of the SQL and reference data that make tables."""
    sql = [model.sql for model in (load_models() if models is None else models)]
    return CodeVersions(
        reading=fingerprint(*(stage.code_version for stage in stages()))[:12],
        tables=fingerprint(room_version("reference", "storage/warehouse.py"), *sql)[:12],
    )


def warehouse_models(folder: Path | None = None) -> dg.AssetsDefinition:
    """All SQL models of a folder as one multi-asset: dependencies, columns, descriptions come from the files."""
    models = load_models(folder)
    lineage = own_lineage() if folder is None else column_lineage(models)
    tests = load_tests(folder)
    marts = [model.name for model in models if model.schema == "marts"]

    @dg.multi_asset(
        name="warehouse",
        specs=[_spec(model, lineage[model.full_name]) for model in models],
        check_specs=mart_check_specs(marts, tests),
    )
    def warehouse(
        context: dg.AssetExecutionContext, home: HomeResource, duckdb: DuckDBResource
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:  # type: ignore[type-arg]
        where = home.home
        where.prepare()
        _wait_for_open_days(home.lake)
        _refuse_unapplied(home)
        _refuse_damaged(home.lake)
        with where.writing("building the warehouse"):
            candidate = where.warehouse.with_name("candidate.duckdb")
            code, before = code_versions(models), files_by_day(home.lake)
            late = set(late_days(home.landing, home.lake, corrections_of(where, home.landing)))
            last = earlier(where.published, where.releases, code, home.landing.withdrawn())
            report = build_warehouse(
                where.lake,
                candidate,
                models,
                SCHEMAS,
                macros=load_macros(folder),
                earlier=last,
                connect=duckdb.get_connection,
            )
            late |= {day for day, made in files_by_day(home.lake).items() if made != before.get(day)}
            sign(candidate, replace(code, late_days=tuple(sorted(late))))
            results = list(mart_checks(candidate, where.published, marts, tests))
            shown = _shown(candidate, marts, where.published)
            if all(result.passed or result.severity == dg.AssetCheckSeverity.WARN for result in results):
                os.replace(candidate, where.warehouse)
            for model in report.models:
                yield dg.MaterializeResult(
                    asset_key=model_key(model.model),
                    metadata={
                        "dagster/row_count": model.rows,
                        "seconds": round(model.seconds, 3),
                        **shown.get(model.model.removeprefix("marts."), {}),
                    },
                )
            yield from results

    return warehouse


@dg.asset(
    key=PUBLISHED,
    group_name="publication",
    description="What readers open: the read-only DuckDB file and its other forms, swapped in by rename once whole.",
    deps=[model_key(model.full_name) for model in load_models() if model.schema == "marts"],
    kinds={"duckdb", "parquet", "excel"},
    code_version=__version__,
)
def published(context: dg.AssetExecutionContext, config: PublicationConfig, home: HomeResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
    where, began = home.home, time.perf_counter()
    with where.writing("the publication"):
        try:
            report = publish(
                where.warehouse,
                where.published,
                where.releases,
                KEPT_RELEASES,
                config.day or today().isoformat(),
                __version__,
                accept_loss=config.accept_loss,
            )
        except LossError as error:
            records = [
                dg.TableRecord({"table": loss.table, "row": loss.key, "cause": loss.cause})
                for loss in error.lost[:1000]
            ]
            raise dg.Failure(
                str(error),
                metadata={
                    "lost_rows": dg.MetadataValue.table(records),
                    "changes": dg.MetadataValue.path(str(where.releases / STOPPED / TEXT)),
                },
                allow_retries=False,
            ) from error
    with reading(where.published / "warehouse.duckdb") as opened:
        told = story(opened, summary(report.changes))
    return dg.MaterializeResult(
        metadata={
            "story": told,
            "report_page": dg.MetadataValue.path(str(where.published / REPORT)),
            "release": report.release,
            "changed": report.changed,
            "damaged": [str(path) for path in report.damaged],
            "publication": report.number,
            "day": report.day,
            "changes": summary(report.changes),
            "accepted_loss": report.accepted_loss,
            **{f"rows_{kind}": sum(causes.values()) for kind, causes in report.changes.items()},
            "dagster/row_count": sum(report.rows.values()),
            "path": dg.MetadataValue.path(str(where.published)),
            "megabytes": round(sum(file.stat().st_size for file in files_of(where.published.resolve())) / 2**20, 3),
            "seconds": round(time.perf_counter() - began, 3),
            **{f"rows_{table}": rows for table, rows in sorted(report.rows.items())},
        }
    )


def _spec(model: SqlModel, lineage: Mapping[str, Sequence[ColumnRef]]) -> dg.AssetSpec:
    upstream = {key for name in model.depends_on if (key := table_key(name)) is not None}
    return dg.AssetSpec(
        model_key(model.full_name),
        deps=sorted(upstream),
        group_name=model.schema,
        description=model.description,
        kinds={"sql", "duckdb"},
        code_version=fingerprint(model.sql)[:12],
        metadata={
            **(column_schema if model.name in MART_CONTRACTS else described_columns)(model.name, model.columns),
            **lineage_metadata(lineage, table_key),
        },
    )


def _wait_for_open_days(lake: Lake, patience: float = 600.0) -> None:
    """Let other runs finish the days they are at work on; refuse days whose blocking checks have not passed.

    Raises `dagster.Failure` naming the days and what to do.
    """
    until = time.monotonic() + patience
    while days := lake.open_days():
        at_work = all(days.values())
        if not at_work or time.monotonic() > until:
            named = ", ".join([day for day, busy in days.items() if at_work or not busy][:5])
            raise dg.Failure(
                f"No warehouse is built over days whose blocking checks have not passed ({named}"
                f"{', ...' if len(days) > 5 else ''}): "
                + ("another run is still at work on them; build again when it has ended." if at_work
                   else "`kpi run` runs them again; if a check fails, its listing in the UI says what to do.")
            )  # fmt: skip
        time.sleep(0.5)


def _refuse_unapplied(home: HomeResource) -> None:
    """Refuse to build over days whose facts were judged without what corrections.csv says of them now.

    Raises `dagster.Failure` naming the days and what to do.
    """
    days = unapplied_days(home.landing, home.lake, corrections_of(home.home, home.landing))
    if days:
        raise dg.Failure(
            f"corrections.csv has rows that are not applied yet, for the days {', '.join(days[:5])}"
            f"{', ...' if len(days) > 5 else ''}: run these days too (`kpi run` without --from and --to runs all that "
            "are due), or remove the rows."
        )


def _shown(candidate: Path, marts: Sequence[str], published: Path) -> dict[str, dict[str, Any]]:
    """What people look at of each mart, by its name; `published` is where its release will stand."""
    shown: dict[str, dict[str, Any]] = {}
    with reading(candidate) as built:
        for mart in marts:
            shown[mart] = {"preview": preview_of(built, mart), "megabytes": megabytes_of(built, mart)}
            for name, look in _LOOKED_AT.get(mart, {}).items():
                shown[mart][name] = look(built)
            if mart in {held.mart for held in WARNINGS}:
                shown[mart] |= held_figures(built, mart)
            if "sentences" in shown[mart]:
                shown[mart]["report_page"] = dg.MetadataValue.path(str(published / REPORT))
    return shown


def _refuse_damaged(lake: Lake) -> None:
    """Refuse to build from files that are not what was written.

    Raises `dagster.Failure` naming the files and what to do.
    """
    if files := lake.damaged():
        raise dg.Failure(
            f"{len(files)} files of the lake are not what was written ({', '.join(map(str, files[:5]))}"
            f"{', ...' if len(files) > 5 else ''}): no warehouse is built from them, and the last release stays. "
            "`kpi run` without --from and --to makes them anew."
        )
