"""The numbers of the KPI table with their evidence: by territory, year and sentence.

At most `MOST_NUMBERS` rows reach the page, results of whole provinces and the latest years first. How they look is the
affair of the template.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from kpi_pipeline.publication.catalogue.levels import in_order
from kpi_pipeline.publication.catalogue.links import source_link
from kpi_pipeline.publication.catalogue.shares import Territory
from kpi_pipeline.publication.source import Source
from kpi_pipeline.reference.folding import bare

MOST_NUMBERS = 4_000
LONGEST_SENTENCE = 900
_BEFORE = 300


@dataclass(frozen=True)
class Number:
    """A row of `kpi_province_year`, in the order of `_SHOWN`."""

    kpi_id: str
    code: str
    since: str
    province: str
    year: int
    scope: str
    unit_name: str | None
    subject: str
    indicator: str
    level: str
    modality: str
    base: str
    measure: str
    value: float
    comparator: str
    method: str
    status: str
    conflict: bool
    computed_how: str | None
    fact_ids: str

    @property
    def line(self) -> tuple[str, ...]:
        """What numbers of one line of a card share: all but the measure and its number."""
        level = "total" if self.measure == "total" else self.level
        return (self.scope, self.unit_name or "", self.indicator, self.subject, self.modality, self.base, level)


@dataclass(frozen=True)
class Fact:
    """A fact with its sentence and page, in the order of `_FACTS`; `at` is where the quote begins in the sentence."""

    fact_id: str
    quote: str
    sentence: str
    at: int
    page_id: str
    sentence_start: int
    page: str
    title: str | None
    domain: str | None
    address: str | None
    published_on: str

    @property
    def position(self) -> tuple[str, int]:
        """Where it stands among facts: its page, and how far down on it."""
        return (self.page_id, self.sentence_start + self.at)

    @property
    def is_in_place(self) -> bool:
        """Whether the quote stands where it is said to; a corrected one may not."""
        return self.at >= 0 and self.sentence.startswith(self.quote, self.at)


@dataclass
class Card:
    """A sentence of a page and the numbers that rest on it, line by line; `inputs`: the quotes behind computed ones."""

    fact: Fact
    spans: set[tuple[int, int]] = field(default_factory=set)
    inputs: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[tuple[str, ...], list[Number]] = field(default_factory=lambda: defaultdict(list))

    @property
    def link(self) -> str | None:
        """The address that opens the page at the sentence, where it has one."""
        return source_link(self.fact.address, self.fact.sentence)

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The sentence cut into what is marked and what is not; of a very long one the part around the numbers."""
        return list(marked(self.fact.sentence, sorted(self.spans)))

    @property
    def groups(self) -> list[list[list[Number]]]:
        """The lines by whose result it is and what is rated, the total first, then the best level first."""
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for *who, level in self.lines:
            found[tuple(who)].append(level)
        return [
            [self.lines[*who, level] for level in sorted(in_order(who[2], found[who]), key=lambda own: own != "total")]
            for who in sorted(found, key=lambda who: (who[0] != "province", who))
        ]


@dataclass
class Section:
    """A territory with its years, the latest first; `note` says which of several territories of its code it is."""

    territory: Territory
    years: dict[int, list[Card]] = field(default_factory=dict)
    count: int = 0


@dataclass(frozen=True)
class Numbers:
    """The sections by name and how many numbers they show; of the whole release numbers, areas and years."""

    sections: tuple[Section, ...]
    shown: int
    total: int
    areas: int
    years: int


def numbers_of(source: Source) -> Numbers:
    """The numbers that the page shows, with what they rest on."""
    if not {"kpi_province_year", "fact_observation", "dim_page"} <= {table.name for table in source.tables}:
        return Numbers((), 0, 0, 0, 0)
    rows = source.con.execute(_NUMBERS).fetchall()
    facts = {row[0]: Fact(*row) for row in source.con.execute(_FACTS).fetchall()}
    sections: dict[Territory, Section] = {}
    cards: dict[tuple[object, ...], Card] = {}
    for row in rows:
        number = Number(*row)
        said = [facts[fact_id] for fact_id in number.fact_ids.split(",") if fact_id in facts]
        if not said:
            continue
        territory = Territory(number.code, number.since, number.province)
        section = sections.setdefault(territory, Section(territory))
        section.count += 1
        key = (territory, number.year, said[0].page_id, said[0].sentence_start)
        if key not in cards:
            cards[key] = Card(said[0])
            section.years.setdefault(number.year, []).append(cards[key])
        card = cards[key]
        card.lines[number.line].append(number)
        if number.method == "computed":
            card.inputs[number.kpi_id] = [fact.quote for fact in sorted(said, key=lambda fact: fact.position)]
        card.spans |= {
            (fact.at, fact.at + len(fact.quote))
            for fact in said
            if (fact.page_id, fact.sentence_start) == (card.fact.page_id, card.fact.sentence_start) and fact.is_in_place
        }
    for section in sections.values():
        section.years = dict(sorted(section.years.items(), reverse=True))
        for of_year in section.years.values():
            of_year.sort(
                key=lambda card: (card.groups[0][0][0].scope != "province", card.fact.page_id, card.fact.sentence_start)
            )
    ordered = sorted(sections.values(), key=lambda own: (bare(own.territory.name), own.territory))
    [counted] = source.con.execute(_COUNTED).fetchall()
    return Numbers(tuple(ordered), sum(section.count for section in ordered), *map(int, counted))


def marked(sentence: str, spans: list[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """A sentence in pieces, `True` for those inside the spans; spans that leave the sentence mark nothing."""
    inside = [(start, end) for start, end in spans if 0 <= start < end <= len(sentence)]
    low, high = 0, len(sentence)
    if high > LONGEST_SENTENCE:
        low = max(0, (inside[0][0] if inside else 0) - _BEFORE)
        high = min(high, low + LONGEST_SENTENCE)
        if low:
            yield "… ", False
    position = low
    for start, end in inside:
        if start < position or end > high:
            continue
        if position < start:
            yield sentence[position:start], False
        yield sentence[start:end], True
        position = end
    if position < high:
        yield sentence[position:high], False
    if high < len(sentence):
        yield " …", False


_COUNTED = """
SELECT count(*), count(DISTINCT (ref_area, province_name)), count(DISTINCT time_period) FROM marts.kpi_province_year
"""
_SHOWN = f"""
SELECT
    kpi_id, ref_area, CAST(province_valid_from AS VARCHAR) AS since, province_name, time_period, scope, unit_name,
    subject, indicator, level, modality, base, measure, obs_value, comparator, method, obs_status, conflict,
    computed_how, fact_ids
FROM marts.kpi_province_year
ORDER BY scope <> 'province', modality <> 'actual', time_period DESC, kpi_id
LIMIT {MOST_NUMBERS}
"""
_NUMBERS = f"SELECT * FROM ({_SHOWN}) ORDER BY kpi_id"
_FACTS = f"""
SELECT
    fact.fact_id, fact.quote, fact.sentence, fact.span_start - fact.sentence_start, fact.page_id, fact.sentence_start,
    fact.page, page.title, page.source_domain, fact.source_url, CAST(fact.published_on AS VARCHAR)
FROM marts.fact_observation AS fact
LEFT JOIN marts.dim_page AS page ON fact.page_id = page.page_id
WHERE fact.fact_id IN (SELECT unnest(string_split(fact_ids, ',')) FROM ({_SHOWN}))
"""
