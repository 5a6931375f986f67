"""The charts: for a topic and year one bar a province, cut into its levels, as SVG that needs no script.

Drawn by vl-convert from Vega-Lite, and put into the page as it comes: a reader without a network, without scripts or on
paper sees the same, and the page stays a fraction of the size of a chart library. The numbers stand in a table beside.
Sizes are fixed, so that the fonts of a machine change no byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from kpi_pipeline.publication.catalogue.levels import best, parts, side_by_side, singles
from kpi_pipeline.publication.catalogue.shares import Shares, Territory, Topic
from kpi_pipeline.publication.catalogue.words import Words
from kpi_pipeline.reference.codes import CLEAN_STRONG, STUDY_RESULT, TASK_COMPLETION

MOST_PANELS = 24
COLOURS: dict[str, tuple[str, ...]] = {
    TASK_COMPLETION: ("#0b5d57", "#5aa79b", "#d9a441", "#a63d2f"),
    CLEAN_STRONG: ("#063f3b", "#0b5d57", "#5aa79b", "#d9a441", "#a63d2f"),
    STUDY_RESULT: ("#0b5d57", "#5aa79b", "#a9d3cb", "#d9a441", "#a63d2f"),
}
"""The colours of the levels of a scale, best first."""

_MIXED = "#2f8278"
_OTHER_MIXED = "#8c9a6b"
_CHART = Path(__file__).parent / "assets" / "chart.json"
_STEP = 22


@dataclass(frozen=True)
class Bar:
    """A province's shares that stand beside each other, best first, and what the better ones add to."""

    territory: Territory
    shares: dict[str, float]
    best: float | None


@dataclass(frozen=True)
class Panel:
    """The bars of a topic and year, the best first."""

    topic: Topic
    year: int
    bars: tuple[Bar, ...]

    @property
    def levels(self) -> list[str]:
        """The levels that a bar shows, best first."""
        return [level for level in self.topic.levels if any(level in bar.shares for bar in self.bars)]


def colour(indicator: str, level: str) -> str:
    """The colour of a level; sets of levels have their own."""
    scale = singles(indicator)
    if level in scale:
        return COLOURS[indicator][scale.index(level)]
    return _MIXED if parts(indicator, level) <= parts(indicator, best(indicator)) else _OTHER_MIXED


def panels_of(shares: Shares) -> tuple[list[Panel], int]:
    """The panels to draw, by topic and then the latest year first, and how many of earlier years are left out."""
    panels = [
        (place, Panel(topic, year, bars))
        for topic in shares.topics
        for place, year in enumerate(sorted(topic.years, reverse=True))
        if (bars := _bars(topic, year))
    ]
    drawn = {id(panel) for _, panel in sorted(panels, key=lambda pair: pair[0])[:MOST_PANELS]}
    kept = [panel for _, panel in panels if id(panel) in drawn]
    return kept, len(panels) - len(kept)


def _bars(topic: Topic, year: int) -> tuple[Bar, ...]:
    better = parts(topic.indicator, best(topic.indicator))
    bars = []
    for territory, said in topic.years[year].items():
        if shares := side_by_side(topic.indicator, said):
            sums = [value for level, value in shares.items() if parts(topic.indicator, level) <= better]
            bars.append(Bar(territory, shares, round(sum(sums), 4) if sums else None))
    return tuple(sorted(bars, key=lambda bar: (bar.best is None, -(bar.best or 0), bar.territory)))


def draw(panel: Panel, words: Words, label: str) -> Markup:
    """A panel as an SVG element with `label` as its name for those who do not see it."""
    import vl_convert

    values: list[dict[str, Any]] = []
    for row, bar in enumerate(panel.bars):
        end = 0.0
        for level, share in bar.shares.items():
            start, end = end, end + share
            values.append({"row": row, "from": start, "to": end, "colour": colour(panel.topic.indicator, level)})
        values.append({"row": row, "name": bar.territory.name})
        if bar.best is not None:
            values.append({"row": row, "best": words.number(bar.best)})
    spec = {**_frame(), "datasets": {"rows": values}, "height": _STEP * len(panel.bars), "background": None}
    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version=_vega_lite())
    return Markup(drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1))


@cache
def _frame() -> dict[str, Any]:
    """The chart without its data and height: Vega-Lite, as `assets/chart.json` has it."""
    frame: dict[str, Any] = json.loads(_CHART.read_text(encoding="utf-8"))
    return frame


@cache
def _vega_lite() -> str:
    """The newest Vega-Lite that the converter holds and that is no newer than what the chart is written in."""
    import vl_convert

    def digits(version: str) -> tuple[int, ...]:
        return tuple(int(part) for part in version.lstrip("v").split(".")[:2])

    written = digits(str(_frame()["$schema"]).rpartition("/")[2])
    known: list[str] = vl_convert.get_vegalite_versions()
    return max((version for version in known if digits(version) <= written), key=digits)


def legend(panels: Iterable[Panel]) -> list[tuple[str, str]]:
    """The levels of some panels of one topic, best first, each with its colour."""
    panels = list(panels)
    seen = {level for panel in panels for level in panel.levels}
    topic = panels[0].topic
    return [(level, colour(topic.indicator, level)) for level in topic.levels if level in seen]
