"""The lexicon of the project is sound, and each check fires on a file made to break it."""

import unicodedata
from pathlib import Path

import pytest

from kpi_pipeline.reference.lexicon import CLASSES, lexicon, load_lexicon
from kpi_pipeline.reference.tables import ReferenceDataError

HEAD = "phrase,class,code,notes\n"


def write(folder: Path, text: str, name: str = "words.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_own_lexicon_loads_and_every_entry_is_nfc() -> None:
    entries = [entry for group in lexicon().values() for entry in group]
    assert len(entries) > 1000
    assert all(unicodedata.normalize("NFC", entry.phrase) == entry.phrase for entry in entries)
    assert {entry.kind for entry in entries} <= set(CLASSES)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "chi bộ,subject,nobody,\n", "no code 'nobody'"),
        (HEAD + "chi bộ,animal,other,\n", "class 'animal' is unknown"),
        (HEAD + "chi bộ,subject,subordinate_party_cell,\nChi bộ,unit,body,\n", "in two classes"),
        (HEAD + "toà,scope,district,\ntòa,scope,district,\n", "stands twice"),
        (HEAD + unicodedata.normalize("NFD", "đảng bộ") + ",unit,body,\n", "not in Unicode form NFC"),
        (HEAD + " chi bộ,unit,body,\n", "spaces at its ends"),
        (HEAD + ",unit,body,\n", "is empty"),
        (HEAD + "sở, ban,unit,body,\n", "5 fields"),
        ("phrase,class,notes\nchi bộ,unit,\n", "lacks code"),
        (HEAD.replace(",", ";") + "chi bộ;unit;body;\n", "parted by semicolons; save it with commas"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ReferenceDataError) as caught:
        load_lexicon(write(tmp_path, text))
    assert words in str(caught.value)
    assert "words.csv, line" in str(caught.value)


def test_a_phrase_may_stand_in_two_groups(tmp_path: Path) -> None:
    write(tmp_path, HEAD + "năm,when,this_year,\n", "periods.csv")
    write(tmp_path, HEAD + "năm,noun,duration,\n", "nouns.csv")
    groups = load_lexicon(tmp_path)
    assert [entry.kind for entry in groups["text"]] == ["when"]
    assert [entry.kind for entry in groups["after"]] == ["noun"]


def test_the_class_tells_the_group_whatever_the_file(tmp_path: Path) -> None:
    lines = "tổ dân cư,rated,other,\ncây giống,noun,other_indicator,\n"
    groups = load_lexicon(write(tmp_path, HEAD + lines, "mine.csv"))
    assert [entry.phrase for entry in groups["rated"]] == ["tổ dân cư"]
    assert [entry.phrase for entry in groups["after"]] == ["cây giống"]
    assert groups["text"] == ()


def test_lines_of_notes_are_skipped(tmp_path: Path) -> None:
    groups = load_lexicon(write(tmp_path, HEAD + "# a note\nchi bộ,unit,body,\n"))
    assert [entry.line for entry in groups["text"]] == [3]
