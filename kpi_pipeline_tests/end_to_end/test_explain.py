"""`kpi explain` as a user calls it, and its HTML page in a real browser."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from kpi_pipeline.cli import main
from kpi_pipeline.extraction.explain import explain
from kpi_pipeline.extraction.explain_page import to_html
from kpi_pipeline.extraction.explanation import Sheet
from kpi_pipeline.landing import LandedPage, LandingStore
from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.browser import assert_quiet, chromium, elements, resize
from kpi_pipeline_tests.conftest import PROJECT

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

PAGES = PROJECT / "kpi_pipeline" / "sample_pages" / "pages"
TARGETS = PAGES / "dong-nai-chi-tieu-va-ket-qua-2022.html"
GUIDE = PROJECT / "docs" / "guide" / "explain.md"
COMMANDS = re.findall(r"^    kpi (explain .+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)

Kpi = Callable[..., Result]


def ask(home: Home, *arguments: object) -> Result:
    """`kpi` in this process, in the project's folder."""
    with chdir(PROJECT):
        return CliRunner().invoke(main, [*map(str, arguments)], env={"KPI_HOME": str(home.root)})


@pytest.fixture
def kpi(home: Home) -> Kpi:
    return lambda *arguments: ask(home, *arguments)


def refused(done: Result, *words: str) -> None:
    assert done.exit_code == 2, done.stdout + done.stderr
    assert isinstance(done.exception, SystemExit)
    for word in words:
        assert word in done.stderr


@pytest.fixture
def landed_home(home: Home) -> Home:
    assert ask(home, "land", "--samples").exit_code == 0
    return home


def landed_page(home: Home) -> LandedPage:
    [page] = [page for page in LandingStore(home.landing).all_pages() if page.source_file == TARGETS.name]
    return page


@pytest.mark.parametrize("command", COMMANDS)
def test_the_guide_s_commands_run(command: str, kpi: Kpi, tmp_path: Path) -> None:
    written = tmp_path / "explained.html"
    done = kpi(*(str(written) if part == "explained.html" else part for part in command.split()))
    assert done.exit_code == 0, done.stderr
    assert written.exists() == ("--html" in command)
    assert "numbers" in done.stdout


def test_a_page_sentence_by_sentence(kpi: Kpi) -> None:
    said = kpi("explain", TARGETS).stdout
    assert "province         VN-39" in said
    assert re.search(
        r"^  93,6% +share 93.6, grassroots_party_organisation, .*excellent\+good, 2022, actual", said, re.M
    )
    assert re.search(r"^  85% +share ge 85, party_member, .*target", said, re.M)
    assert re.search(r"^  2022 +unread, year: A year", said, re.M)
    assert "level_right" in said
    assert "step" not in said
    assert "what is counted, said in full" not in said
    assert not re.search(r" $", said, re.M)


def test_one_number_with_every_step(kpi: Kpi) -> None:
    by_value, by_place = kpi("explain", TARGETS, "--number", "85"), kpi("explain", TARGETS, "--at", "313")
    assert by_value.stdout == by_place.stdout
    assert "share of         91,2%" in by_value.stdout
    assert "Is it the fulfilment of a plan? no" in by_value.stdout
    assert not re.search(r"^  93,6%", by_value.stdout, re.M)


