"""What is skimmed off a page holds every line that cleaning makes of it; where looks do not tell, nothing is."""

import unicodedata

import pytest

from kpi_pipeline.cleaning import clean
from kpi_pipeline.cleaning.encoding import decode
from kpi_pipeline.cleaning.headline import key
from kpi_pipeline.cleaning.skim import Skimmed, skim
from kpi_pipeline.sample_pages import PAGES
from kpi_pipeline_tests.page_generator import generate_pages, make_ordinary_page

LONG = "Năm qua, các ngành của tỉnh đã phối hợp chặt chẽ với nhau, từng bước tháo gỡ khó khăn cho người dân vùng lũ"
PROSE = f"{LONG}, mở lại các tuyến đường bị sạt lở."


def page(body: str) -> str:
    return f"<html><head><title>Trang tin</title></head><body>{body}<p>{PROSE}</p></body></html>"


def lines(html: str) -> list[str]:
    skimmed = skim(html)
    assert skimmed is not None
    return skimmed.text.split("\n")


def assert_holds(content: bytes) -> None:
    skimmed = skim(decode(content)[0])
    if skimmed is None:
        return
    known = key(skimmed.text)
    assert [line for line in clean(content, "text/html").text.split("\n") if key(line) not in known] == []


@pytest.mark.parametrize("name", sorted(path.name for path in PAGES.glob("*.html") if path.stat().st_size))
def test_a_sample_page_is_held(name: str) -> None:
    content = (PAGES / name).read_bytes()
    if clean(content, "text/html").status != "undecodable":
        assert_holds(content)


def test_generated_pages_are_held() -> None:
    for made in generate_pages(31, 60, relevant=0.7):
        assert_holds(made.html)
    for number in range(5):
        assert_holds(make_ordinary_page(f"held-{number}").html)


def test_words_are_put_together_as_a_reader_sees_them() -> None:
    told = "Có 12 chi bộ hoàn thành tốt"
    for written in (
        "Có 12 chi bộ ho<b>à</b>n th&agrave;nh\n tốt",
        "Có 12 chi bộ ho&#224;n th&#xe0;nh <!-- quảng cáo --> t<span class='x'>ốt</span>",
        "Có&nbsp;12 chi bộ ho\u200bàn thành<script>var a = '<p>';</script> tốt",
        unicodedata.normalize("NFD", told),
    ):
        assert told in lines(page(f"<p>{written}</p>"))


def test_menus_go_only_where_they_end_where_they_seem_to() -> None:
    aside = "<aside><div>Có 12 chi bộ</div>{}</aside>"
    assert "Có 12 chi bộ" not in lines(page(aside.format("")))
    assert "Có 12 chi bộ" in lines(page(aside.format("</div>")))
    assert "Có 12 chi bộ" in lines(page(aside.format("<div>")))
    assert "Có 12 chi bộ" in lines(page("<aside>Có 12 chi bộ"))
    assert "Có 12 chi bộ" in lines(page("<aside>Có 12 chi bộ</asides></aside>"))
    assert "Có 12 chi bộ" in lines(page("<aside>menu</aside><p>Có 12 chi bộ</p><aside>menu</aside>"))


def test_headlines_of_the_head_are_held() -> None:
    html = page("").replace("</head>", '<meta property="og:title" content="Có 12 chi bộ"/></head>')
    assert any("Có 12 chi bộ" in line for line in lines(html))
    assert "Trang tin" in lines(html)


@pytest.mark.parametrize(
    "odd",
    ["<b title='a>b'>x</b>", "<p <b>x</p>", "<!-- kết", '<b title="a<i">x</b>', "<!--><p>12</p><!-- -->",
     "<!---><p>12</p><!-- -->", "<!-- a --!><p>12</p><!-- -->"],
)  # fmt: skip
def test_odd_markup_is_left_to_a_parser(odd: str) -> None:
    assert skim(page("<p>x</p>")) is not None
    assert skim(page("<p>x</p>") + odd) is None


@pytest.mark.parametrize("body", ["<table><tr><td>x</td></tr></table>", "<pre>x</pre>", "<p>a | 1</p><p>b | 2</p>"])
def test_lines_that_may_belong_together_are_tied(body: str) -> None:
    assert not getattr(skim(page("<p>a | 1</p>")), "tied", True)
    assert getattr(skim(page(body)), "tied", False)


def test_a_page_of_short_lines_may_be_wrapped_by_hand() -> None:
    short = skim("<html><body><p>Năm 2021, toàn tỉnh có 12 chi bộ</p><p>Hoàn thành tốt</p></body></html>")
    assert short == Skimmed("Năm 2021, toàn tỉnh có 12 chi bộ\nHoàn thành tốt", True)
