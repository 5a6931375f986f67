"""Hard-wrapped text is put together again, and text that only looks so is left alone."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_pipeline.cleaning.wrapping import join_lines

PARAGRAPHS = [
    "Năm 2017, huyện ủy tặng giấy khen cho 34 đảng viên hoàn thành xuất sắc nhiệm vụ 5 năm liền (2013-2017), tỷ lệ chi "
    "bộ theo từng mức tương ứng là 22,01%; 59,57%; 15,18% và 3,23%, không chi bộ nào phải xếp loại yếu kém.",
    "Có 21,8% đảng viên (26 đảng viên) được xếp mức ‘Hoàn thành xuất sắc nhiệm vụ’, Đảng bộ xã Lộc Cương chiếm "
    "nhiều nhất với 9 đồng chí, tiếp đến là Đảng bộ xã Ngọc Khê và Đảng bộ thị trấn Kim Trạch với cùng 7 đồng chí",
    "Kết quả ấy có được nhờ sự vào cuộc đồng bộ của cả hệ thống chính trị ở cơ sở trong suốt cả nhiệm kỳ vừa qua",
]


@given(st.integers(50, 120))
def test_lines_wrapped_at_any_width_are_joined(width: int) -> None:
    raw: list[str] = []
    for paragraph in PARAGRAPHS * 2:
        raw += [*textwrap.wrap(paragraph, width, break_on_hyphens=False), ""]
    assert join_lines(raw) == PARAGRAPHS * 2


@pytest.mark.parametrize("width", [60, 80, 100])
def test_wrapped_lines_without_blank_ones_between(width: int) -> None:
    closed = [f"{paragraph.rstrip('.')}." for paragraph in PARAGRAPHS * 2]
    raw = [line for text in closed for line in textwrap.wrap(text, width, break_on_hyphens=False)]
    assert join_lines(raw) == closed


def test_items_and_rows_of_a_wrapped_text_stay_apart() -> None:
    items = [
        "- Hoàn thành xuất sắc nhiệm vụ: 61 tổ chức;",
        "- Hoàn thành tốt nhiệm vụ: 340.",
        "Năm | Tốt",
        "2021 | 340",
    ]
    raw = [line for text in PARAGRAPHS for line in [*textwrap.wrap(text, 70, break_on_hyphens=False), ""]] + items
    assert join_lines(raw) == [*PARAGRAPHS, *items]


def test_a_head_as_wide_as_the_text_is_a_row_of_its_own() -> None:
    rows = [
        "TT | Đối tượng | Tổng số | ‘Hoàn thành tốt nhiệm vụ’ | ‘Hoàn thành nhiệm vụ’",
        "1 | Đảng viên của toàn Đảng bộ huyện Sa Bình | 288 | 172 | 42",
    ]
    raw = [line for text in PARAGRAPHS for line in [*textwrap.wrap(text, len(rows[0]), break_on_hyphens=False), ""]]
    assert join_lines([*raw, *rows]) == [*PARAGRAPHS, *rows]


@pytest.mark.parametrize("line", ["Ngày đăng: 24/02/2020", "Tin liên quan", "362 lượt xem"])
def test_a_dateline_or_a_head_joins_no_headline(line: str) -> None:
    wrapped = textwrap.wrap(PARAGRAPHS[0], 70, break_on_hyphens=False)
    headline = "Đảng bộ Bệnh viện Đa khoa Đông Vĩ nâng chất lượng sinh hoạt chi bộ ở xã"
    assert join_lines([headline, line, *wrapped]) == [headline, line, PARAGRAPHS[0]]


def test_a_year_parted_at_its_dash_is_one() -> None:
    raw = ["Mục tiêu của nhiệm kỳ mới được bàn kỹ tại các hội nghị toàn huyện 2020-", "2025 với nhiều chỉ tiêu cao"]
    padding = textwrap.wrap(PARAGRAPHS[0], len(raw[0]), break_on_hyphens=False)
    assert "2020-2025 với nhiều chỉ tiêu" in " ".join(join_lines([*padding, "", *raw]))


def test_headlines_and_short_paragraphs_are_not_wrapped_text() -> None:
    lines = [
        "Huyện Tây Lạc: 61,3% tổ chức cơ sở đảng hoàn thành tốt nhiệm vụ",
        "Huyện Nậm Khoa kết nạp 1.234 đảng viên mới trong năm",
        "Khởi công tuyến đường 87 tỷ đồng qua xã Lộc Cương và xã Ngọc Khê",
        "Thu ngân sách huyện Kim Trạch vượt 17% dự toán năm nay",
        "Xã Lộc Cương về đích nông thôn mới nâng cao sớm hơn một năm",
        "Đảng bộ huyện Đông Vĩ nâng chất lượng sinh hoạt chi bộ ở thôn xa",
    ]
    assert join_lines(lines) == lines


@settings(deadline=None)
@given(st.lists(st.text(max_size=140), max_size=30))
def test_no_letter_is_lost(lines: list[str]) -> None:
    before = "".join("".join(join_lines([line])) for line in lines)
    assert "".join("".join(join_lines(lines)).split()) == "".join(before.split())
