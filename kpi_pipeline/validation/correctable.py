"""The fields of a fact that a correction may change: the one form of each, reading it from a row and writing it there.

Belongs here: what a cell may say about a field. Does not belong here: rows of the corrections file, and which fact one
is about.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

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
from kpi_pipeline.validation.candidate import Row, read_truth, text_of
from kpi_pipeline.validation.placement import province_valid_from
from kpi_pipeline.validation.soundness import days_of

FIELDS: tuple[str, ...] = (
    "province", "scope", "subject", "indicator", "levels", "measure", "value", "comparator", "base", "period", "annual",
    "modality", "unit_name", "subset",
)  # fmt: skip
"""The fields by the names of the fact record; `period` is start and end together."""

NULLABLE: tuple[str, ...] = ("province", "period", "unit_name", "subset")
"""Fields that may be missing."""

FLAG = "corrected"

_CODES: dict[str, tuple[str, ...]] = {
    "scope": SCOPES,
    "subject": SUBJECTS,
    "indicator": INDICATORS,
    "measure": MEASURES,
    "comparator": COMPARATORS,
    "modality": MODALITIES,
    "annual": ("true", "false"),
}
_ALL_LEVELS = frozenset({NOT_ASSESSED, *(level for scale in LEVELS.values() for level in scale)})

_SETTLED: dict[str, frozenset[str]] = {
    "period": frozenset({"period_assumed", "term_mended"}),
    "scope": frozenset({"scope_assumed"}),
    "base": frozenset({"base_unsure"}),
    "levels": frozenset({"cumulative"}),
    "measure": frozenset({"percent_lost"}),
}
"""Doubts of the extractor that a person settles by correcting the field."""


def canonical(field: str, text: str) -> str:
    """A cell's text in the one form of the field; empty for a missing value.

    Raises `ValueError` with a sentence for an unknown field, and for what the field cannot hold.
    """
    if field not in FIELDS:
        hint = ", which is part of period" if field in ("period_start", "period_end") else ""
        raise ValueError(f"{field!r} is no field that can be corrected{hint}; write {', '.join(FIELDS)}.")
    if field in _CODES:
        code = text.lower() if field == "annual" else text
        if code not in _CODES[field]:
            raise ValueError(f"{text!r} is no {field}; write {', '.join(_CODES[field])}.")
        return code
    if not text:
        return ""
    if field == "value":
        return number_cell(text)
    if field == "province" and not is_province_code(text):
        raise ValueError(f"{text!r} is no province; write its ISO 3166-2 code, such as VN-14.")
    if field == "period":
        return _period(text)
    if field == "levels" or (field == "base" and text not in (BASE_ASSESSED, BASE_ALL)):
        if odd := sorted(set(split_levels(text)) - _ALL_LEVELS):
            raise ValueError(f"{odd[0]!r} is no level; join levels of a scale by +, such as excellent+good.")
        return join_levels(split_levels(text))
    return text


def number_cell(text: str) -> str:
    """A value in its one form: whole numbers without a fraction. Raises `ValueError` with a sentence."""
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) or not math.isfinite(float(text)):
        raise ValueError(f"{text!r} is no plain number; write it with a decimal point and no separators, such as 87.4.")
    return number_form(float(text))


def number_form(value: float) -> str:
    """The one form of a value: 87.4, 151."""
    return str(int(value)) if math.isfinite(value) and value == int(value) else repr(value)


def field_of(row: Row, field: str) -> str:
    """What a fact row holds in a field, in the one form; empty where it is missing."""
    if field == "value":
        value = row.get("value")
        return number_form(value) if isinstance(value, float) else ""
    if field == "annual":
        return "true" if read_truth(row.get("annual")) else "false"
    if field == "period":
        return _joined(text_of(row, "period_start") or "", text_of(row, "period_end") or "")
    return text_of(row, field) or ""


def with_fields(row: Row, changes: Mapping[str, str]) -> dict[str, object]:
    """A copy of a fact row with some fields changed (values in their one form), flagged as corrected."""
    changed = dict(row)
    for field, text in changes.items():
        if field == "period":
            start, _, end = text.partition("/")
            changed.update(period_start=start or None, period_end=(end if "/" in text else start) or None)
        elif field == "value":
            changed["value"] = float(text)
        elif field == "annual":
            changed["annual"] = text == "true"
        else:
            changed[field] = text or (None if field in NULLABLE else "")
    if "province" in changes:
        changed["province_evidence"] = "correction" if changes["province"] else None
    if {"province", "period", "annual", "modality"} & set(changes):
        changed["province_valid_from"] = None
        changed["province_valid_from"] = province_valid_from(changed)
    settled = frozenset[str]().union(*(_SETTLED.get(field, ()) for field in changes))
    flags = (set((text_of(row, "flags") or "").split(",")) - {""} - settled) | {FLAG}
    changed["flags"] = ",".join(sorted(flags))
    return changed


def _period(text: str) -> str:
    start, slash, end = (piece.strip() for piece in text.partition("/"))
    if any(days_of(side) is None for side in (start, *([end] if slash else ()))):
        raise ValueError(f"{text!r} is no period; write a year, month or day such as 2021, or two such as 2020/2025.")
    end = end if slash else start
    first, last = days_of(start), days_of(end)
    if first is not None and last is not None and first[0] > last[1]:
        raise ValueError(f"{text!r} ends before it begins; write the earlier side first, such as 2020/2025.")
    return _joined(start, end)


def _joined(start: str, end: str) -> str:
    return start if start == end else f"{start}/{end}"
