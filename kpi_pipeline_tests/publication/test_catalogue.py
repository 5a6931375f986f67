"""The catalogue page: what it shows of a release, what it leaves out, and that nothing a page says can act in it."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import pairwise
from typing import Any

import duckdb
import pytest

from kpi_pipeline.publication.catalogue.levels import side_by_side
from kpi_pipeline.publication.catalogue.links import source_link
from kpi_pipeline.publication.catalogue.numbers import MOST_NUMBERS, marked
from kpi_pipeline.publication.catalogue.page import write_catalogue
from kpi_pipeline.publication.catalogue.places import layout_of, tiles, tiles_in
from kpi_pipeline.publication.catalogue.shares import breaks
from kpi_pipeline.publication.catalogue.words import LANGUAGES, TEXTS, Words
from kpi_pipeline.publication.source import Source
from kpi_pipeline.reference.codes import (
    CLEAN_STRONG,
    GRADES,
    INDICATORS,
    PAGE_STATUSES,
    SCOPES,
    SUBJECTS,
    TASK_COMPLETION,
)
from kpi_pipeline.reference.provinces import all_provinces, province_at
from kpi_pipeline.reference.tables import rows
from kpi_pipeline_tests.html_input import parsed, pick, texts, words
from kpi_pipeline_tests.lake_input import MODELS, LakeInput

ADDRESS = "https://tinh.example/bai-1"
CSS = TEXTS.parent / "assets" / "page.css"
Pages = dict[str, Any]


def written(lake: LakeInput, day: str = "2026-04-01", name: str = "release") -> dict[str, str]:
    """The files of the catalogue of a built lake, by language."""
    folder = lake.folder / name
    folder.mkdir()
    with duckdb.connect(str(lake.warehouse), read_only=True) as con:
        write_catalogue(Source(con, day, "0.9"), folder)
    return {
        language: (folder / "catalogue" / Words(language)("file")).read_text(encoding="utf-8") for language in LANGUAGES
    }


def read(texts: dict[str, str]) -> Pages:
    return {language: parsed(text) for language, text in texts.items()}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> LakeInput:
    """Two provinces in a year, one of them in the year before too; one sentence with two numbers."""
    lake = LakeInput(tmp_path_factory.mktemp("told"))
    first = lake.page("một", url=ADDRESS, title="Kết quả năm 2021")
    lake.fact(first, "share", 20.4, "excellent", quote="20,4%", sentence="Có 20,4% xuất sắc, 71,3% tốt.",
              span_start=103, sentence_start=100, sentence_end=129)  # fmt: skip
    lake.fact(first, "share", 71.3, "good", quote="71,3%", sentence="Có 20,4% xuất sắc, 71,3% tốt.",
              span_start=119, sentence_start=100, sentence_end=129)  # fmt: skip
    lake.fact(first, "share", 90.5, "excellent+good", year=2020)
    second = lake.page("hai", day="2022-02-02")
    lake.fact(second, "share", 93.25, "excellent+good", province="VN-20")
    lake.fact(second, "count", 1204, "excellent+good", province="VN-20", comparator="ge")
    lake.error_rate(gold_set="heldout", tuned=False)
    lake.build()
    return lake


@pytest.fixture(scope="module")
def pages(told: LakeInput) -> Pages:
    """The catalogue of `told` by language; tests only read it."""
    return read(written(told))


def test_each_language_has_every_text_with_the_same_places_in_it() -> None:
    for line, row in rows(TEXTS, ("key", *LANGUAGES)):
        assert all(row[language] for language in LANGUAGES), f"{TEXTS.name}, line {line}"
        assert len({tuple(sorted(re.findall(r"{(\w+)", row[language]))) for language in LANGUAGES}) == 1, row["key"]
    keys = [row["key"] for _, row in rows(TEXTS, ("key",))]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_name(language: str) -> None:
    named = Words(language)
    known = {
        "subject": SUBJECTS,
        "indicator": INDICATORS,
        "scope": SCOPES,
        "grade": GRADES,
        "page_status": PAGE_STATUSES,
        "verdict": ("complete", "incomplete", "over", "short"),
    }
    for kind, codes in known.items():
        assert [code for code in codes if named.code(kind, code) == code] == []
    assert named.code("subject", "a_new_one") == "a_new_one"
    assert named.level(TASK_COMPLETION, "completed+good").count(" + ") == 1


def test_numbers_are_written_as_the_language_writes_them() -> None:
    said = {language: Words(language) for language in LANGUAGES}
    assert (said["vi"].number(4201), said["en"].number(4201)) == ("4.201", "4,201")
    assert (said["vi"].stated(88.1, "share", "ge"), said["en"].stated(88.1, "share")) == ("≥ 88,1%", "88.1%")
    assert (said["vi"].percent(100), said["vi"].day("2026-04-01"), said["en"].day("2026-04-01")) == (
        "100%", "1/4/2026", "2026-04-01",
    )  # fmt: skip


@pytest.mark.parametrize(("year", "count"), [(2003, 61), (2006, 64), (2021, 63), (2024, 63), (2025, 34)])
def test_each_province_of_a_year_has_a_tile_of_its_own(year: int, count: int) -> None:
    shown = tiles_in(year)
    provinces = {p.code for p in all_provinces() if province_at(p.code, f"{year}-12-31")}
    assert {tile.code for tile, _ in shown} == provinces
    assert len(shown) == count
    assert max(Counter((tile.column, tile.row) for tile, _ in shown).values()) == 1


def test_the_map_has_room_for_every_tile() -> None:
    css = CSS.read_text(encoding="utf-8")
    assert all(f".c{tile.column} " in css and f".r{tile.row} " in css for tile in tiles())
    assert (layout_of(1990), layout_of(2024), layout_of(2030)) == (1997, 1997, 2025)


@pytest.mark.parametrize(
    ("indicator", "shares", "bar"),
    [
        (TASK_COMPLETION, {"good": 70, "excellent": 20, "good_or_better": 90, "completed": 10},
         ["excellent", "good", "completed"]),
        (TASK_COMPLETION, {"excellent": 20, "good_or_better": 90, "not_completed": 1},
         ["good_or_better", "not_completed"]),
        (TASK_COMPLETION, {"completed_or_better": 99, "good_or_better": 90, "completed": 9},
         ["good_or_better", "completed"]),
        (CLEAN_STRONG, {"exemplary": 10, "clean_strong": 60, "good": 30}, ["exemplary", "clean_strong", "good"]),
        (CLEAN_STRONG, {"exemplary": 10, "clean_strong": 60, "good": 40}, ["clean_strong", "good"]),
        (TASK_COMPLETION, {"excellent": 60, "good": 60}, []),
        (TASK_COMPLETION, {"not_assessed": 3}, []),
    ],
)  # fmt: skip
def test_a_bar_counts_no_level_twice(indicator: str, shares: dict[str, float], bar: list[str]) -> None:
    assert list(side_by_side(indicator, shares)) == bar


@pytest.mark.parametrize(
    ("values", "cuts"),
    [
        ([], []),
        ([0.0], []),
        ([0.2, 0.9], []),
        ([2.5], [1, 2]),
        ([88, 93], [89, 90, 91, 92]),
        ([2, 95], [20, 40, 60, 80]),
        ([5, *range(80, 100)], [80, 85, 90, 95]),
    ],
)
def test_the_bins_of_the_map_have_round_bounds(values: list[float], cuts: list[float]) -> None:
    assert breaks(values) == cuts


@pytest.mark.parametrize(
    ("address", "link"),
    [
        (ADDRESS, ADDRESS + "#:~:text=M%E1%BB%99t%20c%C3%A2u"),
        ("http://a.vn/x#y", "http://a.vn/x#:~:text=M%E1%BB%99t%20c%C3%A2u"),
        *((bad, None) for bad in (
            None, "", "javascript:alert(1)", "JavaScript://a.vn/%0aalert(1)", "data:text/html,x", "file:///etc/passwd",
            "//a.vn", "http://", "http://[", "ftp://a.vn/x", "bai-1.html",
        )),
    ],
)  # fmt: skip
def test_only_addresses_of_the_web_become_links(address: str | None, link: str | None) -> None:
    assert source_link(address, "Một câu") == link


def test_the_numbers_of_a_sentence_are_marked() -> None:
    assert list(marked("Có 20,4% tốt", [(3, 8)])) == [("Có ", False), ("20,4%", True), (" tốt", False)]
    assert list(marked("Có", [(-1, 1), (1, 9)])) == [("Có", False)]
    long = "".join(text for text, _ in marked("a" * 5000 + "7" + "b" * 5000, [(5000, 5001)]))
    assert "7" in long
    assert len(long) < 1000


def test_a_number_stands_with_its_quote_and_the_link_to_its_sentence(pages: Pages) -> None:
    for language, page in pages.items():
        assert page.get("lang") == language
        [section] = pick(page, "details[id='VN-14-1997-01-01']")
        [card] = [c for c in pick(section, ".card") if "2021" in c.text_content() and pick(c, "mark")][:1]
        assert texts(card, "mark") == ["20,4%", "71,3%"]
        assert texts(card, "blockquote") == ["Có 20,4% xuất sắc, 71,3% tốt."]
        [link] = pick(card, ".source a")
        assert link.get("href").startswith(ADDRESS + "#:~:text=C%C3%B3%2020%2C4%25")
        shares = [text for text in texts(card, "td.n") if text]
        point = "," if language == "vi" else "."
        assert {f"20{point}4%", f"71{point}3%", f"91{point}7%"} <= set(shares)
        how = {"vi": "Cộng các mức: 20,4%; 71,3%", "en": "Levels added up: 20,4%; 71,3%"}
        assert any(how[language] in level for level in texts(card, "th"))
    [other] = pick(pages["vi"], "details[id='VN-20-1997-01-01']")
    assert "≥ 1.204" in texts(other, "td.n")
    assert pick(other, ".source a") == []


def test_the_map_and_the_charts_say_the_same_in_words(pages: Pages) -> None:
    page = pages["vi"]
    assert texts(page, "#map-table tbody tr") == ["Thái Bình 93,3%", "Hòa Bình 91,7%"]
    shown = [tile for tile in pick(page, ".tile") if tile.get("hidden") is None]
    assert len(shown) == 63
    assert {tile.get("data-code") for tile in shown if re.search(r" b\d", tile.get("class"))} == {"VN-14", "VN-20"}
    figures = pick(page, "figure")
    assert texts(page, "figcaption") == ["2021", "2020"]
    for figure in figures:
        [svg] = pick(figure, "svg")
        assert svg.get("role") == "img"
        assert svg.get("aria-label")
        assert texts(figure, "tbody th") == re.findall(r"Thái Bình|Hòa Bình", svg.text_content())
    assert texts(figures[0], "tbody tr") == ["Thái Bình 93,25%", "Hòa Bình 20,4% 71,3%"]


def test_the_map_shows_the_territory_that_stands_at_the_end_of_the_year(lake: LakeInput) -> None:
    old, new = lake.page("cũ", day="2025-12-30"), lake.page("mới", day="2026-02-02")
    lake.fact(old, "share", 95, "excellent+good", province="VN-68", year=2025)
    lake.fact(new, "share", 90, "excellent+good", province="VN-68", province_valid_from="2025-07-01", year=2025)
    lake.build()
    page = read(written(lake))["en"]
    [tile] = [own for own in pick(page, ".tile[data-code=VN-68]") if own.get("hidden") is None]
    assert texts(tile, ".value") == ["90%"]
    assert texts(page, "#map-table tbody tr") == ["Phú Thọ 95%", "Phú Thọ 90%"]
    assert [link.get("href") for link in pick(page, "#map-table a")] == ["#VN-68-1997-01-01", "#VN-68-2025-07-01"]
    assert texts(page, ".territory summary .small")[0].startswith("until 2025-06-30")


def test_the_tables_show_every_column_with_its_lineage(pages: Pages) -> None:
    page = pages["en"]
    for model in MODELS:
        if model.schema == "marts":
            rows_of = pick(page, f"#table-{model.name} table.columns tbody tr")
            assert [pick(row, "th code")[0].text for row in rows_of] == list(model.columns), model.name
            for row in rows_of:
                name, meaning, made_from = (cell.text_content() for cell in row)
                assert model.columns[pick(row, "th code")[0].text].replace("`", "") in meaning
                assert re.search(r"[a-z]+\.[a-z_]+\.[a-z_]+|written by the SQL", made_from), (model.name, name)
    [value] = pick(page, "#column-kpi_province_year-obs_value")
    assert "lake.validated_facts.value" in value.text_content()
    assert "quarantine" in " ".join(texts(page, "#table-dq_quarantine pre")).lower()
    [modality] = pick(page, "#column-kpi_province_year-modality")
    assert "Codes: actual, target" in modality.text_content()


def test_the_quality_figures_stand_there(lake: LakeInput) -> None:
    one, two = lake.page("a", url=ADDRESS), lake.page("b", day="2022-02-03", url="https://b.example/2")
    lake.fact(one, "share", 88, "excellent+good")
    lake.fact(two, "share", 80, "excellent+good")
    lake.fact(two, "share", 120, "completed", table="quarantined_facts")
    lake.unread(one, "2021", "year")
    lake.group(one)
    lake.error_rate(gold_set="heldout", tuned=False, precision=0.8, precision_low=0.375, precision_high=0.96)
    lake.build()
    page = read(written(lake))["en"]
    said = words(pick(page, "#quality")[0])
    for part in ("every field heldout · 3 texts · never used for tuning 80% (37.5–96)",
                 "share_range 1 The share is above 100. Look at the page.",
                  "A year, a term, a month or a quarter 1 100%", "Facts accepted 2 50%", "Adds to 100% 1"):  # fmt: skip
        assert part in said, part
    [conflict] = pick(page, ".conflict")
    assert texts(conflict, "li b") == ["80%", "88%"]
    assert texts(conflict, ".tag") == ["taken", "not taken"]
    assert len(pick(conflict, "a[href*='#:~:text=']")) == 2


def test_a_release_without_numbers_says_so(lake: LakeInput) -> None:
    lake.build()
    page = read(written(lake))["en"]
    assert "no number by province and year" in pick(page, "#map")[0].text_content()
    assert pick(page, "svg, .tile, #map-data, .card") == []


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> \"'&lt; {{ 7*7 }} \u2028"


def test_nothing_a_page_says_becomes_part_of_the_catalogue(lake: LakeInput) -> None:
    page_id = lake.page("xấu", url='https://x.example/"><img src=y>', title=HOSTILE)
    lake.fact(
        page_id, "share", 88, "excellent+good", sentence=HOSTILE, quote="<b>8", unit_name=HOSTILE, scope="district"
    )
    lake.fact(page_id, "share", 81, "excellent+good", sentence=HOSTILE, quote="<i>8")
    lake.fact(page_id, "share", 120, "good", table="quarantined_facts", reason=HOSTILE, remedy=HOSTILE)
    lake.unread(page_id, HOSTILE, reason="x<y")
    other = lake.page("kịch bản", day="2022-02-04", url="javascript:alert(3)", title=HOSTILE)
    lake.fact(other, "share", 60, "excellent+good", sentence=HOSTILE, quote="<u>6")
    lake.build()
    made = written(lake)
    for page in read(made).values():
        assert len(pick(page, "script")) == 2
        assert pick(page, "img, iframe, object, link, base, style + style, b > script") == []
        on = [name for element in page.iter() for name in getattr(element, "attrib", {}) if name.startswith("on")]
        assert on == []
        addresses = {link.get("href") for link in pick(page, "a[href]")}
        assert {a.split(":")[0] for a in addresses if ":" in a.split("#")[0]} == {"https"}
        assert "{{ 7*7 }}" in pick(page, "blockquote")[0].text_content()
        json.loads(pick(page, "#map-data")[0].text)
    assert "<img src=x" not in made["vi"]


def test_the_same_release_gives_the_same_bytes(told: LakeInput) -> None:
    first, second = written(told, name="one"), written(told, name="two")
    assert first == second
    assert written(told, day="2026-04-02", name="later")["en"].replace("2026-04-02", "2026-04-01") == first["en"]


def test_the_page_asks_for_nothing_and_allows_nothing_else(pages: Pages) -> None:
    for page in pages.values():
        [policy] = pick(page, "meta[http-equiv=Content-Security-Policy]")
        assert policy.get("content").startswith("default-src 'none'; style-src 'sha256-")
        assert pick(page, "[src], link, [style]") == []
        for link in pick(page, "a[href]"):
            assert re.match(r"#|index\.html$|en\.html$|\.\./(csv|parquet)/|https?://", link.get("href"))


def test_the_page_can_be_walked_by_ear_and_by_key(pages: Pages) -> None:
    for page in pages.values():
        levels = [int(heading.tag[1]) for heading in pick(page, "h1, h2, h3, h4")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
        assert all(head.get("scope") for head in pick(page, "th"))
        ids = [element.get("id") for element in pick(page, "[id]")]
        assert len(ids) == len(set(ids))
        assert {link.get("href")[1:] for link in pick(page, "a[href^='#']")} <= set(ids)
        assert all(part.get("tabindex") == "0" and part.get("aria-label") for part in pick(page, ".scroll"))
        assert all(choice.getparent().tag == "label" for choice in pick(page, "select"))


def _light(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_text_stands_out_from_its_ground() -> None:
    css = CSS.read_text(encoding="utf-8")
    colour = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", css))
    assert not re.search(r"[^-]color: #", css), "a text has a colour that this test does not know"
    grounds = {"ink": ("paper", "card", "mark"), "soft": ("paper", "card", "tag"), "link": ("paper", "card")}
    pairs = [(text, ground) for text, found in grounds.items() for ground in found]
    pairs += [(f"b{place}-ink", f"b{place}") for place in range(5)]
    for text, ground in pairs:
        high, low = sorted((_light(colour[text]), _light(colour[ground])), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, (text, ground)


@pytest.mark.slow
def test_ten_thousand_numbers_make_no_endless_page(lake: LakeInput) -> None:
    provinces = [p for p in all_provinces() if province_at(p.code, "2021-12-31") is p]
    for province in provinces:
        for year in range(2004, 2024):
            page = lake.page(
                f"{province.code}-{year}", day=f"{year + 1}-02-01", url=f"https://x.example/{province.code}/{year}"
            )
            for subject in ("commune_government", "party_member"):
                fields = {"province": province.code, "province_valid_from": province.valid_from, "year": year,
                          "subject": subject, "sentence": "Một câu dài vừa phải về kết quả của năm. " * 4}  # fmt: skip
                lake.shares(page, excellent=20.4, good=60 + year % 9, completed=9.5, not_completed=0.1, fields=fields)
    lake.build()
    with duckdb.connect(str(lake.warehouse), read_only=True) as con:
        [(count,)] = con.execute("SELECT count(*) FROM marts.kpi_province_year").fetchall()
    assert count > 10_000
    made = written(lake)
    assert max(len(text.encode()) for text in made.values()) < 10_000_000
    page = read(made)["en"]
    assert f"{MOST_NUMBERS:,} of {count:,} numbers" in " ".join(
        pick(page, "#numbers .left-out")[0].text_content().split()
    )
    assert "Only 20 charts are drawn" in pick(page, "#charts .left-out")[0].text_content()
    assert "the latest 10 years" in pick(page, "#map .left-out")[0].text_content()
    for left_out in pick(page, ".left-out"):
        assert pick(left_out, "a[href^='../csv/']")
    years = {year for text in texts(page, "#numbers h4") for year in [int(text)]}
    assert texts(page, ".figures dd")[:3] == [f"{count:,}", "63", "20"]
    assert max(years) == 2023
    assert 2004 not in years
