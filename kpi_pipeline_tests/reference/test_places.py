"""Provinces through time, names in a text, sources by host."""

import pytest

from kpi_pipeline.reference.codes import LEVELS, join_levels, split_levels
from kpi_pipeline.reference.folding import bare, fold
from kpi_pipeline.reference.place_names import find_names
from kpi_pipeline.reference.provinces import all_provinces, code_at, is_province_code, province_at
from kpi_pipeline.reference.sources import host_of, source_of_host


def test_a_code_stands_for_different_territories() -> None:
    before, after = province_at("VN-68", "2025-06-30"), province_at("VN-68", "2025-07-01")
    assert before is not None
    assert after is not None
    assert before.valid_to == "2025-06-30"
    assert after.valid_from == "2025-07-01"
    assert province_at("VN-14", "2025-07-01") is None


@pytest.mark.parametrize(("day", "units"), [("2003-12-31", 61), ("2024-12-31", 63), ("2025-07-01", 34)])
def test_number_of_units_on_a_day(day: str, units: int) -> None:
    assert sum(province_at(code, day) is not None for code in {p.code for p in all_provinces()}) == units


def test_one_name_two_codes() -> None:
    assert code_at("VN-CT", "2002-12-31") == "VN-48"
    assert code_at("VN-CT", "2010-12-31") == "VN-CT"
    assert not is_province_code("VN-99")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Tỉnh Hoà Bình và tỉnh Hòa Bình", ["VN-14", "VN-14"]),
        ("giữ gìn hoà bình trên biển Thái Bình Dương", []),
        ("tư tưởng Hồ Chí Minh; Chủ tịch Hồ Chí Minh", []),
        ("Thành phố Hồ Chí Minh và Bà Rịa - Vũng Tàu", ["VN-SG", "VN-43"]),
        ("Ðắk Lắk, Đăk Lăk", ["VN-33", "VN-33"]),
        ("nhà hàng ở hà nam", []),
    ],
)
def test_names_in_a_text(text: str, codes: list[str]) -> None:
    found = find_names(text)
    assert [code for _, _, code in found] == codes
    assert all(text[start].isupper() for start, _, _ in found)


def test_host_walks_up_to_its_source() -> None:
    source = source_of_host(host_of("https://www.huyenx.backan.gov.vn/tin/1"))
    assert source is not None
    assert source.province == "VN-53"
    assert source_of_host("example.org") is None
    assert source_of_host("khongcotinh.gov.vn") is None
    assert host_of("http://[bad") is None


def test_folding_keeps_the_length() -> None:
    text = "Đảng bộ Hòa Bình – “Hoà Bình” İstanbul Ð"
    assert len(fold(text)) == len(text) == len(bare(text))
    assert fold("Hòa Thủy") == fold("Hoà Thuỷ")
    assert bare("Hoàn thành xuất sắc") == "hoan thanh xuat sac"


def test_levels_join_and_split() -> None:
    assert join_levels(["good", "excellent", "good"]) == "excellent+good"
    assert split_levels("excellent+good") == ("excellent", "good")
    assert split_levels("") == ()
    assert LEVELS["clean_strong_rating"][0] == "exemplary"
