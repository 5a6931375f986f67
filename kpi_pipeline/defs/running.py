"""Running the main job outside the UI: which stretches of days, in what order, and what came of it.

One `kpi run` at a time in a home; runs started in the UI go beside it, since days are files of their own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from typing import Any

import dagster as dg
from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError

from kpi_pipeline.days.ahead import start_workers
from kpi_pipeline.defs.corrections import corrections_of
from kpi_pipeline.defs.event_log import lasting
from kpi_pipeline.defs.jobs import backfill, publish
from kpi_pipeline.defs.kpi import PUBLISHED
from kpi_pipeline.defs.partitions import range_tags, stretches
from kpi_pipeline.defs.stages import ask_again, due_days
from kpi_pipeline.landing import LandingStore
from kpi_pipeline.publication.ledger import ledger_of
from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.workers import workers_of
from kpi_pipeline.storage.atomic import sweep
from kpi_pipeline.storage.calendar import FIRST_DAY
from kpi_pipeline.storage.dagster_settings import STORAGE, on_postgresql
from kpi_pipeline.storage.home import Home, HomeError
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline.trouble import Trouble

STARTED_BY = "kpi/started_by"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class RunFailed(Exception):
    """A run did not succeed; the message names the steps and checks that failed and what to do."""


@dataclass(frozen=True)
class Progress:
    """How far a run is: days done of days due, and what is at work."""

    done: int
    due: int
    at_work: str


@dataclass(frozen=True)
class RunReport:
    """What a run did: the days it went through, how many runs of Dagster that took, whether it made a new publication,
    and the damaged files, of the lake or of the last release, in whose place it has put whole ones."""

    days: tuple[str, ...]
    runs: int
    published: bool
    mended: tuple[str, ...]


def open_instance(home: Home) -> dg.DagsterInstance:
    """Dagster's own storage, created under the writer lock the first time: in the home, or where the setting says.

    Raises `HomeError` when it cannot be used.
    """
    home.prepare()
    if on_postgresql() and find_spec("dagster_postgres") is None:
        raise HomeError(
            f"{STORAGE} needs the package dagster-postgres, which is not installed here: install the extra "
            "`postgresql` of this package, or unset it."
        )
    with home.writing("Dagster's storage"):
        try:
            instance = lasting(dg.DagsterInstance.from_config(str(home.dagster)), home.dagster)
            instance.get_runs_count()
            instance.event_log_storage.get_asset_records()
        except Exception as error:
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise HomeError(
                f"Dagster's storage in {home.dagster} cannot be used ({first}): "
                + (f"see that {STORAGE} names a database that answers." if on_postgresql()
                   else "mend its dagster.yaml, make the folder yours to write to, or move it away to start a new one.")
            ) from error  # fmt: skip
        return instance


def run(
    definitions: dg.Definitions,
    home: Home,
    first: date | None,
    last: date | None,
    tell: Callable[[Progress], None],
    publication: Mapping[str, str] | None = None,
    retry_lost: bool = False,
) -> RunReport:
    """Bring the due days between `first` and `last` up to date, then the warehouse and its publication.

    `publication` is what the asset `published` is told, as its configuration names it; with `retry_lost`, pages that a
    limit or a crash kept from being read are tried once more.

    Raises `RunFailed` when a step or a blocking check fails: after all other days were run, and without a publication.
    """
    instance = open_instance(home)
    with _alone(home), _kept(home):
        _bury_dead_runs(instance)
        sweep(home.lake)
        lake, landing = Lake(home.lake), LandingStore(home.landing)
        damaged = [str(path) for path in lake.damaged() if not lake.is_older(path)]
        start, end = (first or FIRST_DAY).isoformat(), (last or date.max).isoformat()
        if retry_lost:
            ask_again(lake, start, end)
        entered = len(ledger_of(home.releases))
        due = [day for day in due_days(landing, lake, corrections_of(home, landing)) if start <= day <= end]
        parts = stretches(due)
        start_workers(landing, due)
        done = 0
        failed: list[str] = []
        for part in parts:
            tell(Progress(done, len(due), f"{part[0]} to {part[-1]}"))
            failed += _execute(definitions, instance, backfill.name, range_tags(part[0], part[-1]))
            done += len(part)
        _raise_for(failed)
        workers_of(Limits.from_environment()).stop()  # no page is left, and the warehouse needs the memory
        tell(Progress(done, len(due), "warehouse and publication"))
        _raise_for(_execute(definitions, instance, publish.name, {}, {"published": publication or {}}))
        tell(Progress(done, len(due), "done"))
        new = len(ledger_of(home.releases)) > entered
        return RunReport(tuple(due), len(parts) + 1, new, (*damaged, *_damaged_of_release(instance)))


def _damaged_of_release(instance: dg.DagsterInstance) -> list[str]:
    """The files of a release that the last publication found damaged."""
    last = instance.get_latest_materialization_event(PUBLISHED)
    told = last.asset_materialization if last else None
    return [str(path) for path in told.metadata["damaged"].value] if told else []  # type: ignore[union-attr]


def _execute(
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    job: str,
    tags: Mapping[str, str],
    told: Mapping[str, Mapping[str, str]] | None = None,
) -> list[str]:
    """Run a job with what its steps are told; what failed in it, a line each."""
    config = {step: {"config": dict(words)} for step, words in (told or {}).items()}
    result = definitions.resolve_job_def(job).execute_in_process(
        instance=instance,
        tags={**tags, STARTED_BY: "kpi run"},
        raise_on_error=False,
        run_config={**QUIET, "ops": config},
    )
    if result.success:
        return []
    if any(event.is_step_failure and _interrupted(event.step_failure_data.error) for event in result.all_events):
        raise RunFailed("The run was interrupted: days that were done stay done; `kpi run` goes on with the rest.")
    return _why(result) or ["See the run in the UI (`kpi ui`)."]


def _raise_for(failed: Sequence[str], shown: int = 5) -> None:
    """Raise `RunFailed` with what failed, each thing once; nothing for nothing."""
    lines = list(dict.fromkeys(failed))
    more = f"; and {len(lines) - shown} more: see the runs in the UI (`kpi ui`)" if len(lines) > shown else ""
    if lines:
        raise RunFailed("The run failed. " + "; ".join(lines[:shown]) + more)


def _why(result: dg.ExecuteInProcessResult) -> list[str]:
    lines = []
    for event in result.all_events:
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if not check.passed and check.blocking:
                lines.append(f"check {check.asset_key.to_user_string()}.{check.check_name}: {check.description}")
        elif event.is_step_failure:
            message = _told_by(event.step_failure_data.error)
            if "DagsterAssetCheckFailedError" not in message:
                lines.append(f"step {event.step_key}: {message}")
    return lines


def _interrupted(error: Any) -> bool:
    """Whether a person stopped the run (Ctrl-C), at whatever depth the error stands."""
    while error is not None:
        if error.cls_name in ("DagsterExecutionInterruptedError", "KeyboardInterrupt"):
            return True
        error = error.cause
    return False


def _told_by(error: Any) -> str:
    """The sentence of the first error of a chain that was written for people, else of the deepest one."""
    for_people = {kind.__name__ for kind in Trouble.__subclasses__()} | {"Failure"}
    while error.cls_name not in for_people and error.cause is not None:
        error = error.cause
    lines = error.message.strip().splitlines() or ["no message"]
    return str(lines[0].partition(": ")[2] if error.cls_name in for_people else lines[0])


@contextmanager
def _alone(home: Home, timeout: float = 3600.0) -> Iterator[None]:
    lock = FileLock(home.root / "run.lock", timeout=timeout)
    try:
        lock.acquire()
    except Timeout as error:
        raise HomeError(
            f"Another `kpi run` is at work in {home.root}: let it end or stop it, then try again."
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _kept(home: Home) -> Iterator[None]:
    """Turn what Dagster's storage cannot keep, as on a full disk, into one sentence with a remedy."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise RunFailed(
            f"The run broke off: what it does cannot be kept in {home.root} ({cause}). The last release stays, and "
            "days that were done stay done: see that the disk has room and that the folder is yours to write to, then "
            "run again."
        ) from error


def _bury_dead_runs(instance: dg.DagsterInstance) -> None:
    """Mark what an earlier, killed `kpi run` left as started; nothing of it can be alive while the run lock is ours."""
    unfinished = dg.RunsFilter(
        statuses=[
            dg.DagsterRunStatus.NOT_STARTED,
            dg.DagsterRunStatus.STARTED,
            dg.DagsterRunStatus.STARTING,
            dg.DagsterRunStatus.CANCELING,
        ],
        tags={STARTED_BY: "kpi run"},
    )
    for dead in instance.get_runs(filters=unfinished):
        instance.report_run_failed(dead, "The process of this run ended without closing it.")
