"""Text to candidate facts: pure functions without input or output."""

from kpi_pipeline.extraction.extract import extract, extract_facts, number_tokens, read_page
from kpi_pipeline.extraction.fact import UNREAD_REASONS, Extraction, Fact, PageContext, Unread, read_number

__all__ = [
    "UNREAD_REASONS",
    "Extraction",
    "Fact",
    "PageContext",
    "Unread",
    "extract",
    "extract_facts",
    "number_tokens",
    "read_number",
    "read_page",
]
