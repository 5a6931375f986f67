"""The jobs, named for what people do. Which days they are given is the affair of who starts them.

Jobs that are cut by day take one day or a range of days, and a range is one run. Landing pages stands in land.py,
looking a number up in trace.py.
"""

import dagster as dg

from kpi_pipeline.defs.facts import EXTRACTED_FACTS, QUARANTINED_FACTS, VALIDATED_FACTS
from kpi_pipeline.defs.kpi import PUBLISHED
from kpi_pipeline.defs.land import land
from kpi_pipeline.defs.pages import CLEANED_TEXT, RAW_PAGES
from kpi_pipeline.defs.trace import trace

FACT_STAGES = dg.AssetSelection.assets(EXTRACTED_FACTS, VALIDATED_FACTS, QUARANTINED_FACTS)
PAGE_STAGES = dg.AssetSelection.assets(RAW_PAGES, CLEANED_TEXT) | FACT_STAGES

daily = dg.define_asset_job(
    "daily",
    selection=dg.AssetSelection.all(),
    description="The chosen days from their landed pages to validated facts, then the warehouse and its publication, "
    "once. What the schedule starts each morning for the day before.",
)

backfill = dg.define_asset_job(
    "backfill",
    selection=PAGE_STAGES,
    description="The chosen days from their landed pages to validated facts, as one run. Days that are as they should "
    "be are left alone, so a run that was broken off is simply started again. Nothing is published: `publish` does it.",
)

re_extract = dg.define_asset_job(
    "re_extract",
    selection=FACT_STAGES,
    description="After a change of a lexicon, of extraction or of the rules: the facts of the chosen days from the "
    "texts that are there, without parsing their pages again. Nothing is published: `publish` does it.",
)

rebuild_marts = dg.define_asset_job(
    "rebuild_marts",
    selection=dg.AssetSelection.all() - PAGE_STAGES - dg.AssetSelection.assets(PUBLISHED),
    description="The warehouse whole, from all days of the lake, with every check of its tables. Nothing is published.",
)

publish = dg.define_asset_job(
    "publish",
    selection=dg.AssetSelection.all() - PAGE_STAGES,
    description="The warehouse whole, from all days of the lake, and its publication. Its configuration takes the day "
    "that the publication bears, and the reason why rows may vanish (accept_loss).",
)

JOBS = (land, daily, backfill, re_extract, rebuild_marts, publish, trace)
