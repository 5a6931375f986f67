"""What a person does and sees in the Dagster UI, with a real browser: a month run again, what is held back and why, the
sentence behind a number, checks, charts.

With KPI_SCREENSHOTS set to a folder, the pictures of the guide are written there.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from selenium.common.exceptions import StaleElementReferenceException

from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline_tests.browser import chromium
from kpi_pipeline_tests.end_to_end.serving_ui import Ui, start, wait_until

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

BACKFILLS = "{ partitionBackfillsOrError { ... on PartitionBackfills { results { status numPartitions } } } }"


@dataclass(frozen=True)
class Person:
    """Somebody in front of the UI."""

    ui: Ui
    browser: Chrome

    def open(self, path: str, *words: str) -> None:
        """Go to a page and wait until it shows some words."""
        self.browser.get(self.ui.address + path)
        wait_until(lambda: self.sees(*words), 90, f"{path} to show {words}")

    def sees(self, *words: str) -> bool:
        return all(word in self.browser.find_element("tag name", "body").text for word in words)

    def click(self, words: str) -> None:
        wait_until(lambda: self._named(words), 60, f"{words!r} to be there")
        self._named(words)[0].click()

    def launch(self) -> None:
        """Start the run of the launchpad, which does nothing at a click before it has read its settings."""
        wait_until(lambda: self._named("Launch Run"), 60, "the launchpad")
        wait_until(self._launched, 120, "the run to start")

    def _launched(self) -> bool:
        with suppress(StaleElementReferenceException):  # the button goes while it is looked for
            for button in self._named("Launch Run"):
                button.click()
        return "/runs/" in str(self.browser.current_url)

    def _named(self, words: str) -> list[Any]:
        found = self.browser.find_elements("xpath", f"//*[normalize-space(text())='{words}']")
        return [each for each in found if each.is_displayed()]

    def read(self, metadata: str) -> str:
        """The text behind a metadata entry, which stays open."""
        entry = f"//tr[td[normalize-space(.)='{metadata}']]//*[text()='[Show Markdown]']"
        wait_until(lambda: self.browser.find_elements("xpath", entry), 60, f"{metadata} to be there")
        self.browser.find_elements("xpath", entry)[0].click()
        wait_until(lambda: self._told(metadata), 30, "the text to be open")
        return str(self._dialog().text)

    def _told(self, title: str) -> set[str]:
        """What an open text says beside its title and buttons: they are there before it is."""
        return set(self._dialog().text.splitlines()) - {title, "Copy", "Close"} if self._named("Close") else set()

    def links(self) -> list[str]:
        """Where the links of the open text lead."""
        return [str(each.get_attribute("href")) for each in self._dialog().find_elements("tag name", "a")]

    def _dialog(self) -> Any:
        return self._named("Close")[-1].find_element("xpath", "./ancestor::*[@role='dialog']")

    def type_days(self, days: str) -> None:
        fields = [
            field
            for field in self.browser.find_elements("tag name", "input")
            if (field.get_attribute("placeholder") or "").startswith("ex:")
        ]
        fields[0].send_keys("\ue009a\ue000", days, "\ue007")  # Ctrl-A, then the Enter key

    def take_picture(self, name: str) -> None:
        if folder := os.environ.get("KPI_SCREENSHOTS"):
            self.browser.save_screenshot(f"{folder}/{name}.png")


@pytest.fixture(scope="module")
def home(sampled: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = tmp_path_factory.mktemp("seen") / "home"
    shutil.copytree(sampled.root, root, symlinks=True)
    return Home(root)


@pytest.fixture(scope="module")
def person(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    with chromium(tmp_path_factory.mktemp("profile")) as browser:
        ui = start(home)
        try:
            yield Person(ui, browser)
        finally:
            ui.end(signal.SIGTERM)


def day_of(home: Home, name: str) -> str:
    """The day of a sample page."""
    lake = Lake(home.lake)
    days = [
        day
        for day in lake.days("raw_pages")
        if any(str(row["source_file"]).startswith(name) for row in lake.rows("raw_pages", day, ["source_file"]))
    ]
    return days[0]


def test_the_graph_is_there(person: Person) -> None:
    person.open("/asset-groups", "facts", "marts", "pages", "publication", "quality", "staging")
    person.take_picture("graph")
    person.open("/assets/raw_pages", "bytes unchanged", "page_version", "sha256 of the captured bytes")


def test_a_month_is_run_again_by_clicking(person: Person, home: Home) -> None:
    month = date.fromisoformat(day_of(home, "phu-yen-tong-vuot-100")).replace(day=1)
    last = (month + timedelta(31)).replace(day=1) - timedelta(1)
    days = f"[{month.isoformat()}...{last.isoformat()}]"
    person.open("/asset-groups", "Materialize all…")
    person.click("Materialize all…")
    person.click("Show all partitions")
    wait_until(lambda: person.sees("All time"), 60, "all days to be offered")
    person.type_days(days)
    wait_until(lambda: person.sees(f"{last.day} partitions"), 60, "the days to be chosen")
    person.take_picture("backfill")
    person.click("Launch backfill")

    def backfills() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = person.ui.ask(BACKFILLS)["partitionBackfillsOrError"]["results"]
        return found

    wait_until(backfills, 60, "the backfill to be there")
    wait_until(lambda: backfills()[0]["status"] not in ("REQUESTED", "CANCELING"), 400, "the backfill to end")
    assert backfills()[0]["status"] in ("COMPLETED_SUCCESS", "COMPLETED")
    assert backfills()[0]["numPartitions"] == last.day
    for asset in ("raw_pages", "quarantined_facts"):
        person.open(f"/assets/{asset}?view=partitions", "Partitions Selected")
        person.type_days(days)
        wait_until(
            lambda: person.sees(f"Materialized ({last.day})", "Failed (0)", "Missing (0)"), 60, "all to be green"
        )
    person.take_picture("days")


def test_what_is_held_back_and_why_is_told(person: Person, home: Home) -> None:
    day = day_of(home, "phu-yen-tong-vuot-100")
    person.open("/assets/dq_quarantine?view=checks", "nothing_held_back", "Failed")
    person.click("nothing_held_back")
    wait_until(lambda: person.sees("rating_sum_over 4", day, "Failed"), 60, "what is held back")
    told = person.read("why")
    assert f"{day}: phu-yen-tong-vuot-100" in told
    assert "rating_sum_over (14,2%; 78,6%; 9,7%; 1,5%): The shares of the group add to 104 %" in told
    assert "toàn tỉnh có 14,2% tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ" in told
    assert "Open the page at the spans named" in told
    assert any("baophuyen.vn" in link and "#:~:text=" in link for link in person.links())
    person.take_picture("held-back")


def test_the_sentence_behind_a_number_is_found(person: Person) -> None:
    person.open("/assets/kpi_province_year?view=events", "sentences")
    told = person.read("sentences")
    assert "= 148 UNITS, from 148" in told
    assert "trong tổng số 148 UBND xã, phường của tỉnh Phú Thọ" in told
    person.take_picture("sentence")
    person.open("/locations/province_kpi/jobs/trace/playground", "kpi_id", "No errors")
    person.launch()
    wait_until(lambda: person.sees("Run of", "Success", "sentences"), 120, "the number to be looked up")
    told = person.read("sentences")
    assert "good_or_better/share = 87.4 PT, from 87,4%" in told
    assert any("hoabinh.gov.vn" in link and "#:~:text=" in link for link in person.links())


def test_checks_are_green_or_yellow_as_the_page_demands(person: Person) -> None:
    person.open("/assets/validated_facts?view=checks", "rating_sums", "rows_conserved", "Succeeded")
    person.click("rating_sums")
    wait_until(lambda: person.sees("The percentages of each rating add up", "104", "1 on 1 days"), 60, "the finding")
    person.take_picture("check")
    person.open("/assets/quarantined_facts?view=checks", "nothing_quarantined", "Failed")
    person.click("nothing_quarantined")
    wait_until(lambda: person.sees("compare", "rule_rating_sum_over") or person.sees("4 on 1 days"), 60, "the listing")


def test_charts_and_figures_are_seen(person: Person) -> None:
    person.open("/assets/kpi_province_year?view=events", "levels_by_year", "preview", "[Show Markdown]")
    links = person.browser.find_elements("xpath", "//*[text()='[Show Markdown]']")
    links[-1].click()
    wait_until(lambda: person.browser.find_elements("css selector", "img[alt^='Shares of']"), 30, "the chart")
    [chart] = person.browser.find_elements("css selector", "img[alt^='Shares of']")
    assert person.browser.execute_script("return arguments[0].naturalWidth", chart) > 300
    person.take_picture("chart")
    person.open("/assets/published?view=events", "story", "megabytes", "seconds")
    person.open("/assets/extracted_facts?view=partitions", "Materialized")
