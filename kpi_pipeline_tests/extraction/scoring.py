"""Extracted facts against gold facts as precision, recall and the differences, for facts of many pages in one list."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from kpi_pipeline.accuracy.matching import key, match
from kpi_pipeline.reference.codes import GRADES, INDICATORS

__all__ = ["GRADES", "key", "score"]

Record = dict[str, Any]


def score(gold: Iterable[Record], said: Iterable[Record], grade: str) -> tuple[float, float, list[Any]]:
    """Precision, recall and the differences; facts in doubt cost nothing either way."""
    compared = match(by_page(gold), by_page(said), INDICATORS, grade)
    hit, missed, invented = len(compared.hit), len(compared.missed), len(compared.invented)
    differences = [("missed", *found) for found in compared.missed]
    differences += [("invented", *found) for found in compared.invented]
    return hit / max(1, hit + invented), hit / max(1, hit + missed), differences


def by_page(facts: Iterable[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for fact in facts:
        found[fact["page"]].append(fact)
    return found
