"""The catalogue of the sample pages in a real browser: wide and narrow, by mouse and by key."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.browser import assert_quiet, chromium, elements, resize

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

OPEN_ALL = "for (const part of document.querySelectorAll('details')) part.open = true;"
WIDER = """
return [...document.querySelectorAll('body *')].filter((part) => !part.closest('.scroll') && !part.closest('.unseen')
  && !part.closest('.skip') && part.getBoundingClientRect().right > innerWidth + 1)
  .map((part) => part.outerHTML.slice(0, 90));
"""
CLIPPED = """
return [...document.querySelectorAll('.tile:not([hidden]) .value, .tile:not([hidden]) .short')]
  .filter((part) => part.scrollWidth > part.parentElement.clientWidth + 1).map((part) => part.textContent);
"""


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    with chromium(tmp_path / "profile") as chrome:
        yield chrome


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["index.html", "en.html"])
def test_nothing_reaches_beyond_the_window_and_nothing_is_said(
    browser: Chrome, sampled: Home, name: str, width: int
) -> None:
    page = sampled.published.resolve() / "catalogue" / name
    resize(browser, width, 900)
    browser.get(page.as_uri())
    if shots := os.environ.get("KPI_SCREENSHOTS"):
        browser.save_screenshot(f"{shots}/catalogue-{page.stem}-{width}.png")
    for script in ("", OPEN_ALL):
        browser.execute_script(script)
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        assert browser.execute_script(WIDER) == []
    assert browser.execute_script(CLIPPED) == []
    assert_quiet(browser, page)


def test_a_reader_chooses_what_the_map_shows(browser: Chrome, sampled: Home) -> None:
    from selenium.webdriver.support.ui import Select

    page = sampled.published.resolve() / "catalogue" / "en.html"
    resize(browser, 1280, 900)
    browser.get(page.as_uri())

    def shown() -> list[str]:
        return [tile.get_attribute("data-code") for tile in elements(browser, ".tile") if tile.is_displayed()]

    def valued() -> dict[str, str]:
        found = {}
        for tile in elements(browser, ".tile"):
            if tile.is_displayed() and (value := tile.find_element("css selector", ".value").text):
                found[tile.find_element("css selector", ".name").text] = value
        return found

    def ranked() -> dict[str, str]:
        rows = elements(browser, "#map-table tbody tr")
        return {
            row.find_element("css selector", "th").text: row.find_element("css selector", "td").text for row in rows
        }

    topic, level, year = (Select(found) for found in elements(browser, ".choice select"))
    names = [option.text for option in topic.options]
    topic.select_by_visible_text(next(name for name in names if "Commune government" in name))
    seen = set()
    for place in range(len(level.options)):
        level.select_by_index(place)
        for number in range(len(year.options)):
            year.select_by_index(number)
            chosen = year.first_selected_option.text
            assert len(shown()) == (34 if int(chosen) >= 2025 else 63)
            assert len(set(shown())) == len(shown())
            assert valued() == ranked() != {}
            said = elements(browser, "#map-said")[0].text
            assert level.first_selected_option.text in said
            assert f"{chosen}. {len(ranked())} provinces" in said
            seen.add(chosen)
    assert {"2025", "2021"} <= seen
    assert_quiet(browser, page)


def test_a_tile_and_an_address_open_the_section(browser: Chrome, sampled: Home) -> None:
    from selenium.webdriver import ActionChains, Keys

    page = sampled.published.resolve() / "catalogue" / "index.html"
    resize(browser, 1280, 900)
    browser.get(page.as_uri())
    first = next(tile for tile in elements(browser, ".tile a[href]") if tile.is_displayed())
    anchor = first.get_attribute("href").split("#")[1]
    goal = elements(browser, f"[id='{anchor}']")[0]
    assert goal.get_attribute("open") is None
    browser.execute_script("arguments[0].focus()", first)
    ActionChains(browser).send_keys(Keys.ENTER).perform()
    browser.execute_async_script("setTimeout(arguments[0], 300)")
    assert goal.get_attribute("open") is not None
    assert goal.find_element("css selector", ".card").is_displayed()
    browser.get("about:blank")
    browser.get(page.as_uri() + "#column-kpi_province_year-obs_value")
    assert elements(browser, "#column-kpi_province_year-obs_value")[0].is_displayed()


def test_the_page_is_walked_by_key(browser: Chrome, sampled: Home) -> None:
    from selenium.webdriver import ActionChains, Keys

    resize(browser, 1280, 900)
    browser.get((sampled.published.resolve() / "catalogue" / "index.html").as_uri())
    reached = []
    for _ in range(60):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        focused = browser.switch_to.active_element
        outlined = browser.execute_script("return getComputedStyle(arguments[0]).outlineStyle", focused)
        reached.append((focused.tag_name, focused.get_attribute("class")))
        assert outlined != "none", reached[-1]
    assert reached[0] == ("a", "skip")
    assert {"select", "summary", "a", "div"} <= {tag for tag, _ in reached}


def test_without_scripts_the_page_still_tells_all(browser: Chrome, sampled: Home) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get((sampled.published.resolve() / "catalogue" / "index.html").as_uri())
    assert [form.is_displayed() for form in elements(browser, ".choice")] == [False]
    assert len([tile for tile in elements(browser, ".tile") if tile.is_displayed()]) in (34, 63)
    assert all(svg.is_displayed() for svg in elements(browser, "figure > svg"))
