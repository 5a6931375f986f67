"""The five real captures: every figure of their facts is kept, what stands around the articles is not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kpi_pipeline.cleaning import clean

BEGINNINGS = {
    "000": "Hòa Bình: Nâng cao",
    "001": "Đảng bộ Các cơ quan tỉnh quyết tâm",
    "002": "Hải Dương tăng cường",
    "003": None,
    "004": "Hội nghị tổng kết 5 năm",
}
FURNITURE = {
    "000": ["• ", "Đà Lạt", "20/08/2022", "Ảnh 1"],
    "001": ["CÙNG CHUYÊN MỤC", "005152", "70298", "Chia sẻ", "Skip to"],
    "002": ["01/04/2023", "362 lượt", "16:29", "Tin cùng", "Xem tin"],
    "003": ["Bình luận"],
    "004": ["Skip to", "Xuất PDF", "Add new", "HTML tags", "Đánh giá"],
}
PARAGRAPHS = {"000": 20, "001": 11, "002": 14, "003": 11, "004": 6}
CUES = {"001": ("source_line", "Nguồn: https://backan.gov.vn/"), "002": ("source_line", "Theo nhandan.vn")}


@pytest.mark.parametrize("number", BEGINNINGS)
def test_a_seed_page(seeds: Path, number: str) -> None:
    [file] = seeds.glob(f"{number}_*.txt")
    document = clean(file.read_bytes())
    beginning = BEGINNINGS[number]
    assert (document.status, document.language, document.encoding) == ("ok", "vi", "utf-8")
    assert document.title is None if beginning is None else str(document.title).startswith(beginning)
    assert len(document.paragraphs) == PARAGRAPHS[number]
    for furniture in FURNITURE[number]:
        assert furniture not in document.text
    if number in CUES:
        assert CUES[number] in [(cue.kind, cue.text) for cue in document.cues]


def test_every_figure_of_the_gold_is_kept(seeds: Path) -> None:
    facts = [json.loads(line) for line in (seeds / "gold.jsonl").read_text("utf-8").splitlines()]
    texts = {file.stem: clean(file.read_bytes()).text for file in seeds.glob("*.txt")}
    assert facts
    for fact in facts:
        value = fact["value"]
        forms = [f"{value:g}".replace(".", ","), f"{value:g}".replace(".", ", "), f"{int(value):,}".replace(",", ".")]
        forms += ["một"] if value == 1 else []
        pattern = "|".join(rf"(?<![\d.,]){re.escape(form)}(?![\d])" for form in forms)
        assert re.search(pattern, texts[fact["page"]]), (fact["page"], value)


def test_every_sentence_with_a_figure_is_kept(seeds: Path) -> None:
    for file in sorted(seeds.glob("*.txt")):
        kept = clean(file.read_bytes()).text
        lines = [" ".join(line.split()) for line in file.read_text("utf-8").splitlines()]
        sentences = [line for line in lines if len(line.split()) >= 15 and re.search(r"\d", line)]
        sentences = [line for line in sentences if not re.search(r"Ảnh \d\.$", line)]
        assert sentences
        for sentence in sentences:
            assert sentence in kept
