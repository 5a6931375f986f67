"""Each step by itself, on sentences of its own."""

import pytest

from kpi_pipeline.extraction import UNREAD_REASONS, PageContext, extract, extract_facts, read_number, read_page
from kpi_pipeline.extraction.arithmetic import fits
from kpi_pipeline.extraction.mask import find_figures
from kpi_pipeline.extraction.period import event_year, report_year
from kpi_pipeline.extraction.tags import fold_page, tag


@pytest.mark.parametrize(
    ("quote", "value"),
    [
        ("4.201", 4201), ("20, 4%", 20.4), ("71,4 %", 71.4), ("8 ,2%", 8.2), ("3. 127", 3127), ("27.27%", 27.27),
        ("0,20%", 0.2), ("21346", 21346), ("9 nghìn", 9000), ("11,8 ngàn", 11800), ("01", 1), ("mười sáu", 16),
        ("hai mươi mốt", 21), ("không có", 0), ("1.204.000", 1204000),
        ("8\u200b7,4\u00ad%", 87.4), ("mười\u2060 sáu", 16),
    ],
)  # fmt: skip
def test_numbers_are_read(quote: str, value: float) -> None:
    assert read_number(quote) == value


@pytest.mark.parametrize("quote", ["", "chi bộ", "1.2.3", "12x"])
def test_what_is_no_number(quote: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        read_number(quote)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("ngày 16/02/2022 lúc 8:15", [("date", "date"), ("masked", "date")]),
        ("Quy định số 132-QĐ/TW và Đề án 453", [("masked", "document_number"), ("masked", "document_number")]),
        ("điện thoại 0255.3822.646", [("masked", "phone")]),
        ("nhiệm kỳ 2020 - 2025", [("years", "years")]),
        ("12/15 chi bộ", [("number", ""), ("number", "total")]),
        ("sáng 12/2 tại trụ sở", [("masked", "date")]),
        ("52 triệu đồng và 138 xã", [("masked", "money"), ("masked", "other_indicator")]),
        ("85-90% chi bộ", [("number", ""), ("number", "")]),
        ("xem https://a.vn/2020/1.html", [("masked", "address")]),
    ],
)
def test_figures(text: str, kinds: list[tuple[str, str]]) -> None:
    page = fold_page(text)
    assert [(figure.kind, figure.code) for figure in find_figures(page, tag(page))] == kinds


def test_longest_phrase_wins_and_marks_may_be_missing() -> None:
    page = fold_page("Tổ chức cơ sơ đảng không hoàn thành nhiêm vụ")
    assert [(token.kind, token.code) for token in tag(page)] == [
        ("subject", "grassroots_party_organisation"), ("level", "not_completed"),
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "rating", "event"), [("2022-02-01", "2021", "2021"), ("2022-04-05", "2021", "2022")])
def test_years_told_by_the_day_of_publication(day: str, rating: str, event: str) -> None:
    assert (report_year(day), event_year(day)) == (rating, event)


def test_a_share_fits_within_half_a_digit() -> None:
    assert fits(17, 82, 20.73, "20,73%")
    assert not fits(17, 86, 20.73, "20,73%")
    assert not fits(1, 0, 5.0, "5%")


def told(text: str, **known: object) -> list[tuple[object, ...]]:
    facts = extract_facts(text, PageContext(**known))  # type: ignore[arg-type]
    return [(fact.measure, "+".join(fact.levels), fact.value) for fact in facts]


def test_a_level_said_once_holds_for_all_before_it() -> None:
    assert told("Năm 2021, 94% chi bộ cơ sở, 93% đảng viên và 91% công đoàn hoàn thành tốt nhiệm vụ trở lên.") == [
        ("share", "excellent+good", 94), ("share", "excellent+good", 93), ("share", "excellent+good", 91),
    ]  # fmt: skip


def test_levels_first_and_numbers_in_their_order() -> None:
    text = "Tỷ lệ đảng viên hoàn thành xuất sắc và hoàn thành tốt nhiệm vụ năm 2022 lần lượt là 15,5% và 80%."
    assert told(text) == [("share", "excellent", 15.5), ("share", "good", 80)]


def test_arithmetic_chooses_the_base_of_a_bracket() -> None:
    part = "trong đó 20 tổ chức hoàn thành xuất sắc nhiệm vụ"
    whole = "Năm 2020 có 80/100 tổ chức cơ sở đảng hoàn thành tốt nhiệm vụ"
    of_part = extract_facts(f"{whole}, {part} (25%).")[-1]
    of_all = extract_facts(f"{whole}, {part} (20%).")[-1]
    assert (of_part.base, of_all.base) == ("excellent+good", "assessed")


def test_a_whole_whose_parts_add_up_is_a_total() -> None:
    parts = "10 chi bộ cơ sở hoàn thành xuất sắc nhiệm vụ, 20 chi bộ cơ sở hoàn thành tốt nhiệm vụ"
    text = f"Đảng bộ có 30 chi bộ cơ sở, trong đó {parts}."
    assert told(text)[0] == ("total", "", 30)


def test_population_stands_at_a_point() -> None:
    fact = extract_facts("Đến nay, toàn huyện có 4.100 đảng viên.", PageContext(published_on="2022-06-10"))[0]
    assert (fact.indicator, fact.period_start, fact.period_end) == ("population", "2022-06", "2022-06")


def test_a_day_that_is_only_the_capture_is_not_used() -> None:
    text = "Toàn huyện có 90% đảng viên hoàn thành tốt nhiệm vụ trở lên."
    assert extract_facts(text, PageContext("2022-02-01", day_known=False))[0].period_start is None
    assert extract_facts(text, PageContext("2022-02-01"))[0].period_start == "2021"


