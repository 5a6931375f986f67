"""A full disk, a read-only folder, a damaged file, a deleted release: one sentence, the last release stays, and once
that is mended the next run makes what an undisturbed one would have made.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline_tests.end_to_end.disturbed import (
    copy_of,
    environment_of,
    made,
    make_home,
    refused,
    run_kpi,
    state_of,
    unfinished_runs,
)
from kpi_pipeline_tests.end_to_end.serving_ui import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@dataclass(frozen=True)
class Undisturbed:
    """A home with something to do, and the same home after a run that nobody disturbed."""

    home: Home
    run: Home
    made: dict[str, str]
    before: str


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("damaged")
    home = make_home(folder)
    run = copy_of(home, folder / "run")
    run_kpi(run)
    return Undisturbed(home, run, made(run), state_of(home, folder / "stop"))


@contextmanager
def mounted(place: Path, *arguments: str) -> Iterator[Path]:
    """Something mounted at a folder; the test is skipped where that is not allowed."""
    place.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(["mount", *arguments, str(place)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no `mount` here")
    if done.returncode:
        pytest.skip(f"nothing may be mounted here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        wait_until(
            lambda: not subprocess.run(["umount", str(place)], check=False).returncode, 30, "the last file closed"
        )


def kilobytes(folder: Path) -> int:
    return int(subprocess.run(["du", "-sk", str(folder)], capture_output=True, text=True, check=True).stdout.split()[0])


def test_a_full_disk_keeps_the_last_release_and_the_next_run_goes_on(undisturbed: Undisturbed, tmp_path: Path) -> None:
    """With so many kB left, the disk is full in Dagster's storage or the lake, in the warehouse, in the release."""
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=200m", "tmpfs") as disk:
        home = copy_of(undisturbed.home, disk / "home")
        environment_of(home)

        def resize(size: str) -> None:
            subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)

        for free in (300, 5000, 14000):
            resize(f"{kilobytes(disk) + free}k")
            print(free, refused(home, str(home.root), "disk", "again"))
            assert state_of(home, tmp_path / f"stop-{free}") == undisturbed.before
        resize("200m")
        run_kpi(home)
        assert made(home) == undisturbed.made
        assert unfinished_runs(home) == []


def test_a_read_only_folder_is_named_and_keeps_the_last_release(undisturbed: Undisturbed, tmp_path: Path) -> None:
    home = copy_of(undisturbed.home, tmp_path / "home")
    environment_of(home)
    for number, (folder, remedy) in enumerate(
        [("", "may write to"), ("lake/validated_facts", "yours to write to"), ("releases", "may write to")]
    ):
        place = home.root / folder
        with mounted(place, "--bind", "-o", "ro", str(place)):
            print(refused(home, str(place), remedy))
            assert state_of(home, tmp_path / f"stop-{number}") == undisturbed.before
    run_kpi(home)
    assert made(home) == undisturbed.made


def _first_file(home: Home, table: str) -> Path:
    lake = Lake(home.lake)
    return next(path for day in lake.days(table) if lake.count(table, day) and (path := lake.path(table, day)))


def _flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_damaged_files_of_the_lake_are_named_and_made_anew(undisturbed: Undisturbed, tmp_path: Path) -> None:
    home = copy_of(undisturbed.run, tmp_path / "home")
    damaged = [_first_file(home, table) for table in ("raw_pages", "cleaned_text", "validated_facts", "unread_numbers")]
    truncated, *flipped = damaged
    truncated.write_bytes(truncated.read_bytes()[:-100])
    for path in flipped:
        _flip(path, 200)
    first = Lake(home.lake).days("raw_pages")[0]
    assert all(path.stem == first for path in damaged)
    said = refused(home, "files of the lake are not what was written", *map(str, damaged), "`kpi run` without",
                   call=("run", "--from", "2022-01-01"))  # fmt: skip
    assert "4 files" in said
    done = run_kpi(home)
    assert "damaged, and made anew" in done.stderr
    assert "(4 in all)" in done.stderr
    assert all(str(path) in done.stderr for path in damaged)
    assert "as it was: there is nothing new to publish" in done.stdout
    assert made(home) == undisturbed.made


def test_a_damaged_file_of_the_release_is_named_and_published_anew(undisturbed: Undisturbed, tmp_path: Path) -> None:
    home = copy_of(undisturbed.run, tmp_path / "home")
    damaged = home.published.resolve() / "csv" / "kpi_province_year.csv"
    damaged.chmod(0o644)
    _flip(damaged, 500)
    done = run_kpi(home)
    assert f"damaged, and made anew: {damaged} (1 in all)" in done.stderr
    again, once = ({path.name: path.read_bytes() for path in (folder / "csv").iterdir()}
                   for folder in (home.published, undisturbed.run.published))  # fmt: skip
    assert again == once


def test_a_deleted_release_is_named_with_the_way_back(undisturbed: Undisturbed, tmp_path: Path) -> None:
    home = copy_of(undisturbed.run, tmp_path / "home")
    release = home.published.resolve()
    copy = shutil.move(release, tmp_path / release.name)
    for call in (["trace", "VN-14"], ["publish", "--to", "postgresql://nobody@127.0.0.1:1/none"]):
        refused(home, release.name, "gone", "put ", "back from a copy", call=call)
    refused(home, str(release), "is gone", "put it back from a copy of that release, or move")
    shutil.move(copy, release)
    run_kpi(home)
    assert made(home) == undisturbed.made
