"""Generated pages of every manner of markup, with all their furniture: what is left is the article, line by line."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from kpi_pipeline.cleaning import clean
from kpi_pipeline_tests.page_generator import GeneratedPage, generate_pages

N_PAGES = 120


def pages(size: str) -> list[GeneratedPage]:
    return list(generate_pages(907, N_PAGES, size=size, relevant=0.8, hard=True))


def letters(line: str) -> str:
    return re.sub(r"[\W_]+", "", line.lower())


def lines(text: str) -> list[str]:
    return [letters(line) for line in text.split("\n")]


def numbers(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+", text))


@pytest.mark.parametrize("size", ["small", "realistic"])
def test_html(size: str) -> None:
    for page in pages(size):
        document = clean(page.html, "text/html")
        assert (document.status, document.title) == ("ok", page.title), page.page_id
        assert lines(document.text) == lines(page.article), page.page_id


@pytest.mark.parametrize("size", ["small", "realistic"])
def test_captures(size: str) -> None:
    wrapped = 0
    for page in pages(size):
        document = clean(page.capture.encode(), "text/plain")
        assert (document.status, document.title) == ("ok", page.title), page.page_id
        assert letters(document.text) == letters(page.article), page.page_id
        assert numbers(document.text) == numbers(page.article), page.page_id
        if lines(document.text) != lines(page.article):
            # Where a sentence ends at the width, nothing tells whether its paragraph does.
            assert page.capture.count("\n") > len(page.article.split("\n")), page.page_id
            wrapped += 1
    assert wrapped <= N_PAGES // 40
