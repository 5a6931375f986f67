"""One pandera model a table: the only place where the columns of the product's tables are defined.

Column types, asset checks, Dagster's column schema and the data dictionary come from here.
"""

from kpi_pipeline.contracts.corrections import AppliedCorrections
from kpi_pipeline.contracts.facts import (
    ExtractedFacts,
    MergedFacts,
    QuarantinedFacts,
    RatingGroups,
    UnreadNumbers,
    ValidatedFacts,
)
from kpi_pipeline.contracts.fields import Contract
from kpi_pipeline.contracts.pages import CleanedText, RawPages
from kpi_pipeline.contracts.quality import ErrorRate

LAKE_CONTRACTS: dict[str, type[Contract]] = {
    "raw_pages": RawPages,
    "cleaned_text": CleanedText,
    "extracted_facts": ExtractedFacts,
    "unread_numbers": UnreadNumbers,
    "validated_facts": ValidatedFacts,
    "quarantined_facts": QuarantinedFacts,
    "merged_facts": MergedFacts,
    "rating_groups": RatingGroups,
    "applied_corrections": AppliedCorrections,
    "error_rate": ErrorRate,
}
"""The tables of the lake by name."""
