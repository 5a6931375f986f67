"""Gold sets: those that ship, and what is said about one that is not as it must be."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from kpi_pipeline.accuracy import REGISTRY, GoldError, gold_at, read_cases, registered
from kpi_pipeline.sample_pages import FOLDER, MANIFEST, PAGES
from kpi_pipeline_tests.accuracy.gold_input import SENTENCE, case, fact, write_lines, write_registry


def test_the_shipped_sets_say_that_they_were_tuned_on() -> None:
    sets = {gold.name: gold for gold in registered()}
    assert {"authored", "mechanisms", "samples"} <= set(sets)
    assert [sets[name].kind for name in ("authored", "mechanisms", "samples")] == ["cases", "cases", "pages"]
    assert all(sets[name].tuned for name in ("authored", "mechanisms", "samples"))
    assert len(sets["samples"].facts) == len(list(PAGES.iterdir()))
    assert all(gold.about for gold in sets.values())


def test_one_shipped_set_was_never_tuned_on_and_shares_no_text_with_those_that_were() -> None:
    sets = {gold.name: gold for gold in registered()}
    assert sets["heldout"].tuned is False
    texts = {
        name: {json.loads(line)["text"] for line in (REGISTRY / f"{name}.jsonl").read_text("utf-8").splitlines()}
        for name in ("heldout", "authored", "mechanisms")
    }
    assert len(texts["heldout"]) == 19
    assert not texts["heldout"] & (texts["authored"] | texts["mechanisms"])


def test_every_file_of_the_registry_is_registered() -> None:
    with (REGISTRY / "sets.csv").open(encoding="utf-8", newline="") as file:
        named = {(REGISTRY / row["path"]).resolve() for row in csv.DictReader(file)}
    assert set(REGISTRY.glob("*.jsonl")) <= named


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"indicator": "ratng"}, "indicator 'ratng'"),
        ({"levels": ["fair"]}, "levels"),
        ({"levels": "excellent"}, "levels"),
        ({"indicator": "population"}, "levels"),
        ({"value": "40"}, "value '40'"),
        ({"value": True}, "value True"),
        ({"value": float("nan")}, "value nan"),
        ({"province": "VN-99x"}, "province"),
        ({"period_end": 2021.5}, "period_end"),
        ({"period_start": "thang 7"}, "period_start"),
        ({"doubt": "yes"}, "doubt"),
        ({"base": 7}, "base"),
        ({"comparator": "="}, "comparator"),
        ({"subject": None}, "subject"),
    ],
)
def test_a_fact_that_is_no_fact_record_is_refused(tmp_path: Path, fields: dict[str, Any], told: str) -> None:
    path = write_lines(tmp_path / "mine.jsonl", case("a", fact()), case("b", fact(), fact(**fields)))
    with pytest.raises(GoldError, match=r"line 2, fact 2") as error:
        gold_at(path)
    assert told in str(error.value)


def test_a_fact_without_a_field_is_refused(tmp_path: Path) -> None:
    bare = {name: value for name, value in fact().items() if name != "scope"}
    with pytest.raises(GoldError, match="lacks scope"):
        gold_at(write_lines(tmp_path / "mine.jsonl", case("a", bare)))


def test_cases_tell_what_could_not_be_used(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    write_lines(
        path,
        case("a"),
        {"id": "b"},
        case("a"),
        case("c", context={"published_on": "2/2/2022", "province": "Gia Lai", "url": 7, "site": "x"}),
        case("d", context=None),
        {"id": "e", "text": "x\u2028y"},
    )
    with path.open("a", encoding="utf-8") as file:
        file.write("\n[1]\n{broken\n")
    found, problems = read_cases(path)
    assert [one.id for one in found] == ["a", "c", "d", "e"]
    assert [(one.published_on, one.province, one.url) for one in found[1:3]] == [(None, None, None)] * 2
    assert found[0].context.day == "2022-02-02"
    told = "\n".join(problems)
    for words in (
        "line 2",
        "line 3: the id a",
        "2/2/2022",
        "Gia Lai",
        "url 7",
        "site was left out",
        "line 8",
        "line 9",
    ):
        assert words in told, words
    assert len(problems) == 8


def test_a_text_is_read_in_composed_form(tmp_path: Path) -> None:
    import unicodedata

    path = write_lines(tmp_path / "nfd.jsonl", case("a", text=unicodedata.normalize("NFD", SENTENCE)))
    assert read_cases(path)[0][0].text == SENTENCE


@pytest.mark.parametrize("content", [None, b"\xff\xfe{"])
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "cases.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GoldError, match=r"cases\.jsonl"):
        read_cases(path)


def samples_in(folder: Path) -> Path:
    """The sample pages laid out flat, as a collector of gold has them."""
    shutil.copytree(PAGES, folder)
    shutil.copy(MANIFEST, folder / "manifest.csv")
    shutil.copy(FOLDER / "expected_facts.jsonl", folder / "gold.jsonl")
    return folder


def test_a_folder_of_pages_is_a_gold_set(tmp_path: Path) -> None:
    folder = samples_in(tmp_path / "flat")
    gold = gold_at(folder)
    shipped = next(found for found in registered() if found.name == "samples")
    assert (gold.name, gold.kind, gold.tuned) == ("flat", "pages", None)
    assert gold.facts == shipped.facts
    assert gold.said() == shipped.said()


def test_gold_of_a_page_that_is_not_there_is_refused(tmp_path: Path) -> None:
    folder = samples_in(tmp_path / "flat")
    (folder / "phu-tho-cap-xa-2021.html").unlink()
    with pytest.raises(GoldError, match="there is no page phu-tho-cap-xa-2021"):
        gold_at(folder)


def test_two_pages_of_one_name_are_refused(tmp_path: Path) -> None:
    folder = samples_in(tmp_path / "flat")
    shutil.copy(folder / "phu-tho-cap-xa-2021.html", folder / "phu-tho-cap-xa-2021.htm")
    with pytest.raises(GoldError, match="two pages"):
        gold_at(folder)


def test_a_folder_without_gold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"gold\.jsonl"):
        gold_at(tmp_path)


@pytest.mark.parametrize("changed", ["phu-tho-cap-xa-2021.html", "manifest.csv", "gold.jsonl"])
def test_any_change_of_a_set_changes_its_digest(tmp_path: Path, changed: str) -> None:
    folder = samples_in(tmp_path / "flat")
    before = gold_at(folder).digest
    assert gold_at(folder).digest == before
    (folder / changed).write_bytes((folder / changed).read_bytes() + b"\n")
    assert gold_at(folder).digest != before


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Mine,mine.jsonl,cases,no,x", "'Mine'"),
        ("mine,mine.jsonl,pages,no,x", "'pages'"),
        ("mine,mine.jsonl,cases,perhaps,x", "'perhaps'"),
        ("mine,gone.jsonl,cases,no,x", "gone.jsonl"),
    ],
)
def test_a_bad_line_of_the_registry_is_one_sentence(tmp_path: Path, row: str, told: str) -> None:
    registry = write_registry(tmp_path / "gold", [], mine=[case()])
    (registry / "sets.csv").write_text(f"name,path,kind,tuned,about\n{row}\n", encoding="utf-8")
    with pytest.raises(GoldError) as error:
        registered(registry)
    assert told in str(error.value)
