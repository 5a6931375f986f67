"""What sentences that compare two years state: the number of each year that is told, and nothing of a rise.

Belongs here: forms of comparing, each with several of those rated. Does not belong here: mechanisms of other kinds
(test_mechanisms), lists of levels (test_listed_layouts).
"""

import pytest

from kpi_pipeline.extraction import PageContext, extract_facts

_DAY = PageContext("2024-01-05", True, None, "VN-22")

SHARES_OF_BOTH = (
    "Tỷ lệ {who} {level} năm 2023 đạt {now}%, năm 2022 đạt {before}%.",
    "Tỷ lệ {who} {level} năm 2022 đạt {before}%, năm 2023 đạt {now}%.",
    "Tỷ lệ {who} {level} năm 2022, 2023 lần lượt đạt {before}% và {now}%.",
    "Tỷ lệ {who} {level} các năm 2022, 2023 lần lượt là {before}%, {now}%.",
    "Tỷ lệ {who} {level} tăng từ {before}% (năm 2022) lên {now}% (năm 2023).",
    "Tỷ lệ {who} {level} tăng từ {before}% năm 2022 lên {now}% vào năm 2023.",
    "Từ {before}% {who} {level} năm 2022, đến năm 2023 tăng lên {now}%.",
    "Nếu năm 2022 chỉ có {before}% {who} {level} thì năm 2023 đã tăng lên {now}%.",
    "Nếu như năm 2022, tỷ lệ {who} {level} là {before}% thì đến năm 2023, tỷ lệ này là {now}%.",
    "Năm 2023, {who} {level} đạt {now}%, tăng {rise}% so với năm trước ({before}%).",
    "Năm 2023, {who} {level} đạt {now}% (năm 2022 đạt {before}%).",
    "Năm 2023, {who} {level} đạt {now}% (năm 2022: {before}%).",
    "Năm 2023, {who} {level} đạt {now}%; cùng kỳ năm 2022 đạt {before}%.",
    "Năm 2023, {who} {level} đạt {now}%, trong khi năm 2022 chỉ đạt {before}%.",
    "Năm 2023, {who} {level} đạt {now}%, cao hơn năm 2022 ({before}%).",
    "Năm 2023, {who} {level} đạt {now}%, cao hơn {rise}% so với năm 2022 ({before}%).",
    "Năm 2023, {who} {level} đạt {now}%, tăng so với năm 2022 ({before}%).",
    "So với năm 2022, tỷ lệ {who} {level} tăng từ {before}% lên {now}%.",
    "Năm 2022, tỷ lệ {who} {level} là {before}%; năm 2023: {now}%.",
    "Năm 2022: {before}% {who} {level}; năm 2023: {now}%.",
    "Tỷ lệ {who} {level}: năm 2022 {before}%, năm 2023 {now}%.",
    "Tỷ lệ {who} {level}: năm 2022 đạt {before}%; năm 2023 đạt {now}%.",
    "Tỷ lệ {who} {level} (năm 2022: {before}%, năm 2023: {now}%).",
    "Tỷ lệ {who} {level} hằng năm đều tăng (năm 2022: {before}%, năm 2023: {now}%).",
    "Tỷ lệ {who} {level} hằng năm đều tăng, năm 2022 là {before}%, năm 2023 là {now}%.",
    "Tỷ lệ {who} {level} tăng qua các năm: {before}% (2022), {now}% (2023).",
    "Tỷ lệ {who} {level} tăng qua các năm: 2022: {before}%; 2023: {now}%.",
    "Tỷ lệ {who} {level} tăng qua từng năm, từ {before}% năm 2022 đến {now}% năm 2023.",
    "Tỷ lệ {who} {level} năm sau cao hơn năm trước: năm 2022 đạt {before}%, năm 2023 đạt {now}%.",
    "Năm 2022 có {before}% và năm 2023 có {now}% {who} {level}.",
    "Năm 2023, tỷ lệ {who} {level} tăng {rise}% so với năm 2022 (từ {before}% lên {now}%).",
    "Năm 2023 có {now}% {who} {level} (năm 2022 có {before}%).",
    "Năm 2023, {now}% {who} được xếp loại {level}; tỷ lệ này của năm 2022 là {before}%.",
    "Năm 2023, {now}% {who} được xếp loại {level}. Năm 2022, tỷ lệ này là {before}%.",
    "Năm 2023, {now}% {who} được xếp loại {level}. Con số này của năm 2022 là {before}%.",
    "Năm 2022, {before}% {who} được xếp loại {level}. Đến năm 2023, tỷ lệ này tăng lên {now}%.",
    "Năm 2022, {before}% {who} được xếp loại {level}. Năm 2023 đạt {now}%.",
    "Năm 2022, {before}% {who} được xếp loại {level}. Sang năm 2023, con số này là {now}%.",
    "Năm 2022, {before}% {who} được xếp loại {level}, sang năm 2023 nâng lên {now}%.",
    "Năm 2022, {before}% {who} được xếp loại {level}, đến năm 2023 là {now}%.",
    "Năm 2022, {before}% {who} được xếp loại {level} và năm 2023 là {now}%.",
)
"""Forms that state the shares of both years."""
SHARES_OF_ONE = (
    "Năm 2023, {who} {level} đạt {now}%, tăng {rise}% so với năm 2022.",
    "Năm 2023, {who} {level} đạt {now}%, tăng {rise} điểm phần trăm so với năm 2022.",
    "Năm 2023, {who} {level} đạt {now}% (tăng {rise}% so với năm 2022).",
    "Năm 2023, {who} {level} đạt {now}%; so với năm 2022 tăng {rise}%.",
    "Năm 2023, {who} {level} đạt {now}%, tăng so với năm 2022 là {rise}%.",
    "Năm 2023, {who} {level} đạt {now}%, tăng so với năm 2022 {rise}%.",
    "So với năm 2022, tỷ lệ {who} {level} tăng {rise}%, đạt {now}%.",
    "Năm 2023 tỷ lệ {who} {level} là {now}%, tăng {rise}% so năm 2022.",
    "Năm 2023 có {now}% {who} {level} (tăng {rise}%).",
    "Năm 2023 có {now}% {who} {level}, tăng hơn {rise}% so với năm 2022.",
    "Năm 2023 có {now}% {who} {level}, vượt {rise}% so với năm 2022.",
    "Năm 2023 có {now}% {who} {level}, giảm {rise}% so với cùng kỳ.",
    "Năm 2023, {now}% {who} được xếp loại {level}. So với năm 2022 tăng {rise}%.",
)
"""Forms that state the share of the later year, and by how much it rose."""
COUNTS_OF_BOTH = (
    "Năm 2023 có {now} {who} {level} (năm 2022 có {before} {who}).",
    "Năm 2023 có {now} {who} {level} (năm 2022: {before}).",
    "Năm 2023 có {now} {who} {level}, năm 2022 có {before} {who}.",
    "Năm 2022 có {before} {who} {level}; năm 2023 có {now} {who}.",
    "Năm 2022 có {before} {who} {level}, năm 2023 là {now} {who}.",
    "Năm 2022 có {before}, năm 2023 có {now} {who} {level}.",
    "Năm 2022 và năm 2023 lần lượt có {before} và {now} {who} {level}.",
    "Số {who} {level} năm 2022 là {before}, năm 2023 là {now}.",
    "Số {who} {level} năm 2022 là {before} {noun}, năm 2023 là {now} {noun}.",
    "Số {who} {level} tăng từ {before} {noun} (năm 2022) lên {now} {noun} (năm 2023).",
    "Số {who} {level} tăng từ {before} {noun} năm 2022 lên {now} {noun} năm 2023.",
    "Số {who} {level}: năm 2022: {before}, năm 2023: {now}.",
    "Số {who} {level} (năm 2022: {before}; năm 2023: {now}).",
    "Năm 2023 có {now} {who} {level}, cao hơn năm 2022 ({before} {noun}).",
    "Năm 2023 có {now} {who} {level}, tăng so với {before} {noun} của năm 2022.",
    "Năm 2023 có {now} {who} {level}; con số này năm 2022 là {before} {noun}.",
    "Năm 2022 có {before} {who} {level}. Năm 2023, con số này là {now}.",
    "Năm 2022 có {before} {who} {level}, đến năm 2023 tăng lên {now} {who}.",
    "So với năm 2022, số {who} {level} năm 2023 tăng từ {before} lên {now} {noun}.",
)
"""Forms that state the counts of both years."""
COUNTS_OF_ONE = (
    "Năm 2023 có {now} {who} {level}, tăng {rise} {who} so với năm 2022.",
    "Năm 2023 có {now} {who} {level}, tăng {rise} {noun} so với năm 2022.",
    "Năm 2023 có {now} {who} {level}, tăng {rise} so với năm 2022.",
    "Năm 2023 có {now} {who} {level} (tăng {rise} {noun}).",
    "Năm 2023 có {now} {who} {level}, nhiều hơn năm 2022 {rise} {noun}.",
    "Năm 2023 có {now} {who} {level}, hơn năm 2022 {rise} {noun}.",
    "Năm 2023 có {now} {who} {level}, tăng hơn năm 2022 là {rise} {noun}.",
    "Năm 2023 có {now} {who} {level}, so với năm 2022 tăng {rise} {noun}.",
    "So với năm 2022, số {who} {level} tăng {rise} {noun}, đạt {now} {noun}.",
    "Năm 2023, số {who} {level} là {now} {noun}, giảm {rise} {noun}.",
)
"""Forms that state the count of the later year, and by how many it rose."""
WHO = {
    "party_member": ("đảng viên", "đồng chí"),
    "subordinate_party_cell": ("chi bộ", "chi bộ"),
    "grassroots_party_organisation": ("tổ chức cơ sở đảng", "tổ chức"),
    "grassroots_party_committee": ("đảng bộ cơ sở", "đảng bộ"),
    "commune_government": ("xã", "xã"),
    "district_government": ("huyện, thành phố", "huyện"),
    "provincial_department": ("sở, ban, ngành", "đơn vị"),
    "leadership_collective": ("tập thể lãnh đạo, quản lý", "tập thể"),
    "civil_servant": ("cán bộ, công chức", "người"),
    "mass_organisation": ("công đoàn cơ sở", "đơn vị"),
}
SHARES = {
    ("excellent",): ("hoàn thành xuất sắc nhiệm vụ", "18,2", "19,5", "1,3"),
    ("excellent", "good"): ("hoàn thành tốt nhiệm vụ trở lên", "88,2", "91,5", "3,3"),
}
COUNTS = {
    ("excellent",): ("hoàn thành xuất sắc nhiệm vụ", "182", "195", "13"),
    ("good",): ("hoàn thành tốt nhiệm vụ", "1.182", "1.195", "13"),
}


