"""The first steps of the guide, run as they are written: each command, and each line that it says comes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.conftest import PROJECT, call_kpi

GUIDE = PROJECT / "docs/guide/first-steps.md"
ARTICLE = PROJECT / "kpi_pipeline/sample_pages/pages/vinh-phuc-bang-cap-xa-2020-2021.html"


def console() -> list[tuple[str, list[str]]]:
    """The commands of the guide in order, each with the lines that must come."""
    steps: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ kpi "):
                steps.append((line.removeprefix("$ kpi "), []))
            else:
                steps[-1][1].append(line)
    return steps


def test_the_first_steps_go_as_written(copied: Home, tmp_path: Path) -> None:
    pages = tmp_path / "my-pages"
    pages.mkdir()
    words = ARTICLE.read_text(encoding="utf-8").replace("Vĩnh Phúc", "Cao Bằng").replace("vinhphuc", "caobang")
    (pages / "my-article.html").write_text(words, encoding="utf-8")
    steps = console()
    assert len(steps) == 7
    for command, lines in steps:
        arguments = [str(pages) if word == "my-pages" else word for word in shlex.split(command)]
        done = call_kpi(copied.root, *arguments)
        assert done.returncode == 0, f"kpi {command}: {done.stdout}{done.stderr}"
        assert lines
        for line in lines:
            pattern = ".*".join(re.escape(part.strip()) for part in line.split("…"))
            assert re.search(pattern, done.stdout), f"kpi {command} did not print {line!r}:\n{done.stdout}"
