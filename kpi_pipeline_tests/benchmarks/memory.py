"""The peak of resident memory of a whole `kpi run`, its worker processes included, at two numbers of pages.

Belongs here: starting the run as a process of its own, and looking at /proc while it works (Linux only). Does not
belong here: making pages (`page_generator`), the time a run takes (`throughput`). Pages are small, so that the large
run ends in minutes; a day has a hundred of them, so that what is held for a day is what it would be.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kpi_pipeline.landing import LandingStore, land_folder
from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.page_generator import write_folder

_FIRST_DAY = date(2016, 1, 1)
_PAGES_A_DAY = 100
_EVERY = 0.1
"""Seconds between two looks at the processes."""


@dataclass(frozen=True, slots=True)
class Memory:
    """One measurement in MB: the peak of the run's process as the system keeps it, and the highest sum over it and its
    workers that was seen at one moment; `seconds` are the wall's."""

    pages: int
    days: int
    process: float
    together: float
    seconds: float

    def as_record(self) -> dict[str, Any]:
        """The measurement as plain data."""
        return asdict(self)


def measure(pages: int, seed: int = 815) -> Memory:
    """A `kpi run` over `pages` small made-up pages. Raises `RuntimeError` with what the run said when it fails."""
    days = max(1, pages // _PAGES_A_DAY)
    last = date.fromordinal(_FIRST_DAY.toordinal() + days - 1)
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        home.prepare()
        made = write_folder(Path(folder) / "pages", seed, pages, size="small", first_day=_FIRST_DAY, last_day=last)
        for part in sorted(path for path in made.iterdir() if path.is_dir()):
            land_folder(LandingStore(home.landing), part, made / "manifest.csv", last, last)
        return _watched(home, pages, days)


def _watched(home: Home, pages: int, days: int) -> Memory:
    said = home.root / "said.txt"
    start = time.perf_counter()
    with said.open("wb") as out:
        run = subprocess.Popen(
            [sys.executable, "-m", "kpi_pipeline.cli", "run"],
            env={**os.environ, "KPI_HOME": str(home.root)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        process = together = 0.0
        while run.poll() is None:
            process = max(process, _held(run.pid, "VmHWM:"))
            together = max(together, sum(_held(one, "VmRSS:") for one in _tree(run.pid)))
            time.sleep(_EVERY)
    if run.returncode:
        raise RuntimeError(f"The run of {pages} pages failed: {said.read_text(encoding='utf-8')[-2000:]}")
    return Memory(pages, days, process, together, time.perf_counter() - start)


def _tree(process: int) -> list[int]:
    """A process and all that it has started, itself or through others."""
    found = [process]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, task.read_text().split())
            except OSError:  # it has ended
                continue
    return found


def _held(process: int, name: str) -> float:
    """A line of the process's status, in MB; 0 for one that has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(name)), 0.0)
