"""The published release as tables of a PostgreSQL database, for teams that share one.

`address` connects and turns errors into sentences, `definition` says each table in SQL, `loading` is the transaction.
Nothing here makes a release or reads the working warehouse.
"""

from kpi_pipeline.publication.postgresql.loading import LoadReport, load_release

__all__ = ["LoadReport", "load_release"]
