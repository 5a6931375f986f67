"""Generated pages: extraction gives back exactly the facts that went in, from the article, the HTML and the capture.

A failing page is named by its seed; `make_page(seed)` makes it again.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from kpi_pipeline.cleaning import clean
from kpi_pipeline.extraction import Extraction, PageContext, extract
from kpi_pipeline_tests.extraction.test_cases import assert_grounded_and_accounted
from kpi_pipeline_tests.page_generator import GeneratedPage, generate_pages, make_page, templates, write_folder

FIELDS = (
    "province", "scope", "subject", "indicator", "levels", "measure", "value", "comparator", "base", "period_start",
    "period_end", "annual", "modality",
)  # fmt: skip
WAYS = ("article", "html", "capture")
PAGES, ROUND = 60, 12
MANY, BATCH = 2000, 100


def _key(fact: Mapping[str, object]) -> str:
    shown = {**{name: fact[name] for name in FIELDS}, "value": round(float(str(fact["value"])), 4)}
    return json.dumps(shown, ensure_ascii=False)


def _read(page: GeneratedPage, way: str) -> tuple[str, Extraction]:
    known = (page.published_on, True, page.url, page.source_province)
    if way == "article":
        return page.article, extract(page.article, PageContext(*known, title=page.title))
    content = page.html if way == "html" else page.capture.encode()
    document = clean(content, "text/html" if way == "html" else "text/plain", page.url)
    assert document.status == "ok", f"{page.page_id} ({way}): {document.reason}"
    cues = tuple((cue.kind, cue.text) for cue in document.cues)
    return document.text, extract(document.text, PageContext(*known, title=document.title, cues=cues))


def _difference(page: GeneratedPage, way: str) -> list[str]:
    """What was missed and what was invented, each with the sentence it stands in; empty where all is well."""
    text, found = _read(page, way)
    assert_grounded_and_accounted(text, found)
    wanted = {_key(fact): piece for piece in page.pieces for fact in piece.facts}
    said = {_key(fact.as_record(page.page_id)): fact for fact in found.facts}
    missed = [
        f"{page.page_id} ({way}) {wanted[key].template} missed {key}\n    {wanted[key].text}"
        for key in sorted(wanted.keys() - said.keys())
    ]
    invented = [
        f"{page.page_id} ({way}) invented {key}\n    {text[said[key].sentence_start : said[key].sentence_end]}"
        for key in sorted(said.keys() - wanted.keys())
    ]
    return missed + invented


def _assert_read_back(pages: list[GeneratedPage], way: str) -> None:
    differences = [line for page in pages for line in _difference(page, way)]
    assert not differences, "\n".join(differences[:20])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(PAGES // ROUND))
def test_generated_facts_are_read_back(seed: int, way: str) -> None:
    _assert_read_back(list(generate_pages(seed, ROUND)), way)


@pytest.mark.parametrize("way", WAYS)
def test_full_pages_are_read_back(way: str) -> None:
    _assert_read_back(list(generate_pages(100, 6, size="realistic", relevant=0.7)), way)


@pytest.mark.parametrize("name", sorted(templates()))
def test_each_construction_is_read_back(name: str) -> None:
    pages = [make_page(f"{name}-{number}", only=(name,)) for number in range(12)]
    _assert_read_back(pages, "article")
    assert any(page.facts for page in pages)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(1000, 1000 + MANY // BATCH))
def test_many_generated_facts_are_read_back(seed: int, way: str) -> None:
    _assert_read_back(list(generate_pages(seed, BATCH, relevant=0.9)), way)


@pytest.mark.parametrize("way", WAYS)
def test_shapes_known_to_be_misread_are_grounded_and_accounted_for(way: str) -> None:
    for page in generate_pages(8, 20, hard=True):
        assert_grounded_and_accounted(*_read(page, way))


def test_pages_of_other_news_give_nothing() -> None:
    pages = list(generate_pages(7, 20, relevant=0.0))
    assert not any(page.facts for page in pages)
    _assert_read_back(pages, "article")


def test_the_same_seed_makes_the_same_pages() -> None:
    assert list(generate_pages(5, 4)) == list(generate_pages(5, 4))
    assert list(generate_pages(5, 4)) != list(generate_pages(6, 4))
    assert make_page("5-3") == list(generate_pages(5, 4))[3]


def test_a_folder_holds_pages_manifest_and_expected_facts(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "pages", 3, 8, "mixed", "small")
    rows = (folder / "manifest.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "file,url,captured_at,published_on,source_province"
    names = [row.split(",")[0] for row in rows[1:]]
    assert [(folder / name).is_file() for name in names] == [True] * 8
    assert {Path(name).suffix for name in names} == {".html", ".txt"}
    expected = [json.loads(line) for line in (folder / "expected_facts.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {fact["page"] for fact in expected} <= {Path(name).stem for name in names}
    assert len(expected) == sum(len(page.facts) for page in generate_pages(3, 8))
