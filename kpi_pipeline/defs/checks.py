"""The asset checks of the page stages, named for what they protect.

Blocking: what our own code guarantees (contracts, grounded spans, conserved rows, the account of numbers). Warning:
what pages say. What they look at stands in days/, since workers look too. A run over a range of days evaluates a check
once, so failures stand by day in its metadata.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from kpi_pipeline.days import fact_looks, page_looks
from kpi_pipeline.days.look import Look
from kpi_pipeline.days.stretch import look_at
from kpi_pipeline.defs.facts import EXTRACTED_FACTS, QUARANTINED_FACTS, VALIDATED_FACTS
from kpi_pipeline.defs.looks import listing
from kpi_pipeline.defs.pages import CLEANED_TEXT, RAW_PAGES
from kpi_pipeline.defs.partitions import DAYS
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.defs.skipped import SKIPPED_PAGES
from kpi_pipeline.reading.limits import Limits
from kpi_pipeline.reading.workers import workers_of
from kpi_pipeline.storage.lake import Lake


def checks_of(asset: dg.AssetKey, looks: Sequence[Look]) -> dg.AssetChecksDefinition:
    """The checks of one asset as one step: Dagster's bookkeeping for a step costs more than most looks."""
    by_name = {look.name: look for look in looks}

    @dg.multi_asset_check(
        name=f"check_{asset.to_python_identifier()}",
        specs=[
            dg.AssetCheckSpec(look.name, asset=asset, description=look.protects, blocking=look.blocking)
            for look in looks
        ],
        can_subset=True,
    )
    def check(context: dg.AssetCheckExecutionContext, home: HomeResource) -> Iterator[dg.AssetCheckResult]:
        lake = home.lake
        days = _days_of(context.run, lake)
        chosen = [by_name[key.name] for key in sorted(context.selected_asset_check_keys, key=lambda key: key.name)]
        seen = look_at(lake, days, chosen, workers_of(Limits.from_environment()))
        broken: set[str] = set()
        for look in chosen:
            outcome = look.tell(seen[look.name])
            failed = sorted({str(finding["day"]) for finding in outcome.findings})
            if look.blocking:
                broken.update(failed)
            yield dg.AssetCheckResult(
                asset_key=asset,
                check_name=look.name,
                passed=not outcome.findings,
                severity=dg.AssetCheckSeverity.ERROR if look.blocking else dg.AssetCheckSeverity.WARN,
                description=f"{len(outcome.findings)} on {len(failed)} days. {outcome.remedy}" if failed else None,
                metadata={**listing(outcome.findings), **outcome.metadata},
            )
        for day in broken:
            lake.mark_failed(asset.to_user_string(), day)
        if {look.name for look in looks if look.blocking} <= {look.name for look in chosen}:
            for day in days:
                if day not in broken:
                    lake.clear(asset.to_user_string(), day)

    return check


CHECKS = (
    checks_of(RAW_PAGES, page_looks.RAW_PAGES),
    checks_of(CLEANED_TEXT, (*page_looks.CLEANED_TEXT, SKIPPED_PAGES)),
    checks_of(EXTRACTED_FACTS, fact_looks.EXTRACTED_FACTS),
    checks_of(VALIDATED_FACTS, fact_looks.VALIDATED_FACTS),
    checks_of(QUARANTINED_FACTS, fact_looks.QUARANTINED_FACTS),
)
"""The checks of the page stages."""


def _days_of(run: dg.DagsterRun, lake: Lake) -> list[str]:
    """The days of a run; a check that is executed by itself, without days, looks at all of them.

    The checks themselves have no partitions: Dagster evaluates them once for all days of a run, and would show a
    partitioned check of such a run as skipped on each of its days.
    """
    if day := run.tags.get("dagster/partition"):
        return [day]
    if first := run.tags.get("dagster/asset_partition_range_start"):
        return list(
            DAYS.get_partition_keys_in_range(dg.PartitionKeyRange(first, run.tags["dagster/asset_partition_range_end"]))
        )
    return lake.days("raw_pages")
