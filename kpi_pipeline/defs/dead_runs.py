"""Runs that ended with the UI that had started them without a word, as after a power cut: closed when it starts again.

Dagster's launcher cannot tell that a process is gone, so such a run would stand as started, and keep its place among
the runs that may go side by side, until its longest time is over. What `kpi run` leaves is its own affair (running).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import dagster as dg
from filelock import FileLock, Timeout

from kpi_pipeline.defs.running import STARTED_BY
from kpi_pipeline.storage.atomic import alive
from kpi_pipeline.storage.dagster_settings import on_postgresql
from kpi_pipeline.storage.home import Home

_UNFINISHED = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.CANCELING]


@contextmanager
def serving(home: Home, instance: dg.DagsterInstance) -> Iterator[None]:
    """Hold the place of the UI of a home; whoever gets it closes the runs that an earlier UI left.

    Where another UI has the place, and where the runs of several machines are kept together (PostgreSQL), nothing is
    closed: they may be alive.
    """
    lock = FileLock(home.root / "ui.lock", timeout=0)
    with suppress(Timeout):
        lock.acquire()
        if not on_postgresql():
            close_dead_runs(instance)
    try:
        yield
    finally:
        lock.release()


def close_dead_runs(instance: dg.DagsterInstance) -> None:
    """Mark as failed what stands as started and has no process any more, the runs of `kpi run` aside."""
    for run in instance.get_runs(filters=dg.RunsFilter(statuses=_UNFINISHED)):
        if STARTED_BY not in run.tags and not _lives(instance, run):
            instance.report_run_failed(
                run, "The process of this run ended without closing it, with the UI that had started it."
            )


def _lives(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether a process of a run is there; its number stands in the run's log."""
    for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT):
        event = entry.dagster_event
        told = event.engine_event_data.metadata.get("pid") if event else None
        if told is not None and str(told.value).isdigit() and alive(int(str(told.value))):
            return True
    return False
