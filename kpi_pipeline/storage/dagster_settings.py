"""What Dagster is told in its dagster.yaml: limits, retention, and where runs and events are kept.

Text only; the folder is made by home.py, and only `kpi_pipeline.defs` opens what stands in it.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

STORAGE = "KPI_DAGSTER_STORAGE"
"""Address of a PostgreSQL database for Dagster's runs, events and schedules; SQLite files in the home where empty."""

_SETTINGS = """\
# Written once by the product; edit it as you like, it is never overwritten.
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    # Runs of different days go side by side; the warehouse and the publication have one writer at a time. Each run
    # reads pages with KPI_WORKERS processes of its own, so more runs than this only share the same cores.
    max_concurrent_runs: 2
run_monitoring:
  enabled: true
  # A run over a range of days is not started before Dagster has noted each day of each asset: about a minute for a
  # thousand days.
  start_timeout_seconds: 7200
  cancel_timeout_seconds: 180
  # A run that takes longer is ended; so what outlived its process, as after a power cut, ends as failed too.
  max_runtime_seconds: 172800
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days:
      skipped: 7
      started: 30
      failure: 90
      success: 90
  auto_materialize:
    purge_after_days: 30
"""

_POSTGRESQL = f"""\
storage:
  postgres:
    postgres_url:
      env: {STORAGE}
"""


class StorageError(ValueError):
    """The setting names no database; the message says what to write, without showing what was written."""


def on_postgresql() -> bool:
    """Whether the setting asks for PostgreSQL."""
    return bool(os.environ.get(STORAGE, "").strip())


def dagster_folder() -> str:
    """The name of Dagster's folder in the home; each kind of storage has its own, with its own dagster.yaml."""
    return "dagster-postgresql" if on_postgresql() else "dagster"


def dagster_yaml() -> str:
    """The settings a new folder begins with.

    The address of a database is not in them, since it may hold a password: Dagster reads it from the environment.
    Raises `StorageError` when the setting is no address of PostgreSQL.
    """
    if not on_postgresql():
        return _SETTINGS
    if not os.environ[STORAGE].startswith("postgresql://"):
        raise StorageError(
            f"{STORAGE} is no address of PostgreSQL: write it like postgresql://user@host/database, or unset it."
        )
    if not _can_be_split(os.environ[STORAGE]):
        raise StorageError(
            f"{STORAGE} cannot be taken apart: a port is a number, and in a user name or password `@` is written %40, "
            "`/` %2F and `:` %3A."
        )
    return _SETTINGS + _POSTGRESQL


def _can_be_split(address: str) -> bool:
    """Whether user, host and port stand where they should, so that no piece of a password is taken for a host."""
    try:
        parts = urlsplit(address)
        return parts.netloc.count("@") <= 1 and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
