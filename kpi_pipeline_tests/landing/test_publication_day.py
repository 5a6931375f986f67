"""The publication day: which source is asked first, what each is believed for, what is not believed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_pipeline.landing import DAY_SOURCES, LandingStore, land_folder
from kpi_pipeline.landing.page_metadata import read_moment
from kpi_pipeline.landing.publication_day import day_in_address, find_day
from kpi_pipeline.sample_pages import PAGES

CAPTURED = date(2023, 4, 1)
TITLE = "Hà Nam nâng chất lượng tổ chức cơ sở đảng ở nông thôn"
BODY = (
    "<p>Năm 2021, toàn tỉnh Hà Nam có 61 tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ, chiếm 14,2%.</p>"
    "<p>Ngày 17/11/2020, hội nghị tổng kết đã thông qua kế hoạch của cả nhiệm kỳ và phân công cụ thể từng nơi.</p>"
)
LEAD = "(HN) - Tỉnh Hà Nam vừa công bố kết quả của năm qua với nhiều điểm mới đáng chú ý."


def html(inner: str = "", head: str = "", before: str = "", after: str = "") -> bytes:
    article = f"<div class='detail'><h1>{TITLE}</h1>{inner}{BODY}</div>"
    return f"<html><head><title>{TITLE}</title>{head}</head><body>{before}{article}{after}</body></html>".encode()


def json_ld(*objects: object) -> str:
    return "".join(f"<script type='application/ld+json'>{json.dumps(each)}</script>" for each in objects)


def found(content: bytes, url: str | None = None, kind: str = "text/html") -> tuple[str, str]:
    result = find_day(content, kind, url, CAPTURED)
    return result.day.isoformat(), result.source


ARTICLE = {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2022-08-20T09:11:00+07:00"}
META = "<meta property='article:published_time' content='2022-08-20T09:11:00+07:00'>"


@pytest.mark.parametrize(
    "head",
    [
        json_ld(ARTICLE),
        json_ld(
            {"@context": "https://schema.org", "@graph": [{"@type": "WebPage", "datePublished": "2019-01-01"}, ARTICLE]}
        ),
        json_ld([{"@type": "BreadcrumbList"}, ARTICLE]),
        json_ld(
            {"@type": "ItemList", "itemListElement": [{**ARTICLE, "headline": "x", "datePublished": "2023-01-01"}]},
            ARTICLE,
        ),
        json_ld({**ARTICLE, "headline": "Một bài khác", "datePublished": "2023-01-01"}, ARTICLE),
        json_ld({**ARTICLE, "@type": ["Article", "Thing"]}),
        "<script type='application/ld+json'>{broken</script>" + META,
        json_ld({**ARTICLE, "datePublished": 5}) + META,
        META,
        "<meta name='pubdate' content='2022-08-20 09:11'>",
        "<meta name='DC.date.issued' content='20/08/2022'>",
        "<meta itemprop='datePublished' content='2022-08-19T18:30:00Z'>",
        "<meta name='pubdate' content='8/20/2022 9:11:00 AM'>",
        "<meta property='article:modified_time' content='2023-02-02'>" + META,
    ],
)
def test_metadata(head: str) -> None:
    assert found(html(head=head, before="<p>Thứ 7, 01/04/2023</p>")) == ("2022-08-20", "metadata")


@pytest.mark.parametrize(
    "inner",
    [
        "<time datetime='2022-08-20T09:11'>20/8</time>",
        "<span itemprop='datePublished'>20/08/2022 09:11</span>",
        "<time pubdate datetime='2022-08-20'>x</time>",
    ],
)
def test_marked_up_text_of_the_article(inner: str) -> None:
    other = "<time datetime='2023-03-03'>03/03/2023</time>"
    beside = f"<aside>{other}</aside><div class='related'>{other}</div>"
    assert found(html(inner, after=beside)) == ("2022-08-20", "metadata")


@pytest.mark.parametrize(
    "parts",
    [
        {"after": "<aside><time datetime='2023-03-03'>03/03/2023</time></aside>"},
        {"after": "<ul class='other-news'><li>Tin khác <span class='date'>03/03/2023</span></li></ul>"},
        {"before": "<div class='topbar'>Thứ 7, 01/04/2023, 11:14[GMT+7]</div>"},
        {"before": "<p>Hôm nay, 01/04/2023</p>"},
        {"head": "<meta property='article:modified_time' content='2023-02-02'>"},
        {"head": "<meta property='article:published_time' content='soon'>"},
        {"head": json_ld({"@type": "Event", "datePublished": "2022-01-01"})},
        {"head": json_ld({**ARTICLE, "headline": "a"}, {**ARTICLE, "headline": "b", "datePublished": "2023-01-01"})},
        {"inner": "<time datetime='2022-08-20'></time><time datetime='2022-08-22'></time>"},
        {},
    ],
)
def test_nothing_is_made_up(parts: dict[str, str]) -> None:
    assert found(html(**parts)) == ("2023-04-01", "captured")


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.vn/2022/08/20/tin.html", "2022-08-20"),
        ("https://a.vn/tin/2022/8/2/", "2022-08-02"),
        ("https://a.vn/tin-20220820.htm", "2022-08-20"),
        ("https://a.vn/tin-20220820091123456.htm", "2022-08-20"),
        ("https://a.vn/tin-102220820091123456.htm", "2022-08-20"),
        ("https://a.vn/2022-08-20-tin", "2022-08-20"),
        ("https://a.vn/2022/13/20/tin.html", None),
        ("https://a.vn/202208/tin-3041127.html", None),
        ("https://a.vn/tin-30411275.html", None),
        ("https://a.vn/tin.html?d=20220820", None),
        ("https://a.vn/2022/08/20/2021/07/19/", None),
        ("https://a.vn/tong-ket-2016-2020.html", None),
    ],
)
def test_addresses(url: str, day: str | None) -> None:
    assert day_in_address(url) == (None if day is None else date.fromisoformat(day))
    assert found(html(), url) == ((day, "address") if day else ("2023-04-01", "captured"))


@pytest.mark.parametrize(
    "inner",
    [
        "<p>20/08/2022 09:11</p>",
        "<div class='time'>Thứ 7, 20/08/2022 | 09:11:32</div>",
        "<p>Ngày 20 tháng 8 năm 2022</p>",
        "<p class='sapo'>Những con số sau đây do tỉnh công bố sau khi thẩm định xong.</p><span>20-08-2022</span>",
        "<p>Cập nhật: 25/08/2022</p><p>Đăng ngày: 20/08/2022</p>",
    ],
)
def test_datelines_of_html(inner: str) -> None:
    assert found(html(inner, before="<p>Thứ 7, 01/04/2023</p>")) == ("2022-08-20", "dateline")


def test_a_dateline_above_the_headline_in_the_article_s_own_element() -> None:
    content = f"<title>{TITLE}</title><p>01/04/2023</p><div><span>20/08/2022</span><h1>{TITLE}</h1>{BODY}</div>"
    assert found(content.encode()) == ("2022-08-20", "dateline")


def test_a_line_of_the_last_change_counts_where_there_is_no_other() -> None:
    assert found(html("<p>Cập nhật lúc: 15:12, 20/08/2022</p>")) == ("2022-08-20", "dateline")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([TITLE, "20/08/2022 09:11"], ("2022-08-20", "dateline")),
        ([TITLE, LEAD, "20/08/2022 09:11"], ("2022-08-20", "dateline")),
        (["Thứ 7, 01/03/2023, 11:14[GMT+7]", TITLE], ("2023-04-01", "captured")),
        (["01/03/2023", TITLE, "Thứ 7, 20/08/2022 | 16:29:32", "362 lượt xem"], ("2022-08-20", "dateline")),
        ([], ("2023-04-01", "captured")),
    ],
)
def test_datelines_of_captures(lines: list[str], expected: tuple[str, str]) -> None:
    body = BODY.replace("<p>", "").split("</p>")
    assert found("\n".join([*lines, *body, "Tin khác", "05/01/2022"]).encode(), kind="text/plain") == expected


def test_the_order_of_the_sources() -> None:
    url = "https://a.vn/2022/08/21/tin.html"
    content = html("<p>22/08/2022</p>", META)
    assert find_day(content, "text/html", url, CAPTURED, date(2022, 8, 19)).source == "manifest"
    assert found(content, url) == ("2022-08-20", "metadata")
    assert found(html("<p>22/08/2022</p>"), url) == ("2022-08-21", "address")
    assert found(html("<p>22/08/2022</p>")) == ("2022-08-22", "dateline")


def test_a_day_after_the_capture_is_passed_over_with_a_note() -> None:
    content = html("<p>22/08/2022</p>", META.replace("2022-08-20", "2023-04-02"))
    result = find_day(content, "text/html", None, CAPTURED)
    assert (result.day, result.source) == (date(2022, 8, 22), "dateline")
    assert "metadata says 2023-04-02" in str(result.note)


def test_a_dateline_before_2000_is_no_publication_day() -> None:
    assert found(html("<p>02/09/1945</p>")) == ("2023-04-01", "captured")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2022-08-20", "2022-08-20"),
        ("2022-08-20T23:30:00Z", "2022-08-21"),
        ("2022-08-20T9:11:00+07:00", "2022-08-20"),
        ("2022-08-20T09:11:00.000+0700", "2022-08-20"),
        ("Sat, 20 Aug 2022 23:30:00 GMT", "2022-08-21"),
        ("20/08/2022 09:11", "2022-08-20"),
        ("8/20/2022 9:11:00 PM", "2022-08-20"),
        ("13/32/2022 9:11:00 PM", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_moments(written: str, day: str | None) -> None:
    assert read_moment(written) == (None if day is None else date.fromisoformat(day))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"<html>" + b"<div>" * 2000, bytes(range(128, 256)) * 9, b"<p>"])
def test_pages_that_cannot_be_read_have_the_day_of_capture(content: bytes) -> None:
    assert found(content) == ("2023-04-01", "captured")


def test_the_seed_pages(seeds: Path, tmp_path: Path) -> None:
    report = land_folder(LandingStore(tmp_path), seeds, seeds / "manifest.csv", CAPTURED, date(2023, 6, 30))
    days = {
        outcome.name[:3]: (outcome.published_on, outcome.day_source) for outcome in report.outcomes if outcome.page_id
    }
    captured = ("2023-04-01", "captured")
    assert days == {
        "000": ("2022-08-20", "dateline"),
        "001": captured,
        "002": ("2023-02-24", "dateline"),
        "003": captured,
        "004": captured,
    }
    assert [outcome.name for outcome in report.outcomes if outcome.action == "refused"] == ["gold.jsonl"]


SAMPLE = (PAGES / "hoa-binh-co-quan-hanh-chinh-2020-2021.html").read_bytes()


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_no_damage_breaks_it(data: st.DataObject) -> None:
    damaged = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 20))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place : place + data.draw(st.integers(0, 60))] = data.draw(st.binary(max_size=30))
        damaged = damaged or bytearray(b"x")
    for kind in ("text/html", "text/plain"):
        result = find_day(bytes(damaged), kind, "https://a.vn/2022/08/20/", CAPTURED)
        assert result.source in DAY_SOURCES
        assert result.day <= CAPTURED


@given(st.text(max_size=60) | st.from_regex(r"\d{1,5}[-/:T ]\d{1,5}[-/:T ]\d{1,5}.{0,20}"))
def test_no_moment_breaks_it(written: str) -> None:
    read_moment(written)
