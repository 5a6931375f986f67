"""The team's gold facts and constructions as input: what real pages say is accepted, what has a slip is not."""

import json
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the folder ../shared with the gold facts is not there")
DAYS = {"000": "2022-08-20", "002": "2023-02-24"}


def stated_pages(new_page):
    """Each gold page's facts, written afresh as one page."""
    pages = {}
    for line in (SHARED / "seeds" / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        name = record["page"]
        day = DAYS.get(name[:3], "2023-04-01")
        pages.setdefault(name, new_page(published_on=day)).state(record)
    return pages


def cases():
    """The constructions' cases, one a line."""
    return [json.loads(line) for line in (SHARED / "cases.jsonl").read_text(encoding="utf-8").splitlines()]


def state_case(new_page, case):
    page = new_page(published_on=case["context"]["published_on"] or "2023-01-01")
    for record in case["facts"]:
        page.state(record)
    return page


@needs_shared
def test_every_gold_fact_is_accepted(new_page):
    for name, page in stated_pages(new_page).items():
        tables = page.judged()
        assert len(tables.validated_facts) == len(page.rows), (name, tables.quarantined_facts)
        assert {group["verdict"] for group in tables.rating_groups} <= {"complete", "incomplete"}


@needs_shared
def test_of_the_gold_only_the_good_party_organisations_of_hai_duong_miss_their_count(new_page):
    flagged = [
        (row["province"], row["levels"], row["measure"], row["value"])
        for page in stated_pages(new_page).values()
        for row in page.judged().validated_facts
        if "share_mismatch" in row["flags"]
    ]
    assert flagged == [("VN-61", "good", "count", 478.0), ("VN-61", "good", "share", 71.3)]


@needs_shared
def test_communes_of_hoa_binh_2021_add_to_100_1_and_are_complete(new_page):
    sums = {
        (group["subject"], group["period_start"]): (group["share_sum"], group["verdict"])
        for page in stated_pages(new_page).values()
        for group in page.judged().rating_groups
        if group["province"] == "VN-14" and group["modality"] == "actual"
    }
    assert sums["commune_government", "2021"] == (100.1, "complete")
    assert sums["commune_government", "2020"] == (100.0, "complete")


@needs_shared
def test_of_all_constructions_only_the_sum_above_100_is_held(new_page):
    held = {}
    for case in cases():
        tables = state_case(new_page, case).judged()
        if tables.quarantined_facts:
            held[case["construction"]] = {row["rule_id"] for row in tables.quarantined_facts}
            assert not tables.validated_facts
    assert held == {"source-typo": {"rating_sum_over"}}


@needs_shared
def test_of_all_constructions_only_the_typing_slips_miss_their_counts(new_page):
    doubtful = {"share_mismatch", "share_count_unlikely", "value_conflict", "parts_mismatch"}
    flagged = {
        case["construction"]
        for case in cases()
        for row in state_case(new_page, case).judged().validated_facts
        if doubtful & set(row["flags"].split(","))
    }
    assert flagged == {"source-typo"}


def test_23_of_131_said_to_be_17_65_is_kept_as_written_and_flagged(new_page, flags_of):
    page = new_page()
    page.total("131")
    count, share = page.count("excellent", "23"), page.share("excellent", "17,65%")
    tables = page.judged()
    assert "share_mismatch" in flags_of(tables, count) & flags_of(tables, share)
    assert [row["value"] for row in tables.validated_facts] == [131.0, 23.0, 17.65]


def test_a_mended_term_keeps_its_flag(new_page, flags_of):
    page = new_page(published_on="2018-01-12")
    fact = page.share(
        "excellent+good", "87%", comparator="gt", modality="target", annual=True, province="VN-69", scope="commune",
        subject="mass_organisation", period_start="2013", period_end="2018", flags="term_mended",
    )  # fmt: skip
    assert flags_of(page.judged(), fact) == {"term_mended"}
