"""An explanation says what the extractor says, step by step, and its HTML page says it safely."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from kpi_pipeline.extraction import UNREAD_REASONS, PageContext, explain_page, extract, read_page
from kpi_pipeline.extraction.explain import explain
from kpi_pipeline.extraction.explain_page import MOST_RECORDS, how_read, level_badge, to_html
from kpi_pipeline.extraction.explanation import LONGEST, Explanation, NumberSeen, Sheet, Verdict, visible
from kpi_pipeline.extraction.meaning import Reader
from kpi_pipeline.extraction.readings import READINGS, STEPS, reading_code, reading_sentence
from kpi_pipeline.extraction.tracing import TracingReader
from kpi_pipeline.reference.codes import LEVELS, SUBJECTS
from kpi_pipeline_tests.extraction.test_cases import cases

RATED = "Năm 2021, toàn tỉnh có 90,5% đảng viên hoàn thành tốt nhiệm vụ trở lên."
HOSTILE = (
    "</style></script><script>document.title='owned'</script><img src=x onerror=alert(1)>{{ 7*7 }}\"'\u202e\x00\x1b[31m"
)


def context(case: dict[str, Any]) -> PageContext:
    known = case["context"]
    return PageContext(known.get("published_on"), True, known.get("url"), known.get("province"))


def number(explanation: Explanation, quote: str) -> NumberSeen:
    [found] = [seen for seen in explanation.numbers if seen.quote == quote]
    return found


def page(text: str, sheet: Sheet = Sheet("a page")) -> html.HtmlElement:  # noqa: B008
    return html.document_fromstring(to_html(explain(text), sheet))


@pytest.fixture(scope="module")
def explained() -> list[tuple[dict[str, Any], Explanation]]:
    composed = [{**case, "text": unicodedata.normalize("NFC", case["text"])} for case in cases()]
    return [(case, explain(case["text"], context(case))) for case in composed]


def test_an_explanation_has_the_facts_and_reasons_of_the_extractor(explained: list[Any]) -> None:
    for case, explanation in explained:
        plain = extract(explanation.text, context(case))
        assert len(plain.facts) == len(extract(case["text"], context(case)).facts), case["id"]
        assert explanation.facts == plain.facts, case["id"]
        told = [(seen.start, seen.end, seen.reason) for seen in explanation.numbers if seen.reason]
        assert told == [(item.span_start, item.span_end, item.reason) for item in plain.unread], case["id"]


def test_every_number_has_facts_or_a_reason_that_is_explained(explained: list[Any]) -> None:
    for case, explanation in explained:
        assert sorted(place for seen in explanation.numbers for place in seen.facts) == list(
            range(len(explanation.facts))
        ), case["id"]
        for seen in explanation.numbers:
            assert bool(seen.facts) != bool(seen.reason), (case["id"], seen.quote)
            assert not seen.reason or seen.reason_sentence == UNREAD_REASONS[seen.reason]


def test_every_reading_of_the_cases_is_documented(explained: list[Any]) -> None:
    given_codes = {reading_code(fact.reading) for _, explanation in explained for fact in explanation.facts}
    assert len(given_codes) > 10
    assert given_codes <= set(READINGS)
    said = {said.meaning for _, explanation in explained for seen in explanation.numbers for said in seen.said}
    assert not [words for words in said if "without a description" in words]


def test_every_step_that_is_watched_is_there_and_seen(explained: list[Any]) -> None:
    assert [name for name in STEPS if not callable(getattr(Reader, name, None))] == []
    taken = {step.name for _, explanation in explained for seen in explanation.numbers for step in seen.steps}
    assert len(set(STEPS) - taken) <= 3
    for _, explanation in explained:
        for seen in explanation.numbers:
            assert all(step.outcome for step in seen.steps)
            if seen.facts and seen.clause and not any(said.reading.startswith("of_all") for said in seen.said):
                assert [step for step in seen.steps if step.outcome == "read"], seen.quote


def test_tokens_and_sentences_are_grounded(explained: list[Any]) -> None:
    for _, explanation in explained:
        for sentence in explanation.sentences:
            for token in sentence.tokens:
                assert explanation.text[token.start : token.end] == token.words
                assert token.meaning
            for place in sentence.numbers:
                seen = explanation.numbers[place]
                assert sentence.start <= seen.start < seen.end <= sentence.end


def test_nobody_who_only_extracts_pays_for_it() -> None:
    assert type(read_page(RATED).reader) is Reader
    assert type(read_page(RATED, reads_with=TracingReader).reader) is TracingReader


def test_a_clause_says_what_stands_beside_a_number() -> None:
    explanation = explain(
        "Năm 2021, có 45 chi bộ cơ sở hoàn thành tốt nhiệm vụ (75%), 15 chi bộ cơ sở được khen thưởng."
    )
    count, share = number(explanation, "45").clause, number(explanation, "75%").clause
    assert count is not None
    assert share is not None
    assert (count.side, count.comparator) == ("right", "eq")
    assert "hoàn thành tốt nhiệm vụ (level good)" in count.topic
    assert "chi bộ cơ sở (subject grassroots_party_cell)" in count.unit
    assert share.in_brackets
    assert explanation.quote(share.share_of or (0, 0)) == "45"
    assert [(beside.side, beside.code, beside.taken) for beside in count.beside] == [("right", "good", True)]
    rewarded = number(explanation, "15").clause
    assert rewarded is not None
    assert ("left", "good", False) in [(beside.side, beside.code, beside.taken) for beside in rewarded.beside]


def test_what_arithmetic_chose_is_told() -> None:
    whole = "Năm 2020 có 80/100 tổ chức cơ sở đảng hoàn thành tốt nhiệm vụ"
    explanation = explain(f"{whole}, trong đó 20 tổ chức hoàn thành xuất sắc nhiệm vụ (25%).")
    [widened], [based] = number(explanation, "80").said, number(explanation, "25%").said
    assert [(change.stage, change.field, change.after) for change in widened.changes] == [
        ("arithmetic", "levels", "excellent+good")
    ]
    assert [(change.field, change.before, change.after) for change in based.changes] == [
        ("base", "assessed", "excellent+good")
    ]
    told = [words for _, words in how_read(explanation, number(explanation, "80"))]
    assert "Arithmetic changed levels from good to excellent+good." in told


def test_what_was_read_and_taken_back_is_told() -> None:
    explanation = explain(
        "Xếp loại năm 2021 có kết quả. Viên chức: 2.130 người; hoàn thành xuất sắc nhiệm vụ 300 người; "
        "hoàn thành tốt nhiệm vụ 900 người."
    )
    seen = number(explanation, "2.130")
    assert seen.reason == "no_subject"
    [said] = seen.said
    assert said.fact is None
    assert "do not add up" in said.dropped
    assert [words for _, words in how_read(explanation, seen)] == [f"Read and taken back: {said.dropped}"]


def test_what_the_rest_of_the_page_changed_is_told() -> None:
    title = "92% đảng viên hoàn thành tốt nhiệm vụ trở lên trong năm vừa qua"
    explanation = explain(
        f"{title}\nNăm 2019, Đảng bộ huyện Tân Lương có 92% đảng viên hoàn thành tốt nhiệm vụ trở lên."
    )
    first = explanation.numbers[0]
    assert first.role == "title"
    assert ("page", "unit_name", "huyện Tân Lương") in [(c.stage, c.field, c.after) for c in first.said[0].changes]


def test_a_number_of_a_table_names_its_row_and_column() -> None:
    explanation = explain(
        "Kết quả xếp loại đảng viên\nMức xếp loại | Năm 2020 | Năm 2021\n"
        "Hoàn thành xuất sắc nhiệm vụ | 27 | 31\nHoàn thành tốt nhiệm vụ | 98 | 96"
    )
    cell = number(explanation, "31").cell
    assert cell is not None
    assert (cell.label, cell.row, cell.column) == ("Hoàn thành xuất sắc nhiệm vụ", "excellent", "year, 2021")


def test_a_number_of_furniture_stands_in_no_sentence() -> None:
    explanation = explain(f"{RATED}\nĐang truy cập: 153")
    seen = number(explanation, "153")
    assert (seen.role, seen.sentence) == ("furniture", None)


def test_the_province_its_evidence_and_the_periods_are_told() -> None:
    explanation = explain(RATED, PageContext("2022-02-01", source_province="VN-27"))
    told = dict(explanation.told())
    assert (told["province"], told["evidence"]) == ("VN-27", "manifest")
    assert told["periods"] == "Năm 2021 (year, 2021)"


def test_a_text_that_is_not_composed_is_explained_composed() -> None:
    explanation = explain(unicodedata.normalize("NFD", RATED))
    assert explanation == explain(RATED)


@given(st.text(max_size=200), st.sampled_from([RATED, "5/7 chi bộ; ", "một đảng viên | 12,5% |\n"]))
@settings(max_examples=60, deadline=None)
def test_any_text_is_explained(text: str, known: str) -> None:
    told = to_html(explain(text + known + text), Sheet(text))
    assert len(html.document_fromstring(told.encode()).xpath("//script")) == 1


def test_the_html_page_is_the_text_with_every_number_marked() -> None:
    text = f"{RATED}\nHai trong số 45 chi bộ cơ sở chưa đánh giá, và 3 việc khác ngày 12/3/2022.\nĐang truy cập: 153"
    explanation = explain(text)
    document = html.document_fromstring(to_html(explanation, Sheet("a page")))
    lines = ["".join(line.itertext()) for line in document.xpath("//p[contains(@class, 'line')]")]
    assert "\n".join(lines) == text
    marks = document.xpath("//a[contains(@class, 'n ')]")
    assert ["".join(mark.itertext()) for mark in marks] == [seen.quote for seen in explanation.numbers]
    for index, mark in enumerate(marks):
        assert mark.get("href") == f"#n{index}"
        [record] = document.xpath(f"//section[@id='n{index}']")
        words = " ".join(record.itertext())
        for place in explanation.numbers[index].facts:
            for _, value in explanation.fact_words(place):
                assert value in words
        assert explanation.numbers[index].reason in words


def test_the_html_page_needs_nothing_else() -> None:
    told = to_html(explain(RATED), Sheet("a page", (("address", "https://example.com/a.html"),)))
    document = html.document_fromstring(told)
    targets = document.xpath("//@src | //@href | //@action | //@srcset | //@style | //link | //iframe | //img")
    assert all(str(target).startswith("#") for target in targets)
    assert "@import" not in told
    assert "url(" not in told
    [policy] = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")
    for tag in ("style", "script"):
        [inline] = document.xpath(f"//{tag}")
        digest = base64.b64encode(hashlib.sha256(inline.text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_hostile_text_stays_text() -> None:
    told = to_html(
        explain(f"{RATED} {HOSTILE} 12 chi bộ {HOSTILE}"),
        Sheet(HOSTILE, ((HOSTILE, HOSTILE),), HOSTILE, {0: Verdict("quarantined", HOSTILE)}),
    )
    document = html.document_fromstring(told)
    assert len(document.xpath("//script")) == 1
    assert len(document.xpath("//style")) == 1
    assert document.xpath("//img | //@onerror | //@onclick") == []
    assert "{{ 7*7 }}" in told
    assert not set("\u202e\x00\x1b") & set(told)
    assert "⟨U+202E⟩" in told
    assert told.encode()


def test_hidden_characters_are_shown_and_others_kept() -> None:
    assert visible("a\tb\nTỷ lệ 5%") == "a\tb\nTỷ lệ 5%"
    assert visible("a\u202eb\u200bc\x07d\ud800") == "a⟨U+202E⟩b⟨U+200B⟩c⟨U+0007⟩d⟨U+D800⟩"


def test_a_page_of_thousands_of_numbers_says_where_its_records_end() -> None:
    explanation = explain("5 chi bộ; 7 đảng viên.\n" * (MOST_RECORDS // 2 + 20))
    document = html.document_fromstring(to_html(explanation, Sheet("long")))
    assert len(document.xpath("//a[contains(@class, 'n ')]")) == len(explanation.numbers) > MOST_RECORDS
    assert len(document.xpath("//section[contains(@class, 'record')]")) == MOST_RECORDS
    assert "--at OFFSET" in " ".join(document.xpath("//dl[@class='sheet']")[0].itertext())


def test_a_line_without_an_end_is_laid_out_in_blocks() -> None:
    text = f"{RATED} " * 200 + "ă" * 20_000
    document = page(text)
    blocks = ["".join(line.itertext()) for line in document.xpath("//p[contains(@class, 'line')]")]
    assert "".join(blocks) == text
    assert max(map(len, blocks)) <= LONGEST
    assert max(len(words.text_content()) for words in document.xpath("//aside//p | //aside//td")) <= LONGEST


def test_the_legend_counts_what_the_filters_hold() -> None:
    document = page(f"{RATED}\nNăm 2020 có 12 chi bộ cơ sở hoàn thành xuất sắc nhiệm vụ.")
    boxes = {
        (box.get("name"), box.get("value")): box.getparent().xpath("string(.//*[@class='count'])")
        for box in document.xpath("//input")
    }
    assert boxes == {
        ("subject", "grassroots_party_cell"): "1", ("subject", "party_member"): "1",
        ("level", "excellent"): "2", ("level", "good"): "1", ("reason", "year"): "2",
    }  # fmt: skip


def test_badges_tell_levels_and_targets() -> None:
    told = {fact.quote: level_badge(fact) for fact in explain(
        "Toàn huyện có 4.100 đảng viên. Năm 2021, 90% đảng viên hoàn thành tốt nhiệm vụ trở lên, "
        "7% đảng viên hoàn thành nhiệm vụ. Năm 2022, phấn đấu 95% đảng viên hoàn thành tốt nhiệm vụ trở lên."
    ).facts}  # fmt: skip
    assert told == {"90%": "Good+", "7%": "Compl", "95%": "Good+ target", "4.100": "pop"}


def test_a_text_without_facts_says_so() -> None:
    assert "No number of this text is a fact." in page("Chuyện thường ngày ở huyện.").text_content()
    assert page("").xpath("//form") == []


def test_the_same_text_gives_the_same_page() -> None:
    assert to_html(explain(RATED), Sheet("a")) == to_html(explain(RATED), Sheet("a"))


def test_an_unknown_reading_is_said_to_be_unknown() -> None:
    assert "without a description" in reading_sentence("made_up")
    assert reading_code("share_of_count|20, 4%") == "share_of_count"


STYLE = (Path(explain_page.__file__).parent / "page_assets" / "page.css").read_text(encoding="utf-8")


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_subject_has_a_colour_that_words_can_be_read_on(subject: str) -> None:
    [rule] = re.findall(rf"\.s-{subject} {{([^}}]+)}}", STYLE)
    tints = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", rule))
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in re.findall(
        r":root {([^}]+)}", STYLE
    ))  # fmt: skip
    for theme, tint, line in ((light, "tint", "line"), (dark, "tint-dark", "line-dark")):
        assert contrast(theme["ink"], tints[tint]) >= 4.5
        assert contrast(theme["paper"], tints[line]) >= 3
        for ground in ("paper", "card"):
            for words in ("ink", "soft", "focus", "warn"):
                assert contrast(theme[words], theme[ground]) >= 4.5
        assert contrast(theme["warn"], theme["warn-card"]) >= 4.5


def test_each_level_has_a_sign_beside_its_colour() -> None:
    for levels in LEVELS.values():
        for level in levels:
            assert explain_page.BADGES[level]
            assert f".{explain_page.PATTERNS[level]} " in STYLE
