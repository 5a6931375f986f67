"""What forms of setting and accounting for a target state: what was asked, what was reached, and of which year.

Belongs here: such forms, each with several of those rated. Does not belong here: comparisons of years
(test_compared_years), targets of terms and over several sentences (test_mechanisms).
"""

import pytest

from kpi_pipeline.extraction import PageContext, extract_facts

_DAY = PageContext("2024-01-05", True, None, "VN-22")
ASKED, REACHED = 90, 92.5
FORMS = {
    "Phấn đấu năm 2024 có 90% {who} {level}.": {(ASKED, "2024")},
    "Năm 2024, phấn đấu tỷ lệ {who} {level} đạt 90% trở lên.": {(ASKED, "2024")},
    "Mục tiêu năm 2024: 90% {who} {level}.": {(ASKED, "2024")},
    "Chỉ tiêu năm 2024: trên 90% {who} {level}.": {(ASKED, "2024")},
    "Chỉ tiêu: tỷ lệ {who} {level} năm 2024 đạt từ 90% trở lên.": {(ASKED, "2024")},
    "Năm 2023, tỷ lệ {who} {level} đạt 92,5%, vượt chỉ tiêu đề ra (90%).": {(REACHED, "2023"), (ASKED, "2023")},
    "Năm 2023, tỷ lệ {who} {level} đạt 92,5% (chỉ tiêu 90%).": {(REACHED, "2023"), (ASKED, "2023")},
    "Năm 2023, tỷ lệ {who} {level} đạt 92,5%/chỉ tiêu 90%.": {(REACHED, "2023"), (ASKED, "2023")},
    "Năm 2023, tỷ lệ {who} {level} đạt 92,5% so với chỉ tiêu 90%.": {(REACHED, "2023"), (ASKED, "2023")},
    "Năm 2023, tỷ lệ {who} {level} đạt 92,5%, kế hoạch là 90%.": {(REACHED, "2023"), (ASKED, "2023")},
    "Chỉ tiêu năm 2023: {who} {level} 90%, thực hiện 92,5%.": {(REACHED, "2023"), (ASKED, "2023")},
    "Chỉ tiêu giao năm 2023 là 90% {who} {level}, kết quả thực hiện đạt 92,5%.": {(REACHED, "2023"), (ASKED, "2023")},
    "Tỷ lệ {who} {level} năm 2023: chỉ tiêu 90%, kết quả 92,5%.": {(REACHED, "2023"), (ASKED, "2023")},
    "Năm 2023, có 92,5% {who} {level}; năm 2024 phấn đấu đạt 90%.": {(REACHED, "2023"), (ASKED, "2024")},
    "Năm 2023, có 92,5% {who} {level}. Năm 2024, phấn đấu tỷ lệ này đạt 90%.": {(REACHED, "2023"), (ASKED, "2024")},
    "Tỷ lệ {who} {level}: năm 2023 thực hiện 92,5%; kế hoạch năm 2024: 90%.": {(REACHED, "2023"), (ASKED, "2024")},
    "Phấn đấu đến năm 2025, có 90% {who} {level}.": {(ASKED, "2025")},
    "Đến năm 2025 có 90% {who} {level}.": {(ASKED, "2025")},
    "Năm 2023, tỷ lệ {who} {level} đạt 92,5% (vượt 2% so với chỉ tiêu).": {(REACHED, "2023")},
    "Năm 2023, tỷ lệ {who} {level} đạt 92,5%, đạt 102% kế hoạch.": {(REACHED, "2023")},
    "Đăng ký năm 2024 có 90% {who} {level}.": {(ASKED, "2024")},
    "Năm 2024, tỉnh đặt mục tiêu 90% {who} {level}.": {(ASKED, "2024")},
    "Năm 2024, tỉnh đề ra chỉ tiêu có 90% {who} {level}.": {(ASKED, "2024")},
    "Theo kế hoạch, năm 2024 có 90% {who} {level}.": {(ASKED, "2024")},
}
"""The numbers and years that each form states."""
WHO = {
    "đảng viên": "party_member",
    "tổ chức cơ sở đảng": "grassroots_party_organisation",
    "xã": "commune_government",
    "xã, phường, thị trấn": "commune_government",
    "cán bộ, công chức": "civil_servant",
    "công đoàn cơ sở": "mass_organisation",
    "cơ quan, đơn vị": "agency",
    "tập thể lãnh đạo, quản lý": "leadership_collective",
}
LEVELS = {
    "hoàn thành tốt nhiệm vụ": ("good",),
    "hoàn thành tốt nhiệm vụ trở lên": ("excellent", "good"),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_was_asked_and_what_was_reached(form: str) -> None:
    for who, subject in WHO.items():
        for level, levels in LEVELS.items():
            text = form.format(who=who, level=level)
            expected = {
                (subject, levels, "share", value, year, "target" if value == ASKED else "actual")
                for value, year in FORMS[form]
            }
            facts = [fact for fact in extract_facts(text, _DAY) if fact.levels]
            stated = {(f.subject, f.levels, f.measure, f.value, f.period_start, f.modality) for f in facts}
            assert stated == expected, text
