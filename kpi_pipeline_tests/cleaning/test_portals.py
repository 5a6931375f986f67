"""Articles as portals of many kinds and ages mark them up: every line of them, and no figure from beside them."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from html.entities import codepoint2name

import pytest

from kpi_pipeline.cleaning import clean

TITLE = "Đảng bộ huyện Đông Vĩ nâng chất lượng sinh hoạt chi bộ thôn"
BODY = [
    "Năm 2021, Đảng bộ huyện Đông Vĩ có 61 tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ, chiếm 14,2%.",
    "Số tổ chức hoàn thành tốt nhiệm vụ là 340, chiếm 79,1%, còn lại hoàn thành nhiệm vụ.",
    "Các chi bộ thôn đã đổi giờ họp để đảng viên đi làm xa kịp về dự sinh hoạt hằng tháng.",
    "Kết quả ấy có được nhờ sự vào cuộc đồng bộ của cả hệ thống chính trị ở cơ sở.",
]
OTHERS = [
    "Huyện Tây Lạc: 61,3% tổ chức cơ sở đảng hoàn thành tốt nhiệm vụ",
    "Huyện Nậm Khoa kết nạp 1.234 đảng viên mới",
    "Khởi công tuyến đường 87 tỷ đồng qua xã Lộc Cương",
    "Thu ngân sách huyện Kim Trạch vượt 17% dự toán",
]
TOLD = f"{OTHERS[0]}, theo tin của phóng viên thường trú tại địa phương."
CAPTION = "Biểu đồ: 83,7% đảng viên của huyện hoàn thành tốt nhiệm vụ năm 2021."
QUOTE = "“Chúng tôi coi 14,2% là con số thực chất”, đồng chí Bí thư chi bộ thôn nói với các đại biểu dự họp."
SOURCES = ("Trang chủ", "Giới thiệu", "Tin tức", "Văn bản", "Thủ tục hành chính", "Công khai ngân sách", "Liên hệ")
WINDOW = f"<title>{TITLE}</title>"
PORTAL = "<title>Cổng thông tin điện tử huyện Đông Vĩ</title>"
H1 = f"<h1>{TITLE}</h1>"
OPEN = f"<article>{H1}"


def p(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def links(lines: list[str]) -> str:
    return "<ul>" + "".join(f'<li><a href="/x">{line}</a></li>' for line in lines) + "</ul>"


MENU = links(list(SOURCES))
FOOT = (
    "<div id='footer'><p>Cơ quan chủ quản: UBND huyện</p><p>Điện thoại: 0255.3822.646</p><p>Truy cập: 1204567</p></div>"
)
OUTSIDE = "".join(
    f"<article class=item><h3><a href=x>{line}</a></h3><p>{line}, tin địa phương.</p></article>" for line in OTHERS
)
FONTS = "".join(f"<P align=justify><FONT face=Arial size=2>{line}</FONT></P>" for line in BODY)
SPANS = "".join(f'<p style="text-align:justify"><span lang="VI">{line}</span></p><p>&#160;</p>' for line in BODY)
WIDGETS = "".join(
    f"<div class='elementor-widget elementor-widget-text'><div class='elementor-widget-box'>{p(line)}</div></div>"
    for line in BODY
)


def entities(text: str) -> str:
    """Every letter beyond ASCII by its name, else in hexadecimal or decimal."""
    return "".join(
        letter
        if ord(letter) < 128
        else f"&{codepoint2name[ord(letter)]};"
        if ord(letter) in codepoint2name
        else f"&#x{ord(letter):x};"
        if ord(letter) % 2
        else f"&#{ord(letter)};"
        for letter in text
    )


def old_table(cells: list[str]) -> str:
    return "<table>" + "".join(f"<tr><td>{cell}</td></tr>" for cell in cells) + "</table>"


INVISIBLE = [
    line.replace("%", "\u00a0%").replace("chức", "ch\u00adức").replace("nhiệm", "\u200bnhiệm") for line in BODY
]
BOLD = [re.sub(r"(\d[\d.,]*%?)", r"<strong><span style='color:red'>\1</span></strong>", line) for line in BODY]
JSON = f'{{"@type":"NewsArticle","articleBody":"{OTHERS[0]}. {OTHERS[1]}."}}'

WHOLE = {
    "Liferay": f"<div><header id=banner>{MENU}</header><section><div class='portlet-column'><div class='portlet-body'>"
    f"<h3 class='header-title'>{TITLE}</h3><div class='asset-metadata'>05:10 | 12/03/2022</div>"
    f"<div class='journal-content-article'>{p(*BODY)}</div></div></div><div class='portlet-column'><h2>Tin nổi bật</h2>"
    f"{links(OTHERS)}<h2>Thống kê truy cập</h2><p>Đang online: 35</p><p>Tất cả: 98153</p></div></section>{FOOT}</div>",
    "SharePoint": f"<form id=aspnetForm><div id='s4-workspace'><div class='ms-breadcrumb'>Trang chủ &gt; Tin</div>"
    f"<div class='ms-rtestate-field'><div class='title-news'>{TITLE}</div><div>Thứ hai, 14/03/2022</div>"
    f"<div class='ExternalClass6F0'>{SPANS}</div></div><div>Các tin khác{links(OTHERS)}</div></div></form>{FOOT}",
    "AMP": f"<amp-sidebar layout=nodisplay>{MENU}</amp-sidebar><main>{OPEN}<p class='sapo'>{BODY[0]}</p>"
    f"<amp-img src='a.jpg' width='600'></amp-img>{p(*BODY[1:])}</article><section><h2>Tin cùng chuyên mục</h2>"
    f"{links(OTHERS)}</section></main>",
    "print view": f"<a href='javascript:window.print()'>In trang</a><h2>{TITLE}</h2><i>12/03/2022</i>{p(*BODY)}",
    "one cell": f"<table><tr><td>{MENU}</td></tr><tr><td>{H1}</td></tr><tr><td>{p(*BODY)}</td></tr></table>",
    "lines of pre": f"{H1}<pre>" + "\n".join(BODY) + "</pre>",
    "font and br": f"<center><font size=5><b>{TITLE}</b></font></center><font>{'<br>'.join(BODY)}</font><br><br>"
    f"<font size=2>{'<br>'.join('» ' + line for line in OTHERS)}</font>",
    "a div a line": f"<div>{MENU}<div>{TITLE}</div>" + "".join(f"<div>{x}</div><div> </div>" for x in BODY) + "</div>",
    "br only": f"{MENU}<b>{TITLE}</b><br><br>{'<br><br>'.join(BODY)}<br><br><b>Tin khác</b><br>{'<br>'.join(OTHERS)}",
    "data in scripts": f"<script type='application/ld+json'>{JSON}</script>{OPEN}{p(*BODY[:2])}"
    f"<script>var related=[{{t:'{OTHERS[0]}'}}];</script>{p(*BODY[2:])}</article>",
    "noscript": f"<noscript>{p(TOLD)}</noscript>{OPEN}{p(*BODY[:2])}<noscript>90%</noscript>{p(*BODY[2:])}</article>",
    "hidden parts": f"{OPEN}{p(*BODY[:2])}<div style='display: none'>{p(TOLD)}</div><p hidden>{TOLD}</p>"
    f"<div style='visibility:hidden;'>{p(TOLD)}</div>{p(*BODY[2:])}</article>",
    "shown by a script": f"<div>{MENU}</div><div id=app style='display:none'>{H1}{p(*BODY)}</div>",
    "entities": f"<h1>{entities(TITLE)}</h1>{p(*map(entities, BODY))}",
    "decomposed letters": unicodedata.normalize("NFD", H1 + p(*BODY)),
    "tags across each other": f"<div><b><h1>{TITLE}</b></h1><p><b>{BODY[0]}<p></b>{BODY[1]}</i><div><p>{BODY[2]}</div>"
    f"<span><p>{BODY[3]}</span></table></td>",
    "several articles": f"<main><article class='post-main'>{H1}{p(*BODY)}</article><div>{OUTSIDE}</div></main>",
    "articles before it": f"<div class=slide>{OUTSIDE}</div><article class='post-main'>{H1}{p(*BODY)}</article>",
    "a box of links inside": f"{OPEN}{p(*BODY[:2])}<div><strong>Tin liên quan</strong>{links(OTHERS[:2])}</div>"
    f"{p(*BODY[2:])}</article>",
    "a box with a summary inside": f"{OPEN}{p(*BODY[:2])}<div class='related-news'><h4>Tin liên quan</h4>"
    f"<a href=x>{OTHERS[0]}</a>{p(TOLD)}</div>{p(*BODY[2:])}</article>",
    "a table of links inside": f"{OPEN}{p(*BODY[:2])}"
    + old_table(["<b>Tin liên quan</b>", *(f"<a href=x>{line}</a>" for line in OTHERS)])
    + f"{p(*BODY[2:])}</article>",
    "pointers inside": f"{OPEN}{p(BODY[0])}<p>&gt;&gt; <a href=x>{OTHERS[0]}</a></p>{p(BODY[1])}"
    f"<p><em><a href=x>Xem thêm: {OTHERS[1]}</a></em></p>{p(*BODY[2:])}</article>",
    "a misleading class": f"<div class='main share-page sidebar-left'>{MENU}{H1}{p(*BODY)}</div>",
    "a widget a paragraph": f"<div class='elementor-widget elementor-widget-heading'>{H1}</div>{WIDGETS}"
    f"<div class='elementor-widget widget-posts'><h4>Bài viết mới</h4>{links(OTHERS)}</div>",
    "capitals": f"<CENTER><H1>{TITLE}</H1></CENTER>{FONTS}<HR><B>Các tin khác</B>{links(OTHERS).upper()}",
    "bold figures": f"{OPEN}{p(*BOLD)}</article>",
    "linked words": f"{OPEN}<p><a href=x>{BODY[0]}</a></p><p>Số tổ chức <a href=x>{BODY[1][11:]}</a></p>"
    f"{p(*BODY[2:])}</article>",
    "comments": f"{OPEN}{p(*BODY)}</article><div class='comment-list'><h3>Bình luận (2)</h3>{p(TOLD)}</div>",
}  # fmt: skip

PARTS = {
    "a cell beside links": (
        f"<table><tr><td>{links(OTHERS)}</td><td><b>{TITLE}</b><br>{'<br>'.join(BODY * 2)}</td></tr></table>",
        BODY * 2,
    ),
    "footnotes": (
        f"{OPEN}<p>{BODY[0]}<sup><a href='#n'>[1]</a></sup></p>{p(*BODY[1:])}<hr><p>[1] Không kể 12 chi bộ mới.</p>",
        [BODY[0] + "[1]", *BODY[1:], "[1] Không kể 12 chi bộ mới."],
    ),
    "a caption": (
        f"{OPEN}{p(*BODY[:2])}<figure><img src=a><figcaption>{CAPTION}</figcaption></figure>{p(*BODY[2:])}</article>",
        [*BODY[:2], CAPTION, *BODY[2:]],
    ),
    "a caption in a table": (
        f"<div>{H1}{p(*BODY[:2])}{old_table(['<img src=a.jpg>', CAPTION])}{p(*BODY[2:])}</div>",
        [*BODY[:2], CAPTION, *BODY[2:]],
    ),
    "a summary box": (
        f"{OPEN}<h2>(ĐV) - {BODY[0]}</h2><ul><li>61 tổ chức hoàn thành xuất sắc nhiệm vụ</li></ul>{p(*BODY)}</article>",
        [f"(ĐV) - {BODY[0]}", "- 61 tổ chức hoàn thành xuất sắc nhiệm vụ", *BODY],
    ),
    "quotes": (
        f"{OPEN}{p(*BODY[:2])}<blockquote>{p(QUOTE)}</blockquote><div class=box>{QUOTE}</div>{p(*BODY[2:])}</article>",
        [*BODY[:2], QUOTE, QUOTE, *BODY[2:]],
    ),
    "a list of terms": (
        f"{H1}{p(*BODY[:3])}<dl><dt>Hoàn thành tốt nhiệm vụ</dt><dd>340 tổ chức, chiếm 79,1%.</dd></dl>{p(BODY[3])}",
        [*BODY[:3], "Hoàn thành tốt nhiệm vụ", "340 tổ chức, chiếm 79,1%.", BODY[3]],
    ),
    "lists in lists": (
        f"{H1}{p(*BODY[:3])}<ul><li>Tổ chức cơ sở đảng có các mức:<ul><li>Hoàn thành xuất sắc nhiệm vụ: 61;</li>"
        f"<li>Hoàn thành tốt nhiệm vụ: 340.</li></ul></li></ul>{p(BODY[3])}",
        [
            *BODY[:3],
            "- Tổ chức cơ sở đảng có các mức:",
            "- Hoàn thành xuất sắc nhiệm vụ: 61;",
            "- Hoàn thành tốt nhiệm vụ: 340.",
            BODY[3],
        ],
    ),
    "short paragraphs": (
        f"{OPEN}{p(*BODY[:2], 'Trong đó:', 'Xuất sắc: 14,2%', 'Tốt: 79,1%', *BODY[2:])}</article>",
        [*BODY[:2], "Trong đó:", "Xuất sắc: 14,2%", "Tốt: 79,1%", *BODY[2:]],
    ),
    "the same sentence twice": (f"{OPEN}{p(*BODY, *BODY)}</article>", BODY * 2),
    "blanks nobody sees": (H1 + p(*INVISIBLE), [line.replace("%", " %") for line in BODY]),
    "wrapped in pre": (
        f"{H1}<pre>" + "\n\n".join(textwrap.fill(" ".join(BODY), 72) for _ in range(2)) + "</pre>",
        [" ".join(BODY)] * 2,
    ),
    "wrapped by br": (
        f"{H1}<div>{'<br><br>'.join('<br>'.join(textwrap.wrap(' '.join(BODY), 70)) for _ in range(2))}</div>",
        [" ".join(BODY)] * 2,
    ),
    "a paragraph a wrapped line": (f"{H1}{p(*textwrap.wrap(' '.join(BODY), 70))}", [" ".join(BODY)]),
}  # fmt: skip


def read(body: str, head: str = WINDOW) -> tuple[str | None, tuple[str, ...]]:
    page = (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body class='has-sidebar'>{body}</body></html>"
    )
    document = clean(page.encode(), "text/html")
    return document.title, document.paragraphs


@pytest.mark.parametrize("shape", WHOLE)
def test_all_of_the_article_and_nothing_else(shape: str) -> None:
    assert read(WHOLE[shape]) == (TITLE, tuple(BODY))


@pytest.mark.parametrize("shape", PARTS)
def test_parts_of_an_article(shape: str) -> None:
    body, expected = PARTS[shape]
    assert read(body) == (TITLE, tuple(expected))


def test_the_headline_of_an_old_page_stands_above_its_day() -> None:
    news = old_table(["Tin mới", *(f"<a href=x>{line}</a>" for line in OTHERS)])
    rows = [f"<b>{TITLE}</b>", "(12/03/2022 08:10)", FONTS, "Các bài viết khác"]
    rows += [f"» <a href=x>{line}</a> (02/03/2022)" for line in OTHERS]
    body = f"<table><tr><td colspan=2>{MENU}</td></tr><tr><td>{news}</td><td>{old_table(rows)}</td></tr></table>{FOOT}"
    assert read(body, PORTAL) == (TITLE, tuple(BODY))


@pytest.mark.parametrize("page", [WINDOW + H1 + p(*BODY), H1 + p(*BODY), f"<div>{H1}{p(*BODY)}"])
def test_pages_without_a_frame(page: str) -> None:
    document = clean(page.encode(), "text/html")
    assert (document.title, document.paragraphs) == (TITLE, tuple(BODY))


@pytest.mark.parametrize(
    "line",
    [
        "Đánh giá: 4.5/5 (12 phiếu)",
        "5/5 - (2 bình chọn)",
        "1 2 3 4 5 »",
        "Trang 1/3",
        "Thích 15",
        "Chia sẻ (3)",
        "Bài viết đã được 25 người đọc",
        "Số lượt xem: 362 | Chia sẻ",
        "Đã xem: 1.256 lượt",
        "Số người online: 17",
        "A- A A+",
        "Tải về: bao-cao.pdf (1,2 MB)",
        "[12/03/2022 08:10]",
    ],
)
def test_counts_of_a_site_are_none_of_the_article_s(line: str) -> None:
    assert read(f"<div>{H1}<div>{line}</div>{p(*BODY)}<p>{line}</p></div>{FOOT}") == (TITLE, tuple(BODY))
    assert clean("\n".join([TITLE, line, *BODY, line]).encode()).paragraphs == tuple(BODY)
