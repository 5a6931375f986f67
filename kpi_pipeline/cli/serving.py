"""`kpi ui`: the Dagster UI with its daemon, and their end.

Belongs here: starting them, and ending all of their processes with this one. Does not belong here: what the UI shows
(defs) and Dagster's settings (storage/home).
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import click

from kpi_pipeline.cli.call import Refused, open_home

_PATIENCE = 3.0
"""Seconds that the processes have to end by themselves before they are killed."""
_START_SECONDS = "300"
"""Seconds (Dagster's setting) until a run that does not start is given up: a machine full of runs starts one slowly."""
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h


class _Stop(Exception):
    """A person, or the system, asked for the end."""


@click.command()
@click.option("--port", default=3000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True)
def ui(port: int, host: str) -> None:
    """Start the Dagster UI on the same warehouse."""
    home = open_home()
    from kpi_pipeline.defs.alerts import UI_SETTING
    from kpi_pipeline.defs.dead_runs import serving
    from kpi_pipeline.defs.running import open_instance

    dagster = Path(sys.executable).parent / "dagster"
    if not (dagster.parent / "dagster-webserver").exists():
        raise Refused("The UI is not installed here: `make ui` installs and starts it.")
    _refuse_taken(host, port)
    instance = open_instance(home)
    click.echo(f"The Dagster UI on {home.root}: http://{host}:{port} (Ctrl-C ends it)")
    project = Path(__file__).resolve().parent.parent.parent
    with serving(home, instance), _stoppable():
        instance.dispose()
        served = subprocess.Popen(
            [str(dagster), "dev", "-w", str(project / "workspace.yaml"), "-h", host, "-p", str(port)],
            env={
                UI_SETTING: f"http://{host}:{port}",
                "DAGSTER_GRPC_TIMEOUT_SECONDS": _START_SECONDS,
                **os.environ,
                "KPI_HOME": str(home.root),
                "DAGSTER_HOME": str(home.dagster),
            },
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - this process has no other thread
        )
        try:
            sys.exit(served.wait())
        except _Stop:
            click.echo(
                "The Dagster UI has ended. Runs it had started have ended too; the next run goes on with the rest."
            )
        finally:
            _end(served)


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                f"Port {port} of {host} cannot be used ({error.strerror}): name another with --port."
            ) from error


@contextmanager
def _stoppable() -> Iterator[None]:
    """Raise `_Stop` on Ctrl-C, on SIGTERM and when the terminal closes; even where a shell had them ignored."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise _Stop

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    yield


def _end(served: subprocess.Popen[bytes]) -> None:
    """End the whole group that `served` leads: kindly, then for good."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with suppress(ProcessLookupError):
        os.killpg(served.pid, signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        served.wait(_PATIENCE)
    with suppress(ProcessLookupError):
        os.killpg(served.pid, signal.SIGKILL)


def _end_with_parent() -> None:
    """On Linux the kernel interrupts the UI when this process is gone, however it went."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGINT)
