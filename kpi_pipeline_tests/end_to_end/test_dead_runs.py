"""Runs that a UI left as started: closed when the next one starts, unless they live, or another UI does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import dagster as dg
import pytest
from dagster._core.events import EngineEventData
from dagster._core.test_utils import create_run_for_test

from kpi_pipeline.defs.dead_runs import serving
from kpi_pipeline.defs.running import STARTED_BY
from kpi_pipeline.storage.home import Home

STARTED, FAILURE = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.FAILURE


@pytest.fixture
def dead() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def left(instance: dg.DagsterInstance, pid: int | None, **tags: str) -> Callable[[], dg.DagsterRunStatus]:
    """A run that stands as started by a process; gives what its status is when asked."""
    run = create_run_for_test(instance, job_name="publish", status=STARTED, tags=tags)
    if pid is not None:
        instance.report_engine_event("Started process.", run, EngineEventData(metadata={"pid": str(pid)}))

    def status() -> dg.DagsterRunStatus:
        found = instance.get_run_by_id(run.run_id)
        assert found is not None
        return found.status

    return status


def test_only_what_has_no_process_is_closed(home: Home, dead: int) -> None:
    home.prepare()
    with dg.instance_for_test() as instance:
        gone, never, alive = left(instance, dead), left(instance, None), left(instance, os.getpid())
        others = left(instance, dead, **{STARTED_BY: "kpi run"})
        with serving(home, instance):
            assert [gone(), never(), alive(), others()] == [FAILURE, FAILURE, STARTED, STARTED]


def test_while_another_ui_serves_nothing_is_closed(home: Home, dead: int) -> None:
    home.prepare()
    with dg.instance_for_test() as instance, serving(home, instance):
        gone = left(instance, dead)
        with serving(home, instance):
            assert gone() == STARTED
    with dg.instance_for_test() as instance, serving(home, instance):
        pass


def test_runs_of_several_machines_are_left_alone(home: Home, dead: int, monkeypatch: pytest.MonkeyPatch) -> None:
    home.prepare()
    monkeypatch.setenv("KPI_DAGSTER_STORAGE", "postgresql://somewhere/dagster")
    with dg.instance_for_test() as instance:
        gone = left(instance, dead)
        with serving(home, instance):
            assert gone() == STARTED
