"""The blocking checks of the asset `published`: what readers open is what was built, whole, safe and well described.

Thin: the looks at a release are those of publication/inspection.py, which also guard the swap. A finding here means
that files were changed after the publication, or that the warehouse was built again and not published.
"""

import time
from collections.abc import Iterator

import dagster as dg

from kpi_pipeline.defs.kpi import PUBLISHED
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.publication.inspection import LOOKS, findings
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.reading import query
from kpi_pipeline.storage.warehouse import identifier, mart_tables, quoted, reading

READABLE = "readable"
_REMEDY = "Publish again (`kpi run`, or materialize `published`), and stop what changes files of a release."


def _spec(name: str, description: str) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(name, asset=PUBLISHED, blocking=True, description=description)


@dg.multi_asset_check(
    name="check_published",
    specs=[
        _spec(READABLE, "The published file opens and has the rows that were built."),
        *(_spec(name, " ".join((look.__doc__ or "").split())) for name, look in LOOKS.items()),
    ],
    can_subset=True,
)
def publication_checks(context: dg.AssetCheckExecutionContext, home: HomeResource) -> Iterator[dg.AssetCheckResult]:
    where = home.home
    release = where.published.resolve()
    for key in sorted(context.selected_asset_check_keys, key=lambda key: key.name):
        found = _unlike_published(context, where) if key.name == READABLE else findings(key.name, release)
        yield dg.AssetCheckResult(
            asset_key=PUBLISHED,
            check_name=key.name,
            passed=not found,
            severity=dg.AssetCheckSeverity.ERROR,
            description=f"{'; '.join(found[:20])}. {_REMEDY}" if found else None,
            metadata={"findings": len(found)},
        )


def _unlike_published(context: dg.AssetCheckExecutionContext, where: Home, patience: float = 600.0) -> tuple[str, ...]:
    """The tables that have other rows published than built. What another run has built it may yet publish, so while one
    is at work a difference is waited for to go."""
    at_work = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])
    until = time.monotonic() + patience
    while found := _unlike_built(where):
        others = [run for run in context.instance.get_runs(filters=at_work) if run.run_id != context.run.run_id]
        if not others or time.monotonic() > until:
            break
        time.sleep(0.5)
    return found


def _unlike_built(where: Home) -> tuple[str, ...]:
    """The tables that have other rows published than built."""
    with where.writing("comparing the publication"), reading(where.warehouse) as built:
        counting = " UNION ALL ".join(
            f"SELECT {quoted(table)} AS name, count(*) AS n FROM marts.{identifier(table)}"
            for table in mart_tables(built)
        )
        if not counting:
            return ()
        published = {row["name"]: row["n"] for row in query(where.published, counting)}
        counts = built.execute(counting).fetchall()
    return tuple(
        f"{table}: {rows} built, {published[table]} published" for table, rows in counts if rows != published[table]
    )
