"""What models may read of the last publication: the schema `history`. A table that is not given is empty.

Columns and types only; where the files lie and whether they are whole is the affair of publication/.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from kpi_pipeline.contracts.fields import ARROW_TYPES, columns_of
from kpi_pipeline.contracts.kpi import MART_CONTRACTS

Earlier = Mapping[str, Path | pa.Table]
"""Tables of the schema `history` by name: a Parquet file or the rows themselves."""

NOTHING: Earlier = {}
"""Before the first publication."""

FROM_MARTS: dict[str, tuple[str, ...]] = {
    "kpi_history": tuple(column.name for column in columns_of(MART_CONTRACTS["kpi_history"])),
    "dim_page": ("page_id", "page_version", "source_url", "published_on", "day_source", "source_province"),
    "dq_corrections": ("correction_id", "fact_ids", "page_id"),
    "dq_lost_rows": tuple(column.name for column in columns_of(MART_CONTRACTS["dq_lost_rows"])),
    "fact_observation": (
        "fact_id", "page_id", "group_id", "province", "scope", "unit_name", "subset", "subject", "indicator", "levels",
        "measure", "base", "modality", "period_start", "period_end", "annual",
    ),
    "kpi_clean_strong_wide": ("kpi_id", "fact_ids"),
    "kpi_party_membership": ("kpi_id", "fact_ids"),
    "kpi_province_year_2025_boundaries": ("kpi_id", "fact_ids", "obs_value"),
    "kpi_province_year_wide": ("kpi_id", "fact_ids"),
    "kpi_target_vs_actual": ("kpi_id", "target_fact_ids", "actual_fact_ids"),
}  # fmt: skip
"""The marts of the last publication that models read, and which of their columns."""


def _schema(table: str) -> pa.Schema:
    types = {column.name: column.type for column in columns_of(MART_CONTRACTS[table])}
    return pa.schema([(column, ARROW_TYPES[types[column]]) for column in FROM_MARTS[table]])


HISTORY: dict[str, pa.Schema] = {
    "publication": pa.schema([("number", pa.int64()), ("reads_as_now", pa.bool_()), ("builds_as_now", pa.bool_())]),
    "late_day": pa.schema([("published_on", pa.date32())]),
    "withdrawn_page": pa.schema([("page_id", pa.string()), ("reason", pa.string())]),
    **{table: _schema(table) for table in FROM_MARTS},
}
"""The tables of the schema `history`. `publication` is the ledger: a row a publication, and whether the code that reads
pages, and the SQL and reference data that make tables, were those of now. `late_day` are the days that the code of the
last one had yet to read, `withdrawn_page` the pages whose withdrawal is on record now, with the reason given."""
