"""Articles in the markup of many kinds of sites: nothing of them is lost, nothing beside them is let in."""

from __future__ import annotations

import pytest

from kpi_pipeline.cleaning import clean

TITLE = "Hà Nam nâng chất lượng tổ chức cơ sở đảng ở nông thôn"
BODY = [
    "Năm 2021, toàn tỉnh Hà Nam có 61 tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ, chiếm 14,2%.",
    "Số tổ chức hoàn thành tốt nhiệm vụ là 340, chiếm 79,1%, còn lại hoàn thành nhiệm vụ.",
    "Các chi bộ nông thôn đã đổi giờ họp để đảng viên đi làm xa kịp về dự sinh hoạt.",
    "Kết quả ấy có được nhờ sự vào cuộc đồng bộ của cả hệ thống chính trị ở cơ sở.",
]
OTHERS = ["Nam Định: 61,3% tổ chức cơ sở đảng hoàn thành tốt nhiệm vụ", "Thái Bình kết nạp 1.234 đảng viên mới"]
PROVINCES = ["An Giang", "Bạc Liêu", "Bắc Giang", "Bến Tre", "Cà Mau", "Cần Thơ", "Đà Nẵng", "Đồng Nai", "Gia Lai"]

OPEN_GRAPH = f"<meta property='og:title' content='{TITLE}'><meta property='og:site_name' content='Báo Hà Nam'>"


def page(body: str, head: str = f"<title>{TITLE}</title>") -> bytes:
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode()


def p(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def links(lines: list[str]) -> str:
    return "<ul>" + "".join(f'<li><a href="/x">{line}</a></li>' for line in lines) + "</ul>"


LAYOUTS = {
    "article": f"<article><h1>{TITLE}</h1>{p(*BODY)}</article>",
    "divs": f"<div><h1>{TITLE}</h1><div>"
    + "".join(f"<div><span>{line}</span></div>" for line in BODY)
    + "</div></div>",
    "br": f"<div id='menu'><a>Trang chủ</a></div><div><b>{TITLE}</b><br>{'<br><br>'.join(BODY)}<br></div>",
    "nested tables": f"<table><tr><td>Trang chủ</td><td><table><tr><td><h1>{TITLE}</h1></td></tr><tr><td>"
    + "<br>".join(BODY)
    + "</td></tr></table></td></tr></table>",
    "one form": f"<form id='aspnetForm'><div><h1>{TITLE}</h1>{p(*BODY)}</div></form>",
    "provinces in a cell": f"<table><tr><td>{' | '.join(PROVINCES)}</td></tr></table><h1>{TITLE}</h1>{p(*BODY)}",
    "provinces in a p": f"<p>{', '.join(PROVINCES)}</p><h1>{TITLE}</h1>{p(*BODY)}",
    "provinces in lines": p(*PROVINCES) + f"<h1>{TITLE}</h1>{p(*BODY)}",
    "lead in h2": f"<h1>{TITLE}</h1><h2>{BODY[0]}</h2><div>{p(*BODY[1:])}</div>",
    "related in p": f"<div><h1>{TITLE}</h1>{p(*BODY)}<p><b>Tin cùng chuyên mục</b></p>{p(*OTHERS)}</div>",
    "related in a list": f"<div><h1>{TITLE}</h1>{p(*BODY)}</div><div class='tin-lien-quan'>{links(OTHERS)}</div>",
    "links without a head": f"<div><h1>{TITLE}</h1>{p(*BODY)}</div>{links(OTHERS * 3)}",
    "box inside": f"<div><h1>{TITLE}</h1>{p(BODY[0])}<p>Tin liên quan:</p>{p(*OTHERS)}{p(*BODY[1:])}</div>",
    "a column beside": f"<table><tr><td>{'<br>'.join(OTHERS)}</td><td><h1>{TITLE}</h1>{p(*BODY)}</td></tr></table>",
}


def test_a_headline_unlike_the_window_title_is_kept() -> None:
    headline = "Hà Nam: 93,3% tổ chức cơ sở đảng hoàn thành tốt nhiệm vụ trở lên"
    banner = "<div id='banner'><h1>Đảng bộ tỉnh đoàn kết, sáng tạo, phát triển</h1></div>"
    document = clean(page(f"<div><h1>{headline}</h1>{p(*BODY)}</div>", f"<title>{TITLE}</title>"))
    assert document.title == headline
    assert document.paragraphs == tuple(BODY)
    document = clean(page(f"{banner}<div><b>{TITLE}</b>{p(*BODY)}</div>", f"<title>{TITLE}</title>"))
    assert document.title == TITLE


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout: str) -> None:
    document = clean(page(LAYOUTS[layout]))
    assert document.status == "ok"
    assert document.title == TITLE
    assert document.paragraphs == tuple(BODY)