def test_targets_reach_over_the_list_and_end_with_a_result() -> None:
    text = (
        "Năm 2023, phấn đấu 90% chi bộ hoàn thành tốt nhiệm vụ trở lên; 85% đảng viên hoàn thành tốt nhiệm vụ trở lên."
        " Kết quả năm 2022, 88% chi bộ hoàn thành tốt nhiệm vụ trở lên."
    )
    assert [fact.modality for fact in extract_facts(text)] == ["target", "target", "actual"]


def test_scope_and_name_of_the_body() -> None:
    facts = extract_facts(
        "Năm 2022, toàn tỉnh kết nạp 900 đảng viên, trong đó huyện Mường Pha 80 đảng viên,"
        " Đảng bộ Khối các cơ quan tỉnh 60 đảng viên."
    )
    assert [(fact.scope, fact.unit_name) for fact in facts] == [
        ("province", None), ("district", "huyện Mường Pha"), ("provincial_bloc", "Đảng bộ Khối các cơ quan tỉnh"),
    ]  # fmt: skip


SENTENCE = "Năm 2021, 90% đảng viên toàn tỉnh hoàn thành tốt nhiệm vụ trở lên."


@pytest.mark.parametrize(
    ("text", "known", "province", "evidence"),
    [
        (f"Tỉnh ủy Phú Yên thông tin. {SENTENCE}", {}, "VN-32", "text:"),
        (f"QUẢNG NGÃI - {SENTENCE}", {}, "VN-29", "heading:"),
        (f"{SENTENCE}\nNguồn: https://caobang.gov.vn/", {"url": "https://baomoi.com/1"}, "VN-04", "source_line:"),
        (SENTENCE, {"url": "https://x.soctrang.gov.vn/1"}, "VN-52", "domain:"),
        (SENTENCE, {"source_province": "VN-70"}, "VN-70", "manifest"),
        (SENTENCE, {}, None, None),
    ],
)
def test_province_and_its_evidence(
    text: str, known: dict[str, str], province: str | None, evidence: str | None
) -> None:
    fact = extract_facts(text, PageContext(**known))[0]  # type: ignore[arg-type]
    assert fact.province == province
    assert fact.province_evidence is evidence or str(fact.province_evidence).startswith(str(evidence))


def test_a_menu_of_provinces_counts_for_none() -> None:
    menu = "\n".join(["An Giang", "Bến Tre", "Cà Mau", "Gia Lai", "Hà Nam", "Phú Thọ"])
    assert extract_facts(f"{menu}\n{SENTENCE}")[0].province is None


def test_province_code_is_that_of_its_time() -> None:
    text = "Năm 2002, Đảng bộ tỉnh Cần Thơ có 80% đảng viên hoàn thành tốt nhiệm vụ."
    assert extract_facts(text)[0].province == "VN-48"


def test_tables_by_bars() -> None:
    table = (
        "Kết quả xếp loại năm 2022 của huyện Nậm Pha\n"
        "TT | Đối tượng | Tổng số | Hoàn thành xuất sắc nhiệm vụ | Hoàn thành tốt nhiệm vụ\n"
        "1 | Tổ chức cơ sở đảng | 52 | 8 | 44\n"
        "2 | Đảng viên | 3.010 | 420 | 2.590"
    )
    facts = extract_facts(table)
    assert [(fact.subject, fact.measure, fact.value) for fact in facts] == [
        ("grassroots_party_organisation", "total", 52), ("grassroots_party_organisation", "count", 8),
        ("grassroots_party_organisation", "count", 44), ("party_member", "total", 3010),
        ("party_member", "count", 420), ("party_member", "count", 2590),
    ]  # fmt: skip
    assert {fact.scope for fact in facts} == {"district"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Đảng viên hoàn thành tốt nhiệm vụ tăng 2,3% so với năm trước.", "change"),
        ("Toàn tỉnh kết nạp đảng viên đạt 104% kế hoạch.", "plan_ratio"),
        ("Dự đại hội có 21 đảng viên.", "attendance"),
        ("Tỷ lệ hộ nghèo còn 3,2%.", "money"),
        ("Mô hình chi bộ 4 tốt được nhân rộng.", "slogan"),
        ("Mỗi đảng bộ chỉ được công nhận không quá 20% đảng viên hoàn thành xuất sắc nhiệm vụ.", "threshold"),
        ("417 lượt xem", "counter"),
    ],
)
def test_numbers_that_are_no_facts_have_a_reason(text: str, reason: str) -> None:
    found = extract(text)
    assert found.facts == ()
    assert reason in {item.reason for item in found.unread}
    assert {item.reason for item in found.unread} <= set(UNREAD_REASONS)


def test_related_headlines_are_furniture() -> None:
    text = f"{SENTENCE}\nTin liên quan\nHuyện bên: 95% tổ chức cơ sở đảng hoàn thành tốt nhiệm vụ"
    found = extract(text)
    assert [fact.value for fact in found.facts] == [90]
    assert [item.reason for item in found.unread if item.quote == "95%"] == ["furniture"]


def test_decomposed_text_keeps_its_own_offsets() -> None:
    import unicodedata

    text = unicodedata.normalize("NFD", SENTENCE)
    fact = extract_facts(text)[0]
    assert text[fact.span_start : fact.span_end] == fact.quote == "90%"
    assert fact.levels == ("excellent", "good")


def test_intermediate_results_are_at_hand() -> None:
    reading = read_page(SENTENCE)
    assert reading.sentences
    assert reading.tokens
    assert reading.statements
    assert [period.first for period in reading.periods] == ["2021"]
