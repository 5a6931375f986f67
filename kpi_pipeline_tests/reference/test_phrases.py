"""Phrases are found where they stand, however the words around them are parted."""

import pytest

from kpi_pipeline.reference.phrases import Finder, Vocabulary

VOCABULARY = Vocabulary(["hoà bình", "chi bộ"])
FINDER = Finder(VOCABULARY, ["hoà bình", "chi bộ"])


@pytest.mark.parametrize(
    "around",
    ["{} x", "x {}", "x\n{}\nx", "\n{}", "x\n\n{}", "x \n{}", "x\n {}", "x  {}", "\xa0x\n{}", "x\xa0\n{}", "(x),{};12",
     "x" * 300 + " {}", "x" * 300 + "\n{}", "x" * 254 + "\n{} " + "x" * 255 + " y"],
)  # fmt: skip
def test_a_phrase_is_found_where_it_stands(around: str) -> None:
    text = around.format("Hòa bình") + " và " + around.format("chi bộ")
    spelled = VOCABULARY.spell(text)
    assert [(text[start:end], phrase) for start, end, phrase in FINDER.find(spelled)] == [
        ("Hòa bình", 0),
        ("chi bộ", 1),
    ]
    assert len(spelled.folded) == len(text)


@pytest.mark.parametrize("between", ["\n", " \n ", ", ", "."])
def test_a_phrase_does_not_run_over_a_break_or_a_mark(between: str) -> None:
    assert FINDER.find(VOCABULARY.spell(f"chi{between}bộ")) == []


def test_a_text_is_spelled_alike_the_second_time() -> None:
    text = "Chi bộ 12 ở\nHòa Bình, 3.456 người"
    first, second = VOCABULARY.spell(text), VOCABULARY.spell(text)
    assert (first.codes, list(first.starts), list(first.lengths)) == (
        second.codes, list(second.starts), list(second.lengths),
    )  # fmt: skip
    assert [text[place:][:5] for place in first.places(VOCABULARY.numbers)] == ["12 ở\n", "3.456", "456 n"]
