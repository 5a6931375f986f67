"""How long ago what people rely on may last have been run before the UI says so: pages read, and the publication.

A policy stops nothing. Dagster's daemon looks at it while the UI runs.
"""

from datetime import timedelta

import dagster as dg

from kpi_pipeline.defs.kpi import PUBLISHED
from kpi_pipeline.defs.pages import RAW_PAGES

WEEKLY = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=14), warn_window=timedelta(days=7))
"""Yellow a week after the last run of the asset, red after two. Whether a run found anything new is another question:
the story of the publication tells it."""

POLICIES = {RAW_PAGES: WEEKLY, PUBLISHED: WEEKLY}


def watched(definitions: dg.Definitions) -> dg.Definitions:
    """The definitions with the policies on their assets."""

    def with_policy(spec: dg.AssetSpec) -> dg.AssetSpec:
        policy = POLICIES.get(spec.key)
        return spec if policy is None else spec.replace_attributes(freshness_policy=policy)

    return definitions.map_asset_specs(func=with_policy)
