"""Nothing phones home and nothing is needed but the project: no network, no secrets, no data folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kpi_pipeline_tests.conftest import PROJECT

BLOCK = """
import os, socket

def refused(self, address, *rest):
    far = self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(("127.", "local", "::1"))
    if far:
        with open(os.environ["BLOCKED_LOG"], "a") as log:
            print(address, file=log)
        raise OSError("no network in this test: " + repr(address))
    return original(self, address, *rest)

def unresolved(host, *rest, **more):
    if host not in (None, "localhost", "127.0.0.1", "::1", ""):
        with open(os.environ["BLOCKED_LOG"], "a") as log:
            print(host, file=log)
        raise socket.gaierror("no network in this test: " + repr(host))
    return resolve(host, *rest, **more)

original, resolve = socket.socket.connect, socket.getaddrinfo
socket.socket.connect, socket.getaddrinfo = refused, unresolved
"""


@pytest.fixture
def offline(tmp_path: Path) -> dict[str, str]:
    """An environment whose Python processes cannot reach beyond this machine, with an empty home folder."""
    (tmp_path / "sitecustomize.py").write_text(BLOCK)
    (tmp_path / "user").mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAGSTER", "KPI_"))}
    return {**kept, "PYTHONPATH": str(tmp_path), "HOME": str(tmp_path / "user"), "BLOCKED_LOG": str(tmp_path / "tried")}


def bin_path(name: str) -> str:
    return str(Path(sys.executable).parent / name)


@pytest.mark.parametrize(
    "command",
    [
        ["dagster", "definitions", "validate"],
        ["dg", "check", "defs"],
        ["dg", "list", "defs"],
    ],
    ids=" ".join,
)
def test_definitions_load_without_network_and_data(offline: dict[str, str], command: list[str]) -> None:
    before = set(PROJECT.iterdir())
    done = subprocess.run(
        [bin_path(command[0]), *command[1:]],
        cwd=PROJECT,
        env=offline,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not Path(offline["BLOCKED_LOG"]).exists(), Path(offline["BLOCKED_LOG"]).read_text()
    assert set(PROJECT.iterdir()) == before


def test_a_run_needs_no_network(offline: dict[str, str], tmp_path: Path) -> None:
    offline["KPI_HOME"] = str(tmp_path / "home")
    for arguments in (["land", "--samples"], ["run", "--to", "2015-12-31"]):
        done = subprocess.run(
            [sys.executable, "-m", "kpi_pipeline.cli", *arguments],
            cwd=PROJECT,
            env=offline,
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert not Path(offline["BLOCKED_LOG"]).exists(), Path(offline["BLOCKED_LOG"]).read_text()


def test_the_block_blocks(offline: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import urllib.request as u; u.urlopen('http://192.0.2.1/', timeout=2)"],
        env=offline,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "192.0.2.1" in Path(offline["BLOCKED_LOG"]).read_text()
