"""What all tests share: homes of their own, the command line as a user calls it, the seed pages where they are."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.lake_input import LakeInput

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"

os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"

Kpi = Callable[..., subprocess.CompletedProcess[str]]


def call_kpi(root: Path, *arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """`kpi` in a process of its own on the home `root`."""
    environment = {**os.environ, "KPI_HOME": str(root), "PYTHONDONTWRITEBYTECODE": "1", **variables}
    return subprocess.run(
        [sys.executable, "-m", "kpi_pipeline.cli", *map(str, arguments)],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


@pytest.fixture
def lake(tmp_path: Path) -> LakeInput:
    """A lake to write into."""
    return LakeInput(tmp_path)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    return Home(tmp_path / "home")


@pytest.fixture
def kpi(home: Home) -> Kpi:
    """`kpi` on the test's home."""
    return lambda *arguments, **variables: call_kpi(home.root, *arguments, **variables)


@pytest.fixture(scope="session")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which the sample pages have landed and run, once for all workers of a session; tests only read it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    folder = tmp_path_factory.getbasetemp().parent if worker else tmp_path_factory.mktemp("sampled")
    home = Home(folder / "sampled-home")
    with FileLock(folder / "sampled.lock"):
        if not home.published.exists():
            for arguments in (["land", "--samples"], ["run"]):
                done = call_kpi(home.root, *arguments)
                assert done.returncode == 0, done.stdout + done.stderr
    return home


@pytest.fixture
def copied(sampled: Home, tmp_path: Path) -> Home:
    """A copy of the sampled home, to be changed."""
    home = Home(tmp_path / "copied")
    shutil.copytree(sampled.root, home.root, symlinks=True)
    return home


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the seed pages; a test that needs it is skipped where it is not there."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip(f"the seed pages are not at {folder}")
    return folder
