"""The list of what a release holds beside the DuckDB file. What a file looks like is its own module's affair."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kpi_pipeline.publication.catalogue.page import write_catalogue
from kpi_pipeline.publication.datapackage import write_datapackage
from kpi_pipeline.publication.dataset import write_dataset
from kpi_pipeline.publication.dictionary import DICTIONARY, write_dictionary
from kpi_pipeline.publication.sdmx import write_sdmx
from kpi_pipeline.publication.source import Source
from kpi_pipeline.publication.tables import write_csv, write_parquet
from kpi_pipeline.publication.workbook import write_workbook

FORMATS: tuple[tuple[Callable[[Source, Path], None], ...], ...] = (
    (write_catalogue, write_csv, write_workbook, write_sdmx, write_parquet, write_dictionary),
    (write_datapackage,),
    (write_dataset,),
)
"""Written group by group into the folder of a release, those of a group side by side, what takes longest first; a group
may read the files of those before it.

`write_dataset` stays last: it lists all files.
"""

CONTENT = ("parquet/*.parquet", "csv/*.csv", DICTIONARY)
"""The files that say all that a release says; the others say the same again, with the day and the version of the code.

A release is named by the hash of these and of the names of all files: the same content in the same forms makes no new
one.
"""