def test_a_ratio_is_asked_for_as_it_is_written(kpi: Kpi, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Năm 2022, có 4/15 chi bộ hoàn thành xuất sắc nhiệm vụ, 15 đảng viên hoàn thành tốt nhiệm vụ.")
    said = kpi("explain", page, "--number", "4/15").stdout
    assert re.search(r"^  4 +count 4, ", said, re.M)
    assert re.search(r"^  15 +total 15, ", said, re.M)
    assert "count 15" not in said
    refused(kpi("explain", page, "--number", "15/4"), "no number 15/4")


def test_tokens_and_everything(kpi: Kpi) -> None:
    tokens, everything = kpi("explain", TARGETS, "--tokens").stdout, kpi("explain", TARGETS, "--all").stdout
    for said in (tokens, everything):
        assert re.search(r"173–191 +subject +grassroots_party_organisation +tổ chức cơ sở đảng", said)
    assert "nơi công nhân trẻ" not in tokens
    assert "nơi công nhân trẻ" in everything


def test_quarantined_facts_say_so(kpi: Kpi) -> None:
    said = kpi("explain", PAGES / "phu-yen-tong-vuot-100-2019.html").stdout
    assert len(re.findall("quarantined +rating_sum_over: ", said)) == 1
    assert len(re.findall("quarantined +rating_sum_over, as above", said)) == 3


def test_a_landed_page_by_id_prefix_address_and_file(landed_home: Home) -> None:
    landed = landed_page(landed_home)
    told = [ask(landed_home, "explain", name) for name in (
        landed.page_id, landed.page_id[:9], landed.url, TARGETS.name,
    )]  # fmt: skip
    assert {done.exit_code for done in told} == {0}
    assert len({done.stdout for done in told}) == 1
    assert f"address          {landed.url}" in told[0].stdout


def test_calls_that_cannot_be_carried_out(kpi: Kpi, tmp_path: Path) -> None:
    refused(kpi("explain", "nowhere"), "no file nowhere", "kpi land")
    refused(kpi("explain", "nowhere", "--manifest", "m.csv"), "--manifest")
    refused(kpi("explain", PAGES), "is a folder")
    os.mkfifo(tmp_path / "pipe")
    refused(kpi("explain", tmp_path / "pipe"), "is a pipe", "write the page to a file")
    refused(kpi("explain", TARGETS, "--number", "77"), "no number 77", "93,6%")
    refused(kpi("explain", TARGETS, "--at", "0"), "No number stands at character 0", "2022 at ")
    refused(kpi("explain", TARGETS, "--at", "0", "--number", "1"), "leave one out")
    refused(kpi("explain", TARGETS, "--html", tmp_path / "a.html", "--all"), "leave out")
    (tmp_path / "plain").write_text("")
    refused(kpi("explain", TARGETS, "--html", tmp_path / "plain" / "a.html"), "cannot be written")


def test_pages_that_are_not_meant_or_withdrawn(landed_home: Home) -> None:
    refused(ask(landed_home, "explain", "p"), "means", "give the id of one")
    page = landed_page(landed_home)
    ask(landed_home, "land", "--withdraw", page.page_id, "--reason", "a test")
    refused(ask(landed_home, "explain", page.page_id), "is withdrawn", "name its file")


def test_pages_that_a_run_does_not_read(kpi: Kpi, tmp_path: Path) -> None:
    english = kpi("explain", PAGES / "tieng-anh-2022.html")
    assert english.exit_code == 1
    assert "A run takes no fact from this page (not_vietnamese)" in english.stdout
    empty = tmp_path / "empty.html"
    empty.write_bytes(b"")
    refused = kpi("explain", empty)
    assert refused.exit_code == 1
    assert str(empty) in refused.stderr


def test_a_hostile_page_sends_no_escape_codes_to_the_terminal(kpi: Kpi, tmp_path: Path) -> None:
    page = tmp_path / "hostile.txt"
    line = "Năm 2021, toàn tỉnh có 90% đảng viên hoàn thành tốt nhiệm vụ trở lên \x1b[31m[bold]đỏ\x1b[0m \u202e."
    page.write_text(f"{line}\n" * 4, encoding="utf-8")
    done = kpi("explain", page, "--all")
    assert done.exit_code == 0, done.stderr
    assert not set("\x1b\u202e") & set(done.stdout)
    assert "[bold]" in done.stdout


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    with chromium(tmp_path / "profile") as chrome:
        yield chrome


def _open_record(browser: Chrome) -> str:
    shown = [record for record in elements(browser, "section.record") if record.is_displayed()]
    return shown[0].text if len(shown) == 1 else ""


@pytest.mark.slow
def test_the_html_page_in_a_browser(browser: Chrome, kpi: Kpi, tmp_path: Path) -> None:
    from selenium.webdriver import ActionChains, Keys

    page = tmp_path / "explained.html"
    assert kpi("explain", TARGETS, "--html", page).exit_code == 0
    browser.get(page.as_uri())
    marks = elements(browser, "a.n")
    assert [mark.text for mark in marks] == [
        "2022", "2022", "93,6%", "90%", "91,2%", "85%", "2022", "3.118", "2.800", "2023", "91%", "3.000",
    ]  # fmt: skip
    assert _open_record(browser) == ""

    for index, words in (
        (2, "grassroots_party_organisation"),
        (5, "target"),
        (7, "party_members_admitted"),
        (9, "year"),
    ):
        marks[index].click()
        record = _open_record(browser)
        assert record.startswith(marks[index].text), index
        assert words in record
    assert "Is it the fulfilment of a plan?" in _open_record(browser) or "A year, a term" in _open_record(browser)
    ActionChains(browser).send_keys(Keys.ARROW_RIGHT).perform()
    assert _open_record(browser).startswith("91%")
    ActionChains(browser).send_keys(Keys.TAB).perform()
    assert _open_record(browser).startswith("3.000")
    [summary] = [found for found in elements(browser, "summary") if found.is_displayed()]
    summary.click()
    assert any("tổ chức cơ sở đảng" in cell.text for cell in elements(browser, ".sentence.open td"))
    ActionChains(browser).send_keys(Keys.ESCAPE).perform()
    assert _open_record(browser) == ""

    def marked() -> list[str]:
        return [mark.text for mark in marks if mark.value_of_css_property("border-bottom-color") != "rgba(0, 0, 0, 0)"]

    def rows() -> int:
        return sum(row.is_displayed() for row in elements(browser, "tr[data-kinds]"))

    assert (len(marked()), rows()) == (12, 8)
    browser.find_element("css selector", "input[value='party_member']").click()
    assert (marked(), rows()) == (["2022", "2022", "93,6%", "90%", "2022", "2023", "91%"], 3)
    browser.find_element("css selector", "[data-none='reason']").click()
    assert marked() == ["93,6%", "90%", "91%"]
    assert "3 of 12" in browser.find_element("id", "shown").text
    browser.find_element("css selector", "[data-none='level']").click()
    assert (marked(), rows()) == ([], 0)
    for group in ("subject", "level", "reason"):
        browser.find_element("css selector", f"[data-all='{group}']").click()
    assert (len(marked()), rows()) == (12, 8)
    browser.find_elements("css selector", "td a")[3].click()
    assert _open_record(browser).startswith("85%")
    assert_quiet(browser, page)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1400, 1000), (380, 800)])
