"""What the guide says about adding things is true: its steps are followed in a copy of the project, word for word."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.conftest import PROJECT
from kpi_pipeline_tests.lake_input import ask

GUIDE = PROJECT / "docs/guide/extending.md"
STEP = re.compile(r"^`([^`\n]+)`(?:, a new file)?:$|^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
READ = """
import sys
from kpi_pipeline.extraction import PageContext, extract_facts
for fact in extract_facts(sys.argv[1], PageContext("2023-01-15", True)):
    print(fact.value, fact.province, fact.subject, fact.indicator, sep=";")
"""
ASSET = """
import json
from dagster import AssetKey
from kpi_pipeline.definitions import defs
graph = defs.resolve_asset_graph()
node = graph.get(AssetKey(["pages_by_source"]))
checks = [key.name for key in graph.asset_check_keys if key.asset_key == node.key]
columns = [column.name for column in node.metadata["dagster/column_schema"].columns]
print(json.dumps([[key.to_user_string() for key in node.parent_keys], checks, columns, node.owners]))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project, as far as it runs."""
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("kpi_pipeline", "dbt_like_sql"):
        shutil.copytree(PROJECT / folder, tmp_path / "project" / folder, ignore=ignored)
    return tmp_path / "project"


def section(title: str) -> str:
    """A section of the guide, without its heading."""
    [found] = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return str(found)


def steps(title: str) -> Iterator[tuple[str, str, str]]:
    """The steps of a section: the file, the kind of block, the block."""
    path = ""
    for named, kind, block in STEP.findall(section(title)):
        path = named or path
        if block:
            yield path, kind, block


def follow(copy: Path, title: str, first: int | None = None) -> int:
    """Do what a section says, or the first of its steps; how many steps that were."""
    found = list(steps(title))[:first]
    for name, kind, block in found:
        path = copy / name
        if kind != "diff":
            assert not path.exists(), name
            path.write_text(block, encoding="utf-8")
            continue
        lines = block.splitlines(keepends=True)
        before = "".join(line[1:] or "\n" for line in lines if not line.startswith("+"))
        after = "".join(line[1:] or "\n" for line in lines if not line.startswith("-"))
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{name}: {before!r} stands {text.count(before)} times"
        path.write_text(text.replace(before, after), encoding="utf-8")
    return len(found)


def call(copy: Path, *arguments: object, **variables: str) -> str:
    """The output of Python in the copy, which must not fail."""
    done = called(copy, *arguments, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def called(copy: Path, *arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


@pytest.mark.parametrize(
    ("title", "fact"),
    [
        ("A province's alias", "31.0;VN-28;party_member;task_completion_rating"),
        ("An indicator", "17.0;None;party_member;training_course"),
        ("A subject", "40.0;None;cooperative_nursery;task_completion_rating"),
    ],
)
def test_a_code_or_an_alias(copy: Path, title: str, fact: str) -> None:
    [text] = re.findall(r'^"(Năm .*?)" now', section(title), re.MULTILINE)
    assert fact not in call(copy, "-c", READ, text)
    assert follow(copy, title) > 0
    assert fact in call(copy, "-c", READ, text)


def test_a_rule(copy: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(
        "Nhìn lại chặng đường\n\nNăm 1949, toàn tỉnh Gia Lai có 31 đảng viên hoàn thành tốt nhiệm vụ.\n"
        "Năm 2021, toàn tỉnh Gia Lai có 32 đảng viên hoàn thành tốt nhiệm vụ.\n",
        encoding="utf-8",
    )
    explain = ("-m", "kpi_pipeline.cli", "explain", page, "--all")
    assert "period_too_early" not in call(copy, *explain)
    assert follow(copy, "A rule") == 3
    told = call(copy, *explain)
    assert told.count("period_too_early: The period ends in 1949.") == 1
    assert "Open the page at the sentence: correct the period" in " ".join(told.split())


def test_a_mart_without_a_contract_is_refused_with_what_to_do(copy: Path) -> None:
    assert follow(copy, "A mart", first=2) == 2
    done = called(copy, "-c", ASSET)
    assert done.returncode == 1
    assert "The mart pages_by_source has no contract: write one" in done.stderr


@pytest.mark.slow
def test_a_mart(copy: Path, copied: Home) -> None:
    assert follow(copy, "A mart") == 4
    parents, checks, columns, owners = json.loads(call(copy, "-c", ASSET))
    assert parents == ["dim_page"]
    assert checks == ["contract"]
    assert columns == ["source_kind", "n_pages"]
    assert owners == ["team:tables"]
    call(copy, "-m", "kpi_pipeline.cli", "run", KPI_HOME=str(copied.root))
    warehouse = copied.published / "warehouse.duckdb"
    rows = ask(warehouse, "SELECT sum(n_pages) AS n FROM marts.pages_by_source")
    assert rows == ask(warehouse, "SELECT count(*) AS n FROM marts.dim_page")
    assert (copied.published / "csv" / "pages_by_source.csv").exists()
