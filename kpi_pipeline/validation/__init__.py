"""Candidate facts to accepted, quarantined and merged ones: pure functions, one catalogue of rules. No input or output.

`validate` judges rows of extracted_facts; `RULES` says what each rule means; `audit` counts again for the asset checks.
"""

from kpi_pipeline.validation.audit import GroupSummary, summarise_groups, unaccounted, unconserved, ungrounded
from kpi_pipeline.validation.rules import RULES, Rule, rules_of
from kpi_pipeline.validation.validate import Tables, validate

__all__ = [
    "RULES",
    "GroupSummary",
    "Rule",
    "Tables",
    "rules_of",
    "summarise_groups",
    "unaccounted",
    "unconserved",
    "ungrounded",
    "validate",
]