def test_every_number_can_be_read_and_reached(
    browser: Chrome, kpi: Kpi, tmp_path: Path, width: int, height: int, scheme: str
) -> None:
    page = tmp_path / "explained.html"
    assert kpi("explain", PAGES / "vinh-phuc-bang-cap-xa-2020-2021.html", "--html", page).exit_code == 0
    resize(browser, width, height, scheme)
    browser.get(page.as_uri())
    for index, mark in enumerate(elements(browser, "a.n")):
        browser.execute_script("arguments[0].focus()", mark)
        assert _open_record(browser).startswith(mark.text), index
        [panel] = elements(browser, ".panel")
        box = browser.execute_script("return arguments[0].getBoundingClientRect().toJSON()", mark)
        over = browser.execute_script("return arguments[0].getBoundingClientRect().toJSON()", panel)
        assert box["top"] >= 0
        assert box["bottom"] <= (over["top"] if width < 800 else height), "the record hides its number"
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    assert browser.execute_script(CONTRAST) == []
    if shots := os.environ.get("KPI_SCREENSHOTS"):
        browser.save_screenshot(f"{shots}/explained-{width}-{scheme}.png")
    assert_quiet(browser, page)


@pytest.mark.slow
def test_a_hostile_page_does_nothing(browser: Chrome, tmp_path: Path) -> None:
    tricks = (
        "</style><script>document.title='owned'</script>", "</script><script>document.title='owned'</script>",
        "<img src=x onerror=\"document.title='owned'\">", "<svg onload=document.title='owned'>", "\"' onclick='x'",
        "<link rel=stylesheet href=https://example.com/a.css>", "<base href=https://example.com/>", "\u202eđảo", "\x00",
        "<iframe src=https://example.com></iframe>", "<meta http-equiv=refresh content='0;url=https://example.com'>",
        "javascript:document.title='owned'", "{{ 7*7 }}{% raw %}", "-->", "]]>", "&lt;script&gt;",
    )  # fmt: skip
    line = "Năm 2021, toàn tỉnh có 90,5% đảng viên hoàn thành tốt nhiệm vụ trở lên"
    text = "\n".join(f"{trick} {line} {trick}" for trick in tricks) + "\n" + "ă" * 2_000_000
    sheet = Sheet("<script>document.title='owned'</script>", (("address", "javascript:alert(1)"),), tricks[0])
    page = tmp_path / "hostile.html"
    page.write_text(to_html(explain(text), sheet), encoding="utf-8")
    browser.get(page.as_uri())
    marks = elements(browser, "a.n")
    assert [mark.text for mark in marks].count("90,5%") == len(tricks)
    browser.execute_script("arguments[0].focus()", marks[1])
    assert _open_record(browser).startswith("90,5%")
    assert browser.title == "<script>document.title='owned'</script> – explained"
    assert len(elements(browser, "script")) == 1
    assert elements(browser, "img, svg, iframe, link, base, meta[http-equiv=refresh]") == []
    assert browser.execute_script("return document.body.innerText.includes('⟨U+202E⟩đảo')")
    assert_quiet(browser, page)


CONTRAST = """
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
function rgba(colour) {
  canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
  return canvas.getImageData(0, 0, 1, 1).data;
}
function luminance(colour) {
  const part = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  return 0.2126 * part(colour[0]) + 0.7152 * part(colour[1]) + 0.0722 * part(colour[2]);
}
function ground(element) {
  for (let at = element; at; at = at.parentElement) {
    const colour = rgba(getComputedStyle(at).backgroundColor);
    if (colour[3] === 255) return colour;
  }
  return [255, 255, 255, 255];
}
const poor = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || ["SCRIPT", "STYLE"].includes(element.tagName) || !element.checkVisibility()) {
    continue;
  }
  for (const pseudo of [null, "::before", "::after"]) {
    const [ink, paper] = [luminance(rgba(getComputedStyle(element, pseudo).color)), luminance(ground(element))];
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (ratio < 4.5) poor.add(element.tagName + "." + element.className + (pseudo || "") + " " + ratio.toFixed(2));
  }
}
return [...poor];
"""
