"""The row of raw_pages for a landed page. Only its shape; where pages come from is landing's affair."""

from __future__ import annotations

from kpi_pipeline.landing import LandedPage


def raw_row(page: LandedPage, content: bytes) -> dict[str, object]:
    """The row of raw_pages for a landed page."""
    return {
        "page_id": page.page_id,
        "page_version": page.page_version,
        "url": page.url,
        "published_on": page.published_on,
        "day_source": page.day_source,
        "captured_on": page.captured_on,
        "source_province": page.source_province,
        "source_file": page.source_file,
        "media_type": page.media_type,
        "n_bytes": page.n_bytes,
        "content": content,
    }
