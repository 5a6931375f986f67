"""A statement: a fact in the making, changed by the steps after binding until it is final."""

from dataclasses import dataclass, field
from functools import lru_cache

from kpi_pipeline.extraction.tags import Token
from kpi_pipeline.reference.codes import LEVELS, NOT_ASSESSED

NEW_SCALE = "2018"
"""The first year of the ratings that hold today."""


@dataclass(slots=True)
class Statement:
    """What one number says; `parent` is the statement it is a part of, `owner` the count a share belongs to.

    `within`: it stands behind "trong đó"; `named`: there with a noun of its own; `based`: its base is said in words.
    """

    figure: Token
    value: float
    indicator: str
    measure: str
    subject: str
    sentence: int
    line: int
    segment: int
    levels: tuple[str, ...] = ()
    above: bool = False
    comparator: str = "eq"
    base: str = "assessed"
    first: str | None = None
    last: str | None = None
    annual: bool = False
    modality: str = "actual"
    scope: str = "province"
    unit_name: str | None = None
    province: str | None = None
    evidence: str | None = None
    subset: str | None = None
    reading: str = ""
    flags: set[str] = field(default_factory=set)
    within: bool = False
    named: bool = False
    parent: "Statement | None" = None
    owner: "Statement | None" = None
    total: "Statement | None" = None
    dated: bool = False
    based: bool = False
    dropped: str = ""

    def take_body(self, other: "Statement") -> None:
        """Makes this a statement about the body of another one."""
        self.scope, self.unit_name = other.scope, other.unit_name
        self.province, self.evidence = other.province, other.evidence


@lru_cache(maxsize=4096)
def with_better(levels: tuple[str, ...], above: bool, indicator: str) -> tuple[str, ...]:
    """The levels that a scale has, and with `above` all better ones, sorted."""
    order = LEVELS[indicator]
    known = [level for level in levels if level in order or level == NOT_ASSESSED]
    if above and known and known[0] != NOT_ASSESSED:
        worst = max(order.index(level) for level in known)
        known = list(order[: worst + 1])
    return tuple(sorted(set(known)))
