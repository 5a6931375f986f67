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


def described_columns(table: str, described: Mapping[str, str]) -> dict[str, dg.TableSchema]:
    """The metadata that gives a table without a contract its columns with their meaning; its SQL makes their types."""
    return {
        "dagster/column_schema": dg.TableSchema(
            columns=[dg.TableColumn(name=name, type="any", description=said) for name, said in described.items()]
        )
    }


def lineage_metadata(
    columns: Mapping[str, Sequence[ColumnRef]], asset_of: Callable[[str], dg.AssetKey | None]
) -> dict[str, dg.TableColumnLineage | dg.TableMetadataValue]:
    """The metadata that says what the columns of an asset are made from: for tools, and as a table that the UI shows.

    `asset_of` gives the asset of a table, None for one that is no asset and stands in the table only. A table that an
    asset writes beside its own is named before the column (`rating_groups.verdict`).
    """
    return {
        "dagster/column_lineage": dg.TableColumnLineage(
            {
                column: [_dep(key, ref) for ref in refs if (key := asset_of(ref.table)) is not None]
                for column, refs in columns.items()
            }
        ),
        "made_from": dg.MetadataValue.table(
            [
                dg.TableRecord({"column": column, "made_from": ", ".join(map(str, refs)) or "(written by the SQL)"})
                for column, refs in columns.items()
            ]
        ),
    }


def _dep(asset: dg.AssetKey, ref: ColumnRef) -> dg.TableColumnDep:
    table = ref.table.split(".")[-1]
    return dg.TableColumnDep(asset, ref.column if asset.path[-1] == table else f"{table}.{ref.column}")
