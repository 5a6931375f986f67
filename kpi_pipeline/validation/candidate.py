"""A candidate fact while it is being judged: the row as it came, its fields read once, and what was found about it.

Belongs here: reading a row's fields whatever stands in them, the precision a quote is written with, the key of a
rating group. Does not belong here: any judgement.
"""

import hashlib
import json
import math
import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from kpi_pipeline.extraction.fact import read_number
from kpi_pipeline.reference.codes import BASE_ASSESSED, NOT_ASSESSED

Row = Mapping[str, object]
Key = tuple[str | bool | None, ...]

GROUP_FIELDS: tuple[str, ...] = (
    "province", "scope", "unit_name", "subset", "subject", "indicator", "period_start", "period_end", "annual",
    "modality",
)  # fmt: skip
"""What the facts of a rating group share on one page, beside the base of their shares."""

_ANNUAL, _INDICATOR = GROUP_FIELDS.index("annual"), GROUP_FIELDS.index("indicator")

EPSILON = 1e-9
"""Differences below it come from binary fractions, not from the page."""

_LAST_FRACTION = re.compile(r"[.,]\s?(\d+)\D*$")


@dataclass(slots=True, eq=False)
class Candidate:
    """One mention of a fact. `rule_id` and `reason` are set when it is quarantined; `flags` grows.

    `stated` is the value that the page gives, where an analyst's correction gives another.
    """

    row: Row
    page_id: str
    fact_id: str
    start: int
    end: int
    quote: str | None
    measure: str | None
    comparator: str | None
    base: str | None
    levels: frozenset[str]
    indicator: str | None
    value: float
    context: Key
    flags: set[str]
    group_id: str | None = None
    n_mentions: int = 1
    rule_id: str | None = None
    reason: str = ""
    stated: float | None = None
    _half_unit: float = field(default=-1.0)

    @property
    def accepted(self) -> bool:
        """Whether no rule has put it into quarantine so far."""
        return self.rule_id is None

    @property
    def exact(self) -> bool:
        """Whether the page gives the value itself and no bound or approximation."""
        return self.comparator == "eq"

    @property
    def graded(self) -> bool:
        """Whether it is about a level of a scale; units that were not assessed stand outside every scale."""
        return bool(self.levels) and NOT_ASSESSED not in self.levels

    @property
    def half_unit(self) -> float:
        """Half a unit of the last digit written."""
        if self._half_unit < 0:
            self._half_unit = half_unit(self.quote or "", self.value)
        return self._half_unit

    @property
    def place(self) -> str:
        """Value and span for a reason: `87.4 at 120-125`."""
        return f"{number_text(self.value)} at {self.start}-{self.end}"

    def quarantine(self, rule_id: str, reason: str) -> None:
        """Put the fact into quarantine, unless an earlier rule did."""
        if self.rule_id is None:
            self.rule_id, self.reason = rule_id, reason


def text_of(row: Row, column: str) -> str | None:
    """A text column's value; None for a missing value of any kind."""
    value = row.get(column)
    return value if isinstance(value, str) else None


def whole_of(row: Row, column: str) -> int:
    """A whole number column's value; -1 for what is none."""
    return _whole(row.get(column))


def read_truth(value: object) -> bool:
    """A yes or no column's value, whatever type carries it; a missing value is no."""
    return _number(value) == 1.0


def read_row(row: Row) -> Candidate:
    """A candidate of a row of extracted_facts. Never raises: what cannot be read becomes None, NaN or -1."""
    levels = text_of(row, "levels") or ""
    flags = text_of(row, "flags")
    context: list[str | bool | None] = []
    for name in GROUP_FIELDS:
        field_value = row.get(name)
        context.append(field_value if isinstance(field_value, str) else None)
    indicator = context[_INDICATOR]
    context[_ANNUAL] = read_truth(row.get("annual"))
    return Candidate(
        row=row,
        page_id=text_of(row, "page_id") or "",
        fact_id=text_of(row, "fact_id") or "",
        start=_whole(row.get("span_start")),
        end=_whole(row.get("span_end")),
        quote=text_of(row, "quote"),
        measure=text_of(row, "measure"),
        comparator=text_of(row, "comparator"),
        base=text_of(row, "base"),
        levels=_level_set(levels),
        value=_number(row.get("value")),
        indicator=indicator if isinstance(indicator, str) else None,
        context=tuple(context),
        flags=set(flags.split(",")) - {""} if flags else set(),
    )


def fact_key(candidate: Candidate) -> tuple[object, ...]:
    """What two mentions on a page agree in when they are the same fact: every field of the fact record."""
    return (
        candidate.context, candidate.base, candidate.levels, candidate.measure, candidate.comparator, candidate.value,
    )  # fmt: skip


def group_id(page_id: str, context: Key, base: str | None) -> str:
    """The id of the rating group of one page, context and base: `g` and 16 hex digits."""
    encoded = json.dumps([page_id, *context, base], ensure_ascii=False, separators=(",", ":"))
    return "g" + hashlib.sha256(encoded.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@lru_cache(maxsize=65_536)
def number_of(quote: str) -> float | None:
    """What a quote reads as, or None when it is no number."""
    try:
        return read_number(quote)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=65_536)
def half_unit(quote: str, value: float) -> float:
    """Half a unit of the last digit a quote writes: 0.05 for "87,4%" and "20, 4%", 0.5 for "90%", "4.201" and words."""
    fraction = _LAST_FRACTION.search(quote)
    if not fraction or not math.isfinite(value):
        return 0.5
    places = len(fraction.group(1))
    scaled = abs(value) * 10**places
    digits = float("".join(char for char in quote if char.isdecimal()) or "0")
    grouped_thousands = abs(digits - scaled) > 1e-6 * max(1.0, scaled)
    return 0.5 if grouped_thousands else 0.5 / 10**places


def number_text(value: float) -> str:
    """A number for a reason: whole numbers without a fraction, others rounded to six places."""
    if math.isfinite(value) and value == int(value):
        return str(int(value))
    return f"{value:.6f}".rstrip("0").rstrip(".")


def assessed(candidate: Candidate) -> bool:
    """Whether the base is the units that were assessed, the default."""
    return candidate.base == BASE_ASSESSED


@lru_cache(maxsize=4_096)
def _level_set(text: str) -> frozenset[str]:
    return frozenset(part for part in text.split("+") if part)


def _number(value: object) -> float:
    if type(value) is float:
        return value
    if isinstance(value, (str, bytes)):
        return math.nan
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _whole(value: object) -> int:
    if type(value) is int:
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        return -1
