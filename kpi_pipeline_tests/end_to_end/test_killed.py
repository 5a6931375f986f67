"""A run killed at any moment: nothing of it stays alive or behind, and the next run makes what it would have made.

`KPI_KILLS` says how many moments are tried and `KPI_SEED` which; `make soak` sets both.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.end_to_end.disturbed import (
    DAY,
    copy_of,
    locks_held,
    made,
    make_home,
    processes_of,
    reading,
    run_kpi,
    seconds_used,
    start_kpi,
    state_of,
    step_at_work,
    unfinished_runs,
)
from kpi_pipeline_tests.end_to_end.serving_ui import wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in /proc"),
]

RUN = ("run", "--day", DAY)
KILLS = int(os.environ.get("KPI_KILLS", "15"))
SEED = int(os.environ.get("KPI_SEED", "5"))


@dataclass(frozen=True)
class Undisturbed:
    """A home with something to do, and what a run that nobody disturbs makes of it.

    `seconds` is the processor time of that run, which tells a moment of it however busy the machine is.
    """

    home: Home
    made: dict[str, str]
    seconds: float
    before: str
    after: str


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("killed")
    home = make_home(folder)
    before = state_of(home, folder / "stop-before")
    whole = copy_of(home, folder / "whole")
    seconds = 0.0
    with start_kpi(whole, *RUN) as run:
        while run.poll() is None:
            seconds = max(seconds, seconds_used(run.pid))
            time.sleep(0.02)
    assert run.returncode == 0
    return Undisturbed(home, made(whole), seconds, before, state_of(whole, folder / "stop-after"))


@pytest.mark.parametrize("number", range(KILLS))
def test_a_run_killed_at_any_moment_is_made_good_by_the_next(
    undisturbed: Undisturbed, tmp_path: Path, number: int
) -> None:
    part = (number + random.Random(f"{SEED}/{number}").random()) / KILLS
    home = copy_of(undisturbed.home, tmp_path / "home")
    with reading(home, tmp_path / "stop") as reader:
        run = start_kpi(home, *RUN)
        while seconds_used(run.pid) < part * undisturbed.seconds and run.poll() is None:
            time.sleep(0.005)
        workers = len(processes_of(run.pid)) - 1
        run.send_signal(signal.SIGKILL)
        code = run.wait()
        print(f"seed {SEED}, moment {part:.3f}, at {step_at_work(home)}, {workers} more processes, exit code {code}")
        wait_until(lambda: not processes_of(run.pid), 10, "what the run has started to end")
        assert not locks_held(home)
        run_kpi(home)
    assert made(home) == undisturbed.made
    assert unfinished_runs(home) == []
    assert reader.seen == [undisturbed.before, undisturbed.after]
