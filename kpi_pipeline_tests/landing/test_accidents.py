"""Landings that are killed at any moment, and landings that run at the same time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kpi_pipeline.landing import LandingStore
from kpi_pipeline_tests.landing.pages import actions, fill, land, state, text, write_manifest

PROJECT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from pathlib import Path
from kpi_pipeline.landing import LandingStore
from kpi_pipeline_tests.landing.pages import land
for folder in sys.argv[2:]:
    land(LandingStore(Path(sys.argv[1])), Path(folder))
"""
EVENTS = ("open", "os.rename", "os.mkdir", "sqlite3.connect")


def start(store: Path, *folders: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(store), *map(str, folders)], cwd=PROJECT)


def land_until_killed(store: Path, folder: Path, manifest: Path, calls: int) -> bool:
    """Land in a child that kills itself at its `calls`-th touch of the disk; tell whether it got that far."""
    child = os.fork()
    if child == 0:
        left = calls

        def count(event: str, _: object) -> None:
            nonlocal left
            if event in EVENTS:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        land(LandingStore(store), folder, manifest)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_killed_at_every_touch_of_the_disk(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", 3)
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4")
    manifest = write_manifest(tmp_path / "m.csv", "page000.txt,https://a.vn/0,,,", "page002.txt,https://a.vn/0,,,")
    whole = LandingStore(tmp_path / "whole")
    land(whole, folder, manifest)
    calls = 0
    while True:
        calls += 1
        root = tmp_path / f"killed{calls}"
        if not land_until_killed(root, folder, manifest, calls):
            break
        store = LandingStore(root)
        for page in store.all_pages():
            assert store.read(page.sha256)
        land(store, folder, manifest)
        assert state(store) == state(whole), f"killed at touch {calls}"
        assert not list(root.rglob("*.part"))
    assert calls > 20


def test_killed_while_a_version_is_replaced(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", 1)
    manifest = write_manifest(tmp_path / "m.csv", "page000.txt,https://a.vn/0,,,")
    for calls in range(1, 30):
        root = tmp_path / f"killed{calls}"
        (folder / "page000.txt").write_text(text(1), "utf-8")
        store = LandingStore(root)
        land(store, folder, manifest)
        (folder / "page000.txt").write_text(text(2), "utf-8")
        killed = land_until_killed(root, folder, manifest, calls)
        [page] = store.all_pages()
        assert store.read(page.sha256).decode() in (text(1), text(2))
        land(store, folder, manifest)
        [page] = store.all_pages()
        assert store.read(page.sha256).decode() == text(2)
        if not killed:
            return
    pytest.fail("the landing never ended")


@pytest.mark.parametrize("landed", [1, 40, 120])
def test_a_killed_process_loses_nothing_that_was_landed(tmp_path: Path, landed: int) -> None:
    folder = fill(tmp_path / "in", 200)
    root = tmp_path / "store"
    process = start(root, folder)
    while process.poll() is None and len(list(root.glob("objects/*/*"))) < landed:
        time.sleep(0.002)
    process.kill()
    process.wait()
    store = LandingStore(root)
    known = {page.page_id for page in store.all_pages()}
    report = land(store, folder)
    assert {outcome.page_id for outcome in report.outcomes if outcome.action == "unchanged"} == known
    whole = LandingStore(tmp_path / "whole")
    land(whole, folder)
    assert state(store) == state(whole)


def test_several_landings_at_once_into_a_new_store(tmp_path: Path) -> None:
    folders = [fill(tmp_path / "a", 40), fill(tmp_path / "b", 40, first=20), fill(tmp_path / "c", 40, first=50)]
    root = tmp_path / "store"
    processes = [start(root, *folders), start(root, *folders[::-1]), start(root, folders[1], folders[0], folders[2])]
    assert [process.wait(timeout=200) for process in processes] == [0, 0, 0]
    whole = LandingStore(tmp_path / "whole")
    for folder in folders:
        land(whole, folder)
    store = LandingStore(root)
    assert state(store) == state(whole)
    assert len(store.all_pages()) == 90
    assert set(actions(land(store, folders[0])).values()) == {"unchanged"}
