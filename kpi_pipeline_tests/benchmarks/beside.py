"""What extraction costs beside trafilatura: both, and our cleaning, on the same pages in one process.

Belongs here: the interleaved clock and its figures. Does not belong here: choosing pages (`sources`).

trafilatura gets the decoded text and the options our cleaning gives it, and nothing else to do: no metadata, no
comments. Our cleaning gets the bytes, as it does in a run, and has trafilatura's work inside. Extraction gets the text
that cleaning made. The clock is the processor's. In a round each call goes over all pages, as a stage of a run does
over a day's; the order rotates from round to round, and every round has made-up pages of its own, so that no cache
helps one of the calls. Once more the calls take turns page by page, where each finds the processor's caches filled by
the others.
"""

import gc
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from statistics import median
from typing import Any

import trafilatura
from trafilatura.meta import reset_caches

from kpi_pipeline.cleaning import clean
from kpi_pipeline.cleaning.encoding import UndecodableError, decode
from kpi_pipeline.extraction import PageContext, extract
from kpi_pipeline_tests.benchmarks.sources import Source, made_pages, sample_pages

BARE, CLEAN, EXTRACT = "trafilatura.extract", "cleaning.clean", "extraction.extract"
CALLS = (BARE, CLEAN, EXTRACT)


@dataclass(frozen=True, slots=True)
class Timing:
    """One call over one kind of pages: milliseconds a page (median and best of the rounds, a round being the mean of
    its pages), and milliseconds a thousand characters of what it was given (bytes for cleaning)."""

    call: str
    ms_per_page: float
    best_ms_per_page: float
    ms_per_kb: float


@dataclass(frozen=True, slots=True)
class Beside:
    """The three calls over one kind of pages, and extraction's time as a share of trafilatura's: median, best and worst
    of the rounds, and the median where the calls take turns page by page."""

    pages: str
    number: int
    rounds: int
    html_kb: float
    text_kb: float
    facts_per_page: float
    timings: tuple[Timing, ...]
    ratio: float
    ratio_of_bests: float
    worst_round: float
    page_by_page: float

    def as_record(self) -> dict[str, Any]:
        """The measurement as plain data."""
        return asdict(self)


@dataclass(slots=True)
class _Round:
    seconds: dict[str, float]
    given: dict[str, int]
    facts: int = 0
    pages: int = 0


def measure(number: int = 40, rounds: int = 5) -> list[Beside]:
    """Time the samples, `number` made-up pages that state results and as many of ordinary news, `rounds` times each."""
    samples = [source for source in sample_pages() if _readable(source)]
    _round(samples[:3], 0, len(samples))
    found = [_measured("bundled samples", lambda turn: samples, rounds)]
    for kind, relevant in (("made-up pages with results", 1.0), ("made-up ordinary news", 0.0)):
        found.append(_measured(kind, partial(_made, number, relevant), rounds))
    return found


def _made(number: int, relevant: float, turn: int) -> list[Source]:
    return made_pages(number, 1_000 + turn, relevant)


def _measured(kind: str, pages: Callable[[int], list[Source]], rounds: int) -> Beside:
    chosen = [pages(turn) for turn in range(rounds)]
    stages = [_round(sources, turn, len(sources)) for turn, sources in enumerate(chosen)]
    turns = [_round(sources, turn, 1) for turn, sources in enumerate(chosen)]
    return _summed(kind, stages, [one.seconds[EXTRACT] / one.seconds[BARE] for one in turns])


def _readable(source: Source) -> bool:
    try:
        decode(source.content, None)
    except UndecodableError:
        return False
    return clean(source.content).status == "ok"


def _round(sources: list[Source], turn: int, at_once: int) -> _Round:
    """All calls over all pages, `at_once` pages before the next call has its turn."""
    total = _Round(dict.fromkeys(CALLS, 0.0), dict.fromkeys(CALLS, 0), pages=len(sources))
    work: dict[str, list[tuple[Callable[[], Any], int]]] = {call: [] for call in CALLS}
    for source in sources:
        html, _encoding = decode(source.content, None)
        text = clean(source.content, "text/html", source.url).text
        context = PageContext(source.published_on, True, source.url, source.source_province)
        work[BARE].append((partial(_bare, html), len(html)))
        work[CLEAN].append((partial(clean, source.content, "text/html", source.url), len(source.content)))
        work[EXTRACT].append((partial(extract, text, context), len(text)))
    reset_caches()
    gc.collect()
    for first in range(0, len(sources), at_once):
        for step in range(len(CALLS)):
            call = CALLS[(step + first + turn) % len(CALLS)]
            for run, given in work[call][first : first + at_once]:
                start = time.process_time()
                result = run()
                total.seconds[call] += time.process_time() - start
                total.given[call] += given
                if call == EXTRACT:
                    total.facts += len(result.facts)
    return total


def _bare(html: str) -> str | None:
    return trafilatura.extract(html, include_comments=False, include_tables=True, with_metadata=False)


def _summed(pages: str, rounds: list[_Round], by_page: list[float]) -> Beside:
    timings = tuple(
        Timing(
            call,
            ms_per_page=median(one.seconds[call] / one.pages for one in rounds) * 1e3,
            best_ms_per_page=min(one.seconds[call] / one.pages for one in rounds) * 1e3,
            ms_per_kb=median(one.seconds[call] / one.given[call] for one in rounds) * 1e6,
        )
        for call in CALLS
    )
    ratios = [one.seconds[EXTRACT] / one.seconds[BARE] for one in rounds]
    number = sum(one.pages for one in rounds)
    return Beside(
        pages, rounds[0].pages, len(rounds),
        html_kb=sum(one.given[BARE] for one in rounds) / number / 1e3,
        text_kb=sum(one.given[EXTRACT] for one in rounds) / number / 1e3,
        facts_per_page=sum(one.facts for one in rounds) / number,
        timings=timings, ratio=median(ratios),
        ratio_of_bests=timings[2].best_ms_per_page / timings[0].best_ms_per_page, worst_round=max(ratios),
        page_by_page=median(by_page),
    )  # fmt: skip
