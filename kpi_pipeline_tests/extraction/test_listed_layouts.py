"""A list of all four levels is read alike, however its parts are set: order, marks, verbs, brackets, lines."""

import pytest

from kpi_pipeline.extraction import PageContext, extract_facts

SUBJECTS = {
    "đảng viên": ("đồng chí", "party_member"),
    "chi bộ": ("chi bộ", "subordinate_party_cell"),
    "tổ chức cơ sở đảng": ("tổ chức", "grassroots_party_organisation"),
    "công chức": ("người", "civil_servant"),
    "cán bộ, công chức": ("người", "civil_servant"),
    "xã": ("xã", "commune_government"),
    "xã, phường, thị trấn": ("đơn vị", "commune_government"),
    "chính quyền cấp xã": ("xã", "commune_government"),
    "UBND cấp xã": ("đơn vị", "commune_government"),
    "huyện, thành phố": ("huyện", "district_government"),
    "sở, ban, ngành": ("đơn vị", "provincial_department"),
    "cơ quan, đơn vị": ("đơn vị", "agency"),
    "công đoàn cơ sở": ("đơn vị", "mass_organisation"),
    "tập thể lãnh đạo": ("tập thể", "leadership_collective"),
    "đảng bộ cơ sở": ("đảng bộ", "grassroots_party_committee"),
}
LEVELS = (
    ("hoàn thành xuất sắc nhiệm vụ", "xuất sắc", "excellent", "13", "2,8%"),
    ("hoàn thành tốt nhiệm vụ", "tốt", "good", "415", "90,8%"),
    ("hoàn thành nhiệm vụ", "hoàn thành", "completed", "27", "5,9%"),
    ("không hoàn thành nhiệm vụ", "không hoàn thành", "not_completed", "2", "0,4%"),
)
LED = "Năm 2022, "
RESULTS = "Kết quả đánh giá, xếp loại năm 2022: "
OF = "Năm 2022, xếp loại {s}: "
RATED = "Năm 2022 có 457 {s} được đánh giá, xếp loại, trong đó "
LAYOUTS = {
    (LED, "{s} {l}: {n} {u}", ", "), (LED, "{s} {l} {n} {u}", "; "), (LED, "{s} {l} có {n} {u}", ", "),
    (LED, "số {s} {l} là {n} {u}", ", "), (LED, "số {s} {l}: {n} {u}, chiếm {p}", "; "),
    (RESULTS, "{l} {n} {s} = {p}", "; "), (RESULTS, "{l}: {n}/457 {s} ({p})", "; "),
    (LED, "{n}/457 {s} đạt {p} {l}", "; "), (LED, "{n}/457 {s}, đạt {p}, {l}", "; "),
    (LED, "có {n} {s} được xếp loại {l}, đạt tỷ lệ {p}", ", "), (OF, "loại {h} {n}", ", "), (OF, "{h}: {n}", ", "),
    (OF, "{h} {n} {u} ({p})", ", "), (OF, "{n} {u} xếp loại {h}", ", "), (OF, "{l} - {n} {u} - {p}", "; "),
    (OF, "{l} {n}, tỷ lệ {p}", "; "), (OF, "mức {h} {n} {u}", "; "), (OF, "{n} ({p}) {l}", ", "),
    (RATED, "{l} {n} {u}", ", "), (RATED, "{n} {l}", ", "), (RATED, "{n} {u} {l}, chiếm {p}", "; "),
    ("Năm 2022, số {s} ", "ở mức {l} là {n} {u}", ", "), (LED, "{p} {s} {l} ({n} {u})", ", "),
    (LED, "tỷ lệ {s} {l} đạt {p} ({n} {u})", ", "), ("Năm 2022, tỷ lệ {s} ", "{l} {p}", "; "),
    ("Năm 2022, {s} được xếp loại: ", "{l} ({n} {u})", ", "), ("Năm 2022, {s} được xếp loại: ", "{l} ({p})", ", "),
    (LED, "{n} {s} - {p} {l}", ", "), ("Đối với {s}, năm 2022 có ", "{p} {l}", ", "),
    (LED, "nhóm {l} có {n} {s} ({p})", ", "), ("Năm 2022, trong tổng số 457 {s} có ", "{n} {u} {l} ({p})", ", "),
    ("Kết quả xếp loại năm 2022 như sau:\n", "+ {s} {l}: {n} {u} (tỷ lệ {p})", "\n"),
    ("Kết quả xếp loại {s} năm 2022 như sau:\n", "- {l}: {n} {u}, chiếm {p}", "\n"),
    ("Kết quả xếp loại {s} năm 2022\nMức xếp loại\tSố lượng\tTỷ lệ\n", "{l}\t{n}\t{p}", "\n"),
}  # fmt: skip


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_all_levels_of_a_list(layout: tuple[str, str, str]) -> None:
    lead, pattern, mark = layout
    for subject, (unit, code) in SUBJECTS.items():
        parts = [pattern.format(s=subject, u=unit, l=full, h=short, n=n, p=p) for full, short, _, n, p in LEVELS]
        text = lead.format(s=subject) + mark.join(parts) + ("" if "\n" in mark else ".")
        expected = {
            (code, (level,), measure, value, "2022")
            for _, _, level, count, share in LEVELS
            for measure, value, told in (("count", count, "{n}"), ("share", share, "{p}"))
            if told in pattern
        }
        got = {
            (fact.subject, fact.levels, fact.measure, _as_told(fact.value, fact.measure), fact.period_start)
            for fact in extract_facts(text, PageContext(published_on="2023-01-15", source_province="VN-27"))
            if fact.levels
        }
        assert got == expected, text


def _as_told(value: float, measure: str) -> str:
    return f"{value:g}".replace(".", ",") + ("%" if measure == "share" else "")
