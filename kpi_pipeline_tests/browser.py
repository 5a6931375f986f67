"""A real browser for pages that the product writes: headless Chromium, what it logs and asks the network for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


@contextmanager
def chromium(profile: Path) -> Iterator[Chrome]:
    """A browser with a profile of its own; the test is skipped where Chromium is not installed."""
    if shutil.which("chromium") is None:
        pytest.skip("Chromium is not installed (`apt-get install chromium chromium-driver`)")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
                 "--disable-component-update", "--disable-sync", "--window-size=1400,1000",
                 f"--user-data-dir={profile}"):  # fmt: skip
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(shutil.which("chromedriver"))))
    try:
        yield chrome
    finally:
        chrome.quit()


def elements(browser: Chrome, selector: str) -> list[Any]:
    """What a CSS selector finds."""
    return browser.find_elements("css selector", selector)


def resize(browser: Chrome, width: int, height: int, scheme: str = "light") -> None:
    """Give the page a window of a size and a colour scheme."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
    )
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )


def assert_quiet(browser: Chrome, page: Path) -> None:
    """No console message, and nothing asked for but the file itself."""
    assert browser.get_log("browser") == []
    asked = [
        message["params"]["request"]["url"]
        for message in (json.loads(entry["message"])["message"] for entry in browser.get_log("performance"))
        if message["method"] == "Network.requestWillBeSent" and message["params"]["documentURL"] == page.as_uri()
    ]
    assert asked == [page.as_uri()]
