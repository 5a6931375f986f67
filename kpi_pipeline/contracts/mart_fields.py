"""What the contracts of the marts share: code lists and patterns of their own, and short ways to say a column's rules.

The tables stand in dimensions.py, observations.py, findings.py, kpi.py and comparisons.py. Days come as ISO text and
whole numbers as `Int64`, since some of them may be missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import pandera.pandas as pa

from kpi_pipeline.contracts.fields import DAY
from kpi_pipeline.reference.sources import SOURCE_KINDS as KNOWN_KINDS

OBS_STATUS = ("A", "E", "U", "M")
UNITS = ("PT", "UNITS")
METHODS = ("reported", "computed")
COMPUTED_HOW = ("sum_of_levels", "share_of_total", "complement", "sum_of_parts", "share_of_sums")
SOURCE_KINDS = (*KNOWN_KINDS, "unknown")
SUBJECT_GROUPS = (
    "party_organisation",
    "people",
    "leadership",
    "state_body",
    "local_government",
    "mass_organisation",
    "other",
)
VERDICTS = ("complete", "incomplete", "over", "short")

BODY = r"VN-[0-9A-Z]{2}(@\d{4}-\d{2}-\d{2})?/\d{4}/[a-z_]+(:[^/]+)?"
BODY_ID = rf"^{BODY}$"
AREA = rf"{BODY}/[a-z_]+/[a-z_]+"
WIDE_ID = rf"^{AREA}$"
KPI_ID = (
    rf"^{AREA}/([a-z_]+(\+[a-z_]+)*|_T)/[a-z]+(/target)?(/of:[a-z_+]+)?"
    r"(/term:\d{4}-\d{4})?(/(approx|ge|gt|le|lt))?$"
)
CODES = r"^$|^[a-z_]+(,[a-z_]+)*$"
LEVELS = r"^$|^[a-z_]+(\+[a-z_]+)*$"
LEVEL = r"^(_T|[a-z_]+(\+[a-z_]+)*)$"
BASE = r"^[a-z_]+(\+[a-z_]+)*$"
FACTS = r"^f[0-9a-f]{16}(,f[0-9a-f]{16})*$"
NO_OR_FACTS = r"^$|^f[0-9a-f]{16}(,f[0-9a-f]{16})*$"
TERRITORY = r"VN-[0-9A-Z]{2}@\d{4}-\d{2}-\d{2}"


def text(pattern: str | None = None, nullable: bool = False, codes: Iterable[str] | None = None, **more: Any) -> Any:
    """A text, of a pattern or out of a code list."""
    return pa.Field(str_matches=pattern, isin=None if codes is None else list(codes), nullable=nullable, **more)


def day(nullable: bool = False) -> Any:
    """A day, ISO 8601."""
    return pa.Field(str_matches=DAY, nullable=nullable, metadata={"type": "date"})


def whole(nullable: bool = False, at_least: int = 0, at_most: int | None = None, **more: Any) -> Any:
    """A whole number."""
    return pa.Field(ge=at_least, le=at_most, nullable=nullable, metadata={"type": "int64"}, **more)


def calendar_year() -> Any:
    """A year of four digits."""
    return whole(at_least=1000, at_most=9999)


def share() -> Any:
    """A share in percent, or nothing."""
    return pa.Field(ge=0, le=100, nullable=True)


def amount(nullable: bool = False) -> Any:
    """A number from 0."""
    return pa.Field(ge=0, nullable=nullable)


def perhaps() -> Any:
    """True, false, or nothing where it cannot be told."""
    return pa.Field(nullable=True, coerce=True, metadata={"type": "bool"})


def codes_sorted(column: pd.Series) -> pd.Series:
    """Whether codes joined by commas are sorted, each once."""
    return column.map(lambda text: text == ",".join(sorted(set(text.split(",")))))


def value_fits_unit(frame: pd.DataFrame, value: str) -> pd.Series:
    """Whether a share is percent up to 100, anything else a whole number of units; an empty value fits."""
    share = frame["measure"] == "share"
    fits = (share & (frame[value] <= 100)) | (~share & (frame[value] % 1 == 0))
    return (frame[value].isna() | fits) & (share == (frame["unit_measure"] == "PT"))
