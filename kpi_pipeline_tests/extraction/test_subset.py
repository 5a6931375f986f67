"""Parts of a population that no file of the lexicon lists: their numbers must not stand as the whole."""

import pytest

from kpi_pipeline.extraction import PageContext, extract_facts

CONTEXT = PageContext("2022-01-10", True, None, "VN-14")


@pytest.mark.parametrize(
    ("text", "subset"),
    [
        ("Năm 2021, 85% đảng viên được miễn sinh hoạt hoàn thành tốt nhiệm vụ.", "được miễn sinh hoạt"),
        ("Năm 2021, 85% đảng viên dưới 30 tuổi được xếp loại hoàn thành tốt nhiệm vụ.", "dưới 30 tuổi"),
        ("Năm 2021, có 85% viên chức ngành y tế hoàn thành tốt nhiệm vụ.", "ngành y tế"),
        ("Đối với đảng viên sinh viên, năm 2021 có 45 đảng viên hoàn thành tốt nhiệm vụ.", "sinh viên"),
        ("Năm 2021, 85% đảng viên toàn tỉnh hoàn thành tốt nhiệm vụ.", None),
        ("Năm 2021, 85% đảng viên được công nhận hoàn thành tốt nhiệm vụ.", None),
        ("Năm 2021, 85% đảng viên đạt từ hoàn thành tốt nhiệm vụ trở lên.", None),
        ("Năm 2021, toàn tỉnh có 85% đảng viên từ hoàn thành tốt nhiệm vụ trở lên.", None),
        ("Năm 2021, có 320 tổ chức cơ sở đảng trên toàn tỉnh hoàn thành tốt nhiệm vụ.", None),
        ("Năm 2021, có 4.500 đảng viên đang sinh hoạt tại Đảng bộ tỉnh hoàn thành tốt nhiệm vụ.", None),
    ],
)
def test_words_between_subject_and_level_narrow_the_population(text: str, subset: str | None) -> None:
    (fact,) = extract_facts(text, CONTEXT)
    assert fact.subset == subset


def test_those_who_are_not_assessed_stay_a_level_of_the_whole() -> None:
    (fact,) = extract_facts("Năm 2021, có 12 đảng viên được miễn sinh hoạt không xếp loại.", CONTEXT)
    assert (fact.levels, fact.subset) == (("not_assessed",), None)


def test_a_bloc_narrows_all_that_its_part_of_the_sentence_counts() -> None:
    text = (
        "Kết quả xếp loại tổ chức cơ sở đảng năm 2023: khối xã, thị trấn 36 đơn vị, gồm 6 đơn vị hoàn thành xuất sắc"
        " nhiệm vụ, 30 đơn vị hoàn thành tốt nhiệm vụ; khối cơ quan 42 đơn vị, gồm 8 đơn vị hoàn thành xuất sắc nhiệm"
        " vụ, 34 đơn vị hoàn thành tốt nhiệm vụ; 78 đơn vị được đánh giá."
    )
    parts = {fact.value: fact.subset for fact in extract_facts(text)}
    assert {parts[value] for value in (36, 6, 30)} == {"khối xã, thị trấn"}
    assert {parts[value] for value in (42, 8, 34)} == {"khối cơ quan"}
    assert parts[78] is None
