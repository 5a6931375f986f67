"""The store's upkeep: work that does not grow with what is kept, older catalogues, and bytes that got lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kpi_pipeline.landing import LandedPage, LandingStore
from kpi_pipeline_tests.landing.pages import actions, fill, land, state, text, write_manifest

INDEXES = {"acts_by_page", "pages_by_day", "versions_by_bytes"}


def open_catalogue(root: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(root / "catalogue.sqlite", isolation_level=None))


def indexes(root: Path) -> set[str]:
    with open_catalogue(root) as link:
        rows = link.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        return {row[0] for row in rows}


def drop_indexes(root: Path) -> None:
    with open_catalogue(root) as link:
        for name in INDEXES:
            link.execute(f"DROP INDEX {name}")


def plans(root: Path, statements: set[str]) -> dict[str, str]:
    """The query plan of each statement, by statement."""
    with open_catalogue(root) as link:
        return {
            statement: "; ".join(str(row[3]) for row in link.execute(f"EXPLAIN QUERY PLAN {statement}"))
            for statement in sorted(statements)
        }


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every statement that SQLite runs from here on, as it hears it."""
    statements: set[str] = set()
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def listen(*args: Any, **options: Any) -> sqlite3.Connection:
        link = connect(*args, **options)
        link.set_trace_callback(statements.add)
        return link

    monkeypatch.setattr(sqlite3, "connect", listen)
    return statements


def work(root: Path, store: LandingStore) -> None:
    """Every way a page can be landed, a withdrawal, and the reading of one day."""
    folder = fill(root / "in", 2)
    one = folder / "page000.txt"
    for url, content, captured, province in (
        ("https://a.vn/1", 0, "2023-05-01", ""),
        ("https://a.vn/1", 0, "2023-05-01", "VN-63"),
        ("https://a.vn/2", 0, "2023-05-01", ""),
        ("https://a.vn/1", 5, "2023-05-02", ""),
        ("https://a.vn/1", 6, "2023-05-01", ""),
        ("https://a.vn/1", 0, "2023-05-03", ""),
    ):
        one.write_text(text(content), "utf-8")
        land(store, folder, write_manifest(root / "m.csv", f"page000.txt,{url},{captured},,{province}"))
    store.withdraw("https://a.vn/1", "took it back")
    manifest = write_manifest(root / "m.csv", "page000.txt,https://a.vn/1,,,")
    land(store, folder, manifest)
    land(store, one, manifest)
    assert store.pages("2023-05-01")


@pytest.mark.parametrize("older", [False, True])
def test_no_page_costs_a_look_at_all_others(tmp_path: Path, heard: set[str], older: bool) -> None:
    root = tmp_path / "store"
    store = LandingStore(root)
    if older:
        drop_indexes(root)
        store = LandingStore(root)
    heard.clear()
    work(tmp_path, store)
    tables = ("FROM versions", "FROM acts", "FROM pages", "UPDATE versions", "INSERT INTO", "INSERT OR IGNORE")
    statements = {statement for statement in heard if any(table in statement for table in tables)}
    found = plans(root, statements)
    assert {
        statement: plan for statement, plan in found.items() if "SCAN" in plan.replace("SCAN CONSTANT ROW", "")
    } == {}
    told = "\n".join(found.values())
    for name in INDEXES:
        assert f"INDEX {name} " in told
    assert sum("UPDATE versions" in statement for statement in statements) >= 2


def test_an_older_catalogue_gets_its_indexes_and_keeps_its_pages(tmp_path: Path) -> None:
    root = tmp_path / "store"
    store = LandingStore(root)
    land(store, fill(tmp_path / "in", 3))
    before = state(store)
    drop_indexes(root)
    assert indexes(root) == set()
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: LandingStore(root), range(4)))
    assert indexes(root) == INDEXES
    assert all(state(opened) == before for opened in stores)


def test_a_store_opens_and_is_read_while_others_land(tmp_path: Path) -> None:
    root = tmp_path / "store"
    land(LandingStore(root), fill(tmp_path / "in", 1))
    with open_catalogue(root) as link:
        link.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as pool:
            assert len(pool.submit(lambda: LandingStore(root).all_pages()).result(timeout=60)) == 1
        link.execute("ROLLBACK")


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[0] ^= 0xFF
    path.write_bytes(content)


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(("damage", "seen"), [(Path.unlink, True), (shorten, True), (flip, False)])
def test_landing_again_mends_lost_and_damaged_bytes(tmp_path: Path, damage: Callable[[Path], None], seen: bool) -> None:
    folder = fill(tmp_path / "in", 2)
    store = LandingStore(tmp_path / "store")
    land(store, folder)
    before = state(store)
    page = next(page for page in store.all_pages() if page.source_file == "page000.txt")
    assert store.intact(page)
    [path] = store.root.glob(f"objects/*/{page.sha256}")
    damage(path)
    assert store.intact(page) is not seen
    report = land(store, folder)
    assert set(actions(report).values()) == {"unchanged"}
    mended, untouched = report.outcomes
    assert "The stored bytes were damaged and have been replaced" in str(mended.reason)
    assert untouched.reason is None
    assert store.intact(page)
    assert state(store) == before
    assert [outcome.reason for outcome in land(store, folder).outcomes] == [None, None]


def test_a_page_of_other_bytes_is_not_intact(tmp_path: Path) -> None:
    store = LandingStore(tmp_path / "store")
    unknown = LandedPage(
        "p0", "0" * 64, None, "2023-05-01", "captured", "2023-05-01", None, "a.txt", "text/plain", 3, "0" * 64
    )
    assert not store.intact(unknown)
    (store.root / "objects" / "00" / ("0" * 64)).mkdir(parents=True)
    assert not store.intact(unknown)


def test_a_twin_mends_the_bytes_it_shares(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", 1)
    store = LandingStore(tmp_path / "store")
    land(store, folder)
    [page] = store.all_pages()
    [path] = store.root.glob(f"objects/*/{page.sha256}")
    flip(path)
    [outcome] = land(store, folder, write_manifest(tmp_path / "m.csv", "page000.txt,https://a.vn/1,,,")).outcomes
    assert outcome.action == "new"
    assert "damaged and have been replaced" in str(outcome.reason)
    assert store.read(page.sha256).decode() == text(0)
