"""The five seed pages, where they are at hand: their facts as the gold has them, and the rows that follow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.conftest import SHARED, call_kpi
from kpi_pipeline_tests.end_to_end.test_run import read_elsewhere, wide


@pytest.fixture(scope="module")
def seeded(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("seeded") / "home")
    landed = call_kpi(home.root, "land", seeds, "--manifest", seeds / "manifest.csv")
    assert landed.returncode == 0, landed.stdout + landed.stderr
    done = call_kpi(home.root, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    return home


def scores(seeds: Path, facts: Path, *options: str) -> dict[str, list[float]]:
    done = subprocess.run(
        [sys.executable, str(SHARED / "score_facts.py"), str(seeds / "gold.jsonl"), str(facts), *options],
        capture_output=True,
        text=True,
        check=True,
    )
    found = {}
    for line in done.stdout.splitlines():
        words = line.split()
        if words and words[0] in ("value", "meaning", "full"):
            found[words[0]] = [float(words[2]), float(words[4])]
    return found


def test_every_gold_fact_is_found_and_none_invented(seeds: Path, tmp_path: Path) -> None:
    done = call_kpi(tmp_path / "unused", "extract", *sorted(seeds.glob("*.txt")), "--manifest", seeds / "manifest.csv")
    assert done.returncode == 0, done.stderr
    facts = tmp_path / "facts.jsonl"
    facts.write_text(done.stdout, encoding="utf-8")
    assert scores(seeds, facts) == {"value": [1.0, 1.0], "meaning": [1.0, 1.0], "full": [1.0, 1.0]}
    assert min(scores(seeds, facts, "--indicators", "all")["meaning"]) >= 0.9


def test_days_of_publication(seeded: Home) -> None:
    days = dict(read_elsewhere(seeded, "SELECT left(source_file, 3), published_on FROM marts.dim_page"))  # type: ignore[arg-type]
    assert days == {
        "000": "2022-08-20",
        "001": "2023-04-01",
        "002": "2023-02-24",
        "003": "2023-04-01",
        "004": "2023-04-01",
    }


def test_the_rows_of_the_province(seeded: Home) -> None:
    assert wide(seeded, "commune_government", "VN-14", 2020) == [[151, None, None, 87.4, 11.9, 0.7, 100.0]]
    assert wide(seeded, "commune_government", "VN-14", 2021) == [[151, None, None, 88.1, 11.3, 0.7, 100.1]]
    assert wide(seeded, "provincial_department", "VN-14", 2020)[0][:5] == [20, None, None, 90.0, 10.0]
    assert wide(seeded, "provincial_department", "VN-14", 2021)[0][:5] == [19, None, None, 89.5, 10.5]
    for year in (2020, 2021):
        assert wide(seeded, "district_government", "VN-14", year)[0][3] == 100
        assert wide(seeded, "public_service_unit", "VN-14", year)[0][3] == 100
    [row] = wide(seeded, "grassroots_party_organisation", "VN-61", 2022)
    assert row[1:3] == [20.4, 71.3]
    assert row[4] == 8.3


def test_a_bloc_never_speaks_for_the_province(seeded: Home) -> None:
    rows = read_elsewhere(
        seeded,
        "SELECT DISTINCT scope FROM marts.fact_observation JOIN marts.dim_page USING (page_id) "
        "WHERE left(source_file, 3) IN ('001', '003')",
    )
    assert rows == [["provincial_bloc"]]
