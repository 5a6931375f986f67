"""Landing folders and files: what is a page, what is refused and why, what is said about the call."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from kpi_pipeline.landing import LandingError, LandingStore, land_folder
from kpi_pipeline_tests.landing.pages import CAPTURED, TODAY, actions, fill, land, state, text, write_manifest


@pytest.fixture
def store(tmp_path: Path) -> LandingStore:
    return LandingStore(tmp_path / "store")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "in", 2)


def only(store: LandingStore, path: Path, manifest: Path | None = None) -> tuple[str, str]:
    [outcome] = land(store, path, manifest).outcomes
    return outcome.action, outcome.reason or ""


def test_a_folder_with_its_subfolders(store: LandingStore, folder: Path) -> None:
    fill(folder / "2022" / "q1", 1, first=7)
    (folder / "a.HTM").write_text(f"<p>{text(8)}</p>", "utf-8")
    report = land(store, folder)
    assert actions(report) == dict.fromkeys(("2022/q1/page007.txt", "a.HTM", "page000.txt", "page001.txt"), "new")
    assert [outcome.name for outcome in report.outcomes] == sorted(actions(report))
    assert [page.media_type for page in store.all_pages() if page.source_file == "a.HTM"] == ["text/html"]


def test_landing_again_changes_nothing(store: LandingStore, folder: Path) -> None:
    land(store, folder)
    before = state(store)
    assert set(actions(land(store, folder)).values()) == {"unchanged"}
    assert state(store) == before


def test_the_bytes_stay_as_they_came(store: LandingStore, folder: Path) -> None:
    content = text(5).encode("utf-16") + b"\r\n\r"
    (folder / "page000.txt").write_bytes(content)
    land(store, folder / "page000.txt")
    [page] = store.all_pages()
    assert store.read(page.sha256) == content
    assert (page.n_bytes, page.page_version) == (len(content), page.sha256)


def test_one_file(store: LandingStore, folder: Path) -> None:
    assert actions(land(store, folder / "page001.txt")) == {"page001.txt": "new"}


def test_one_file_of_a_subfolder_finds_its_manifest_line(store: LandingStore, folder: Path, tmp_path: Path) -> None:
    fill(folder / "sub", 1, first=9)
    manifest = write_manifest(tmp_path / "m.csv", "sub/page009.txt,https://a.vn/9,2023-05-01,2023-04-30,VN-63")
    land(store, folder / "sub" / "page009.txt", manifest)
    whole = LandingStore(tmp_path / "whole")
    land(whole, folder / "sub" / "page009.txt", manifest)
    land(whole, folder, manifest)
    [page] = store.all_pages()
    assert (page.url, page.published_on, page.source_province) == ("https://a.vn/9", "2023-04-30", "VN-63")
    assert page in whole.all_pages()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"%PDF-1.4", "'.pdf'|.pdf is no page"),
        ("a", b"x", "no ending is no page"),
        ("a.html", b"%PDF-1.4 disguised", "no page"),
        ("a.txt", b"PK\x03\x04", "archive"),
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t ", "empty"),
        ("a.html", b"x" * (20 * 1024 * 1024 + 1), "MiB"),
    ],
)
def test_what_is_no_page_is_refused_and_recorded(
    store: LandingStore, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / name).write_bytes(content)
    action, reason = only(store, folder)
    assert action == "refused"
    assert any(word in reason for word in words.split("|"))
    [refusal] = store.refusals()
    assert (refusal.name, refusal.reason, refusal.day) == (name, reason, "2023-06-30")
    land(store, folder)
    assert store.refusals() == [refusal]
    assert store.days() == []


def test_a_link_to_nothing_is_refused(store: LandingStore, folder: Path) -> None:
    (folder / "gone.html").symlink_to(folder / "nowhere.html")
    report = land(store, folder)
    assert actions(report)["gone.html"] == "refused"
    assert store.refusals()[0].sha256 is None


def test_a_name_that_is_no_unicode_lands(store: LandingStore, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / os.fsdecode(b"b\xe1o.txt")).write_text(text(1), "utf-8")
    [outcome] = land(store, folder).outcomes
    assert (outcome.action, outcome.name) == ("new", "b\\udce1o.txt")


def test_read_me_hidden_files_and_the_manifest_are_no_pages(store: LandingStore, folder: Path) -> None:
    for name in ("README.md", "readme.txt", ".hidden.html", "manifest.csv"):
        (folder / name).write_text("file\n", "utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.txt").write_text(text(3), "utf-8")
    report = land(store, folder)
    assert sorted(actions(report)) == ["page000.txt", "page001.txt"]
    assert any("manifest.csv was not used" in note for note in report.notes)


def test_a_named_manifest_inside_the_folder_is_no_page(store: LandingStore, folder: Path) -> None:
    manifest = write_manifest(folder / "known.csv", "page000.txt,https://a.vn/0,,,")
    assert sorted(actions(land(store, folder, manifest))) == ["page000.txt", "page001.txt"]


def test_manifest_lines_without_a_file_are_told(store: LandingStore, folder: Path, tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path / "m.csv", "page000.txt,,,,", "lost.txt,,,,")
    [note] = land(store, folder, manifest).notes
    assert "Line 3" in note
    assert "lost.txt" in note


def test_an_empty_folder_says_so(store: LandingStore, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    report = land(store, tmp_path / "empty")
    assert report.outcomes == ()
    assert "holds no files" in report.notes[0]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("page000.txt,not an address,,,", "http"),
        ("page000.txt,,2023-13-01,,", "captured_at"),
        ("page000.txt,,,31/12/2022,", "published_on"),
        ("page000.txt,,,,VN-99", "source_province"),
        ("page000.txt,,1999-12-31,,", "before 2000-01-01"),
        ("page000.txt,,2023-07-01,,", "after 2023-06-30"),
        ("page000.txt,,,1999-12-31,", "before 2000-01-01"),
        ("page000.txt,,,2023-07-01,", "after 2023-06-30"),
    ],
)
def test_a_bad_manifest_line_spoils_its_own_page_only(
    store: LandingStore, folder: Path, tmp_path: Path, row: str, words: str
) -> None:
    report = land(store, folder, write_manifest(tmp_path / "m.csv", row))
    assert actions(report) == {"page000.txt": "refused", "page001.txt": "new"}
    assert words in str(report.outcomes[0].reason)
    assert store.refusals()[0].reason == report.outcomes[0].reason


def test_a_page_whose_own_day_lies_before_the_first_is_refused(store: LandingStore, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        f"<meta property='article:published_time' content='1998-05-01'><h1>Tin</h1><p>{text(1)}</p>", "utf-8"
    )
    action, reason = only(store, page)
    assert action == "refused"
    assert "1998-05-01 by metadata" in reason
    assert "published_on in the manifest" in reason
    manifest = write_manifest(tmp_path / "m.csv", "a.html,,,2008-05-01,")
    assert only(store, page, manifest)[0] == "new"


@pytest.mark.parametrize("captured", [date(1999, 12, 31), date(2023, 7, 1)])
def test_a_bad_day_of_capture_voids_the_call(store: LandingStore, folder: Path, captured: date) -> None:
    with pytest.raises(LandingError, match="day of capture"):
        land_folder(store, folder, None, captured, TODAY)
    assert store.days() == []


@pytest.mark.parametrize("edge", [date(2000, 1, 1), TODAY])
def test_the_first_and_the_last_day_are_allowed(store: LandingStore, folder: Path, edge: date) -> None:
    assert {outcome.published_on for outcome in land_folder(store, folder, None, edge, TODAY).outcomes} == {str(edge)}


def test_a_missing_folder_voids_the_call(store: LandingStore, tmp_path: Path) -> None:
    with pytest.raises(LandingError, match="no file or folder"):
        land(store, tmp_path / "nothing")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no column"),
        (b"url,captured_at\n", "no column"),
        (b"file,adress\n", "adress"),
        (b"file,file\n", "twice"),
        (b"file,url\npage000.txt\n", "Line 2"),
        (b"file,url\na.txt,x,y\n", "3 fields instead of 2"),
        (b"file\na.txt\n./a.txt\n", "second time"),
        (b"file,url\n,https://a.vn/\n", "names no file"),
        (b'file,url\n"a.txt,x\n', "no CSV"),
        ("file\nbáo.txt\n".encode("cp1258", "replace") + b"\xff", "not UTF-8"),
    ],
)
def test_a_malformed_manifest_voids_the_call(
    store: LandingStore, folder: Path, tmp_path: Path, content: bytes, words: str
) -> None:
    manifest = tmp_path / "m.csv"
    manifest.write_bytes(content)
    with pytest.raises(LandingError, match=words):
        land(store, folder, manifest)
    assert store.days() == []


def test_a_missing_manifest_voids_the_call(store: LandingStore, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LandingError, match="cannot be read"):
        land(store, folder, tmp_path / "none.csv")


def test_a_manifest_with_a_mark_and_moments(store: LandingStore, folder: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "m.csv"
    rows = ["page000.txt,,2023-05-01T20:00:00Z,,", "", "page001.txt,,2023-05-01 20:00,,", ""]
    lines = "\n".join(["file,url,captured_at,published_on,source_province", *rows])
    manifest.write_bytes(b"\xef\xbb\xbf" + lines.encode())
    land(store, folder, manifest)
    assert {page.source_file: page.captured_on for page in store.all_pages()} == {
        "page000.txt": "2023-05-02",
        "page001.txt": "2023-05-01",
    }


def test_the_order_of_landing_does_not_matter(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", 6)
    names = sorted(path.name for path in folder.iterdir())
    manifest = write_manifest(
        tmp_path / "m.csv",
        "page000.txt,https://a.vn/x,2023-05-02,2023-05-02,",
        "page001.txt,https://a.vn/y,2023-05-02,2023-05-02,",
        "page005.txt,https://a.vn/y,2023-05-02,2023-05-02,",
        "page003.txt,https://a.vn/x,2023-05-09,2023-05-02,",
    )
    states = []
    for number, order in enumerate([names, names[::-1], [*names[3:], *names[:3]]]):
        one = LandingStore(tmp_path / f"by file {number}")
        for name in order:
            land(one, folder / name, manifest)
        states.append(state(one))
    whole = LandingStore(tmp_path / "whole")
    land(whole, folder, manifest)
    assert all(found == state(whole) for found in states)
    assert CAPTURED.isoformat() in whole.days()


CANONICAL = '<link rel="canonical" href="{}">'
OPEN_GRAPH = '<meta property="og:url" content="{}">'


@pytest.mark.parametrize(
    ("head", "address"),
    [
        (CANONICAL.format("https://a.vn/tin/7?utm_source=x#top"), "https://a.vn/tin/7"),
        ('<link href="https://a.vn/tin/7" rel="shortlink Canonical">', "https://a.vn/tin/7"),
        (CANONICAL.format("https://a.vn/tin/7") + OPEN_GRAPH.format("https://a.vn/other"), "https://a.vn/tin/7"),
        (OPEN_GRAPH.format("https://a.vn/tin?cid=7"), "https://a.vn/tin?cid=7"),
        (CANONICAL.format("/tin/7"), None),
        (CANONICAL.format("/tin/7") + OPEN_GRAPH.format("https://a.vn/tin/7"), "https://a.vn/tin/7"),
        (CANONICAL.format("ftp://a.vn/tin/7"), None),
        (CANONICAL.format("https://a.vn/"), None),
        (CANONICAL.format("https://a.vn/tin/7") + CANONICAL.format("https://a.vn/tin/8"), None),
        ("", None),
    ],
)
def test_the_address_that_a_page_states_of_itself(
    store: LandingStore, tmp_path: Path, head: str, address: str | None
) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<html><head>{head}</head><body><p>{text(8)}</p></body></html>", "utf-8")
    land(store, page)
    [landed] = store.all_pages()
    assert landed.url == address


def test_the_address_of_the_manifest_goes_first(store: LandingStore, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<head>{CANONICAL.format('https://a.vn/tin/7')}</head><p>{text(8)}</p>", "utf-8")
    land(store, page, write_manifest(tmp_path / "manifest.csv", "page.html,https://b.vn/tin/8,,,"))
    [landed] = store.all_pages()
    assert landed.url == "https://b.vn/tin/8"


def test_articles_that_state_the_address_of_their_section_stay_apart(store: LandingStore, tmp_path: Path) -> None:
    for number in (7, 8):
        head = CANONICAL.format("https://a.vn/tin-tuc")
        (tmp_path / f"{number}.html").write_text(f"<head>{head}</head><p>{text(number)}</p>", "utf-8")
    done = land(store, tmp_path)
    assert [page.url for page in sorted(store.all_pages(), key=lambda page: page.source_file)] == [
        "https://a.vn/tin-tuc",
        None,
    ]
    assert "7.html states the same address with other bytes" in str(done.outcomes[1].reason)
