"""The guide to the published files: it names all there are, and what it says to do works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from kpi_pipeline.publication import csv_files
from kpi_pipeline.publication.inspection import LOOKS
from kpi_pipeline_tests.conftest import PROJECT

GUIDE = (PROJECT / "docs" / "guide" / "published-files.md").read_text(encoding="utf-8")


def _snippet(word: str) -> str:
    [found] = [code for code in re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL) if word in code]
    return str(found)


def test_every_file_is_in_the_guide(release: Path) -> None:
    named = set(re.findall(r"`([\w./<>]+)`", GUIDE))
    for path in release.iterdir():
        assert any(name.split("/")[0] == path.name for name in named), path.name


def test_every_check_is_in_the_guide() -> None:
    assert {"readable", *LOOKS} == set(re.findall(r"^\| `([a-z_]+)` \|", GUIDE, flags=re.MULTILINE))


def test_the_texts_come_back_as_the_guide_says() -> None:
    told: dict[str, Any] = {}
    exec(_snippet("def plain"), told)
    for cell in ("'=1", "''xã'", "a;'=1;'+2", "'\t'=1", "xã\n'-5", "không có gì"):
        assert told["plain"](cell) == csv_files.plain(cell)


def test_sdmx_is_read_as_the_guide_says(release: Path) -> None:
    code = _snippet("pysdmx").replace('"sdmx/', f'"{release}/sdmx/')
    told: dict[str, Any] = {}
    exec(code, told)
    assert len(told["dataset"].data) > 0
