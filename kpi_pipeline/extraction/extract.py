"""The extractor: a text and what is known about its page in, facts and unread numbers out.

Belongs here: the order of the steps and turning statements into facts. Does not belong here: any step itself.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from kpi_pipeline.extraction.arithmetic import settle
from kpi_pipeline.extraction.clauses import Sentence, cut_long, merge_streams, sentence_tokens, split_sentences
from kpi_pipeline.extraction.fact import Extraction, Fact, PageContext, Unread
from kpi_pipeline.extraction.layout import Line, read_lines
from kpi_pipeline.extraction.mask import Figure, find_figures
from kpi_pipeline.extraction.meaning import Reader
from kpi_pipeline.extraction.period import Period, find_periods
from kpi_pipeline.extraction.place import Home, find_home
from kpi_pipeline.extraction.statement import Statement
from kpi_pipeline.extraction.tables import find_tables
from kpi_pipeline.extraction.tags import Page, Token, fold_page, tag
from kpi_pipeline.reference.place_names import find_names_in
from kpi_pipeline.reference.provinces import code_at

_PHRASE = 40


@dataclass(slots=True)
class Reading:
    """Everything the steps found in one text, for whoever wants to look behind the facts."""

    page: Page
    lines: list[Line]
    tokens: list[Token]
    figures: list[Figure]
    periods: list[Period]
    home: Home
    sentences: list[Sentence]
    statements: list[Statement]
    reasons: dict[int, str]
    reader: Reader


def read_page(
    text: str,
    context: PageContext = PageContext(),  # noqa: B008
    reads_with: type[Reader] = Reader,
) -> Reading:
    """Runs all steps on one NFC text; no step raises on any input. `reads_with` may be a reader that keeps more."""
    page = fold_page(text)
    tokens = tag(page)
    figures = find_figures(page, tokens)
    lines = read_lines(page)
    periods = find_periods(page, tokens, figures)
    places = find_names_in(page.spelled)
    home = find_home(page, lines, places, tokens, context)
    stream = merge_streams(tokens, figures, periods)
    starts = [token.start for token in stream]
    tables = find_tables(page, lines, stream)
    if tables:
        rows = {row for table in tables for row in table.lines}
        lines = [Line(line.start, line.end, "table") if row in rows else line for row, line in enumerate(lines)]
    sentences = split_sentences(page, lines, figures)
    reader = reads_with(page, lines, home, places, context, tables)
    reader.survey(stream, lines)
    for sentence in sentences:
        sentence.tokens = sentence_tokens(page, sentence, stream, starts)
    sentences = cut_long(sentences)
    for number, sentence in enumerate(sentences):
        reader.read(number, sentence)
    statements = settle(reader.statements)
    reader.finish(statements)
    return Reading(page, lines, tokens, figures, periods, home, sentences, statements, reader.reasons, reader)


def extract(text: str, context: PageContext = PageContext()) -> Extraction:  # noqa: B008
    """The facts and the unread numbers of one text, both in the order of the text.

    Pure and deterministic. Every number token lies in the span of a fact or of an unread number. A text that is
    not in Unicode form NFC is read composed, and all spans are given in the text as it came.
    """
    if not unicodedata.is_normalized("NFC", text):
        composed, offsets = compose(text)
        return _back(text, offsets, _extract(composed, context))
    return _extract(text, context)


def _extract(text: str, context: PageContext) -> Extraction:
    reading = read_page(text, context)
    facts = [fact_of(statement, reading) for statement in reading.statements if not statement.dropped]
    facts.sort(key=lambda fact: (fact.span_start, fact.span_end, fact.measure, fact.subject, fact.levels))
    return Extraction(tuple(facts), tuple(unread_of(reading, facts)))


def extract_facts(text: str, context: PageContext = PageContext()) -> tuple[Fact, ...]:  # noqa: B008
    """The facts of one text alone."""
    return extract(text, context).facts


def number_tokens(text: str) -> tuple[tuple[int, int], ...]:
    """Offsets of every number token: a run of digits with its separators, or a number word before a counted noun."""
    if not unicodedata.is_normalized("NFC", text):
        composed, offsets = compose(text)
        return tuple((offsets[start], offsets[end]) for start, end in _number_tokens(composed))
    return _number_tokens(text)


def _number_tokens(text: str) -> tuple[tuple[int, int], ...]:
    page = fold_page(text)
    tokens = tag(page)
    return tuple((figure.start, figure.end) for figure in find_figures(page, tokens))


def compose(text: str) -> tuple[str, list[int]]:
    """The text with every letter and its marks composed, and for each offset in it the offset in `text`."""
    pieces: list[str] = []
    offsets: list[int] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and (unicodedata.combining(text[end]) or _joins(text[start:end], text[end])):
            end += 1
        piece = unicodedata.normalize("NFC", text[start:end])
        pieces.append(piece)
        offsets.extend([start] * len(piece))
        start = end
    offsets.append(len(text))
    return "".join(pieces), offsets


def _joins(cluster: str, following: str) -> bool:
    """Whether a following letter is part of a composed one although it is no mark (Hangul and the like)."""
    if following < "\u0300" or len(cluster) > 8:
        return False
    return unicodedata.normalize("NFC", cluster + following) != unicodedata.normalize("NFC", cluster) + following


def _back(text: str, offsets: list[int], found: Extraction) -> Extraction:
    """The same extraction with spans in the text before composing."""
    facts = tuple(
        replace(
            fact,
            span_start=offsets[fact.span_start], span_end=offsets[fact.span_end],
            quote=text[offsets[fact.span_start] : offsets[fact.span_end]],
            sentence_start=offsets[fact.sentence_start], sentence_end=offsets[fact.sentence_end],
        )
        for fact in found.facts
    )  # fmt: skip
    unread = tuple(
        replace(
            item,
            span_start=offsets[item.span_start], span_end=offsets[item.span_end],
            quote=text[offsets[item.span_start] : offsets[item.span_end]],
        )
        for item in found.unread
    )  # fmt: skip
    return Extraction(facts, unread)


def fact_of(statement: Statement, reading: Reading) -> Fact:
    """The fact that a statement of a reading states."""
    sentence = reading.sentences[statement.sentence]
    home = reading.home
    code, evidence = (statement.province, statement.evidence) if statement.province else (home.code, home.evidence)
    if statement.scope == "national":
        code, evidence = None, None
    elif code is not None:
        code = code_at(code, _last_day(statement.last))
    figure = statement.figure
    return Fact(
        province=code,
        province_evidence=evidence,
        scope=statement.scope,
        subject=statement.subject,
        indicator=statement.indicator,
        levels=tuple(sorted(statement.levels)),
        measure=statement.measure,
        value=statement.value,
        comparator=statement.comparator,
        base=statement.base,
        period_start=statement.first,
        period_end=statement.last,
        annual=statement.annual,
        modality=statement.modality,
        unit_name=statement.unit_name,
        subset=statement.subset,
        span_start=figure.start,
        span_end=figure.end,
        quote=reading.page.text[figure.start : figure.end],
        sentence_start=sentence.start,
        sentence_end=sentence.end,
        reading=statement.reading,
        flags=tuple(sorted(statement.flags)),
    )


def _last_day(last: str | None) -> str:
    if not last:
        return "9999-12-31"
    return {4: f"{last}-12-31", 7: f"{last}-28"}.get(len(last), last)


def unread_of(reading: Reading, facts: Sequence[Fact]) -> Iterable[Unread]:
    """The numbers of a reading that stand in no fact, each with the reason, in the order of the text."""
    covered = {(fact.span_start, fact.span_end) for fact in facts}
    text = reading.page.text
    roles = _roles(reading)
    for figure in reading.figures:
        if (figure.start, figure.end) in covered:
            continue
        if roles(figure.start) in ("furniture", "menu") and figure.code not in ("phone", "counter"):
            reason = "furniture"
        else:
            reason = reading.reasons.get(figure.start) or _reason_of(figure)
        low, high = max(0, figure.start - _PHRASE), min(len(text), figure.end + _PHRASE)
        phrase = " ".join(text[low:high].split())
        yield Unread(figure.start, figure.end, text[figure.start : figure.end], reason, phrase)


def _roles(reading: Reading) -> Callable[[int], str]:
    starts = [line.start for line in reading.lines]

    def role(position: int) -> str:
        index = bisect_right(starts, position) - 1
        return reading.lines[index].role if index >= 0 else "body"

    return role


def _reason_of(figure: Figure) -> str:
    if figure.kind == "masked":
        return figure.code
    if figure.kind == "date":
        return "date"
    if figure.kind in ("year", "years", "month", "months"):
        return "year"
    return "no_subject"