def _value(number: str) -> float:
    return float(number.replace(".", "").replace(",", "."))


def _stated(text: str) -> set[tuple[object, ...]]:
    facts = extract_facts(text, _DAY)
    return {(fact.subject, fact.levels, fact.measure, fact.value, fact.period_start, fact.modality) for fact in facts}


FORMS = [
    *((form, "share", SHARES, True) for form in SHARES_OF_BOTH),
    *((form, "share", SHARES, False) for form in SHARES_OF_ONE),
    *((form, "count", COUNTS, True) for form in COUNTS_OF_BOTH),
    *((form, "count", COUNTS, False) for form in COUNTS_OF_ONE),
]


@pytest.mark.parametrize(("form", "measure", "rated", "both"), FORMS, ids=[form for form, *_ in FORMS])
def test_a_comparison_states_the_number_of_each_year_told_and_no_rise(
    form: str, measure: str, rated: dict[tuple[str, ...], tuple[str, str, str, str]], both: bool
) -> None:
    for subject, (who, noun) in WHO.items():
        for levels, (level, before, now, rise) in rated.items():
            text = form.format(who=who, noun=noun, level=level, before=before, now=now, rise=rise)
            expected = {(subject, levels, measure, _value(now), "2023", "actual")}
            if both:
                expected.add((subject, levels, measure, _value(before), "2022", "actual"))
            assert _stated(text) == expected, text
