"""Every usual form of a statement is read alike, whoever is rated and on whatever level."""

import itertools

import pytest

from kpi_pipeline.extraction import Fact, PageContext, extract_facts

SUBJECTS = {
    "tổ chức cơ sở đảng": "grassroots_party_organisation",
    "TCCSĐ": "grassroots_party_organisation",
    "chi, đảng bộ cơ sở": "grassroots_party_organisation",
    "đảng bộ cơ sở": "grassroots_party_committee",
    "chi bộ cơ sở": "grassroots_party_cell",
    "chi bộ trực thuộc đảng ủy cơ sở": "subordinate_party_cell",
    "chi bộ": "subordinate_party_cell",
    "đảng viên": "party_member",
    "cán bộ, công chức": "civil_servant",
    "cán bộ, công chức, viên chức": "civil_servant",
    "tập thể lãnh đạo, quản lý": "leadership_collective",
    "cán bộ diện Ban Thường vụ Tỉnh ủy quản lý": "leader",
    "UBND cấp xã": "commune_government",
    "đơn vị sự nghiệp": "public_service_unit",
    "công đoàn cơ sở": "mass_organisation",
    "sở, ban, ngành": "provincial_department",
}
LEVELS = {
    "hoàn thành xuất sắc nhiệm vụ": ("excellent",),
    "hoàn thành tốt nhiệm vụ": ("good",),
    "hoàn thành nhiệm vụ": ("completed",),
    "không hoàn thành nhiệm vụ": ("not_completed",),
    "hoàn thành tốt nhiệm vụ trở lên": ("excellent", "good"),
    "hoàn thành tốt và hoàn thành xuất sắc nhiệm vụ": ("excellent", "good"),
    "HTTNV": ("good",),
    "hoàn thành nhiệm vụ ở mức tốt trở lên": ("excellent", "good"),
    "hoàn thành từ tốt nhiệm vụ trở lên": ("excellent", "good"),
}
SHARES = (
    "{n} {s} {l}", "tỷ lệ {s} {l} đạt {n}", "tỷ lệ {s} {l} là {n}", "{s} {l} đạt {n}", "{s} {l} chiếm {n}",
    "{s} {l}: {n}", "có {n} {s} {l}", "có {n} số {s} {l}", "có {n} {s} được xếp loại {l}",
    "{n} {s} được đánh giá, xếp loại {l}", "{n} {s} đạt mức {l}", "số {s} {l} chiếm tỷ lệ {n}",
    "tỷ lệ {s} được xếp loại {l} đạt {n}", "tỷ lệ {s} đạt loại {l} là {n}", "tỷ lệ {s} xếp loại {l} chiếm {n}",
    "{s} được xếp loại {l} đạt tỷ lệ {n}", "{s} có {n} {l}", "trong số {s} được đánh giá có {n} {l}",
    "{l} đối với {s} đạt {n}", "về {s}, {l} đạt {n}", "{s}: {l} {n}", "{s}: {l} đạt {n}", "{s}: {l} chiếm {n}",
    "{n} trong tổng số {s} {l}", "{n} số {s} đạt tiêu chuẩn {l}",
)  # fmt: skip
COUNTS = (
    "{n} {s} {l}", "có {n} {s} {l}", "có {n} {s} được xếp loại {l}", "{n} {s} được đánh giá {l}", "{n} {s} đạt mức {l}",
    "số {s} {l} là {n}", "{s} {l}: {n}", "{s} {l} có {n}", "{s}: {l} {n}", "{s}: {l} có {n}", "{s}: {l} là {n}",
    "{n} {s} xếp loại {l}", "có {n} {s} đạt loại {l}", "công nhận {n} {s} {l}", "{l} đối với {n} {s}",
    "{n} {s} được công nhận {l}", "xếp loại {l} cho {n} {s}", "{l} có {n} {s}", "{l}: {n} {s}",
    "xếp loại {l}: {n} {s}",
)  # fmt: skip
DISTRIBUTIONS = (
    "Năm 2023, có 75 {s} được đánh giá, xếp loại; trong đó: 9 {u} hoàn thành xuất sắc nhiệm vụ (12%), 60 "
    "{u} hoàn thành tốt nhiệm vụ (80%), 6 {u} hoàn thành nhiệm vụ (8%).",
    "Năm 2023, có 75 {s} được đánh giá, xếp loại. Trong đó, hoàn thành xuất sắc nhiệm vụ 9 {u}, chiếm "
    "12%; hoàn thành tốt nhiệm vụ 60 {u}, chiếm 80%; hoàn thành nhiệm vụ 6 {u}, chiếm 8%.",
    "Năm 2023, 75/75 {s} được đánh giá: hoàn thành xuất sắc nhiệm vụ 9 (chiếm 12%), hoàn thành tốt nhiệm "
    "vụ 60 (chiếm 80%), hoàn thành nhiệm vụ 6 (chiếm 8%).",
    "Kết quả xếp loại {s} năm 2023: Hoàn thành xuất sắc nhiệm vụ: 9/75 {u}, đạt 12%; hoàn thành tốt "
    "nhiệm vụ: 60/75 {u}, đạt 80%; hoàn thành nhiệm vụ: 6/75 {u}, đạt 8%.",
    "Kết quả xếp loại năm 2023 như sau:\n- Tổng số {s} được đánh giá: 75\n- Hoàn thành xuất sắc nhiệm vụ: "
    "9 (12%)\n- Hoàn thành tốt nhiệm vụ: 60 (80%)\n- Hoàn thành nhiệm vụ: 6 (8%)",
    "Năm 2023, trong 75 {s} được xếp loại có 9 {u} (12%) hoàn thành xuất sắc nhiệm vụ, 60 {u} (80%) hoàn "
    "thành tốt nhiệm vụ và 6 {u} (8%) hoàn thành nhiệm vụ.",
    "Năm 2023, số {s} được đánh giá, xếp loại là 75, trong đó số hoàn thành xuất sắc nhiệm vụ là 9 "
    "(12%), số hoàn thành tốt nhiệm vụ là 60 (80%), số hoàn thành nhiệm vụ là 6 (8%).",
    "Năm 2023, qua đánh giá 75 {s}, có 9 {u} xếp loại hoàn thành xuất sắc nhiệm vụ, bằng 12%; 60 {u} xếp "
    "loại hoàn thành tốt nhiệm vụ, bằng 80%; 6 {u} xếp loại hoàn thành nhiệm vụ, bằng 8%.",
    "Năm 2023, tổng số {s} được đánh giá, xếp loại: 75. Kết quả: hoàn thành xuất sắc nhiệm vụ: 9, tỷ lệ "
    "12%; hoàn thành tốt nhiệm vụ: 60, tỷ lệ 80%; hoàn thành nhiệm vụ: 6, tỷ lệ 8%.",
    "Đối với {s}: năm 2023, tổng số được đánh giá là 75 {u}; hoàn thành xuất sắc nhiệm vụ 9 {u} (tỷ lệ "
    "12%), hoàn thành tốt nhiệm vụ 60 {u} (tỷ lệ 80%), hoàn thành nhiệm vụ 6 {u} (tỷ lệ 8%).",
    "Năm 2023, xếp loại 75 {s}: 9 {u} hoàn thành xuất sắc (12%), 60 {u} hoàn thành tốt (80%), 6 {u} hoàn "
    "thành nhiệm vụ (8%).",
)
UNITS = {
    "tổ chức cơ sở đảng": ("grassroots_party_organisation", "tổ chức"),
    "chi bộ trực thuộc": ("subordinate_party_cell", "chi bộ"),
    "đảng viên": ("party_member", "đồng chí"),
    "cán bộ, công chức": ("civil_servant", "người"),
    "xã, phường": ("commune_government", "đơn vị"),
    "tập thể lãnh đạo, quản lý": ("leadership_collective", "tập thể"),
    "sở, ban, ngành": ("provincial_department", "đơn vị"),
    "công đoàn cơ sở": ("mass_organisation", "đơn vị"),
}
YEARS = {
    "Tỷ lệ {s} {l} năm 2021 đạt 88%, năm 2022 đạt 90%, năm 2023 đạt 93%.": {2021: 88, 2022: 90, 2023: 93},
    "Tỷ lệ {s} {l} tăng từ 88% năm 2021 lên 93% năm 2023.": {2021: 88, 2023: 93},
    "Tỷ lệ {s} {l} qua các năm 2021, 2022, 2023 lần lượt là 88%, 90%, 93%.": {2021: 88, 2022: 90, 2023: 93},
    "Năm 2021 có 88% {s} {l}, năm 2022 có 90%, năm 2023 có 93%.": {2021: 88, 2022: 90, 2023: 93},
    "Năm 2023, tỷ lệ {s} {l} đạt 93%, tăng 3% so với năm 2022 (90%).": {2023: 93, 2022: 90},
    "Năm 2023, tỷ lệ {s} {l} đạt 93%, cao hơn năm 2022 là 3%.": {2023: 93},
    "Năm 2023, tỷ lệ {s} {l} đạt 93%, so với năm 2022 là 90%.": {2023: 93, 2022: 90},
    "Nếu như năm 2021 tỷ lệ {s} {l} mới đạt 88% thì đến năm 2023 đã đạt 93%.": {2021: 88, 2023: 93},
    "Năm 2022, 90% {s} {l}. Năm 2023, tỷ lệ này đạt 93%.": {2022: 90, 2023: 93},
    "Năm 2022, tỷ lệ {s} {l} là 90%; đến năm 2023 tăng lên 93%.": {2022: 90, 2023: 93},
    "- Năm 2021: 88% {s} {l};\n- Năm 2022: 90%;\n- Năm 2023: 93%.": {2021: 88, 2022: 90, 2023: 93},
    "Tỷ lệ {s} {l} năm 2023 là 93%, trong khi năm 2022 là 90%.": {2023: 93, 2022: 90},
    "Tỷ lệ {s} {l} đạt 88% (năm 2021), 90% (năm 2022), 93% (năm 2023).": {2021: 88, 2022: 90, 2023: 93},
    "Tỷ lệ {s} {l} năm 2021 là 88%, 2022 là 90%, 2023 là 93%.": {2021: 88, 2022: 90, 2023: 93},
    "Tỷ lệ {s} {l} năm 2023 đạt 93%, tăng 5% so với đầu nhiệm kỳ (88%).": {2023: 93},
}
AIMS = {
    "Năm 2024, phấn đấu có {x}.": ("2024-01-10", "2024", "2024", False),
    "Phương hướng năm 2024: {x}.": ("2024-01-10", "2024", "2024", False),
    "Chỉ tiêu năm 2024: {x}.": ("2023-12-10", "2024", "2024", False),
    "Nghị quyết đề ra chỉ tiêu đến năm 2025 có {x}.": ("2021-12-20", "2025", "2025", False),
    "Nhiệm kỳ 2020 - 2025, Đảng bộ phấn đấu hằng năm {x}.": ("2020-08-20", "2020", "2025", True),
    "Nhiệm kỳ 2025 - 2030, Đại hội đề ra các chỉ tiêu: {x}.": ("2025-06-20", "2025", "2030", False),
    "Phương hướng nhiệm kỳ 2025 - 2030\nPhấn đấu hằng năm {x}.": ("2025-06-20", "2025", "2030", True),
    "Các chỉ tiêu chủ yếu năm 2024:\n- Thu ngân sách 20 tỷ đồng;\n- {x};\n- Kết nạp 20 đảng viên.":
        ("2023-12-20", "2024", "2024", False),
    "Nghị quyết Đại hội nhiệm kỳ 2020 - 2025 đề ra hằng năm có {x}.": ("2020-12-20", "2020", "2025", True),
    "Kế hoạch đề ra đến hết năm 2024 có {x}.": ("2023-12-20", "2024", "2024", False),
}  # fmt: skip
AIMED = {
    "90% chi bộ hoàn thành tốt nhiệm vụ trở lên": ("subordinate_party_cell", "eq", 90.0),
    "trên 90% tổ chức cơ sở đảng hoàn thành tốt nhiệm vụ trở lên": ("grassroots_party_organisation", "gt", 90.0),
    "tỷ lệ đảng viên hoàn thành tốt nhiệm vụ trở lên đạt từ 90% trở lên": ("party_member", "ge", 90.0),
}


