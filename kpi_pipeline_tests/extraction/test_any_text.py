"""Any text at all: nothing raises, every fact is grounded, every number accounted for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_pipeline.extraction import extract
from kpi_pipeline_tests.extraction.test_cases import assert_grounded_and_accounted, cases

TEXTS = [case["text"] for case in cases()]
BITS = ["%", " ", "\n", ",", ".", ";", ":", "(", ")", "/", " | ", "12", "3,5%", "2020"]
BITS += ["trong đó ", "không có ", "năm "]


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_random_text(text: str) -> None:
    assert_grounded_and_accounted(text, extract(text))


@given(st.sampled_from(TEXTS), st.lists(st.tuples(st.integers(0, 600), st.sampled_from([*BITS, ""])), max_size=12))
@settings(max_examples=250, deadline=None)
def test_mutated_text(text: str, changes: list[tuple[int, str]]) -> None:
    for anywhere, bit in changes:
        place = anywhere % (len(text) or 1)
        text = text[:place] + bit + text[place + 1 :]
    assert_grounded_and_accounted(text, extract(text))
    assert extract(text) == extract(text)


@pytest.mark.parametrize("unit", ["12,5% ", "chi bộ, ", "1/2 ", "(", "9", ".", "5 đảng viên hoàn thành tốt nhiệm vụ; "])
def test_a_long_line(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    assert_grounded_and_accounted(text, extract(text))
