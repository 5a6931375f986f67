"""Skipping pages: however a statement is written, its page is read; which skipped pages are read after all is fixed."""

import unicodedata

import pytest

from kpi_pipeline.cleaning.legacy_fonts import TCVN3
from kpi_pipeline.reading.cleaned import cleaned_row
from kpi_pipeline.reading.skipping import cleaned_if_worth, read_after_all, sampled, skips_pages
from kpi_pipeline.sample_pages import PAGES
from kpi_pipeline.storage.settings import SettingError
from kpi_pipeline_tests.page_generator import generate_pages, make_ordinary_page

STATED = "Năm 2021, huyện Hoà Sơn có 12 chi bộ hoàn thành tốt nhiệm vụ, 3 chi bộ hoàn thành xuất sắc nhiệm vụ."
NEWS = (
    "Những ngày này, bà con vùng cao tất bật thu hái mận, thương lái từ các nơi về tận vườn đặt mua với giá cao hơn mọi"
    " năm, nhà nào cũng phấn khởi vì được mùa lại được giá.",
    "Theo đài khí tượng thủy văn, vài ngày tới trời tạnh ráo, thuận lợi cho việc vận chuyển nông sản về xuôi.",
)


def row(content: bytes) -> dict[str, object]:
    return {
        "page_id": "p1", "page_version": "v", "url": None, "published_on": "2022-02-11", "day_source": "manifest",
        "captured_on": "2022-02-11", "source_province": "VN-14", "source_file": "a.html", "media_type": "text/html",
        "n_bytes": len(content), "content": content,
    }  # fmt: skip


def html(*paragraphs: str) -> str:
    return f"<html><body><h1>Mùa mận ở vùng cao</h1>{''.join(f'<p>{line}</p>' for line in paragraphs)}</body></html>"


def references(text: str, form: str) -> str:
    return "".join(letter if letter.isascii() else form.format(ord(letter)) for letter in text)


def in_tcvn3(text: str) -> bytes:
    letters = {letter: code for code, letter in TCVN3.items()}
    return bytes(letters.get(letter, ord(letter)) for letter in text)


WRITTEN = {
    "as it is": html(*NEWS, STATED).encode(),
    "decomposed": unicodedata.normalize("NFD", html(*NEWS, STATED)).encode(),
    "tone marks in the older place": html(*NEWS, STATED.replace("Hoà", "Hòa").replace("hoàn", "hòan")).encode(),
    "capitals": html(*NEWS, STATED.upper()).encode(),
    "decimal references": html(*NEWS, references(STATED, "&#{};")).encode(),
    "hexadecimal references": html(*NEWS, references(STATED, "&#x{:x};")).encode(),
    "named references": html(*NEWS, STATED.replace("à", "&agrave;").replace("ó", "&oacute;")).encode(),
    "tags inside words": html(*NEWS, STATED.replace("thành", "th<b>à</b>nh")).encode(),
    "lines broken in the markup": html(*NEWS, STATED.replace(" ", "\n")).encode(),
    "tcvn3": in_tcvn3(html(*NEWS, STATED)),
    "utf-16": html(*NEWS, STATED).encode("utf-16"),
    "utf-8 twice": html(*NEWS, STATED).encode().decode("latin-1").encode(),
}


@pytest.mark.parametrize("content", WRITTEN.values(), ids=WRITTEN)
def test_however_a_statement_is_written_its_page_is_read_as_ever(content: bytes) -> None:
    assert len(read_after_all(row(content))) >= 2
    assert cleaned_if_worth(row(content)) == cleaned_row(row(content))


def test_a_page_that_states_nothing_is_skipped_and_says_so() -> None:
    skipped = cleaned_if_worth(row(html(*NEWS).encode()))
    assert (skipped["status"], skipped["text"], skipped["n_paragraphs"]) == ("skipped", "", 0)
    assert "KPI_SKIP=0" in str(skipped["status_reason"])
    assert cleaned_row(row(html(*NEWS).encode()))["status"] == "ok"


def test_windows_1258_is_read_before_it_is_skipped() -> None:
    [file] = PAGES.glob("*windows-1258*")
    assert cleaned_if_worth(row(file.read_bytes())) == cleaned_row(row(file.read_bytes()))


def test_no_page_with_a_fact_is_skipped() -> None:
    pages = [made.html for size in ("small", "realistic") for made in generate_pages(5, 25, size=size, relevant=0.6)]
    pages += [make_ordinary_page(f"skip-{number}").html for number in range(10)]
    pages += [file.read_bytes() for file in sorted(PAGES.glob("*.html"))]
    skipped = [page for page in pages if page and cleaned_if_worth(row(page))["status"] == "skipped"]
    assert len(skipped) >= 10
    assert [read_after_all(row(page)) for page in skipped if read_after_all(row(page))] == []


def test_the_same_pages_are_read_after_all_in_whatever_order_they_come() -> None:
    pages = [f"page-{number}" for number in range(5000)]
    chosen = sampled(pages)
    assert chosen == sampled(reversed(pages))
    assert 25 <= len(chosen) <= 80
    assert sampled([*pages, "one more"]) >= chosen
    assert len(sampled(pages[:40], least=3)) == 3
    assert sampled(["a"]) == {"a"}
    assert sampled([]) == frozenset()


@pytest.mark.parametrize(("written", "skips"), [("", False), ("0", False), ("1", True), (" 1 ", True)])
def test_the_setting(monkeypatch: pytest.MonkeyPatch, written: str, skips: bool) -> None:
    monkeypatch.setenv("KPI_SKIP", written)
    assert skips_pages() is skips


def test_a_setting_that_cannot_be_meant_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_SKIP", "yes")
    with pytest.raises(SettingError, match="KPI_SKIP is 'yes'"):
        skips_pages()