def ratings(text: str, day: str = "2024-01-10") -> list[Fact]:
    facts = extract_facts(text, PageContext(published_on=day, source_province="VN-27"))
    return [fact for fact in facts if fact.indicator.endswith("_rating")]


@pytest.mark.parametrize("form", [*(("share", form) for form in SHARES), *(("count", form) for form in COUNTS)])
def test_one_number(form: tuple[str, str]) -> None:
    measure, pattern = form
    number, value = ("87,4%", 87.4) if measure == "share" else ("24", 24.0)
    for (subject, code), (level, levels) in itertools.product(SUBJECTS.items(), LEVELS.items()):
        text = f"Năm 2023, {pattern.format(n=number, s=subject, l=level)}."
        got = [(fact.subject, fact.levels, fact.measure, fact.value, fact.period_start) for fact in ratings(text)]
        assert got == [(code, levels, measure, value, "2023")], text


@pytest.mark.parametrize("form", DISTRIBUTIONS)
def test_a_distribution(form: str) -> None:
    expected = {
        ("total", (), 75.0), ("count", ("excellent",), 9.0), ("share", ("excellent",), 12.0),
        ("count", ("good",), 60.0), ("share", ("good",), 80.0), ("count", ("completed",), 6.0),
        ("share", ("completed",), 8.0),
    }  # fmt: skip
    for subject, (code, unit) in UNITS.items():
        text = form.format(s=subject, u=unit)
        facts = ratings(text)
        assert {(fact.measure, fact.levels, fact.value) for fact in facts} == expected, text
        assert {(fact.subject, fact.period_start, fact.base) for fact in facts} == {(code, "2023", "assessed")}, text


@pytest.mark.parametrize("form", YEARS)
def test_several_years(form: str) -> None:
    for subject in ("chi bộ", "đảng viên", "tổ chức cơ sở đảng", "cán bộ, công chức"):
        text = form.format(s=subject, l="hoàn thành tốt nhiệm vụ trở lên")
        facts = ratings(text)
        assert {int(fact.period_start or 0): fact.value for fact in facts} == YEARS[form], text
        assert len(facts) == len(YEARS[form]), text
        assert {fact.subject for fact in facts} == {SUBJECTS[subject]}, text
        assert {(fact.levels, fact.modality) for fact in facts} == {(("excellent", "good"), "actual")}, text


@pytest.mark.parametrize("form", AIMS)
def test_a_target(form: str) -> None:
    day, first, last, annual = AIMS[form]
    for words, (subject, comparator, value) in AIMED.items():
        text = form.format(x=words)
        got = [
            (fact.subject, fact.comparator, fact.value, fact.modality, fact.period_start, fact.period_end, fact.annual)
            for fact in ratings(text, day)
        ]
        assert got == [(subject, comparator, value, "target", first, last, annual)], text
