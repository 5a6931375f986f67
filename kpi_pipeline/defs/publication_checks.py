"""The blocking checks of the asset `published`: what readers open is what was built, whole, safe and well described.

Thin: the looks at a release are those of publication/inspection.py, which also guard the swap. A finding here means
that files were changed after the publication, or that the warehouse was built again and not published.
"""

from collections.abc import Iterator

import dagster as dg

from kpi_pipeline.defs.kpi import PUBLISHED
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.publication.inspection import LOOKS, findings
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.reading import query
from kpi_pipeline.storage.warehouse import identifier, mart_tables, reading

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
        found = _unlike_built(where) if key.name == READABLE else findings(key.name, release)
        yield dg.AssetCheckResult(
            asset_key=PUBLISHED,
            check_name=key.name,
            passed=not found,
            severity=dg.AssetCheckSeverity.ERROR,
            description=f"{'; '.join(found[:20])}. {_REMEDY}" if found else None,
            metadata={"findings": len(found)},
        )


def _unlike_built(where: Home) -> tuple[str, ...]:
    """The tables that have other rows published than built."""
    found = []
    with where.writing("comparing the publication"), reading(where.warehouse) as built:
        for table in mart_tables(built):
            counting = f"SELECT count(*) AS n FROM marts.{identifier(table)}"
            [(rows,)] = built.execute(counting).fetchall()
            published = query(where.published, counting)[0]["n"]
            if rows != published:
                found.append(f"{table}: {rows} built, {published} published")
    return tuple(found)
