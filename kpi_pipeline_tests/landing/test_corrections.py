"""What a later manifest says of known bytes, and the same bytes under several addresses: nothing is dropped unsaid."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kpi_pipeline import cleaning, landing
from kpi_pipeline.landing import ACTIONS, VIETNAM, LandingStore, Outcome
from kpi_pipeline.reference import codes
from kpi_pipeline_tests.landing.pages import actions, fill, land, state, text, write_manifest

URL = "https://hanam.gov.vn/tin/1.html"


class Desk:
    """One capture that is landed again and again with another manifest line."""

    def __init__(self, root: Path) -> None:
        self.folder = fill(root / "in", 1)
        self.manifest = root / "m.csv"
        self.store = LandingStore(root / "store")

    def land(self, url: str = URL, captured: str = "", published: str = "", province: str = "") -> Outcome:
        write_manifest(self.manifest, f"page000.txt,{url},{captured},{published},{province}")
        [outcome] = land(self.store, self.folder, self.manifest).outcomes
        return outcome

    def provinces(self) -> list[str | None]:
        return [page.source_province for page in self.store.all_pages()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("url", [URL, ""])
@pytest.mark.parametrize(("old", "said"), [("VN-14", "VN-14"), ("", "none")])
def test_another_province_is_taken_over_and_recorded(desk: Desk, url: str, old: str, said: str) -> None:
    desk.land(url, province=old)
    outcome = desk.land(url, province="VN-63")
    assert (outcome.action, outcome.action in ACTIONS) == ("corrected", True)
    assert f"source_province {said} -> VN-63" in str(outcome.reason)
    assert desk.provinces() == ["VN-63"]
    [act] = desk.store.acts()
    assert (act.page_id, act.kind, act.day) == (outcome.page_id, "corrected", "2023-06-30")
    assert act.reason == f"source_province {said} -> VN-63"


def test_a_correction_is_made_once(desk: Desk) -> None:
    desk.land(province="VN-14")
    desk.land(province="VN-63")
    before = state(desk.store)
    again = desk.land(province="VN-63")
    assert (again.action, again.reason) == ("unchanged", None)
    assert state(desk.store) == before


def test_a_manifest_without_a_province_leaves_the_known_one(desk: Desk) -> None:
    desk.land(province="VN-14")
    assert desk.land().action == "unchanged"
    assert desk.provinces() == ["VN-14"]
    assert desk.store.acts() == []


def test_a_correction_neither_restores_a_page_nor_hides_its_withdrawal(desk: Desk) -> None:
    desk.land(province="VN-14")
    desk.land(province="VN-63")
    desk.store.withdraw(URL, "took it back")
    assert desk.land(province="VN-14").action == "refused"
    write_manifest(desk.manifest, f"page000.txt,{URL},,,VN-14")
    [outcome] = land(desk.store, desk.folder, desk.manifest, restore=True).outcomes
    assert outcome.action == "restored"
    assert "VN-63 -> VN-14" in str(outcome.reason)
    assert [act.kind for act in desk.store.acts()] == ["corrected", "withdrawn", "corrected", "restored"]
    assert desk.provinces() == ["VN-14"]
    desk.land(province="VN-63")
    desk.store.withdraw(URL, "once more")
    assert desk.store.days() == []


def test_a_superseded_version_is_corrected_without_counting_again(desk: Desk) -> None:
    desk.land(captured="2023-05-01", province="VN-14")
    (desk.folder / "page000.txt").write_text(text(2), "utf-8")
    desk.land(captured="2023-05-03", province="VN-14")
    (desk.folder / "page000.txt").write_text(text(0), "utf-8")
    outcome = desk.land(captured="2023-05-01", province="VN-63")
    assert outcome.action == "corrected"
    assert "captured on 2023-05-03 stays" in str(outcome.reason)
    assert desk.provinces() == ["VN-14"]


def test_lines_that_contradict_each_other_are_told_and_settle(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", 1)
    (folder / "copy.txt").write_bytes((folder / "page000.txt").read_bytes())
    manifest = write_manifest(tmp_path / "m.csv", "copy.txt,,,,VN-14", "page000.txt,,,,VN-63")
    store = LandingStore(tmp_path / "store")
    assert actions(land(store, folder, manifest)) == {"copy.txt": "new", "page000.txt": "unchanged"}
    before = state(store)
    report = land(store, folder, manifest)
    assert set(actions(report).values()) == {"unchanged"}
    assert "copy.txt holds the same page and gives it source_province VN-14, not VN-63" in str(
        report.outcomes[1].reason
    )
    assert state(store) == before
    assert [page.source_province for page in store.all_pages()] == ["VN-14"]


@pytest.mark.parametrize("captured", ["2023-04-20", "2023-05-20"])
def test_the_first_capture_of_the_same_bytes_stays_and_is_told(desk: Desk, captured: str) -> None:
    desk.land(captured="2023-05-01")
    outcome = desk.land(captured=captured)
    assert outcome.action == "unchanged"
    assert "stays 2023-05-01" in str(outcome.reason)
    assert captured in str(outcome.reason)
    assert [page.captured_on for page in desk.store.all_pages()] == ["2023-05-01"]


def test_a_day_of_capture_that_no_manifest_gives_is_not_told(desk: Desk) -> None:
    desk.land(captured="2023-05-01")
    outcome = desk.land()
    assert (outcome.action, outcome.reason) == ("unchanged", None)


def test_the_day_of_publication_stays_whatever_is_corrected(desk: Desk) -> None:
    desk.land(published="2023-04-01", province="VN-14")
    outcome = desk.land(published="2023-04-09", province="VN-63")
    assert (outcome.action, outcome.published_on) == ("corrected", "2023-04-01")
    assert "day stays 2023-04-01" in str(outcome.reason)
    assert desk.store.days() == ["2023-04-01"]


def test_bytes_that_get_an_address_later_are_told(desk: Desk) -> None:
    first = desk.land("")
    second = desk.land(URL)
    assert second.action == "new"
    assert f"same bytes also stand as page {first.page_id} (without an address); withdraw one" in str(second.reason)
    assert len(desk.store.all_pages()) == 2


def test_twins_are_told_with_how_they_stand(desk: Desk) -> None:
    first = desk.land("https://a.vn/1")
    desk.store.withdraw("https://a.vn/1", "took it back")
    second = desk.land("https://a.vn/2")
    assert f"same bytes also stand as page {first.page_id} (https://a.vn/1, withdrawn)" in str(second.reason)
    for number in range(3, 8):
        desk.land(f"https://a.vn/{number}")
    last = str(desk.land("https://a.vn/8").reason)
    assert (last.count("https://a.vn/"), "and others" in last) == (5, True)


def test_a_new_version_with_another_page_s_bytes_is_told(desk: Desk) -> None:
    first = desk.land("https://a.vn/1", captured="2023-05-01")
    (desk.folder / "page000.txt").write_text(text(2), "utf-8")
    desk.land("https://a.vn/2", captured="2023-05-01")
    (desk.folder / "page000.txt").write_text(text(0), "utf-8")
    outcome = desk.land("https://a.vn/2", captured="2023-05-02")
    assert outcome.action == "new_version"
    assert f"same bytes also stand as page {first.page_id}" in str(outcome.reason)


def test_a_moment_outside_the_calendar_spoils_its_own_line(desk: Desk) -> None:
    outcome = desk.land(captured="0001-01-01T00:00:00+14:00")
    assert outcome.action == "refused"
    assert "captured_at" in str(outcome.reason)


def test_codes_and_time_zone_have_one_home() -> None:
    assert landing.DAY_SOURCES is codes.DAY_SOURCES
    assert cleaning.STATUSES is codes.PAGE_STATUSES
    named = {name: value for name, value in vars(cleaning.document).items() if name.startswith("STATUS_")}
    assert named == {f"STATUS_{code.upper()}": code for code in codes.PAGE_STATUSES}
    assert datetime(2022, 8, 20, tzinfo=VIETNAM).utcoffset() == timedelta(hours=7)
