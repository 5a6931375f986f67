"""Every writing of Vietnamese in bytes that pages of the last decades used comes out as the same text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_pipeline.cleaning import clean
from kpi_pipeline.cleaning.encoding import UndecodableError, declared_charset, decode
from kpi_pipeline.cleaning.legacy_fonts import TCVN3, VISCII, VPS, from_tcvn3, from_viscii, from_vni, from_vps
from kpi_pipeline.sample_pages import PAGES

TEXT = (
    "Năm 2021, Đảng bộ tỉnh Hà Nam có 61 tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ, bằng 14,2%. "
    "Ưu điểm nổi bật là nề nếp sinh hoạt; những nơi yếu kém đã được củng cố, kể cả ở vùng đồng bằng chiêm trũng."
)
TONES = "\u0300\u0301\u0303\u0309\u0323"


def windows_1258(text: str) -> bytes:
    letters = []
    for letter in text:
        try:
            letter.encode("cp1258")
            letters.append(letter)
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))
            letters.append(base + "".join(part for part in parts if part in TONES))
    return "".join(letters).encode("cp1258")


def tcvn3(text: str) -> bytes:
    codes = {letter: code for code, letter in TCVN3.items()}
    return bytes(codes.get(letter, ord(letter)) for letter in text)


def by_table(text: str, table: dict[int, str]) -> bytes:
    """What a table has no letter for, is written as in Latin-1, by its small letter, or as a question mark."""
    codes = {letter: code for code, letter in table.items()}
    found = (codes.get(letter, codes.get(letter.lower(), ord(letter))) for letter in text)
    return bytes(code if code < 256 else ord("?") for code in found)


def vni(text: str) -> bytes:
    """Every letter by the two characters (or the one) that read back as it."""
    pairs = {from_vni(vowel + mark): vowel + mark for vowel in "aeoyuôö" for mark in "ùøûõïâáàåãäêéèúüë"}
    pairs |= {from_vni(lone): lone for lone in "ñôöæóòî"}
    pairs |= {letter.upper(): typed.upper() for letter, typed in pairs.items()}
    return "".join(pairs.get(letter, letter) for letter in text).encode("cp1252", "replace")


def twice(text: str, codec: str = "latin-1") -> bytes:
    letters = (bytes([byte]) for byte in text.encode())
    return "".join(
        letter.decode("latin-1") if codec == "latin-1" or letter in b"\x81\x8d\x8f\x90\x9d" else letter.decode(codec)
        for letter in letters
    ).encode()


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+|\d+", unicodedata.normalize("NFC", text).lower())


WRITINGS: dict[str, Callable[[str], bytes]] = {
    "windows-1258": windows_1258,
    "tcvn3": lambda text: by_table(text, TCVN3),
    "vni": vni,
    "viscii": lambda text: by_table(text, VISCII),
    "vps": lambda text: by_table(text, VPS),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "utf-8 twice, Latin-1": twice,
    "utf-8 twice, Windows-1252": lambda text: twice(text, "cp1252"),
    "utf-8, decomposed": lambda text: unicodedata.normalize("NFD", text).encode(),
    "tcvn3 inside utf-8": lambda text: by_table(text, TCVN3).decode("latin-1").encode(),
    "vni inside utf-8": lambda text: vni(text).decode("cp1252").encode(),
}
SAMPLES = [
    text
    for page in sorted(PAGES.iterdir())
    if len(text := clean(page.read_bytes()).text.replace("“", '"').replace("”", '"').replace("–", "-")) > 200
]
CHARSETS = ("utf-8", "windows-1258", "iso-8859-1", "windows-1252", "tcvn")


@pytest.mark.parametrize("length", [120, 600, 100_000])
@pytest.mark.parametrize("writing", WRITINGS)
def test_sample_pages_come_back_from_every_writing(writing: str, length: int) -> None:
    assert len(SAMPLES) > 15
    for text in SAMPLES:
        assert words(decode(WRITINGS[writing](text[:length]))[0]) == words(text[:length])


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("writing", [name for name in WRITINGS if "16" not in name])
def test_a_wrong_declaration_in_the_markup_spoils_nothing(writing: str, charset: str) -> None:
    for text in SAMPLES[:6]:
        lines = "".join(f"<p>{line}</p>" for line in text.split("\n"))
        page = f"<html><head><meta charset='{charset}'></head><body>{lines}</body></html>"
        assert words(re.sub("<[^>]*>", " ", decode(WRITINGS[writing](page))[0])) == words(text)


def test_an_article_in_tcvn3_on_a_page_in_unicode() -> None:
    menu = "".join(f"<li>{entry}</li>" for entry in ("Trang chủ", "Giới thiệu", "Tin tức sự kiện", "Văn bản điều hành"))
    article = by_table(TEXT, TCVN3).decode("latin-1")
    document = clean(f"<html><body><nav>{menu}</nav><p>{article}</p></body></html>".encode())
    assert (words(document.text), document.encoding) == (words(TEXT), "utf-8 with tcvn3")


def test_letters_as_references_in_a_capture() -> None:
    assert clean(TEXT.encode("ascii", "xmlcharrefreplace"), "text/plain").text == unicodedata.normalize("NFC", TEXT)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8"),
        (unicodedata.normalize("NFD", TEXT).encode(), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (windows_1258(TEXT), "windows-1258"),
        (tcvn3(TEXT.replace("Ưu", "ưu")), "tcvn3"),
        (tcvn3(TEXT).decode("latin-1").encode(), "utf-8 with tcvn3"),
        (twice(TEXT), "utf-8 twice"),
    ],
)
def test_writings_of_the_same_text(content: bytes, name: str) -> None:
    text, encoding = decode(content)
    assert encoding == name
    assert text.lower() == unicodedata.normalize("NFC", TEXT).lower()


def test_vni_is_two_characters_a_letter() -> None:
    content = "Ñaûng boä tænh coù 61 toå chöùc cô sôû ñaûng hoaøn thaønh xuaát saéc nhieäm vuï.".encode("cp1252")
    assert decode(content) == ("Đảng bộ tỉnh có 61 tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ.", "vni")


@pytest.mark.parametrize("declared", ["windows-1258", "iso-8859-1", "tcvn", "no-such-charset", None])
def test_what_is_declared_cannot_spoil_utf_8(declared: str | None) -> None:
    assert decode(TEXT.encode(), declared) == (unicodedata.normalize("NFC", TEXT), "utf-8")


def test_a_declaration_decides_where_the_bytes_do_not() -> None:
    content = "Le parti a terminé l'année avec succès, et les résultats étaient très élevés.".encode(
        "iso-8859-2", "replace"
    )
    assert decode(content, "iso-8859-2")[1] == "iso-8859-2"


def test_the_markup_s_own_charset_is_found() -> None:
    assert (
        declared_charset(b'<meta http-equiv="Content-Type" content="text/html; charset=Windows-1258">')
        == "windows-1258"
    )
    assert declared_charset(b"<meta charset='utf-8'>") == "utf-8"
    assert declared_charset(b"<p>charset</p>") is None


@pytest.mark.parametrize("lost", [1, 2])
def test_a_cut_in_mid_letter_costs_that_letter_only(lost: int) -> None:
    content = (TEXT + " được").encode()[:-2]
    text, _ = decode(content[: len(content) - lost + 1])
    assert text.startswith(unicodedata.normalize("NFC", TEXT))


@pytest.mark.parametrize(
    "content", [bytes(range(128, 256)) * 8, "党组织今年表现良好".encode("gb18030"), b"\xff\xfe", b"\x00\x00"]
)
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    with pytest.raises(UndecodableError):
        decode(content)


def test_western_accents_are_not_taken_for_an_old_font() -> None:
    text = "Le parti a terminé l'année avec succès, à 14,2 % des organisations."
    assert decode(text.encode()) == (text, "utf-8")


def test_vietnamese_names_on_a_foreign_page_stay() -> None:
    text = (
        "Read the news from Hà Nội, Đà Nẵng, Hải Phòng, Cần Thơ, Huế, Quảng Nam, Bắc Ninh and more. "
        + "The city did well. " * 40
    )
    assert decode(text.encode()) == (text, "utf-8")


@given(st.text(alphabet=st.sampled_from(sorted(set(TCVN3.values())) + list(" abcghiklmnopqrstuvxy")), max_size=60))
def test_tcvn3_goes_back_and_forth(text: str) -> None:
    assert from_tcvn3(tcvn3(text).decode("latin-1")) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(("table", "reader"), [(VISCII, from_viscii), (VPS, from_vps)])
def test_whole_tables_go_back_and_forth(table: dict[int, str], reader: Callable[[str], str]) -> None:
    letters = "".join(table.values())
    assert reader(by_table(letters, table).decode("latin-1")) == unicodedata.normalize("NFC", letters)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("AÙ", "Á"),
        ("aù", "á"),
        ("eä", "ệ"),
        ("ôù", "ớ"),
        ("öï", "ự"),
        ("Ñ", "Đ"),
        ("ó", "ĩ"),
        ("æ", "ỉ"),
        ("ô", "ơ"),
        ("oâ", "ô"),
    ],
)
def test_vni_letters(typed: str, read: str) -> None:
    assert from_vni(typed) == read
