"""The naive design of this stack, for comparison: pandas frames in one DuckDB file, one run of Dagster a day.

Belongs here: that graph. Does not belong here: our own graph and the clock (`days`).

The assets do the work of our page stages with the same functions, one frame each. The frames are kept as
dagster-duckdb's I/O manager keeps them, with a handler of pandas frames: a day's rows are deleted and inserted. There
are no checks, no fingerprints and no worker processes in it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa
from dagster._core.storage.db_io_manager import DbTypeHandler, TableSlice
from dagster_duckdb import DuckDBIOManager
from dagster_duckdb.io_manager import DuckDbClient

from kpi_pipeline.defs.partitions import DAYS
from kpi_pipeline.landing import LandingStore
from kpi_pipeline.reading.cleaned import cleaned_row
from kpi_pipeline.reading.extracted import extracted_rows
from kpi_pipeline.reading.landed import raw_row
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import SCHEMAS
from kpi_pipeline.validation import validate

JOB = "one_day"
_BY_DAY: Mapping[str, Any] = {
    "partitions_def": DAYS,
    "metadata": {"partition_expr": "CAST(published_on AS TIMESTAMP)"},
}


class _Frames(DbTypeHandler[pd.DataFrame]):
    """Frames into tables and back. The columns are those of our lake: a frame whose column is empty has no type."""

    def handle_output(
        self, context: dg.OutputContext, table_slice: TableSlice, obj: pd.DataFrame, connection: Any
    ) -> None:
        empty = SCHEMAS[table_slice.table].empty_table()
        table = f"{table_slice.schema}.{table_slice.table}"
        connection.register("empty", empty)
        connection.execute(f"CREATE TABLE IF NOT EXISTS {table} AS SELECT * FROM empty")
        connection.register("rows", obj)
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM rows")

    def load_input(self, context: dg.InputContext, table_slice: TableSlice, connection: Any) -> pd.DataFrame:
        frame: pd.DataFrame = connection.execute(DuckDbClient.get_select_statement(table_slice)).df()
        return frame

    @property
    def supported_types(self) -> Sequence[type[object]]:
        return [pd.DataFrame]


class _FrameIOManager(DuckDBIOManager):
    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[pd.DataFrame]]:
        return [_Frames()]

    @staticmethod
    def default_load_type() -> type[object]:
        return pd.DataFrame


def naive_graph(home: Home, database: Path) -> dg.Definitions:
    """The graph over the pages landed in a home, its tables in the DuckDB file `database`."""

    @dg.asset(**_BY_DAY)
    def raw_pages(context: dg.AssetExecutionContext) -> pd.DataFrame:
        landing = LandingStore(home.landing)
        return _frame("raw_pages", [raw_row(p, landing.read(p.sha256)) for p in landing.pages(context.partition_key)])

    @dg.asset(**_BY_DAY)
    def cleaned_text(raw_pages: pd.DataFrame) -> pd.DataFrame:
        return _frame("cleaned_text", [cleaned_row(row) for row in _rows("raw_pages", raw_pages)])

    @dg.asset(**_BY_DAY)
    def extracted_facts(cleaned_text: pd.DataFrame) -> pd.DataFrame:
        pages = [extracted_rows(row) for row in _rows("cleaned_text", cleaned_text)]
        return _frame("extracted_facts", [fact for page in pages for fact in page.facts])

    @dg.asset(**_BY_DAY)
    def validated_facts(cleaned_text: pd.DataFrame, extracted_facts: pd.DataFrame) -> pd.DataFrame:
        pages = {str(row["page_id"]): row for row in _rows("cleaned_text", cleaned_text)}
        texts = {page_id: str(row["text"]) for page_id, row in pages.items()}
        tables = validate(_rows("extracted_facts", extracted_facts), texts, (), pages)
        return _frame("validated_facts", tables.validated_facts)

    return dg.Definitions(
        assets=[raw_pages, cleaned_text, extracted_facts, validated_facts],
        jobs=[dg.define_asset_job(JOB)],
        resources={"io_manager": _FrameIOManager(database=str(database), schema="lake")},
        executor=dg.in_process_executor,
    )


def _frame(table: str, rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    return pa.Table.from_pylist([dict(row) for row in rows], schema=SCHEMAS[table]).to_pandas()


def _rows(table: str, frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pa.Table.from_pandas(frame, schema=SCHEMAS[table], preserve_index=False).to_pylist()
    return rows
