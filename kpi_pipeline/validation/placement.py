"""Whether a province-year table can take a fact: its province, its period, and the territory its code stood for.

Belongs here: the rule `unplaced` and the first day of the territory. Does not belong here: which table takes the fact.
"""

from dataclasses import dataclass
from functools import lru_cache

from kpi_pipeline.reference.provinces import province_at
from kpi_pipeline.validation.candidate import Row, read_truth, text_of
from kpi_pipeline.validation.soundness import days_of

FIRST_YEAR = 1930
"""Before it there was no organisation that could have been rated."""

YEARS_AHEAD = 30
"""How far after its publication a page's targets reach."""


def province_valid_from(row: Row) -> str | None:
    """First day of the territory the code stood for at the end of the period: the row's own, else looked up.

    A yearly target of a term belongs to each of its years: where the code was given up before the term's end, the
    last year of the term at whose end it stood decides.
    """
    return text_of(row, "province_valid_from") or _place(row).territory


def unplaced(row: Row) -> str | None:
    """Why no province-year table can take the fact, as a sentence; None when one can.

    A year takes what is about exactly that calendar year, a population at any point in it, and the yearly targets of
    a term. Half-years, sums and means over several years are about no single year; in January no result of the year
    that has just begun can be known.
    """
    return _place(row).problem


@dataclass(frozen=True)
class _Place:
    """Where a fact belongs: its territory, if one is known, and why no year of a province can take it, if so."""

    territory: str | None
    problem: str | None


def _place(row: Row) -> _Place:
    return _placed(
        text_of(row, "province"),
        text_of(row, "period_start"),
        text_of(row, "period_end"),
        (text_of(row, "published_on") or "")[:7],
        population=text_of(row, "indicator") == "population",
        target=text_of(row, "modality") == "target",
        yearly=read_truth(row.get("annual")),
    )


@lru_cache(maxsize=65_536)
def _placed(
    code: str | None,
    start: str | None,
    end: str | None,
    published: str,
    *,
    population: bool,
    target: bool,
    yearly: bool,
) -> _Place:
    first, last = days_of(start or ""), days_of(end or "")
    territory = None
    if code is not None and last is not None:
        territory = _territory(code, first[0] if first and target and yearly else last[1], last[1])
    if code is None:
        return _Place(territory, "No province is known.")
    if first is None or last is None:
        return _Place(territory, "The period is not known.")
    whole_year = first[0][:4] == last[1][:4] and first[0][5:] == "01-01" and last[1][5:] == "12-31"
    takeable = whole_year or (population and start == end) or (target and yearly)
    if not takeable or not _within_reach(first[0], last[1], published, target):
        return _Place(territory, f"The period {start} to {end} is none that a calendar year can take.")
    if not (population or target) and published == f"{last[1][:4]}-01":
        return _Place(territory, f"In {published} no result of the whole year {last[1][:4]} can be known yet.")
    if territory is None:
        return _Place(territory, f"{code} did not stand for a province on {last[1]}.")
    return _Place(territory, None)


def _within_reach(first: str, last: str, published: str, target: bool) -> bool:
    """Whether the page can speak of the period: results begin in its year at the latest, targets end decades after."""
    if first > last or int(first[:4]) < FIRST_YEAR:
        return False
    if days_of(published) is None:
        return True
    year = published[:4]
    return int(last[:4]) <= int(year) + YEARS_AHEAD and (target or first[:4] <= year)


def _territory(code: str, first: str, last: str) -> str | None:
    """First day of the territory of a code on the day `last`, else at the end of the latest year since `first`."""
    years = range(int(last[:4]) - 1, max(int(first[:4]), int(last[:4]) - YEARS_AHEAD) - 1, -1)
    for day in (last, *(f"{year:04d}-12-31" for year in years)):
        province = province_at(code, day)
        if province is not None:
            return province.valid_from
    return None
