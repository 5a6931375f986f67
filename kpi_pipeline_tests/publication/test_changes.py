"""What a publication says of its changes, for people: counted, listed, and safe to show."""

from __future__ import annotations

import json

from kpi_pipeline.publication.changes import summary
from kpi_pipeline_tests.lake_input import LakeInput
from kpi_pipeline_tests.publication.publishing import build_and_publish


def test_the_first_publication_is_told_in_full_and_listed_in_part(lake: LakeInput) -> None:
    page = lake.page(url="https://a.vn/1")
    for number in range(120):
        lake.fact(page, "share", 50.5, "excellent+good", year=1997 + number)
    folder = build_and_publish(lake, "2023-01-10").folder
    text = (folder / "CHANGES.md").read_text(encoding="utf-8")
    assert text.startswith("# What publication 1 of 2023-01-10 changed\n\nIt is the first one.\n")
    assert "| added | 120 | new_page 120 |" in text
    assert "## Added: the first 100 of 120, all in changes.jsonl" in text
    assert text.count("| 50.5 | new_page | `https://a.vn/1` |") == 100
    assert len((folder / "changes.jsonl").read_text(encoding="utf-8").splitlines()) == 120


def test_old_and_new_values_stand_side_by_side(lake: LakeInput) -> None:
    page = lake.page()
    fact = lake.fact(page, "share", 50, "excellent+good")
    build_and_publish(lake, "2023-01-10")
    lake.retract(fact)
    changed = lake.fact(page, "share", 61.25, "excellent+good")
    folder = build_and_publish(lake, "2023-02-10").folder
    text = (folder / "CHANGES.md").read_text(encoding="utf-8")
    assert "Against publication 1 of 2023-01-10." in text
    assert "| fact_observation | 1 | 1 |" in text
    assert "/good_or_better/share` | 50 | 61.25 | unexplained |  |" in text
    [line] = [json.loads(line) for line in (folder / "changes.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (line["old"]["fact_ids"], line["new"]["fact_ids"]) == (fact, changed)
    assert (line["old"]["known_from"], line["new"]["known_from"]) == ("2023-01-10", "2023-02-10")


def test_a_row_that_changed_only_beside_its_number_is_counted(lake: LakeInput) -> None:
    page = lake.page()
    facts = [lake.fact(page, "share", 50, "good", year=year) for year in (2020, 2021)]
    build_and_publish(lake, "2023-01-10")
    for fact in facts:
        lake.retract(fact)
    lake.fact(page, "share", 50, "good", year=2020, flags="incomplete")
    lake.fact(page, "share", 50, "good", year=2021, comparator="ge")
    folder = build_and_publish(lake, "2023-02-10").folder
    text = (folder / "CHANGES.md").read_text(encoding="utf-8")
    assert "VN-14/2020" not in text
    assert "/good/share` | 50 | ≥ 50 | unexplained |  |" in text
    assert "\n1 row changed only beside the number" in text
    assert "VN-14/2020" in (folder / "changes.jsonl").read_text(encoding="utf-8")


def test_what_pages_say_stays_text(lake: LakeInput) -> None:
    page = lake.page(url="https://a.vn/`|<script>alert(1)</script>")
    lake.fact(page, "count", 5, "good", scope="district", unit_name="huyện | `x` <b>")
    text = (build_and_publish(lake, "2023-01-10").folder / "CHANGES.md").read_text(encoding="utf-8")
    [row] = [line for line in text.splitlines() if line.startswith("| `VN-14")]
    assert row.replace("\\|", "").count("|") == 6
    assert row.count("`") == 4


def test_a_summary_in_one_line() -> None:
    assert summary({"added": {}, "changed": {}, "gone": {}}) == "no row of the KPI table changed"
    counts = {"added": {"new_page": 3}, "changed": {}, "gone": {"correction": 1, "withdrawal": 2}}
    assert summary(counts) == "3 added (new_page 3), 3 gone (correction 1, withdrawal 2)"
