"""Libraries that people read the published files with: pandas, pyarrow, openpyxl."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from kpi_pipeline.contracts.fields import columns_of
from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline_tests.lake_input import ask

ARROW = {
    "str": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "list": pa.list_(pa.string()),
}


@pytest.mark.parametrize("table", sorted(MART_CONTRACTS))
def test_parquet_has_the_types_of_the_contract(releases: tuple[Path, ...], table: str) -> None:
    schema = ds.dataset(releases[1] / "parquet" / f"{table}.parquet").schema
    found = [(field.name, pa.list_(pa.string()) if pa.types.is_list(field.type) else field.type) for field in schema]
    assert found == [(column.name, ARROW[column.type]) for column in columns_of(MART_CONTRACTS[table])]


def test_pandas_reads_parquet_and_csv_alike(releases: tuple[Path, ...]) -> None:
    folder = releases[1]
    for name in ("kpi_province_year", "fact_observation", "dim_page"):
        parquet = pd.read_parquet(folder / "parquet" / f"{name}.parquet")
        csv = pd.read_csv(folder / "csv" / f"{name}.csv", keep_default_na=False)
        assert list(parquet.columns) == list(csv.columns)
        assert len(parquet) == len(csv) > 0
    values = pd.read_parquet(folder / "parquet" / "kpi_province_year.parquet")["obs_value"].tolist()
    told = ask(folder / "warehouse.duckdb", "SELECT obs_value FROM marts.kpi_province_year")
    assert values == [row["obs_value"] for row in told]
    assert pd.read_csv(folder / "csv" / "kpi_province_year.csv")["obs_value"].tolist() == values


def test_openpyxl_reads_the_workbook(releases: tuple[Path, ...]) -> None:
    folder = releases[1]
    book = openpyxl.load_workbook(folder / "province_kpi.xlsx", read_only=True)
    rows = list(book["kpi_province_year_wide"].iter_rows(values_only=True))
    told = ask(
        folder / "warehouse.duckdb", "SELECT kpi_id, year, share_good_or_better FROM marts.kpi_province_year_wide"
    )
    head = next(number for number, row in enumerate(rows) if row[0] == "kpi_id")
    found = [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]
    assert [{name: row[name] for name in told[0]} for row in found] == told
    assert {"about", "data_dictionary"} <= set(book.sheetnames)
