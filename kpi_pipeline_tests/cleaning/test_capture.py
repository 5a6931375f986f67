"""Text captures: the article is found among menus, banners, counters, forms and lists of other pages."""

from __future__ import annotations

import pytest

from kpi_pipeline.cleaning import clean
from kpi_pipeline.cleaning.furniture import is_box_head, is_end_head, is_furniture, is_place_list

TITLE = "Hưng Yên: Chi bộ thôn đổi cách sinh hoạt"
BODY = [
    "(BHY) - Năm 2022, toàn tỉnh Hưng Yên có 58 tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ, chiếm 12,1%.",
    "Những chi bộ đứng đầu đều chọn một việc khó của thôn để bàn đến nơi đến chốn trong từng kỳ họp.",
    "Có nơi bàn chuyện mương thoát nước, có nơi bàn chuyện dồn thửa, kết quả đều được dân xác nhận.",
]
MENU = ["Trang chủ", "Chính trị", "Kinh tế", "Văn hóa", "Đăng nhập"]
PROVINCES = [
    " • An Giang",
    " • Bạc Liêu",
    " • Bắc Ninh",
    " • Đà Lạt",
    " • Hà Tây",
    " • Hưng Yên",
    " • Hòa Bình",
    " • Yên Bái",
]
OTHERS = ["Thái Bình: 93,2% tổ chức cơ sở đảng hoàn thành tốt nhiệm vụ", "Hà Nam kết nạp 1.015 đảng viên mới"]
TEASERS = [OTHERS[0], "Thái Bình có 93,2% tổ chức cơ sở đảng hoàn thành tốt nhiệm vụ trong năm 2022, theo báo cáo mới."]


def capture(*lines: str) -> bytes:
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    "lines",
    [
        [TITLE, *BODY],
        [*PROVINCES, "", TITLE, "", *BODY],
        ["Thứ 7, 01/04/2023, 11:14[GMT+7]", *MENU, TITLE, "Thứ 6, 24/02/2023 | 16:29:32", "362 lượt xem", *BODY],
        [TITLE, "", *BODY, "", "Tin cùng chuyên mục", *OTHERS],
        [TITLE, *BODY, "Tin liên quan", *TEASERS, *TEASERS],
        [TITLE, *BODY, "BÀI VIẾT CÙNG CHUYÊN MỤC", *OTHERS, "View Counter", "005152", "Views Today : 55"],
        [TITLE, *BODY, "Ý kiến bạn đọc (0)", "Họ và tên", "Vui lòng nhập ít nhất 20 ký tự", "Gửi bình luận"],
        [TITLE, BODY[0], "Tin liên quan:", *OTHERS, *BODY[1:]],
        ["Skip to main content", "Chế độ ban đêm In trang Đọc nội dung", "-A A +A", TITLE, *BODY, "Đánh giá", *OTHERS],
        ["Tin mới nhất", *OTHERS, "Đọc nhiều nhất", *OTHERS, "Trang chủ » Xây dựng Đảng", TITLE, *BODY],
        [TITLE, *BODY, *MENU, "Cơ quan chủ quản: Tỉnh ủy Hưng Yên", "Điện thoại: 0221.3863.470"],
        [TITLE, BODY[0], "Xem thêm: Hà Nam kết nạp 1.015 đảng viên mới", *BODY[1:]],
        [TITLE, BODY[0], "Hưng Yên: Chi bộ thôn đổi cách sinh hoạt - Ảnh 2.", *BODY[1:], "Chia sẻ :", "In bài viết"],
    ],
)
def test_only_the_article_is_left(lines: list[str]) -> None:
    document = clean(capture(*lines))
    assert (document.status, document.title) == ("ok", TITLE)
    kept = [line for line in document.paragraphs if line not in MENU]
    assert kept == BODY


def test_a_capture_without_a_headline_has_none() -> None:
    document = clean(capture(*BODY, "Bình luận"))
    assert (document.title, document.paragraphs) == (None, tuple(BODY))


