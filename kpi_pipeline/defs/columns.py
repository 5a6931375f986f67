"""Columns as Dagster shows them: the schema of an asset, from its contract, and the lineage of its columns."""

from collections.abc import Callable, Mapping, Sequence

import dagster as dg

from kpi_pipeline.contracts import LAKE_CONTRACTS
from kpi_pipeline.contracts.fields import Contract, columns_of
from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.storage.lineage import ColumnRef

CONTRACTS: dict[str, type[Contract]] = {**LAKE_CONTRACTS, **MART_CONTRACTS}


def column_schema(table: str, described: Mapping[str, str] | None = None) -> dict[str, dg.TableSchema]:
    """The metadata that gives an asset the columns of its contract; `described` adds meanings that it lacks."""
    words = described or {}
    return {
        "dagster/column_schema": dg.TableSchema(
            columns=[
                dg.TableColumn(
                    name=column.name,
                    type=column.type,
                    description=words.get(column.name) or column.description,
                    constraints=dg.TableColumnConstraints(nullable=column.nullable),
                )
                for column in columns_of(CONTRACTS[table])
            ]
        )
    }


def lineage_metadata(
    columns: Mapping[str, Sequence[ColumnRef]], asset_of: Callable[[str], dg.AssetKey | None]
) -> dict[str, dg.TableColumnLineage]:
    """The metadata that shows what the columns of an asset are made from.

    `asset_of` gives the asset of a table, None for one that is no asset and so is not shown. A table that an asset
    writes beside its own is named before the column (`rating_groups.verdict`).
    """
    return {
        "dagster/column_lineage": dg.TableColumnLineage(
            deps_by_column={
                column: [
                    dg.TableColumnDep(
                        asset_key=key, column_name=ref.column if key.path[-1] == name else f"{name}.{ref.column}"
                    )
                    for ref in refs
                    if (key := asset_of(ref.table)) is not None and (name := ref.table.split(".")[-1])
                ]
                for column, refs in columns.items()
            }
        )
    }
