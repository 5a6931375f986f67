"""A lake to write into."""

from pathlib import Path

import pytest

from kpi_pipeline_tests.storage.lake_input import LakeInput


@pytest.fixture
def lake(tmp_path: Path) -> LakeInput:
    return LakeInput(tmp_path)
