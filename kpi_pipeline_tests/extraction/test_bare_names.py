"""Bodies that only a bare name announces: whose number it is, and that the doubt is flagged."""

import pytest

from kpi_pipeline.extraction import Fact, PageContext, extract_facts

CONTEXT = PageContext("2022-01-10", True, None, "VN-14")


def only(text: str) -> Fact:
    (fact,) = extract_facts(text, CONTEXT)
    return fact


@pytest.mark.parametrize(
    ("opening", "scope", "unit_name"),
    [
        ("Đông Khánh", "organisation", "Đông Khánh"),
        ("Trung đoàn 17", "organisation", "Trung đoàn 17"),
        ("Lữ đoàn 205", "organisation", "Lữ đoàn 205"),
        ("Thôn Hạ", "commune", "thôn Hạ"),
    ],
)
def test_a_bare_name_is_a_body_of_its_own_and_flagged(opening: str, scope: str, unit_name: str) -> None:
    fact = only(f"{opening} có 93% đảng viên hoàn thành tốt nhiệm vụ năm 2021.")
    assert (fact.scope, fact.unit_name) == (scope, unit_name)
    assert "scope_assumed" in fact.flags


@pytest.mark.parametrize(
    ("text", "scope", "unit_name", "province"),
    [
        ("Huyện Đông Khánh họp. Năm 2021, Đông Khánh có 93% đảng viên hoàn thành tốt nhiệm vụ.",
         "district", "huyện Đông Khánh", "VN-14"),
        ("Năm 2021, Cà Mau có 93% đảng viên hoàn thành tốt nhiệm vụ.", "province", None, "VN-59"),
        ("Năm 2021, công ty có 93% đảng viên hoàn thành tốt nhiệm vụ.", "organisation", None, "VN-14"),
        ("Năm 2021, các công ty có 93% đảng viên hoàn thành tốt nhiệm vụ.", "province", None, "VN-14"),
        ("Xã Đông Khánh họp. Năm 2021, đơn vị có 93% đảng viên hoàn thành tốt nhiệm vụ.",
         "commune", "xã Đông Khánh", "VN-14"),
    ],
)  # fmt: skip
def test_a_name_that_the_page_explains_is_not_flagged(
    text: str, scope: str, unit_name: str | None, province: str
) -> None:
    fact = only(text)
    assert (fact.scope, fact.unit_name, fact.province) == (scope, unit_name, province)
    assert "scope_assumed" not in fact.flags


def test_a_noun_that_comes_later_settles_the_name() -> None:
    first, second = extract_facts(
        "Đông Khánh có 93% đảng viên hoàn thành tốt nhiệm vụ năm 2021.\n"
        "Năm 2021, huyện Đông Khánh có 45 chi bộ hoàn thành tốt nhiệm vụ.",
        CONTEXT,
    )
    assert (first.scope, first.unit_name) == (second.scope, second.unit_name) == ("district", "huyện Đông Khánh")
    assert "scope_assumed" not in first.flags


def test_several_years_that_are_not_named_give_no_year() -> None:
    fact = only("5 năm qua, tỉnh kết nạp 500 đảng viên.")
    assert (fact.period_start, fact.period_end) == (None, None)
