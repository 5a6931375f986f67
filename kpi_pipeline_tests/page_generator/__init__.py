"""Made-up news pages with the facts they state: seeded, deterministic, for property tests and measurements."""

from kpi_pipeline_tests.page_generator.article import templates
from kpi_pipeline_tests.page_generator.folder import write_folder
from kpi_pipeline_tests.page_generator.pages import GeneratedPage, generate_pages, make_ordinary_page, make_page

__all__ = ["GeneratedPage", "generate_pages", "make_ordinary_page", "make_page", "templates", "write_folder"]
