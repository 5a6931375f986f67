"""Any text at all, and any bytes as a page: nothing raises, facts are grounded, every number is accounted for once."""

import os
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_pipeline.cleaning import STATUSES, clean
from kpi_pipeline.extraction import PageContext, extract
from kpi_pipeline.sample_pages import PAGES
from kpi_pipeline_tests.benchmarks.odd_lines import LINES
from kpi_pipeline_tests.benchmarks.odd_lines import PAGES as ODD_PAGES
from kpi_pipeline_tests.extraction.odd_texts import (
    any_texts,
    assert_sound,
    contexts,
    random_unicode,
    shuffled_phrases,
    spoiled_texts,
)

SLOW_TO_DRAW = [HealthCheck.too_slow, HealthCheck.data_too_large]
FEW = settings(max_examples=120, deadline=None, suppress_health_check=SLOW_TO_DRAW)
SOME = settings(max_examples=40, deadline=None, suppress_health_check=SLOW_TO_DRAW)
MANY = settings(max_examples=5000, deadline=None, suppress_health_check=SLOW_TO_DRAW)

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258", "cp1252", "iso-8859-1", "big5")
BYTES_OF_PAGES = [path.read_bytes() for path in sorted(PAGES.iterdir())]

TEXTS_THAT_FAILED_ONCE = (
    "\u212b1\u0307",
    "3\u0300\u0323",
    "a\u03090\u0323 chi bộ",
    "201９ ６ chi bộ tốt nhiệm vụ",
    "20२३ trong ६ tập thể lãnh đạo",
    "2 đảng viên tốt nhiệm vụ(năm trước 4%)",
    "90,2% đảng viên của tỉnh hoàn thành tốt nhiệm vụ trở lên (năm trước là 89,4%).",
    "đảng viên kém 2%n hoàn thành xuất sắc",
    "8%chi bộ hoàn thành yếu kém",
    "đạt " * 296 + "đảng viên hoàn thành tốt nhiệm vụ 12/15 trong đó",
)


def assert_reads(text: str, context: PageContext = PageContext()) -> None:  # noqa: B008
    found = extract(text, context)
    assert_sound(text, found)
    assert extract(text, context) == found


@pytest.mark.parametrize("text", TEXTS_THAT_FAILED_ONCE, ids=lambda text: text[-30:])
def test_texts_that_failed_once(text: str) -> None:
    assert_reads(text)


@given(spoiled_texts(), contexts())
@FEW
def test_spoiled_pages_and_cases(text: str, context: PageContext) -> None:
    assert_reads(text, context)


@given(shuffled_phrases(), contexts())
@FEW
def test_phrases_and_numbers_in_any_order(text: str, context: PageContext) -> None:
    assert_reads(text, context)


@given(random_unicode())
@FEW
def test_random_unicode(text: str) -> None:
    assert_reads(text)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@given(any_texts(), contexts())
@MANY
def test_many_texts_of_all_kinds(text: str, context: PageContext) -> None:
    assert_reads(text, context)


def assert_cleans(content: bytes, media_type: str | None) -> None:
    document = clean(content, media_type)
    assert clean(content, media_type) == document
    assert document.status in STATUSES
    assert (document.reason is None) == (document.status == "ok")
    assert unicodedata.is_normalized("NFC", document.text)
    assert document.text.encode("utf-8").decode("utf-8") == document.text
    assert all("\n" not in paragraph for paragraph in document.paragraphs)
    assert_reads(document.text)


@st.composite
def pages_of_any_bytes(draw: st.DrawFn) -> bytes:
    """A text in some encoding, in markup that may declare another, or a sample page; then some bytes are changed."""
    if draw(st.booleans()):
        text, encoding = draw(any_texts()), draw(st.sampled_from(ENCODINGS))
        markup = draw(st.sampled_from(("{}", "<p>{}</p>", "<html><body><article><p>{}</p></article>", "<table><td>{}")))
        head = draw(st.sampled_from(("", *(f'<meta charset="{name}">' for name in ENCODINGS))))
        content = (head + markup.replace("{}", text)).encode(encoding, "replace")
    else:
        content = draw(st.sampled_from(BYTES_OF_PAGES))
    for place, taken, put in draw(
        st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 9), st.binary(max_size=6)), max_size=6)
    ):
        start = place % (len(content) + 1)
        content = content[:start] + put + content[start + taken :]
    return content


MEDIA_TYPES = st.sampled_from((None, "text/html", "text/plain", "text/html; charset=big5", "image/png", ""))


@given(pages_of_any_bytes(), MEDIA_TYPES)
@SOME
def test_any_bytes_are_cleaned_and_read(content: bytes, media_type: str | None) -> None:
    assert_cleans(content, media_type)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@given(pages_of_any_bytes(), MEDIA_TYPES)
@settings(MANY, max_examples=1500)
def test_many_bytes_are_cleaned_and_read(content: bytes, media_type: str | None) -> None:
    assert_cleans(content, media_type)


@pytest.mark.parametrize("name", [*LINES, *ODD_PAGES])
def test_odd_lines_and_pages(name: str) -> None:
    make = LINES.get(name) or ODD_PAGES[name]
    text = make(6_000)
    assert_sound(text, extract(text))


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", LINES)
def test_a_megabyte_on_one_line(name: str) -> None:
    text = LINES[name](1_000_000)
    assert_sound(text, extract(text))


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", ["prose with figures", "lexicon shuffled", "markup", "one endless word", "table row"])
@pytest.mark.parametrize("frame", ["{}", "<html><body><article><p>{}</p></article></body></html>"])
def test_megabytes_on_one_line_as_a_page(name: str, frame: str) -> None:
    document = clean(frame.replace("{}", LINES[name](3_000_000)).encode())
    assert document.status in STATUSES
    assert_sound(document.text, extract(document.text))


PRINT_ALL = (
    "from kpi_pipeline.extraction import extract\n"
    "from kpi_pipeline_tests.extraction.odd_texts import GOOD_TEXTS\n"
    "for text in GOOD_TEXTS: print(extract(text))\n"
)


def test_two_processes_say_the_same() -> None:
    said = [
        subprocess.run(
            [sys.executable, "-c", PRINT_ALL],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]
    assert len(said[0]) > 10_000
