"""The catalogue as HTML: one file a language, which needs nothing else, not even a script to be read.

Belongs here: putting the sections into the frame of `assets/`. What they show is their own modules' affair. Everything
a page of the web says goes through the template's escaping, and a content policy in the file forbids the rest.
"""

from __future__ import annotations

import base64
import hashlib
import json
from bisect import bisect_right
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from kpi_pipeline.publication.catalogue import charts, levels, places
from kpi_pipeline.publication.catalogue.dictionary import tables_of
from kpi_pipeline.publication.catalogue.numbers import Number, Numbers, numbers_of
from kpi_pipeline.publication.catalogue.quality import quality_of
from kpi_pipeline.publication.catalogue.shares import BINS, MOST_TOPICS, MOST_YEARS, Shares, Topic, breaks, shares_of
from kpi_pipeline.publication.catalogue.words import LANGUAGES, Words
from kpi_pipeline.publication.source import Source
from kpi_pipeline.reference.provinces import province_at

CATALOGUE = "catalogue"
_ASSETS = Path(__file__).parent / "assets"


def write_catalogue(source: Source, folder: Path) -> None:
    """Write `catalogue/index.html` (Vietnamese) and `catalogue/en.html`."""
    (folder / CATALOGUE).mkdir()
    numbers, shares, quality = numbers_of(source), shares_of(source), quality_of(source)
    tables, staging = tables_of(source)
    panels, left = charts.panels_of(shares)
    for language in LANGUAGES:
        words = Words(language)
        page = _template().render(
            t=words,
            source=source,
            numbers=numbers,
            notes=_notes(numbers, words),
            map=_map(shares, numbers, words),
            shares=shares,
            most={"topics": MOST_TOPICS, "years": MOST_YEARS},
            charts=_charts(panels, words),
            charts_drawn=len(panels),
            charts_left=left,
            quality=quality,
            tables=tables,
            staging=staging,
        )
        (folder / CATALOGUE / words("file")).write_text(page, encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_ASSETS),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = (Markup((_ASSETS / name).read_text(encoding="utf-8")) for name in ("page.css", "page.js"))
    environment.globals |= {
        "style": style,
        "script": script,
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "tags": _tags,
    }
    environment.filters |= {"json": _json, "stated": _stated, "ticked": _ticked}
    return environment.get_template("page.html")


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _json(value: Any) -> Markup:
    """JSON that can stand inside a script element, whatever its texts hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _ticked(text: str) -> Markup:
    """A text of schema.yml, what stands between backticks as code."""
    parts = text.split("`")
    return Markup("").join(Markup("<code>{}</code>" if n % 2 else "{}").format(part) for n, part in enumerate(parts))


def _stated(number: Number, words: Words) -> str:
    return words.stated(number.value, number.measure, number.comparator)


def _tags(line: list[Number]) -> list[str]:
    """The texts of what to know about the numbers of a line."""
    signs = {
        "computed": any(number.method == "computed" for number in line),
        "conflict": any(number.conflict for number in line),
        "doubtful": any(number.status == "U" for number in line),
    }
    return [key for key, holds in signs.items() if holds]


def topic_name(topic: Topic, words: Words) -> str:
    """The name of a topic: of whom, then what is rated."""
    return f"{words.code('subject', topic.subject)} · {words.code('indicator', topic.indicator)}"


def _notes(numbers: Numbers, words: Words) -> dict[str, str]:
    """For a section whose code stands for several territories here, the day that tells it from the others."""
    codes = [section.territory.code for section in numbers.sections]
    notes = {}
    for territory in (section.territory for section in numbers.sections):
        if codes.count(territory.code) > 1:
            known = province_at(territory.code, territory.since)
            ended = known and known.valid_to
            notes[territory.anchor] = words("until" if ended else "since", day=words.day(ended or territory.since))
    return notes


def _map(shares: Shares, numbers: Numbers, words: Words) -> dict[str, Any] | None:
    """What the map shows: tiles, and by topic, level and year the share and bin of each province."""
    if not shares.topics:
        return None
    anchors = {section.territory.anchor for section in numbers.sections}
    topics: list[dict[str, Any]] = [
        {
            "name": topic_name(topic, words),
            "subject": words.code("subject", topic.subject),
            "indicator": words.code("indicator", topic.indicator),
            "levels": [_level(topic, level, anchors, words) for level in _most_said_first(topic)],
        }
        for topic in shares.topics
    ]
    years = topics[0]["levels"][0]["years"]
    first = max(years, key=lambda year: (len(years[year]), year))
    tiles = [
        {
            "code": tile.code,
            "short": tile.short or name,
            "name": name,
            "column": tile.column,
            "row": tile.row,
            "layout": tile.layout,
            "from": min(shown),
            "to": max(shown),
        }
        for (tile, name), shown in _shown_years(shares).items()
    ]
    return {"topics": topics, "year": first, "tiles": tiles, "bins": BINS}


def _most_said_first(topic: Topic) -> list[str]:
    best = levels.best(topic.indicator)
    return sorted(topic.levels, key=lambda level: level != best)


def _level(topic: Topic, level: str, anchors: set[str], words: Words) -> dict[str, Any]:
    cuts = breaks(topic.values(level))
    years = {
        str(year): [
            [
                territory.code if places.stands_in(territory.code, territory.since, year) else "",
                territory.name,
                words.percent(row[level], 1),
                bisect_right(cuts, row[level]) + (BINS - 1 - len(cuts)),
                territory.anchor if territory.anchor in anchors else "",
            ]
            for territory, row in sorted(rows.items(), key=lambda pair: (-pair[1].get(level, -1), pair[0]))
            if level in row
        ]
        for year, rows in sorted(topic.years.items(), reverse=True)
        if any(level in row for row in rows.values())
    }
    ends = [None, *cuts, None]
    legend = [
        [BINS - 1 - len(cuts) + place, _range(low, high, words)] for place, (low, high) in enumerate(pairwise(ends))
    ]
    return {"name": words.level(topic.indicator, level), "legend": legend, "years": years}


def _range(low: float | None, high: float | None, words: Words) -> str:
    if low is None and high is None:
        return words("map_any")
    if low is None:
        return words("map_below", value=words.percent(high or 0))
    if high is None:
        return words("map_from", value=words.percent(low))
    return f"{words.number(low)}–{words.percent(high)}"


def _shown_years(shares: Shares) -> dict[tuple[places.Tile, str], list[int]]:
    found: dict[tuple[places.Tile, str], list[int]] = {}
    for year in sorted({year for topic in shares.topics for year in topic.years}):
        for pair in places.tiles_in(year):
            found.setdefault(pair, []).append(year)
    return found


def _charts(panels: list[charts.Panel], words: Words) -> list[dict[str, Any]]:
    """The charts by topic, drawn."""
    found = []
    for topic in dict.fromkeys(panel.topic.indicator + "/" + panel.topic.subject for panel in panels):
        own = [panel for panel in panels if panel.topic.indicator + "/" + panel.topic.subject == topic]
        name = topic_name(own[0].topic, words)
        drawn = [
            {"panel": panel, "svg": charts.draw(panel, words, f"{words('chart_of')}: {name}, {panel.year}")}
            for panel in own
        ]
        best = words.level(own[0].topic.indicator, levels.best(own[0].topic.indicator))
        found.append(
            {
                "name": name,
                "indicator": own[0].topic.indicator,
                "legend": charts.legend(own),
                "drawn": drawn,
                "best": best,
            }
        )
    return found
