"""Counting again: each promise has rows that keep it and one that breaks it."""

import pytest

from kpi_pipeline.validation import summarise_groups, unaccounted, unconserved, ungrounded


@pytest.fixture
def tables(new_page):
    """A page with an accepted, a merged and a quarantined fact, judged."""
    page = new_page()
    page.share("good", "71,3%")
    page.share("good", "71,3%")
    page.share("good", "171,3%")
    return page, page.judged()


def test_conserved_rows_pass(tables):
    page, judged = tables
    assert unconserved(page.rows, judged.validated_facts, judged.quarantined_facts, judged.merged_facts) == []


@pytest.mark.parametrize("table", ["validated_facts", "quarantined_facts", "merged_facts"])
def test_a_lost_row_is_named(tables, table):
    page, judged = tables
    (lost,) = getattr(judged, table)
    setattr(judged, table, [])
    failing = unconserved(page.rows, judged.validated_facts, judged.quarantined_facts, judged.merged_facts)
    assert lost["fact_id"] in {row["fact_id"] for row in failing}
    assert "found 0 times" in str(failing)


def test_a_doubled_and_a_made_up_row_are_named(tables):
    page, judged = tables
    twice = judged.validated_facts * 2
    (failing,) = unconserved(page.rows, twice, judged.quarantined_facts, judged.merged_facts)
    assert "found 2 times" in failing["reason"]
    made_up = [{**judged.validated_facts[0], "fact_id": "f" + "0" * 16}]
    (failing,) = unconserved(page.rows, judged.validated_facts + made_up, judged.quarantined_facts, judged.merged_facts)
    assert "Extracted 0 times" in failing["reason"]


def test_a_mention_merged_into_nothing_is_named(tables):
    page, judged = tables
    orphan = [{**judged.merged_facts[0], "merged_into": "f" + "0" * 16}]
    (failing,) = unconserved(page.rows, judged.validated_facts, judged.quarantined_facts, orphan)
    assert "neither validated nor quarantined" in failing["reason"]


def test_grounded_spans_pass_and_a_shifted_text_does_not(tables):
    page, judged = tables
    assert ungrounded(judged.validated_facts, {page.page_id: page.text}) == []
    (failing,) = ungrounded(judged.validated_facts, {page.page_id: "x" + page.text})
    assert failing["fact_id"] == judged.validated_facts[0]["fact_id"]
    assert "not the quote" in failing["reason"]
    assert "no cleaned text" in ungrounded(judged.validated_facts, {})[0]["reason"]


def test_a_value_that_its_quote_does_not_read_as_is_ungrounded(tables):
    page, judged = tables
    judged.validated_facts[0]["value"] = 71.4
    (failing,) = ungrounded(judged.validated_facts, {page.page_id: page.text})
    assert "reads as 71.3 and not as 71.4" in failing["reason"]


def test_each_number_is_a_fact_or_unread():
    facts = [{"page_id": "a", "span_start": 10, "span_end": 15}]
    unread = [{"page_id": "a", "span_start": 0, "span_end": 4}]
    assert unaccounted({"a": [(10, 14), (0, 4)]}, facts, unread) == []
    for start, end in ((4, 8), (9, 14), (12, 16), (20, 21)):
        (failing,) = unaccounted({"a": [(10, 14), (0, 4), (start, end)]}, facts, unread)
        assert (failing["page_id"], failing["span_start"], failing["span_end"]) == ("a", start, end)
    (failing,) = unaccounted({"b": [(10, 14)]}, facts, unread)
    assert failing["page_id"] == "b"


def test_a_short_span_inside_a_long_one_hides_nothing():
    facts = [{"page_id": "a", "span_start": 0, "span_end": 30}, {"page_id": "a", "span_start": 5, "span_end": 6}]
    assert unaccounted({"a": [(20, 22)]}, facts, []) == []


def test_groups_are_counted_by_verdict():
    verdicts = ("complete", "complete", "incomplete", "over", "short")
    summary = summarise_groups([{"verdict": verdict} for verdict in verdicts])
    assert (summary.n, summary.n_complete, summary.n_incomplete, summary.n_over, summary.n_short) == (5, 2, 1, 1, 1)
    assert summary.share_passing == 0.6
    assert summarise_groups([]).share_passing == 1.0
