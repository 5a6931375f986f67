"""The pages on how to connect: every command, script and query of ours that can run here is run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.clients.conftest import Server
from kpi_pipeline_tests.conftest import PROJECT

PAGES = sorted((PROJECT / "docs" / "bi").glob("*.md"))
BLOCK = re.compile(r"^```(sh|python|sql)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = {page.name: found for page in PAGES if (found := BLOCK.findall(page.read_text(encoding="utf-8")))}

HOME, SERVER = "/data/kpi", "@db.example/"
"""What stands in the pages for KPI_HOME and for the server."""


def test_the_pages_that_promise_it_have_commands() -> None:
    assert {"duckdb.md", "psql.md", "superset.md", "excel.md", "tableau.md"} == set(BLOCKS)


@pytest.mark.parametrize("page", BLOCKS)
def test_what_a_page_tells_to_type_works(page: str, sampled: Home, server: Server, tmp_path: Path) -> None:
    folders = [str(Path(sys.executable).parent), str(server.psql.parent), os.environ["PATH"]]
    environment = {**os.environ, "PATH": os.pathsep.join(folders), "PGHOST": server.socket}
    for kind, block in BLOCKS[page]:
        text = block.replace(HOME, str(sampled.root)).replace(SERVER, "@/")
        if kind == "python":
            command = [sys.executable, "-c", text]
        elif kind == "sh":
            command = ["bash", "-euc", text]
        else:
            opened = [] if "ATTACH" in text else ["-readonly", str(sampled.published / "warehouse.duckdb")]
            command = ["duckdb", *opened, "-c", text]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{page}: {block}\n{done.stdout}{done.stderr}"
        assert done.stdout.strip(), f"{page}: {block} says nothing"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_tool_says_what_was_tried_and_what_a_new_release_means(page: Path) -> None:
    text = " ".join(page.read_text(encoding="utf-8").split())
    assert re.search(r"[Tt]ried by us|are run by the tests", text), "say what was tried and what is from a manual"
    assert re.search(r"new release|A publication does|opens? it anew", text, re.IGNORECASE)
