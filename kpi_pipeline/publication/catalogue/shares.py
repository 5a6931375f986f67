"""The shares of whole provinces by topic, year and level: what the map colours and the charts draw.

Only exact and approximate results among the assessed. What is shown has an end (`MOST_TOPICS`, `MOST_YEARS`), told
with what is left out. How a bar looks is the affair of charts.py.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kpi_pipeline.publication.catalogue.levels import in_order
from kpi_pipeline.publication.source import Source
from kpi_pipeline.reference.codes import RATINGS

MOST_TOPICS = 12
MOST_YEARS = 10
BINS = 5
_STEPS = (1, 2, 5, 10, 20)


@dataclass(frozen=True, order=True)
class Territory:
    """A province code and the first day of the territory it stood for; `name` is of that time."""

    code: str
    since: str
    name: str = field(compare=False)

    @property
    def anchor(self) -> str:
        """The id of its section on the page."""
        return f"{self.code}-{self.since}"


@dataclass(frozen=True)
class Topic:
    """What is rated, of whom: shares by year and territory, each by level; years and territories in order."""

    indicator: str
    subject: str
    years: dict[int, dict[Territory, dict[str, float]]]

    @property
    def levels(self) -> list[str]:
        """The levels that any territory has, best first."""
        return in_order(
            self.indicator, {level for year in self.years.values() for row in year.values() for level in row}
        )

    def values(self, level: str) -> list[float]:
        """All shares of a level."""
        return [row[level] for year in self.years.values() for row in year.values() if level in row]


@dataclass(frozen=True)
class Shares:
    """The topics of a release, those with the most provinces first; `is_all` tells whether nothing was left out."""

    topics: tuple[Topic, ...]
    is_all: bool


def shares_of(source: Source) -> Shares:
    """The shares that the map and the charts show; none where the release has no KPI table."""
    if "kpi_province_year" not in {table.name for table in source.tables}:
        return Shares((), True)
    topics: dict[tuple[str, str], dict[int, dict[Territory, dict[str, float]]]] = defaultdict(dict)
    is_all = True
    for indicator, subject, topic_place, year_place, year, code, since, name, level, value in source.con.execute(
        _SHARES
    ).fetchall():
        if topic_place > MOST_TOPICS or year_place > MOST_YEARS:
            is_all = False
            continue
        of_year = topics[indicator, subject].setdefault(int(year), {})
        of_year.setdefault(Territory(code, str(since), name), {})[level] = float(value)
    return Shares(tuple(Topic(*key, years) for key, years in topics.items()), is_all)


def breaks(values: Iterable[float]) -> list[float]:
    """The bounds between the bins of a level, ascending, at most four: round numbers up to the highest share.

    The lowest bin takes all below, so that one province far behind does not make all others look alike.
    """
    found = sorted(values)
    if not found:
        return []
    low, high = found[len(found) // 20], found[-1]
    step = next(step for step in _STEPS if BINS * step >= high - low or step == _STEPS[-1])
    top = math.ceil(high / step) * step
    return [cut for place in range(BINS - 1, 0, -1) if (cut := top - place * step) > 0]


_SHARES = f"""
WITH share AS (
    SELECT indicator, subject, time_period, ref_area, province_valid_from, province_name, level, obs_value
    FROM marts.kpi_province_year
    WHERE measure = 'share' AND scope = 'province' AND modality = 'actual' AND base = 'assessed'
        AND comparator IN ('eq', 'approx') AND level <> '_T' AND level <> 'not_assessed'
        AND indicator IN ({", ".join(f"'{indicator}'" for indicator in RATINGS)})
    QUALIFY row_number() OVER (
        PARTITION BY indicator, subject, time_period, ref_area, province_valid_from, level
        ORDER BY comparator <> 'eq', kpi_id
    ) = 1
),

topic AS (
    SELECT
        indicator,
        subject,
        row_number() OVER (
            ORDER BY count(DISTINCT (ref_area, province_valid_from)) DESC, count(*) DESC, indicator, subject
        ) AS topic_place
    FROM share
    GROUP BY indicator, subject
)

SELECT
    indicator, subject, topic_place,
    dense_rank() OVER (PARTITION BY indicator, subject ORDER BY time_period DESC) AS year_place,
    time_period, ref_area, province_valid_from, province_name, level, obs_value
FROM share INNER JOIN topic USING (indicator, subject)
ORDER BY topic_place, time_period DESC, ref_area, province_valid_from, level
"""