@pytest.mark.parametrize("wrapped", ["<figure class='table'>{}</figure>", "<div>{}</div>", "{}"])
@pytest.mark.parametrize("cell", ["{}", "<p>{}</p>", "<span><b>{}</b></span>"])
def test_a_row_of_a_table_is_one_paragraph(wrapped: str, cell: str) -> None:
    rows = [["Huyện", "Xuất sắc", "Tốt"], ["Đông Khê", "12", "30"], ["Tây Khê", "9", "41,5"]]
    table = "".join("<tr>" + "".join(f"<td>{cell.format(value)}</td>" for value in row) + "</tr>" for row in rows)
    document = clean(page(f"<h1>{TITLE}</h1>{p(BODY[2])}{wrapped.format(f'<table>{table}</table>')}{p(BODY[3])}"))
    assert document.paragraphs == (BODY[2], *(" | ".join(row) for row in rows), BODY[3])


def test_bullets_keep_their_figures() -> None:
    items = [
        "Hoàn thành xuất sắc nhiệm vụ: 61 tổ chức;",
        "Hoàn thành tốt nhiệm vụ: 340 tổ chức;",
        "Hoàn thành nhiệm vụ: 29.",
    ]
    document = clean(page(f"<div><h1>{TITLE}</h1>{p(BODY[2])}{links(items)}{p(BODY[3])}</div>"))
    assert document.paragraphs == (BODY[2], *items, BODY[3])


def test_inline_markup_does_not_part_a_number() -> None:
    document = clean(page(f"<h1>{TITLE}</h1><p>Chiếm <span>14</span>,2% số tổ chức cơ sở đảng <b>toàn tỉnh</b>.</p>"))
    assert document.paragraphs == ("Chiếm 14,2% số tổ chức cơ sở đảng toàn tỉnh.",)


@pytest.mark.parametrize(
    ("head", "title", "site"),
    [
        (f"<title>{TITLE} - Báo Hà Nam điện tử</title>", TITLE, "Báo Hà Nam điện tử"),
        (f"<title>Báo Hà Nam | {TITLE}</title>", TITLE, None),
        (f"<title>x</title>{OPEN_GRAPH}", TITLE, "Báo Hà Nam"),
        ("<title>Cổng thông tin điện tử tỉnh Hà Nam</title>", None, "Cổng thông tin điện tử tỉnh Hà Nam"),
    ],
)
def test_headline_and_site_from_the_head(head: str, title: str | None, site: str | None) -> None:
    document = clean(page(p(*BODY), head))
    assert document.title == title
    assert [cue.text for cue in document.cues if cue.kind == "site_name"] == ([site] if site else [])
    assert document.paragraphs == tuple(BODY)


def test_a_headline_without_a_heading_is_found_among_the_lines() -> None:
    rows = [f"<span class='TieuDe'>{TITLE}</span>", "12/03/2022", p(*BODY)]
    table = "<table>" + "".join(f"<tr><td>{row}</td></tr>" for row in rows)
    document = clean(page(table + "</table>", "<title>Cổng thông tin điện tử tỉnh Hà Nam</title>"))
    assert (document.title, document.paragraphs) == (TITLE, tuple(BODY))


def test_a_source_line_beside_the_article_is_a_cue() -> None:
    document = clean(page(f"<div><h1>{TITLE}</h1>{p(*BODY)}<p>Nguồn: https://hanam.gov.vn/</p></div>"))
    assert ("source_line", "Nguồn: https://hanam.gov.vn/") in [(cue.kind, cue.text) for cue in document.cues]


def test_a_page_of_one_sentence() -> None:
    assert clean(page(f"<h1>{TITLE}</h1><p>{BODY[0]}</p>")).paragraphs == (BODY[0],)
