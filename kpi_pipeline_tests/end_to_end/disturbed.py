"""What the tests of disturbed runs share: a small home with something to do, a reader beside it, what must be equal.

Belongs here: homes, processes and comparisons. Does not belong here: the disturbances themselves (`test_killed`,
`test_damaged`, `test_side_by_side`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import dagster as dg
from filelock import FileLock

from kpi_pipeline.landing import LandingStore, land_folder
from kpi_pipeline.publication.files import files_of, sha256_of
from kpi_pipeline.reading.workers import ENOUGH
from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.conftest import PROJECT
from kpi_pipeline_tests.page_generator import write_folder

FIRST_DAY, DAY = "2023-04-02", "2023-04-03"
"""The days that the two publications of a home bear."""

Stretch = tuple[int, date, date]
"""How many pages, and the first and last day they may be of."""

STRETCHES: tuple[Stretch, ...] = (
    (4, date(2020, 11, 3), date(2020, 11, 5)),
    (ENOUGH + 4, date(2021, 3, 1), date(2021, 3, 3)),
    (3, date(2022, 2, 1), date(2022, 2, 1)),
)
"""Those of a home with something to do; the pages of the middle one are enough for worker processes."""

TICK = os.sysconf("SC_CLK_TCK")

READER = """
import hashlib, pathlib, sys, time, duckdb
file, stop = map(pathlib.Path, sys.argv[1:])
seen, reads, last = [], 0, False
while not last:
    time.sleep(0.02)
    last = stop.exists()
    with duckdb.connect(str(file), read_only=True) as con:
        rows = con.execute("SELECT * FROM marts.kpi_province_year ORDER BY ALL").fetchall()
        said = con.execute("SELECT count(*) FROM marts.kpi_history WHERE known_to IS NULL").fetchone()[0]
    assert len(rows) == said, (len(rows), said)
    digest = hashlib.sha256(repr(rows).encode()).hexdigest()
    reads += 1
    if seen[-1:] != [digest]:
        seen.append(digest)
print(reads, *seen)
"""


@dataclass
class Reading:
    """What a reader saw: how often it read, and the different states of the KPI table in the order it met them."""

    reads: int = 0
    seen: list[str] = field(default_factory=list)


@contextmanager
def reading(home: Home, stop: Path) -> Iterator[Reading]:
    """A process that opens the published warehouse again and again until the block ends; it must never fail."""
    result = Reading()
    command = [sys.executable, "-c", READER, str(home.published / "warehouse.duckdb"), str(stop)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as reader:
        try:
            yield result
        finally:
            stop.touch()
            out, errors = reader.communicate(timeout=60)
    assert reader.returncode == 0, errors
    reads, *result.seen = out.split()
    result.reads = int(reads)


def state_of(home: Home, stop: Path) -> str:
    """The state of the KPI table that a reader sees now."""
    with reading(home, stop) as found:
        pass
    [state] = found.seen
    return state


def make_home(folder: Path, stretches: Sequence[Stretch] = STRETCHES) -> Home:
    """A home in which one page a stretch is published, and all others have landed since."""
    home = Home(folder / "home")
    home.prepare()
    store = LandingStore(home.landing)
    for first in (True, False):
        for number, (pages, begin, end) in enumerate(stretches):
            given = write_folder(
                folder / f"pages-{number}-{first}",
                seed=2 * number + first,
                n=1 if first else pages,
                kind="mixed",
                size="small",
                first_day=begin,
                last_day=end,
            )
            land_folder(store, given / "0000", given / "manifest.csv", end, end)
        if first:
            run_kpi(home, day=FIRST_DAY)
    return home


def copy_of(home: Home, root: Path) -> Home:
    """The same home in another place."""
    shutil.copytree(home.root, root, symlinks=True)
    return Home(root)


def environment_of(home: Home) -> dict[str, str]:
    """What a run of a disturbed home finds: two workers, and temporary files in a folder of its own."""
    temporary = home.root.with_name(home.root.name + "-tmp")
    temporary.mkdir(exist_ok=True)
    return {**os.environ, "KPI_HOME": str(home.root), "KPI_WORKERS": "2", "TMPDIR": str(temporary)}


def start_kpi(home: Home, *arguments: str) -> subprocess.Popen[str]:
    """`kpi` on a disturbed home, as the leader of a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "kpi_pipeline.cli", *arguments],
        cwd=PROJECT,
        env=environment_of(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def call_kpi(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`kpi` on a disturbed home, and what came of it."""
    process = start_kpi(home, *arguments)
    out, errors = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, out, errors)


def run_kpi(home: Home, *more: str, day: str = DAY) -> subprocess.CompletedProcess[str]:
    """A run that must succeed, and what came of it."""
    done = call_kpi(home, "run", "--day", day, *more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def refused(home: Home, *words: str, call: Sequence[str] = ("run", "--day", DAY)) -> str:
    """A call that must fail with one sentence that has all `words`, and without a traceback; what it said."""
    done = call_kpi(home, *call)
    assert done.returncode in (1, 2), done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    assert not [word for word in words if word not in done.stderr], done.stderr
    return done.stderr


def made(home: Home) -> dict[str, str]:
    """What a home has made: the sha256 of each file of the lake and the releases, where a file says the same each time,
    and the name alone of every other file but Dagster's; also temporary files left behind."""
    said: dict[str, str] = {}
    for path in files_of(home.root):
        name = path.relative_to(home.root).as_posix()
        if name.startswith("dagster/"):
            continue
        compared = path.suffix in {".parquet", ".csv", ".json", ".jsonl", ".md", ".html", ".xlsx"}
        said[name] = sha256_of(path) if compared and path.name != "manifest.json" else ""
    for folder in sorted(path for path in home.root.rglob("*") if path.is_dir() and not any(path.iterdir())):
        said[folder.relative_to(home.root).as_posix() + "/"] = ""
    for path in Path(environment_of(home)["TMPDIR"]).iterdir():
        said[f"temporary {path.name}"] = ""
    said["published"] = os.readlink(home.published)
    return {name: digest for name, digest in said.items() if not name.startswith("dagster/")}


def unfinished_runs(home: Home) -> list[str]:
    """The runs in Dagster's storage that are not over, with what they are at."""
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        return [f"{run.job_name} {run.status.value}" for run in instance.get_runs() if not run.is_finished]


def step_at_work(home: Home) -> str:
    """The step that the last run in Dagster's storage began last."""
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        records = instance.get_run_records(limit=1)
        if not records or records[0].dagster_run.is_finished:
            return "between runs"
        begun = instance.all_logs(records[0].dagster_run.run_id, of_type={dg.DagsterEventType.STEP_START})
        return str(begun[-1].step_key) if begun else "start of a run"


def processes_of(session: int) -> list[int]:
    """The living processes of a session (that of a run which was started as the leader of one)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[3]) == session and words[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def seconds_used(process: int) -> float:
    """Processor time of a process, its children's not counted."""
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICK


def locks_held(home: Home) -> list[str]:
    """The lock files of a home that some process holds."""
    held = []
    for name in ("run.lock", "writer.lock"):
        lock = FileLock(home.root / name, blocking=False)
        try:
            with lock:
                pass
        except TimeoutError:
            held.append(name)
    return held
