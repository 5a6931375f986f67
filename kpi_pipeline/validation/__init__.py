"""Candidate facts to accepted, quarantined and merged ones: pure functions, one catalogue of rules. No input or output.

`validate` judges rows of extracted_facts, corrected by an analyst where `read_corrections` says so; `RULES` says what
each rule means; `audit` counts again for the asset checks.
"""

from kpi_pipeline.validation.audit import (
    GroupSummary,
    share_passing,
    summarise_groups,
    unaccounted,
    unconserved,
    ungrounded,
)
from kpi_pipeline.validation.corrections import Correction, CorrectionError, read_corrections
from kpi_pipeline.validation.rules import RULES, Rule, rules_of
from kpi_pipeline.validation.validate import Tables, validate

__all__ = [
    "RULES",
    "Correction",
    "CorrectionError",
    "GroupSummary",
    "Rule",
    "Tables",
    "read_corrections",
    "rules_of",
    "share_passing",
    "summarise_groups",
    "unaccounted",
    "unconserved",
    "ungrounded",
    "validate",
]