def test_cells_of_a_flat_table_stay() -> None:
    cells = [
        "Năm",
        "2020",
        "2021",
        "Hoàn thành xuất sắc nhiệm vụ",
        "11,2",
        "12,0",
        "Hoàn thành tốt nhiệm vụ",
        "80,5",
        "81",
    ]
    assert clean(capture(TITLE, *BODY, *cells)).paragraphs == (*BODY, *cells)


def test_bullets_and_a_source_line_stay() -> None:
    tail = [
        "- 58 tổ chức hoàn thành xuất sắc nhiệm vụ;",
        "- 391 tổ chức hoàn thành tốt nhiệm vụ;",
        "Nguồn: https://hungyen.gov.vn/",
    ]
    document = clean(capture(TITLE, *BODY, *tail, "Tin khác", *OTHERS))
    assert document.paragraphs == (*BODY, *tail)
    assert [(cue.kind, cue.text) for cue in document.cues] == [("dateline", "BHY"), ("source_line", tail[-1])]


def test_lines_broken_by_hard_wrapping_are_joined() -> None:
    words = " ".join(BODY[1:] * 4).split()
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > 70:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    document = clean(capture(TITLE, "", BODY[0][:70], BODY[0][70:].strip(), *lines, line))
    assert " ".join(document.paragraphs).count("từng kỳ họp") == 4
    assert len(document.paragraphs) < len(lines)


@pytest.mark.parametrize(
    "head",
    [
        "Tin cùng chuyên mục",
        "CÁC TIN KHÁC:",
        "» Bài viết mới",
        "Tin đọc nhiều",
        "Ý kiến bạn đọc (12)",
        "Add new comment",
    ],
)
def test_heads_that_end_an_article(head: str) -> None:
    assert is_end_head(head)


@pytest.mark.parametrize("head", ["Tin liên quan", "TIN BÀI LIÊN QUAN:", "Đọc thêm", "Xem thêm", "Đánh giá"])
def test_heads_of_boxes(head: str) -> None:
    assert is_box_head(head)


@pytest.mark.parametrize(
    "line",
    [
        "417 lượt xem",
        "Truy cập hôm nay: 1268",
        "Tất cả: 98153",
        "Đang online: 35",
        "Total views : 70298",
        "005152",
        "Chia sẻ Facebook Zalo Twitter",
        "Mức xếp hạng: Tốt",
        "Bài viết được 4 điểm sau 2 lượt đánh giá",
        "Vui lòng gõ tiếng Việt có dấu",
        "Điện thoại: 0255.3822.646",
        "© Báo Hưng Yên điện tử",
        "Giấy phép số 12/GP-BTTTT",
        "20/08/2022 09:11",
        ">> Hà Nam kết nạp 1.015 đảng viên",
        "",
    ],
)
def test_lines_of_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Đánh giá chung, năm 2022 có 91% đảng viên hoàn thành tốt nhiệm vụ.",
        "Tổng số: 136",
        "11,2",
        "Xếp loại tốt: 14 đồng chí",
        "- 04 đồng chí đủ tư cách, hoàn thành xuất sắc nhiệm vụ;",
        "Ngày 24/2, Ban Thường vụ Tỉnh ủy khen thưởng 44 tập thể.",
        "Nguồn: https://hungyen.gov.vn/",
        "Đến 30/6/2023 có 512 tổ chức cơ sở đảng",
        "Hoàn thành tốt nhiệm vụ | 98 | 96",
    ],
)
def test_lines_of_articles(line: str) -> None:
    assert not is_furniture(line)
    assert not is_end_head(line)


def test_a_sentence_that_names_many_provinces_is_no_list() -> None:
    assert is_place_list("Bắc Ninh, Hà Nam, Nam Định, Ninh Bình, Thái Bình, Phú Thọ")
    assert not is_place_list(
        "Tham dự có đại biểu Tỉnh ủy các tỉnh Bắc Ninh, Hà Nam, Nam Định, Ninh Bình, Thái Bình cùng lãnh đạo nhiều "
        "ban, ngành ở trung ương và địa phương."
    )
