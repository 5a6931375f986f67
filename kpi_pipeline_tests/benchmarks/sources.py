"""The pages that are measured: the bundled samples, and made-up pages with the markup of a real site.

Belongs here: bytes and what is known beside them. Does not belong here: reading them.
"""

from dataclasses import dataclass

from kpi_pipeline.sample_pages import PAGES
from kpi_pipeline_tests.page_generator import generate_pages


@dataclass(frozen=True, slots=True)
class Source:
    """One HTML page: a name, its bytes, and what extraction is told beside the text."""

    name: str
    content: bytes
    published_on: str | None = None
    url: str | None = None
    source_province: str | None = None


def sample_pages() -> list[Source]:
    """The bundled pages that are HTML, by name; the text captures are no pages for trafilatura."""
    return [Source(path.stem, path.read_bytes()) for path in sorted(PAGES.glob("*.html"))]


def made_pages(number: int, seed: int, relevant: float = 1.0) -> list[Source]:
    """`number` pages of 40 to 60 kB with menus, boxes, scripts and related news around the article; `relevant` is the
    share of them that state results, the others being ordinary news."""
    pages = generate_pages(seed, number, size="realistic", relevant=relevant)
    return [Source(page.page_id, page.html, page.published_on, page.url, page.source_province) for page in pages]
