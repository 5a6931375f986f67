"""Every construction of the catalogue has an authored case that is read in full, or a line that says why not."""

import re
from pathlib import Path

import pytest

from kpi_pipeline.accuracy import GoldError, gold_at, match
from kpi_pipeline.accuracy.constructions import AUTHORED, CATALOGUE, Construction, constructions
from kpi_pipeline.reference.codes import INDICATORS

HEAD = "construction,group,rating_pages,all_pages,what,but\n"
CASE = '{"id": "x1", "construction": "dist-zero", "text": "", "facts": []}\n'
STUDIED = Path(__file__).resolve().parents[3] / "shared" / "constructions.md"


@pytest.fixture(scope="module")
def misread() -> set[str]:
    """Ids of the authored cases in which a sure fact is missed or anything is invented, by all that a fact says."""
    gold = gold_at(AUTHORED)
    compared = match(gold.facts, gold.said(), INDICATORS, "full")
    return {case for case, _ in (*compared.missed, *compared.invented)}


@pytest.mark.parametrize("construction", constructions(), ids=lambda construction: construction.code)
def test_a_construction_is_covered_or_says_why_not(construction: Construction, misread: set[str]) -> None:
    read = set(construction.cases) - misread
    assert read or construction.but, f"{construction.code}: no case of {construction.cases} is read in full"
    named = {case for case in construction.cases if case in re.findall(r"\w+", construction.but)}
    assert named == set(construction.cases) & misread, "`but` names exactly the cases that are not read in full"
    if construction.cases and not named:
        assert not construction.but, "all cases are read: the reason why not is out of date"


def test_the_catalogue_describes_each_construction_in_a_sentence() -> None:
    for construction in constructions():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", construction.code)
        assert construction.what.endswith(".")
        assert construction.group
    assert len(constructions()) > 100


def test_the_catalogue_has_all_constructions_that_were_studied() -> None:
    if not STUDIED.is_file():
        pytest.skip(f"the study of the constructions is not here: {STUDIED.name}")
    studied = re.findall(r"^\*\*`([a-z-]+)`\*\*", STUDIED.read_text(encoding="utf-8"), re.MULTILINE)
    assert [construction.code for construction in constructions()] == studied


@pytest.mark.parametrize(
    ("catalogue", "cases", "words"),
    [
        ("dist-zero,Distributions,11,,None.,\n" * 2, CASE, "line 3: dist-zero stands there twice"),
        ("dist-zero,Distributions,eleven,,None.,\n", CASE, "line 2: 'eleven' is no whole percentage"),
        ("dist-list,Distributions,,,Lists.,\n", CASE, "add the construction to constructions.csv"),
        ("dist-zero,Distributions,11,,None.,\n", '{"id": "x1"}\n', "line 1: the case names no construction"),
    ],
)
def test_a_broken_catalogue_is_refused(tmp_path: Path, catalogue: str, cases: str, words: str) -> None:
    (tmp_path / CATALOGUE.name).write_text(HEAD + catalogue, encoding="utf-8")
    (tmp_path / AUTHORED.name).write_text(cases, encoding="utf-8")
    with pytest.raises(GoldError, match=re.escape(words)):
        constructions(tmp_path / CATALOGUE.name, tmp_path / AUTHORED.name)
