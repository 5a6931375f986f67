"""A rating told beside another matter is read as it is alone, and the other matter states no rating."""

import pytest

from kpi_pipeline.extraction import PageContext, extract_facts

_PAGE = PageContext(published_on="2024-01-10", source_province="VN-27")

RATINGS = (
    "95% chi bộ hoàn thành tốt nhiệm vụ trở lên",
    "tỷ lệ chi bộ hoàn thành tốt nhiệm vụ trở lên đạt 95%",
    "có 12 chi bộ hoàn thành xuất sắc nhiệm vụ, 30 chi bộ hoàn thành tốt nhiệm vụ",
    "12/45 tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ (26,7%)",
    "92% tổ chức cơ sở đảng và 94% đảng viên hoàn thành tốt nhiệm vụ trở lên",
    "tỷ lệ đảng viên hoàn thành xuất sắc nhiệm vụ chiếm 15,2%, hoàn thành tốt nhiệm vụ chiếm 80,1%",
    "không có chi bộ không hoàn thành nhiệm vụ",
    "100% cán bộ, công chức được đánh giá hoàn thành tốt nhiệm vụ trở lên",
    "trong 2.450 đảng viên được đánh giá, có 320 đảng viên (13,1%) hoàn thành xuất sắc nhiệm vụ",
    "có 20 sở, ngành được xếp loại, trong đó 4 đơn vị hoàn thành xuất sắc nhiệm vụ, 16 đơn vị hoàn thành tốt nhiệm vụ",
)
MATTERS = (
    "giảm 20 hộ nghèo",
    "tỷ lệ hộ nghèo giảm còn 1,6%",
    "thu ngân sách đạt 312 tỷ đồng",
    "thu ngân sách đạt 102% kế hoạch",
    "trên 97% dân số tham gia bảo hiểm y tế",
    "100% thôn có nhà văn hóa",
    "có 10 xã đạt chuẩn nông thôn mới",
    "95% gia đình đạt danh hiệu gia đình văn hóa",
    "kết nạp 52 đảng viên",
    "kết nạp 52 đảng viên, đạt 104% kế hoạch",
    "mở 6 lớp bồi dưỡng cho 412 bí thư chi bộ",
    "thi hành kỷ luật 12 đảng viên",
    "giải quyết 203/214 đơn thư",
    "giá trị sản xuất tăng 8,9%",
    "thu nhập bình quân đạt 65 triệu đồng/người",
    "trồng mới 912 ha rừng",
    "tỷ lệ che phủ rừng đạt 52%",
    "hoàn thành 15/15 chỉ tiêu nghị quyết",
    "hoàn thành và vượt 17/19 chỉ tiêu",
    "100% cán bộ, đảng viên học tập nghị quyết",
    "xây dựng 45 mô hình dân vận khéo",
    "88% trường đạt chuẩn quốc gia",
    "tuyển quân đạt 100% chỉ tiêu",
    "100% xã đạt tiêu chí quốc gia về y tế",
    "tỷ lệ lao động qua đào tạo đạt 72%",
    "99,8% học sinh hoàn thành chương trình lớp học",
    "100% chi bộ sinh hoạt đúng định kỳ",
    "cải cách hành chính xếp thứ 3/12 huyện",
    "cử 12 đảng viên hoàn thành xuất sắc chương trình lý luận chính trị",
)
OPENINGS = ("Năm 2023, ", "Năm 2024, tỉnh phấn đấu ", "Một số chỉ tiêu nhiệm kỳ 2025 - 2030: ")

YEARS_ASIDE = (
    "So với năm 2020, thu ngân sách tăng 12%",
    "Công trình khởi công từ năm 2019 đã hoàn thành",
    "Nghị quyết số 18-NQ/TW năm 2017 được triển khai nghiêm túc",
    "Tỷ lệ hộ nghèo cuối năm 2022 là 3,2%, giảm 1,1% so với năm 2021",
    "Chỉ số năng lực cạnh tranh năm 2022 xếp thứ 12/63",
)


def ratings(text: str) -> list[tuple[object, ...]]:
    facts = extract_facts(text, _PAGE)
    return [
        (fact.subject, fact.levels, fact.measure, fact.comparator, fact.value, fact.base, fact.period_start,
         fact.period_end, fact.modality, fact.scope)
        for fact in facts if fact.indicator.endswith("_rating")
    ]  # fmt: skip


def _upper(words: str) -> str:
    return words[0].upper() + words[1:]


@pytest.mark.parametrize("opening", OPENINGS)
@pytest.mark.parametrize("matter", MATTERS)
def test_another_matter_changes_no_rating(opening: str, matter: str) -> None:
    for rating in RATINGS:
        alone = ratings(f"{opening}{rating}.")
        assert alone
        for text in (
            f"{opening}{matter}, {rating}.",
            f"{opening}{matter}; {rating}.",
            f"{opening}{matter} và {rating}.",
            f"{opening}{matter}. {_upper(rating)}.",
            f"{opening}{rating}, {matter}.",
            f"{opening}{rating}; {matter}.",
            f"{opening}{rating}. {_upper(matter)}.",
        ):
            assert ratings(text) == alone, text


@pytest.mark.parametrize("aside", YEARS_ASIDE)
def test_the_year_of_another_matter_dates_no_rating(aside: str) -> None:
    for rating in RATINGS:
        alone = ratings(f"Năm 2023, {rating}.")
        lower = aside[0].lower() + aside[1:]
        for text in (
            f"{aside}. Năm 2023, {rating}.",
            f"Năm 2023, Đảng bộ đạt nhiều kết quả. {aside}. {_upper(rating)}.",
            f"Kết quả xếp loại năm 2023\n{aside}.\nVề xếp loại, {rating}.",
            f"Năm 2023, {lower}; {rating}.",
        ):
            assert ratings(text) == alone, text
