"""`clean` gives a document with a status for whatever bytes it is handed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_pipeline.cleaning import CUE_KINDS, STATUSES, Document, clean
from kpi_pipeline.sample_pages import PAGES

SENTENCE = "Năm 2021, toàn tỉnh Hà Nam có 61 tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ, chiếm 14,2%."
PAGE = (PAGES / "hoa-binh-co-quan-hanh-chinh-2020-2021.html").read_bytes()
CAPTURE = (PAGES / "hai-duong-to-chuc-dang-2022.txt").read_bytes()


def assert_sound(document: Document) -> None:
    assert document.status in STATUSES
    assert (document.reason is None) == (document.status == "ok")
    assert document.reason is None or document.reason.endswith(".")
    assert document.language in ("vi", "other", None)
    assert all(cue.kind in CUE_KINDS and cue.text for cue in document.cues)
    lines = [*([document.title] if document.title else []), *document.paragraphs]
    assert document.text == "\n".join(lines)
    assert all(line and "\n" not in line and line == line.strip() for line in lines)
    assert unicodedata.is_normalized("NFC", document.text)
    if document.status == "ok":
        assert document.paragraphs
        assert document.language == "vi"
        assert document.encoding


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", "no_text", "empty"),
        (b" \r\n\t", "no_text", "empty"),
        (b"%PDF-1.7 obj stream", "undecodable", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "undecodable", "picture"),
        (bytes(range(128, 256)) * 20, "undecodable", "known encoding"),
        (b"<html><body><script>var a = 1;</script></body></html>", "no_text", "No article text"),
        ("Tin ngắn".encode(), "no_text", "Fewer than five words"),
        (
            b"The province reported good results for the year in all of its communes and districts.",
            "not_vietnamese",
            "",
        ),
        (b"Nam 2021 toan tinh co 61 to chuc co so dang hoan thanh xuat sac nhiem vu.", "not_vietnamese", "dia"),
        (b"<html>" + b"<div>" * 1000 + SENTENCE.encode(), "failed", "nested"),
        (SENTENCE.encode(), "ok", ""),
    ],
)
def test_every_status_has_its_input(content: bytes, status: str, words: str) -> None:
    document = clean(content)
    assert_sound(document)
    assert document.status == status
    assert words in (document.reason or "")


def test_text_of_a_page_in_another_language_stays_readable() -> None:
    document = clean(
        b"<html><body><h1>A good year for all</h1><p>The city did well this year, it said.</p></body></html>"
    )
    assert document.status == "not_vietnamese"
    assert "The city did well this year" in document.text


def test_the_media_type_is_believed_before_the_bytes() -> None:
    content = f"<p>{SENTENCE}</p>".encode()
    assert clean(content, "text/html").paragraphs == (SENTENCE,)
    assert clean(content, "text/plain").paragraphs == (f"<p>{SENTENCE}</p>",)


def test_a_charset_in_the_media_type_loses_against_the_bytes() -> None:
    document = clean(SENTENCE.encode(), "text/plain; charset=windows-1258")
    assert (document.text, document.encoding) == (SENTENCE, "utf-8")


def test_the_address_is_a_cue_unless_the_page_names_one() -> None:
    given_one = clean(SENTENCE.encode(), url="https://hanam.gov.vn/a")
    assert [(cue.kind, cue.text) for cue in given_one.cues] == [("canonical_url", "https://hanam.gov.vn/a")]
    own = clean(PAGE, url="https://elsewhere.vn/")
    assert [cue.text for cue in own.cues if cue.kind == "canonical_url"] == [
        "https://hoabinh.gov.vn/cai-cach-hanh-chinh/xep-loai-co-quan-hanh-chinh-4471.html"
    ]


def test_the_same_bytes_give_the_same_document() -> None:
    assert clean(PAGE) == clean(PAGE)


@settings(deadline=None)
@given(st.binary(max_size=3000))
def test_no_bytes_break_it(content: bytes) -> None:
    assert_sound(clean(content))
    assert_sound(clean(content, "text/html"))
    assert_sound(clean(content, "text/plain; charset=nonsense"))


@settings(deadline=None)
@given(st.text(max_size=1500))
def test_no_text_breaks_it(text: str) -> None:
    assert_sound(clean(text.encode("utf-8", "surrogatepass")))
    assert_sound(clean(("<p>" + text).encode("utf-16", "surrogatepass")))


TAGS = [
    "<p>",
    "</p>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<div class='related'>",
    "</div>",
    "<h1>",
    "<br>",
    "<form>",
]
MORE = [
    "<li>",
    "<ul>",
    "<article>",
    "<time datetime='2022-01-01'>",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<![CDATA[",
]
TEXTS = [SENTENCE, "Tin liên quan", "Nâng chất lượng tổ chức cơ sở đảng", "12/03/2022", "61 | 14,2%", "&#0;", "\x00"]
MARKUP = st.lists(st.sampled_from([*TAGS, *MORE, *TEXTS]), max_size=40)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MARKUP)
def test_no_markup_breaks_it(parts: list[str]) -> None:
    assert_sound(clean("".join(parts).encode(), "text/html"))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([PAGE, CAPTURE]), st.data())
def test_no_damage_breaks_it(content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 12))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place : place + data.draw(st.integers(0, 200))] = data.draw(st.binary(max_size=20))
        damaged = damaged or bytearray(b"x")
    assert_sound(clean(bytes(damaged)))


@pytest.mark.parametrize("cut", range(100, len(CAPTURE), 97))
def test_a_capture_cut_anywhere_still_reads(cut: int) -> None:
    assert_sound(clean(CAPTURE[:cut]))
