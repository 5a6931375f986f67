"""Our own error rate: precision and recall per indicator on texts whose facts a careful reader wrote down.

Belongs here: gold sets, the comparison of facts, rates with their intervals, floors. Does not belong here: where the
figures are kept and what they stop (`defs/accuracy.py`), and rules about what pages say (`validation/`).
"""

from kpi_pipeline.accuracy.cases import Case, GoldError, read_cases
from kpi_pipeline.accuracy.floors import Floor, Shortfall, read_floors, shortfalls, with_floors
from kpi_pipeline.accuracy.gold import REGISTRY, GoldSet, gold_at, registered
from kpi_pipeline.accuracy.matching import Match, described, match
from kpi_pipeline.accuracy.rates import ALL, GROUPS, Measurement, Rate, measure, wilson

__all__ = [
    "ALL",
    "GROUPS",
    "REGISTRY",
    "Case",
    "Floor",
    "GoldError",
    "GoldSet",
    "Match",
    "Measurement",
    "Rate",
    "Shortfall",
    "described",
    "gold_at",
    "match",
    "measure",
    "read_cases",
    "read_floors",
    "registered",
    "shortfalls",
    "wilson",
    "with_floors",
]
