"""Rules that one mention of a fact can break by itself: its codes, its period, its span, its value.

Belongs here: what can be told from the row and the page's text alone. Does not belong here: anything that needs a
second fact.
"""

import math
import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

from kpi_pipeline.reference.codes import (
    BASE_ALL,
    BASE_ASSESSED,
    COMPARATORS,
    INDICATORS,
    LEVELS,
    MEASURES,
    MODALITIES,
    NOT_ASSESSED,
    SCOPES,
    SUBJECTS,
    join_levels,
    split_levels,
)
from kpi_pipeline.reference.provinces import is_province_code
from kpi_pipeline.validation.candidate import Candidate, Row, number_of, number_text, text_of

LARGEST_COUNT = 200_000_000
"""No count or total of Vietnamese people or offices reaches it."""

_CODES: dict[str, frozenset[str]] = {
    "scope": frozenset(SCOPES),
    "subject": frozenset(SUBJECTS),
    "indicator": frozenset(INDICATORS),
    "measure": frozenset(MEASURES),
    "comparator": frozenset(COMPARATORS),
    "modality": frozenset(MODALITIES),
}
_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def judge_alone(candidate: Candidate, text: str | None) -> None:
    """Quarantine a mention that breaks a rule by itself; the first rule that it breaks is the one named."""
    for rule_id, reason in (
        ("unknown_code", unknown_code(candidate.row)),
        ("bad_period", bad_period(candidate.row)),
        ("span_not_grounded", not_grounded(candidate, text)),
        ("value_out_of_range", out_of_range(candidate)),
    ):
        if reason is not None:
            candidate.quarantine(rule_id, reason)
            return


def unknown_code(row: Row) -> str | None:
    """Which code of the row no table knows or cannot stand beside another, as a sentence; None when all can."""
    return _unknown_code(
        tuple(text_of(row, column) for column in _CODES),
        text_of(row, "province"),
        text_of(row, "levels") or "",
        text_of(row, "base") or "",
    )


@lru_cache(maxsize=65_536)
def _unknown_code(codes: tuple[str | None, ...], province: str | None, levels: str, base: str) -> str | None:
    named = dict(zip(_CODES, codes, strict=True))
    for column, code in named.items():
        if code not in _CODES[column]:
            return f"The {column} {code!r} is none of the codes of the fact record."
    if province is not None and not is_province_code(province):
        return f"The province {province!r} is no code that ever stood for a province."
    if named["measure"] == "total" and levels:
        return f"The total names the levels {levels!r}, but a total is of all levels: its levels are empty."
    return _unknown_levels(named["indicator"] or "", levels, base)


def _unknown_levels(indicator: str, levels: str, base: str) -> str | None:
    scale = (*LEVELS[indicator], NOT_ASSESSED) if indicator in LEVELS else ()
    for column, joined in (("levels", levels), ("base", base)):
        if joined == "" if column == "levels" else joined in (BASE_ASSESSED, BASE_ALL):
            continue
        parts = split_levels(joined)
        if not parts or not set(parts) <= set(scale):
            return f"The {column} {joined!r} is not made of levels of {indicator}."
        if join_levels(parts) != joined:
            return f"The {column} {joined!r} does not name each level once in sorted order."
    return None


def bad_period(row: Row) -> str | None:
    """Which end of the period is no date, as a sentence; None when both are dates or missing."""
    for column in ("period_start", "period_end"):
        period = text_of(row, column)
        if period is not None and days_of(period) is None:
            return f"The {column} {period!r} is no year, month or day in ISO form."
    return None


@lru_cache(maxsize=16_384)
def days_of(period: str) -> tuple[str, str] | None:
    """First and last ISO day of a year, month or day ("2020-02" gives 2020-02-01, 2020-02-29); None if it is none."""
    match = _PERIOD.fullmatch(period)
    if not match:
        return None
    year, month, day = match.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
        last_month = int(month or 12)
        last = date(first.year, last_month, int(day or monthrange(first.year, last_month)[1]))
    except ValueError:
        return None
    return first.isoformat(), last.isoformat()


def not_grounded(candidate: Candidate, text: str | None) -> str | None:
    """Why the fact's span does not carry its value, as a sentence; None when `text[start:end]` is a quote that does.

    Of a fact whose value a correction changed, it is the value before the correction.
    """
    start, end, quote = candidate.start, candidate.end, candidate.quote
    if text is None:
        return "The page has no cleaned text to find the quote in."
    if quote is None or not 0 <= start < end <= len(text):
        return f"The span {start}-{end} with the quote {quote!r} is no stretch of the page's {len(text)} characters."
    if text[start:end] != quote:
        return f"The text at {start}-{end} is {text[start:end][:80]!r} and not the quote {quote[:80]!r}."
    read = number_of(quote)
    if read is None:
        return f"The quote {quote[:80]!r} at {start}-{end} is no number."
    stated = candidate.value if candidate.stated is None else candidate.stated
    if read != stated:
        return f"The quote {quote[:80]!r} reads as {number_text(read)} and not as {number_text(stated)}."
    return None


def out_of_range(candidate: Candidate) -> str | None:
    """Why the value cannot be, as a sentence; None when it can."""
    value = candidate.value
    if not math.isfinite(value):
        return "The value is no finite number."
    if candidate.measure == "share":
        return None if 0 <= value <= 100 else f"The share {number_text(value)} % lies outside 0 to 100 %."
    if value < 0 or value != int(value):
        return f"The {candidate.measure} {number_text(value)} is not a whole number from 0."
    if value > LARGEST_COUNT:
        return f"The {candidate.measure} {number_text(value)} is larger than the country."
    return None
