"""The extractor as a library: what the guide shows works as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kpi_pipeline.extraction import PageContext

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "library.md"


def test_the_example_of_the_guide_prints_its_facts(capsys):
    [code] = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    exec(compile(code, str(GUIDE), "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        "count 132.0 ('excellent', 'good') 2021 132",
        "total 151.0 () 2021 151",
        "share 87.4 ('excellent', 'good') 2021 87,4%",
    ]


def test_the_extractor_needs_nothing_but_itself(tmp_path):
    code = (
        "import sys; from kpi_pipeline.extraction import extract_facts; extract_facts('12 chi bộ hoàn thành tốt'); "
        "print([name for name in ('dagster', 'duckdb', 'pandas', 'trafilatura') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("day", ["14/01/2022", "20220114", "2022-1-14", "2022-02-30", ""])
def test_a_day_that_is_no_iso_day_is_refused(day):
    with pytest.raises(ValueError, match=r"published_on is .*; write the day as a text like '2022-01-14'"):
        PageContext(published_on=day)


@pytest.mark.parametrize("code", ["VN-99", "Đồng Tháp", ""])
def test_an_unknown_province_is_refused(code):
    with pytest.raises(ValueError, match=r"source_province is .*; use a code of provinces.csv such as"):
        PageContext(source_province=code)
