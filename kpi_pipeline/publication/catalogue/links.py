"""Addresses of pages as links: only those of the web, opened at the sentence. What else a page gives as its address
is shown as text."""

from __future__ import annotations

from urllib.parse import urlsplit

from kpi_pipeline.storage.reading import text_fragment


def source_link(address: str | None, sentence: str) -> str | None:
    """The address that opens a page at a sentence; None unless it is an http or https address with a host."""
    if not address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return text_fragment(address, sentence) if parts.scheme in ("http", "https") and parts.netloc else None
