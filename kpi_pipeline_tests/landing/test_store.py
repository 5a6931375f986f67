"""The store: versions, withdrawals, restorations, damage, and what names a page."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from kpi_pipeline.landing import LandingError, LandingStore
from kpi_pipeline.landing.page import canonical_address, page_id_of
from kpi_pipeline_tests.landing.pages import TODAY, actions, fill, land, state, text, write_manifest

URL = "https://hanam.gov.vn/tin/1.html"


class Site:
    """One page at one address that changes over time."""

    def __init__(self, root: Path) -> None:
        self.folder = fill(root / "site", 1)
        self.file = self.folder / "page000.txt"
        self.manifest = root / "m.csv"
        self.store = LandingStore(root / "store")

    def land(self, content: str, captured: str = "2023-05-01", published: str = "", *, alone: bool = False) -> str:
        self.file.write_text(content, "utf-8")
        write_manifest(self.manifest, f"page000.txt,{URL},{captured},{published},")
        [self.outcome] = land(self.store, self.file if alone else self.folder, self.manifest).outcomes
        return self.outcome.action

    @property
    def content(self) -> str:
        [page] = self.store.all_pages()
        return self.store.read(page.sha256).decode()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_new_bytes_at_a_known_address_are_a_new_version_in_the_old_day(site: Site) -> None:
    assert site.land(text(1), published="2023-04-01") == "new"
    assert site.land(text(2), "2023-05-03", published="2023-04-09") == "new_version"
    assert site.content == text(2)
    assert site.store.days() == ["2023-04-01"]
    assert "day stays 2023-04-01" in str(site.outcome.reason)
    assert len(site.store.versions(URL)) == 2


def test_an_older_capture_landed_later_does_not_count(site: Site) -> None:
    site.land(text(2), "2023-05-03")
    assert site.land(text(1), "2023-05-01") == "new_version"
    assert site.content == text(2)
    assert "captured on 2023-05-03 stays" in str(site.outcome.reason)
    assert site.land(text(1), "2023-05-01") == "unchanged"


def test_edited_bytes_of_the_same_day_of_capture_count_at_once(site: Site) -> None:
    site.land(text(1))
    assert site.land(text(2)) == "new_version"
    assert site.content == text(2)
    assert site.land(text(1)) == "new_version"
    assert site.content == text(1)
    assert "count again" in str(site.outcome.reason)
    assert len(site.store.versions(URL)) == 2


def test_two_files_of_one_address_land_to_the_same_end_each_time(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", 2)
    manifest = write_manifest(tmp_path / "m.csv", f"page000.txt,{URL},,,", f"page001.txt,{URL},,,")
    store = LandingStore(tmp_path / "store")
    assert actions(land(store, folder, manifest)) == {"page000.txt": "new", "page001.txt": "new_version"}
    before = state(store)
    assert set(actions(land(store, folder, manifest)).values()) == {"unchanged"}
    assert state(store) == before
    assert [page.source_file for page in store.all_pages()] == ["page001.txt"]


def test_the_same_bytes_without_an_address_are_one_page(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", 1)
    (folder / "copy.txt").write_bytes((folder / "page000.txt").read_bytes())
    store = LandingStore(tmp_path / "store")
    assert actions(land(store, folder)) == {"copy.txt": "new", "page000.txt": "unchanged"}


def test_the_same_bytes_under_two_addresses_are_told(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", 1)
    (folder / "copy.txt").write_bytes((folder / "page000.txt").read_bytes())
    manifest = write_manifest(tmp_path / "m.csv", "page000.txt,https://a.vn/1,,,", "copy.txt,https://a.vn/2,,,")
    report = land(LandingStore(tmp_path / "store"), folder, manifest)
    assert set(actions(report).values()) == {"new"}
    assert "same bytes also stand as page p" in str(report.outcomes[1].reason)


def test_withdrawing_takes_a_page_out_and_is_recorded(site: Site) -> None:
    site.land(text(1))
    act = site.store.withdraw(URL, "the paper  took it\nback", TODAY)
    assert (act.kind, act.reason, act.day) == ("withdrawn", "the paper took it back", "2023-06-30")
    assert (site.store.days(), site.store.all_pages(), site.store.pages("2023-05-01")) == ([], [], [])
    assert site.store.acts() == [act]
    assert len(site.store.versions(act.page_id)) == 1


def test_landing_the_folder_again_leaves_a_withdrawn_page_out_and_says_so(site: Site) -> None:
    site.land(text(1))
    site.store.withdraw(URL, "took it back")
    for content in (text(1), text(2)):
        assert site.land(content) == "refused"
        assert "withdrawn (took it back)" in str(site.outcome.reason)
        assert "by itself" in str(site.outcome.reason)
    assert site.store.days() == []
    assert len(site.store.refusals()) == 2


@pytest.mark.parametrize("content", [text(1), text(2)])
def test_landing_the_file_by_itself_restores_it(site: Site, content: str) -> None:
    site.land(text(1))
    site.store.withdraw(URL, "took it back")
    assert site.land(content, alone=True) == "restored"
    assert "took it back" in str(site.outcome.reason)
    assert site.content == content
    assert [act.kind for act in site.store.acts()] == ["withdrawn", "restored"]
    site.store.withdraw(URL, "again")
    assert site.store.days() == []


def test_a_folder_restores_where_that_is_asked_for(site: Site) -> None:
    site.land(text(1))
    site.store.withdraw(URL, "took it back")
    assert actions(land(site.store, site.folder, site.manifest, restore=True)) == {"page000.txt": "restored"}


@pytest.mark.parametrize("way", ["id", "prefix", "address", "other address", "file"])
def test_a_page_is_found_by(site: Site, way: str) -> None:
    site.land(text(1))
    page_id = str(site.outcome.page_id)
    names = {"id": page_id, "prefix": page_id[:6], "address": URL, "file": "page000.txt"}
    names["other address"] = "http://www.hanam.gov.vn/tin/1.html?utm_source=x#top"
    assert site.store.find(names[way]) == page_id


def test_what_means_no_page_or_several_is_refused(tmp_path: Path) -> None:
    store = LandingStore(tmp_path / "store")
    land(store, fill(tmp_path / "in", 3))
    with pytest.raises(LandingError, match="means 3 pages"):
        store.withdraw("p", "wrong")
    for name in ("", "p0000000000000000", "https://nowhere.vn/", "%"):
        with pytest.raises(LandingError, match="No landed page"):
            store.withdraw(name, "wrong")


def test_a_withdrawal_needs_a_reason_and_happens_once(site: Site) -> None:
    site.land(text(1))
    with pytest.raises(LandingError, match="needs a reason"):
        site.store.withdraw(URL, " \n")
    site.store.withdraw(URL, "took it back")
    with pytest.raises(LandingError, match="withdrawn already"):
        site.store.withdraw(URL, "once more")


def test_damaged_and_missing_bytes_are_told_and_healed_by_landing(site: Site) -> None:
    site.land(text(1))
    [page] = site.store.all_pages()
    [path] = [file for file in (site.store.root / "objects").rglob("*") if file.is_file()]
    path.write_bytes(b"something else")
    with pytest.raises(LandingError, match="damaged"):
        site.store.read(page.sha256)
    path.unlink()
    with pytest.raises(LandingError, match="missing"):
        site.store.read(page.sha256)
    assert site.land(text(1)) == "unchanged"
    assert site.store.read(page.sha256).decode() == text(1)


def test_a_catalogue_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "catalogue.sqlite").write_bytes(b"this is no catalogue at all, not even nearly" * 50)
    with pytest.raises(LandingError, match="damaged or no catalogue"):
        LandingStore(tmp_path)


def test_a_newer_catalogue_is_told(tmp_path: Path) -> None:
    LandingStore(tmp_path)
    with sqlite3.connect(tmp_path / "catalogue.sqlite") as link:
        link.execute("PRAGMA user_version = 99")
    with pytest.raises(LandingError, match="newer version"):
        LandingStore(tmp_path)


def test_a_store_where_a_file_stands_is_told(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("x")
    with pytest.raises(LandingError, match="cannot be opened"):
        LandingStore(tmp_path / "store")


def test_days_and_pages_are_in_order(tmp_path: Path) -> None:
    rows = [f"page{number:03}.txt,,,2022-0{1 + number % 3}-01," for number in range(6)]
    store = LandingStore(tmp_path / "store")
    land(store, fill(tmp_path / "in", 6), write_manifest(tmp_path / "m.csv", *rows))
    assert store.days() == ["2022-01-01", "2022-02-01", "2022-03-01"]
    for day in store.days():
        ids = [page.page_id for page in store.pages(day)]
        assert ids == sorted(ids)
        assert len(ids) == 2
    assert store.pages("2021-01-01") == []
    assert date.fromisoformat(store.days()[0]) < TODAY


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://A.vn/Tin/1.HTML#x", "https://a.vn/Tin/1.HTML"),
        (" https://a.vn/tin?utm_source=f&id=3&fbclid=9 ", "https://a.vn/tin?id=3"),
        ("https://a.vn/x?b=2&a=1", "https://a.vn/x?a=1&b=2"),
        ("https://a.vn:443/x", "https://a.vn/x"),
        ("https://a.vn/x?cid=12", "https://a.vn/x?cid=12"),
        ("https://a.vn/tin-tức", "https://a.vn/tin-t%E1%BB%A9c"),
        ("not an address", None),
        ("ftp://a.vn/x", None),
        ("https://", None),
        ("", None),
    ],
)
def test_canonical_addresses(url: str, address: str | None) -> None:
    assert canonical_address(url) == address


def test_one_page_has_one_id_under_all_writings_of_its_address() -> None:
    urls = ["http://a.vn/x/", "https://www.a.vn/x", "https://A.vn/x/?utm_medium=1"]
    ids = {page_id_of(canonical_address(url), b"") for url in urls}
    assert len(ids) == 1
    assert page_id_of(canonical_address("https://a.vn/x?cid=1"), b"") != page_id_of(
        canonical_address("https://a.vn/x?cid=2"), b""
    )
    assert page_id_of(None, b"a") != page_id_of(None, b"b")
