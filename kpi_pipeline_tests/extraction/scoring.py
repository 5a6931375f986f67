"""Compares extracted facts with gold facts on three grades, as precision and recall."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

Record = dict[str, Any]
GRADES = ("value", "meaning", "full")


def _years(fact: Record) -> tuple[str, str]:
    return str(fact["period_start"] or "")[:4], str(fact["period_end"] or "")[:4]


def key(fact: Record, grade: str) -> tuple[Any, ...]:
    """What two facts must share on a grade."""
    parts: tuple[Any, ...] = (
        fact["indicator"], tuple(sorted(fact["levels"])), fact["measure"], round(float(fact["value"]), 4),
    )  # fmt: skip
    if grade != "value":
        parts += (fact["subject"], fact["modality"], _years(fact))
    if grade == "full":
        parts += (fact["province"], fact["scope"], fact["base"], fact["comparator"])
    return parts


def score(gold: Iterable[Record], said: Iterable[Record], grade: str) -> tuple[float, float, list[Any]]:
    """Precision, recall and the differences; facts in doubt cost nothing either way."""
    wanted: dict[str, list[Record]] = defaultdict(list)
    found: dict[str, list[Record]] = defaultdict(list)
    for fact in gold:
        wanted[fact["page"]].append(fact)
    for fact in said:
        found[fact["page"]].append(fact)
    hit = missed = invented = 0
    differences: list[Any] = []
    for page in sorted({*wanted, *found}):
        sure = {key(fact, grade) for fact in wanted[page] if not fact.get("doubt")}
        doubt = [fact for fact in wanted[page] if fact.get("doubt")]
        lenient = {(fact["measure"], round(float(fact["value"]), 4)) for fact in doubt}
        mine = {key(fact, grade) for fact in found[page]}
        hit += len(sure & mine)
        missed += len(sure - mine)
        differences += [("missed", page, item) for item in sorted(sure - mine, key=str)]
        for item in sorted(mine - sure - {key(fact, grade) for fact in doubt}, key=str):
            if (item[2], item[3]) not in lenient:
                invented += 1
                differences.append(("invented", page, item))
    return hit / max(1, hit + invented), hit / max(1, hit + missed), differences
