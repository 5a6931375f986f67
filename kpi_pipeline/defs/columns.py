"""Contracts as Dagster shows them: the column schema of an asset."""

from collections.abc import Mapping

import dagster as dg

from kpi_pipeline.contracts import LAKE_CONTRACTS
from kpi_pipeline.contracts.fields import Contract, columns_of
from kpi_pipeline.contracts.kpi import MART_CONTRACTS

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
