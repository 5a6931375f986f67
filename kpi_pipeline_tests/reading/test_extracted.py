"""The numbers of a text, counted again in a worker for the check that none of them is lost."""

from __future__ import annotations

from kpi_pipeline.reading.extracted import counted_tokens
from kpi_pipeline.validation import unaccounted

PAGE = {"page_id": "p1", "text": "Có 12 xã, 34 thôn."}


def test_the_numbers_of_a_page_are_counted_by_their_spans() -> None:
    page_id, spans = counted_tokens(PAGE)
    assert (page_id, [PAGE["text"][start:end] for start, end in spans]) == ("p1", ["12", "34"])


def test_a_number_that_nothing_accounts_for_is_found() -> None:
    facts = [{"page_id": "p1", "span_start": start, "span_end": end} for start, end in counted_tokens(PAGE)[1]]
    assert unaccounted(dict([counted_tokens(PAGE)]), facts, []) == []
    [finding] = unaccounted(dict([counted_tokens(PAGE)]), facts[1:], [])
    assert finding["page_id"] == "p1"
