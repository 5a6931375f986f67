"""The catalogue of a country full of numbers in a real browser: wide and narrow, by mouse and by key."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from kpi_pipeline.publication.catalogue.page import write_catalogue
from kpi_pipeline.publication.source import Source
from kpi_pipeline.reference.provinces import all_provinces, province_at
from kpi_pipeline_tests.browser import assert_quiet, chromium, elements, resize
from kpi_pipeline_tests.lake_input import LakeInput

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
SMALL = """
return [...document.querySelectorAll('.tile:not([hidden]) span:not(.unseen)')]
  .filter((part) => part.getBoundingClientRect().width > 1 && parseFloat(getComputedStyle(part).fontSize) < 11)
  .map((part) => part.textContent);
"""
CUT = """
const pen = document.createElement('canvas').getContext('2d'), arrow = 16;
return [...document.querySelectorAll('.choice select')].filter((choice) => {
  const { font, paddingLeft, paddingRight } = getComputedStyle(choice);
  pen.font = font;
  const room = choice.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - arrow;
  return pen.measureText(choice.selectedOptions[0].text).width > room;
}).map((choice) => choice.selectedOptions[0].text);
"""
SHOWN = """
const shown = [...document.querySelectorAll('.tile')].filter((tile) => tile.checkVisibility());
const words = (part, selector) => part.querySelector(selector).textContent;
return [shown.map((tile) => tile.dataset.code),
  shown.filter((tile) => words(tile, '.value')).map((tile) => [words(tile, '.name'), words(tile, '.value')]),
  [...document.querySelectorAll('#map-table tbody tr')].map((row) => [words(row, 'th'), words(row, 'td')])];
"""


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a catalogue: every province in 2020, 2021 and 2025, bodies with long names, sources that differ."""
    lake = LakeInput(tmp_path_factory.mktemp("country"))
    for year in (2020, 2021, 2025):
        found = [own for own in all_provinces() if province_at(own.code, f"{year}-12-31") is own]
        for place, province in enumerate(found):
            where = {"province": province.code, "province_valid_from": province.valid_from, "year": year}
            address = f"https://tinh.example/{province.code}/{year}/" + "bai-viet-dai-" * 12
            page = lake.page(
                f"{province.code}-{year}", f"{year + 1}-02-01", address, title=f"{province.name}: xếp loại"
            )
            sentence = f"Năm {year}, {province.name} có 20,4% xã hoàn thành xuất sắc, còn lại hoàn thành tốt nhiệm vụ."
            lake.shares(page, excellent=20.4, good=60 + place % 19, fields={**where, "sentence": sentence})
            if place % 3:
                lake.fact(page, "share", 91.25, "excellent+good", subject="party_member", **where)
            lake.fact(
                page,
                "total",
                12345,
                scope="district",
                unit_name="Đảng bộ Khối các cơ quan và doanh nghiệp" * 2,
                **where,
            )
            if place % 9 == 0:
                other = lake.page(f"other-{province.code}-{year}", f"{year + 1}-03-01")
                lake.shares(other, excellent=30.4, good=59, fields=where)
                lake.fact(other, "share", 130, "completed", table="quarantined_facts", **where)
                lake.unread(other, "2021", "year")
                lake.group(other)
    lake.error_rate()
    lake.build()
    with duckdb.connect(str(lake.warehouse), read_only=True) as con:
        write_catalogue(Source(con, "2026-04-01", "0.9"), lake.folder)
    return lake.folder / "catalogue"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    with chromium(tmp_path / "profile") as chrome:
        yield chrome


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["index.html", "en.html"])
def test_nothing_reaches_beyond_the_window_and_nothing_is_said(
    browser: Chrome, catalogue: Path, name: str, width: int
) -> None:
    page = catalogue / name
    resize(browser, width, 900)
    browser.get(page.as_uri())
    if shots := os.environ.get("KPI_SCREENSHOTS"):
        browser.save_screenshot(f"{shots}/catalogue-{page.stem}-{width}.png")
    for script in ("", OPEN_ALL):
        browser.execute_script(script)
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        assert browser.execute_script(WIDER) == []
    assert browser.execute_script(CLIPPED) == []
    assert browser.execute_script(SMALL) == []
    assert browser.execute_script(CUT) == []
    assert_quiet(browser, page)


def test_a_reader_chooses_what_the_map_shows(browser: Chrome, catalogue: Path) -> None:
    from selenium.webdriver.support.ui import Select

    page = catalogue / "en.html"
    resize(browser, 1280, 900)
    browser.get(page.as_uri())

    def shown() -> tuple[list[str], dict[str, str], dict[str, str]]:
        """The codes of the tiles, the names and numbers of those with one, and the table beside."""
        codes, tiles, ranked = browser.execute_script(SHOWN)
        return codes, dict(tiles), dict(ranked)

    topic, level, year = (Select(found) for found in elements(browser, ".choice select"))
    names = [option.text for option in topic.options]
    topic.select_by_visible_text(next(name for name in names if "Commune government" in name))
    seen = set()
    for place in range(len(level.options)):
        level.select_by_index(place)
        for number in range(len(year.options)):
            year.select_by_index(number)
            chosen = year.first_selected_option.text
            codes, tiles, ranked = shown()
            assert len(codes) == len(set(codes)) == (34 if int(chosen) >= 2025 else 63)
            assert tiles == ranked != {}
            said = elements(browser, "#map-said")[0].text
            assert level.first_selected_option.text in said
            assert f"{chosen}. {len(ranked)} provinces" in said
            seen.add(chosen)
    assert {"2025", "2021"} <= seen
    assert_quiet(browser, page)


def test_a_tile_and_an_address_open_the_section(browser: Chrome, catalogue: Path) -> None:
    from selenium.webdriver import ActionChains, Keys

    page = catalogue / "index.html"
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


def test_the_page_is_walked_by_key(browser: Chrome, catalogue: Path) -> None:
    from selenium.webdriver import ActionChains, Keys

    resize(browser, 1280, 900)
    browser.get((catalogue / "index.html").as_uri())

    def reached(presses: int) -> list[tuple[str, str | None]]:
        found = []
        for _ in range(presses):
            ActionChains(browser).send_keys(Keys.TAB).perform()
            focused = browser.switch_to.active_element
            found.append((focused.tag_name, focused.get_attribute("class")))
            outline = browser.execute_script("return getComputedStyle(arguments[0]).outlineStyle", focused)
            assert outline != "none", found[-1]
        return found

    first = reached(14)
    assert first[0] == ("a", "skip")
    assert [tag for tag, _ in first].count("select") == 3
    browser.execute_script("[...document.querySelectorAll('#map-table a')].at(-1).focus()")
    assert {"summary"} == {tag for tag, _ in reached(2)}
    browser.execute_script("document.querySelector('details.territory > summary').focus()")
    ActionChains(browser).send_keys(Keys.ENTER).perform()
    assert {"a", "div"} <= {tag for tag, _ in reached(4)}


def test_without_scripts_the_page_still_tells_all(browser: Chrome, catalogue: Path) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get((catalogue / "index.html").as_uri())
    assert [form.is_displayed() for form in elements(browser, ".choice")] == [False]
    assert len([tile for tile in elements(browser, ".tile") if tile.is_displayed()]) == 63
    assert elements(browser, "figure > svg")[0].is_displayed()
