"""The corrections file of a home: which page each row is about, and which days its rows touch. Thin.

What a row may say is the affair of validation/corrections, what it does that of validation/correcting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kpi_pipeline.days.judged import judged
from kpi_pipeline.landing import FIRST_DAY, LandingError, LandingStore
from kpi_pipeline.storage.fingerprint import fingerprint
from kpi_pipeline.storage.home import Home
from kpi_pipeline.storage.lake import Lake
from kpi_pipeline.validation import Correction, CorrectionError, read_corrections


@dataclass(frozen=True)
class DayCorrections:
    """The corrections by the day of their page; those whose page never landed stand at the first day there is."""

    by_day: Mapping[str, tuple[Correction, ...]]

    @property
    def days(self) -> list[str]:
        """The days that have corrections, in order."""
        return sorted(self.by_day)

    def of(self, day: str) -> Sequence[Correction]:
        """The corrections of a day, in the order of the file."""
        return self.by_day.get(day, ())

    def fingerprint(self, day: str) -> str:
        """What the corrections of a day say, wherever in the file they stand; empty for a day without any."""
        said = sorted(repr(replace(correction, line=0)) for correction in self.of(day))
        return fingerprint(*said) if said else ""


def corrections_of(home: Home, landing: LandingStore) -> DayCorrections:
    """The corrections of a home, each with its page; none where there is no file.

    Raises `CorrectionError` when the file cannot be read or a row of it cannot be meant.
    """
    try:
        content = home.corrections.read_bytes()
    except FileNotFoundError:
        return DayCorrections({})
    except OSError as error:
        raise CorrectionError(
            f"{home.corrections} cannot be read ({error.strerror}): make it a file you may read, or move it away."
        ) from error
    by_day: dict[str, list[Correction]] = {}
    places: dict[str, tuple[str, str, str]] = {}
    for correction in read_corrections(content, home.corrections.name):
        if correction.page not in places:
            places[correction.page] = _place(landing, correction.page)
        page_id, day, lost = places[correction.page]
        by_day.setdefault(day, []).append(replace(correction, page_id=page_id, day=day, lost=lost))
    return DayCorrections({day: tuple(found) for day, found in by_day.items()})


def tried(corrections: DayCorrections, lake: Lake) -> Iterator[dict[str, Any]]:
    """What each row does to the facts as they are read now: a row of applied_corrections each, with its `line`, how
    many `mentions` it changes, and the `outcome` of the fact."""
    for day in corrections.days:
        tables = judged(lake, day, corrections.of(day))
        outcomes: dict[object, str] = {
            row["fact_id"]: "merged into one that says the same" for row in tables.merged_facts
        }
        outcomes |= {row["fact_id"]: f"in quarantine ({row['rule_id']})" for row in tables.quarantined_facts}
        outcomes |= {row["fact_id"]: "accepted" for row in tables.validated_facts}
        for correction in corrections.of(day):
            same = [row for row in tables.applied_corrections if row["correction_id"] == correction.id]
            rows = [row for row in same if row["line"] == correction.line] or [row for row in same if not row["line"]]
            standing = min((outcomes[row["fact_id"]] for row in rows if row["fact_id"] is not None), default="")
            yield {**rows[0], "line": correction.line, "mentions": len(rows), "outcome": standing}


def _place(landing: LandingStore, page: str) -> tuple[str, str, str]:
    """Id and day of the page that is meant, and why it does not count, if so."""
    try:
        page_id = landing.find(page)
        day = landing.day_of(page_id)
    except LandingError as error:
        return "", FIRST_DAY.isoformat(), f"{error} Correct the cell page, or remove the row."
    if page_id in {known.page_id for known in landing.pages(day)}:
        return page_id, day, ""
    return page_id, day, "The page is withdrawn: remove the row, or land the page again."
