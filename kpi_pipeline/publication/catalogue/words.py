"""The words and numbers of one language.

The interface's texts stand in texts.csv, one row a text, both languages; the names of codes in the reference data.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from kpi_pipeline.reference.codes import split_levels
from kpi_pipeline.reference.tables import data_rows, rows

LANGUAGES = ("vi", "en")
TEXTS = Path(__file__).parent / "texts.csv"
_SIGNS = {"eq": "", "approx": "≈ ", "ge": "≥ ", "gt": "> ", "le": "≤ ", "lt": "< "}


class Words:
    """What the page says in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = _texts()[language]
        self._names = _names(language)

    def __call__(self, key: str, **values: Any) -> str:
        """An interface text, its `{names}` filled in; raises `KeyError` for one that texts.csv does not have."""
        text = self._texts[key]
        return text.format(**values) if values else text

    def code(self, kind: str, code: str | None) -> str:
        """The name of a code (`subject`, `indicator`, `scope`, …); the code itself where it has none."""
        return self._names.get((kind, code or "")) or self._texts.get(f"{kind}.{code}", code or "")

    def level(self, indicator: str, level: str) -> str:
        """The name of a level, or of each level of a set."""
        name = self._names.get((indicator, level))
        return name or " + ".join(self._names.get((indicator, part), part) for part in split_levels(level))

    def number(self, value: float, digits: int = 1) -> str:
        """A number with the language's signs and at most `digits` decimals: 4.201 and 88,1 in Vietnamese."""
        exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        text = f"{exact:,f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        signs = str.maketrans({",": self("thousands"), ".": self("decimal")})
        return text.translate(signs)

    def percent(self, value: float, digits: int = 2) -> str:
        """A number of percent with its sign."""
        return f"{self.number(value, digits)}%"

    def day(self, iso: str) -> str:
        """A day as the language writes it."""
        year, month, day = map(int, iso.split("-"))
        return self("day", year=year, month=month, day=day)

    def stated(self, value: float, measure: str, comparator: str = "eq") -> str:
        """A number as a fact has it: with its sign where it is no exact one, and percent for a share."""
        said = self.percent(value, 4) if measure == "share" else self.number(value, 4)
        return _SIGNS.get(comparator, f"{comparator} ") + said


@cache
def _texts() -> dict[str, dict[str, str]]:
    found = [row for _, row in rows(TEXTS, ("key", *LANGUAGES))]
    return {language: {row["key"]: row[language] for row in found} for language in LANGUAGES}


@cache
def _names(language: str) -> dict[tuple[str, str], str]:
    """The names that the reference data gives, by list (an indicator's levels under its code) and code."""
    name = f"name_{language}"
    lists = data_rows("codes.csv", ("list", "code", name))
    subjects = data_rows("subjects.csv", ("subject", name))
    scales = data_rows("levels.csv", ("indicator", "level", name))
    return (
        {(row["list"], row["code"]): row[name] for row in lists}
        | {("subject", row["subject"]): row[name] for row in subjects}
        | {(row["indicator"], row["level"]): row[name] for row in scales}
    )
