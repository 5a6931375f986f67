"""The jobs people start by name."""

import dagster as dg

from kpi_pipeline.defs.facts import EXTRACTED_FACTS, QUARANTINED_FACTS, VALIDATED_FACTS
from kpi_pipeline.defs.pages import CLEANED_TEXT, RAW_PAGES

PAGE_STAGES = dg.AssetSelection.assets(RAW_PAGES, CLEANED_TEXT, EXTRACTED_FACTS, VALIDATED_FACTS, QUARANTINED_FACTS)

read_pages = dg.define_asset_job(
    "read_pages",
    selection=PAGE_STAGES,
    description="The page stages of the chosen days: from the landed pages to validated facts.",
)

build_warehouse = dg.define_asset_job(
    "build_warehouse",
    selection=dg.AssetSelection.all() - PAGE_STAGES,
    description="The warehouse whole, from all days of the lake, and its publication.",
)

everything = dg.define_asset_job(
    "everything",
    selection=dg.AssetSelection.all(),
    description="The chosen days, then the warehouse and its publication, once.",
)

JOBS = (read_pages, build_warehouse, everything)
