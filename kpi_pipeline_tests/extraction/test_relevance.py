"""No text that states a fact is taken for one that cannot, as a page, a line, a sentence or a clause of its own."""

import re
import unicodedata
from collections.abc import Iterator

import pytest

from kpi_pipeline.accuracy import REGISTRY
from kpi_pipeline.accuracy.cases import read_cases
from kpi_pipeline.extraction import PageContext, extract
from kpi_pipeline.extraction.relevance import may_state
from kpi_pipeline_tests.page_generator import generate_pages, make_ordinary_page

_DAY = PageContext(published_on="2022-02-11", day_known=True, url=None, source_province="VN-27")

FIRST = {
    "rating": "Năm 2021, huyện Long Khê có 12 chi bộ hoàn thành tốt nhiệm vụ.",
    "rating with marks lost": "Năm 2021, huyện Long Khê có 12 chi bộ hoan thành tôt nhiêm vụ.",
    "rating of none": "Không có tổ chức đảng nào không hoàn thành nhiệm vụ.",
    "number in words": "Toàn huyện có hai chi bộ hoàn thành xuất sắc nhiệm vụ.",
    "total": "Năm 2021, toàn tỉnh đánh giá 512 tổ chức cơ sở đảng.",
    "share assessed": "Năm 2021, 98% chi bộ được đánh giá, xếp loại.",
    "population": "Đảng bộ huyện Long Khê có 45 tổ chức cơ sở đảng.",
    "population told before": "Đến nay, tổng số đảng viên là 4.512.",
    "admitted": "Năm 2021, toàn tỉnh kết nạp 1.204 đảng viên.",
    "new members": "Năm 2021, toàn tỉnh: 1.204 đảng viên mới.",
    "award": "Năm 2021, tỉnh tặng bằng khen cho 15 tập thể.",
    "inspection": "Năm 2021, các cấp ủy kiểm tra 214 tổ chức đảng.",
    "study": "Có 98,5% đảng viên tham gia học tập nghị quyết.",
}


def texts() -> Iterator[tuple[str, PageContext]]:
    for file in sorted(REGISTRY.glob("*.jsonl")):
        for case in read_cases(file)[0]:
            yield unicodedata.normalize("NFC", case.text), case.context
    for hard in (False, True):
        for page in generate_pages(2711, 60, hard=hard):
            yield page.article, PageContext(page.published_on, True, page.url, page.source_province)


def parts(text: str) -> Iterator[str]:
    yield text
    for line in text.split("\n"):
        yield line
        for sentence in re.split(r"(?<=[.;])\s+", line):
            yield sentence
            yield from re.split(r"(?<=,)\s+", sentence)


def test_no_text_with_a_fact_is_taken_for_one_without() -> None:
    missed, stating, silent = [], 0, 0
    seen: set[str] = set()
    for text, context in texts():
        for part in parts(text):
            if part in seen:
                continue
            seen.add(part)
            relevant = may_state(part, " | " in part)
            if extract(part, context).facts:
                stating += 1
                if not relevant or not may_state(part, True):
                    missed.append(part)
            silent += not relevant
    assert missed == []
    assert stating > 1000
    assert silent > 1000


@pytest.mark.parametrize("text", FIRST.values(), ids=FIRST)
def test_each_kind_of_first_statement_is_seen_and_is_none_without_its_number(text: str) -> None:
    without = re.sub(r"(?:\bhai|không có|nào|[\d.,]*\d%?) ?", "", text, flags=re.IGNORECASE)
    assert extract(text, _DAY).facts
    assert may_state(text)
    assert not may_state(without)
    assert not extract(without, _DAY).facts


@pytest.mark.parametrize(
    "text",
    [
        "Nhiệt độ thấp nhất là 12 độ, người dân cần giữ ấm cho vật nuôi.",
        "Các chuyên gia đánh giá mùa mưa đến muộn. Lượng mưa đạt 120 mm.",
        "Phòng khám tặng 120 suất quà. Nhiều đơn vị cùng tham gia.",
        "Khẩu hiệu: hoàn thành xuất sắc nhiệm vụ. Tuyến đường dài 12 km.",
        "Hôm nay: 1.204\nTất cả: 45.120\nĐang truy cập: 12",
        "",
    ],
)
def test_ordinary_sentences_are_told_from_statements(text: str) -> None:
    assert not may_state(text)


def test_ordinary_news_is_told_from_reports() -> None:
    pages = [make_ordinary_page(f"told-{number}") for number in range(30)]
    assert not [page.page_id for page in pages if extract(page.article, _DAY).facts]
    assert not [page.page_id for page in pages if may_state(page.article)]


def test_a_level_cut_short_counts_where_the_page_names_the_scale() -> None:
    assert not may_state("Nhiều nơi làm tốt. Có 15% loại tốt.")
    assert may_state("Kết quả hoàn thành nhiệm vụ như sau.\nCó 15% loại tốt.")


def test_a_sentence_may_go_over_a_line() -> None:
    assert may_state("Năm 2021, toàn tỉnh có 12 chi bộ\nhoàn thành tốt nhiệm vụ.")
    assert not may_state("Năm 2021, toàn tỉnh có 12 cây cầu.\nHoàn thành tốt nhiệm vụ.")


def test_cells_on_lines_of_their_own_are_seen() -> None:
    table = "Mức\nSố lượng\nHoàn thành tốt nhiệm vụ\n12\nHoàn thành nhiệm vụ\n7"
    assert may_state(table)
    assert not may_state(table.replace("nhiệm vụ", "sân cỏ").replace("Hoàn thành", "Trồng"))


@pytest.mark.parametrize(
    "words", ["ba đảng viên", "ba\u00a0đảng viên", "không có chi bộ", "Không Có chi bộ", "KHÔNG ĐỂ chi bộ"]
)
def test_a_number_in_words_is_seen_as_it_may_be_written(words: str) -> None:
    assert may_state(f"Toàn tỉnh có các huyện; {words} hoàn thành xuất sắc nhiệm vụ.")
    assert not may_state("Toàn tỉnh có các huyện; nhiều chi bộ hoàn thành xuất sắc nhiệm vụ.")
