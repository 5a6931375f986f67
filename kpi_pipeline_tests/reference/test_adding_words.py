"""What the guide says about adding words and sources is true: each works after one line, and a bad line is named."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kpi_pipeline
from kpi_pipeline.reference.lexicon import load_lexicon
from kpi_pipeline.reference.sources import load_sources
from kpi_pipeline.reference.tables import LEXICON, ReferenceDataError

PACKAGE = Path(kpi_pipeline.__file__).parent
GUIDE = PACKAGE.parent / "docs" / "guide" / "lexicon.md"
HEAD = "phrase,class,code,notes\n"
LEXICON_FILES = "reference/lexicon"
READ = """
import sys
from kpi_pipeline.extraction import PageContext, extract_facts
for fact in extract_facts(sys.argv[1], PageContext("2023-01-15", True, "https://tin.baomuongpha.vn/1")):
    print(fact.value, fact.subject, "+".join(fact.levels), fact.indicator, fact.province, sep=";")
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package, as an analyst would change it."""
    return Path(shutil.copytree(PACKAGE, tmp_path / "kpi_pipeline", ignore=shutil.ignore_patterns("__pycache__")))


def call(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=copy.parent, env=environment, capture_output=True, text=True, check=False
    )


def read(copy: Path, text: str) -> list[str]:
    done = call(copy, "-c", READ, text)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


def add(copy: Path, file: str, line: str) -> None:
    path = copy / file
    before = path.read_text(encoding="utf-8") if path.exists() else HEAD
    path.write_text(before.rstrip("\n") + f"\n{line}\n", encoding="utf-8")


RATED = "task_completion_rating"


@pytest.mark.parametrize(
    ("file", "line", "text", "fact"),
    [
        (
            f"{LEXICON_FILES}/mine.csv",
            "tổ hợp vườn ươm,subject,agency,a phrase in a file of one's own",
            "Năm 2022, tỉnh có 40 tổ hợp vườn ươm hoàn thành tốt nhiệm vụ.",
            f"40.0;agency;good;{RATED};None",
        ),
        (
            f"{LEXICON_FILES}/levels.csv",
            "httnvq,level,good,an abbreviation",
            "Năm 2022, tỉnh có 31 đảng viên HTTNVQ.",
            f"31.0;party_member;good;{RATED};None",
        ),
        (
            f"{LEXICON_FILES}/indicators.csv",
            "chào đón,indicator,party_members_admitted,a verb",
            "Năm 2022, tỉnh chào đón 17 đảng viên.",
            "17.0;party_member;;party_members_admitted;None",
        ),
        (
            "reference/data/source_domains.csv",
            "baomuongpha.vn,VN-27,provincial_newspaper,yes,public_list,a source",
            "Năm 2022, tỉnh có 31 đảng viên hoàn thành tốt nhiệm vụ.",
            f"31.0;party_member;good;{RATED};VN-27",
        ),
    ],
    ids=["phrase", "abbreviation", "verb", "source"],
)
def test_one_line_is_enough(copy: Path, file: str, line: str, text: str, fact: str) -> None:
    assert fact not in read(copy, text)
    add(copy, file, line)
    assert fact in read(copy, text)


def test_the_lines_of_the_guide_are_sound(tmp_path: Path) -> None:
    shown = re.findall(r"^ *```\n(.*?)^ *```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[0]
    lines = [line.strip() for line in shown.strip().split("\n")]
    folder = Path(shutil.copytree(LEXICON, tmp_path / "lexicon"))
    (folder / "mine.csv").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    mine = [entry.phrase for group in load_lexicon(folder).values() for entry in group if entry.file == "mine.csv"]
    assert mine == [line.partition(",")[0] for line in lines]
    assert len(mine) > 2


def refused_lines() -> list[tuple[str, str]]:
    """The pairs of a bad line and its message in the guide."""
    pairs = re.findall(r"^\| `([^`]+)` \| (.+?) \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(pairs) > 5
    return pairs


@pytest.mark.parametrize(("line", "message"), refused_lines())
def test_a_bad_line_is_refused_as_the_guide_says(tmp_path: Path, line: str, message: str) -> None:
    folder = Path(shutil.copytree(LEXICON, tmp_path / "lexicon"))
    (folder / "mine.csv").write_text(f"{HEAD}{line}\n", encoding="utf-8")
    with pytest.raises(ReferenceDataError) as caught:
        load_lexicon(folder)
    assert message in str(caught.value)
    assert re.search(r"\.csv, line \d+", str(caught.value))


def test_a_bad_line_is_told_on_the_command_line(copy: Path) -> None:
    add(copy, f"{LEXICON_FILES}/subjects.csv", "tổ hợp vườn ươm,subject,nursery,")
    done = call(copy, "-m", "kpi_pipeline.cli", "score")
    assert done.returncode == 2, done.stderr
    assert "subjects.csv, line" in done.stderr
    assert "has no code 'nursery'" in done.stderr
    assert "Traceback" not in done.stderr


BAD_SOURCES = {
    "baomuongpha.vn,VN-99,provincial_newspaper,yes,list,": "'VN-99' is no code of provinces.csv",
    "baomuongpha.vn,VN-27,my_kind,yes,list,": "kind 'my_kind' is unknown; use one of government_portal,",
    "baomuongpha.vn,VN-27,provincial_newspaper,maybe,list,": "seen is 'maybe'; write yes or no",
    "www.baomuongpha.vn,VN-27,provincial_newspaper,yes,list,": "is no bare host; write it like 'baomuongpha.vn'",
    "https://baomuongpha.vn/,VN-27,provincial_newspaper,yes,list,": "is no bare host; write it like 'baomuongpha.vn'",
    "angiang.gov.vn,VN-27,provincial_newspaper,yes,list,": "'angiang.gov.vn' stands twice (see line 2)",
}


@pytest.mark.parametrize("line", BAD_SOURCES)
def test_a_bad_source_is_refused(tmp_path: Path, line: str) -> None:
    path = Path(shutil.copy(PACKAGE / "reference/data/source_domains.csv", tmp_path / "source_domains.csv"))
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(ReferenceDataError) as caught:
        load_sources(path)
    assert BAD_SOURCES[line] in str(caught.value)
    assert re.match(r"source_domains\.csv, line \d+: ", str(caught.value))


@pytest.mark.parametrize(
    ("file", "line", "message"),
    [
        ("reference/data/source_domains.csv", "xx.vn,VN-99,party_paper,yes,list,", "'VN-99' is no code"),
        ("reference/data/subjects.csv", "nursery,other,,Vườn ươm,Nursery", "but not in codes.py: add it there"),
    ],
    ids=["source", "subject"],
)
@pytest.mark.parametrize("command", ["score", "extract"])
def test_a_bad_reference_file_is_told_at_once(copy: Path, file: str, line: str, message: str, command: str) -> None:
    add(copy, file, line)
    page = copy.parent / "page.txt"
    page.write_text("Năm 2022, tỉnh có 31 đảng viên hoàn thành tốt nhiệm vụ.", encoding="utf-8")
    done = call(copy, "-m", "kpi_pipeline.cli", command, *([str(page)] if command == "extract" else []))
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
