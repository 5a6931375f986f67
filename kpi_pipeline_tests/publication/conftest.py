"""A release as readers find it, made once: a few provinces, sources that disagree, and texts that mean harm."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from kpi_pipeline.publication.release import publish
from kpi_pipeline_tests.lake_input import LakeInput

DAY = "2023-04-02"
HOSTILE = '=HYPERLINK("http://x";"bấm vào đây")'


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> LakeInput:
    """A home with a warehouse that is published; tests only read it."""
    lake = LakeInput(tmp_path_factory.mktemp("made"))
    page = lake.page("bao", day="2022-02-01", url="https://example.vn/tin/1", title=HOSTILE)
    lake.shares(page, excellent=20.5, good=71.3, completed=8.2)
    lake.fact(page, "total", 151)
    lake.fact(page, "count", 5, "completed+good", unit_name="+Huyện Mới", scope="district")
    other = lake.page("bao2", day="2022-03-05", url="https://example.vn/tin/2")
    lake.fact(other, "share", 90.1, "excellent+good", province="VN-13", year=2020, comparator="ge")
    lake.unread(other, "-12", phrase="-12 điểm")
    lake.page("hong", status="no_text", status_reason="empty")
    lake.error_rate()
    lake.build()
    publish(lake.warehouse, lake.folder / "published", lake.folder / "releases", 3, DAY, "0.1")
    return lake


@pytest.fixture
def release(made: LakeInput) -> Path:
    """The published folder; tests only read it."""
    return (made.folder / "published").resolve()


@pytest.fixture
def damaged(made: LakeInput, tmp_path: Path) -> Path:
    """A copy of that whole home, to be changed."""
    home = tmp_path / "home"
    shutil.copytree(made.folder, home, symlinks=True)
    for path in (home / "releases").rglob("*"):
        os.chmod(path, 0o755)
    return home
