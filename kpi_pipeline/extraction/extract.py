"""The extractor: a text and what is known about its page in, facts and unread numbers out.

Belongs here: the order of the steps and turning statements into facts. Does not belong here: any step itself.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from kpi_pipeline.extraction.arithmetic import settle
from kpi_pipeline.extraction.clauses import Sentence, cut_long, merge_streams, sentence_tokens, split_sentences
from kpi_pipeline.extraction.fact import Extraction, Fact, PageContext, Unread
from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.headed import join_headed
from kpi_pipeline.extraction.layout import Line, read_lines
from kpi_pipeline.extraction.mask import find_figures
from kpi_pipeline.extraction.meaning import Reader
from kpi_pipeline.extraction.period import Period, find_periods
from kpi_pipeline.extraction.place import Home, find_home
from kpi_pipeline.extraction.statement import Statement
from kpi_pipeline.extraction.tables import find_tables
from kpi_pipeline.extraction.tags import Page, Token, fold_page, tag
from kpi_pipeline.extraction.tidying import Tidied, tidy
from kpi_pipeline.reference.place_names import find_names_in
from kpi_pipeline.reference.provinces import code_at

_PHRASE = 40
_ORDER = attrgetter("span_start", "span_end", "measure", "subject", "levels")
_FURNITURE = frozenset(("furniture", "menu"))


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
    reader.survey(stream)
    for sentence in sentences:
        sentence.tokens = sentence_tokens(page, sentence, stream, starts)
    sentences = cut_long(join_headed(page, lines, sentences))
    for number, sentence in enumerate(sentences):
        reader.read(number, sentence)
    statements = settle(reader.statements)
    reader.finish(statements)
    return Reading(page, lines, tokens, figures, periods, home, sentences, statements, reader.reasons, reader)


def extract(text: str, context: PageContext = PageContext()) -> Extraction:  # noqa: B008
    """The facts and the unread numbers of one text, both in the order of the text.

    Pure and deterministic. Every number token lies in the span of a fact or of an unread number. A text that is not
    in Unicode form NFC, or is set with odd blanks, is read tidied, and all spans are given in the text as it came.
    """
    tidied = tidy(text)
    return _extract(text, context) if tidied is None else _back(text, tidied, _extract(tidied.text, context))


def _extract(text: str, context: PageContext) -> Extraction:
    reading = read_page(text, context)
    facts = [fact_of(statement, reading) for statement in reading.statements if not statement.dropped]
    facts.sort(key=_ORDER)
    return Extraction(tuple(facts), tuple(unread_of(reading, facts)))


def extract_facts(text: str, context: PageContext = PageContext()) -> tuple[Fact, ...]:  # noqa: B008
    """The facts of one text alone."""
    return extract(text, context).facts


def number_tokens(text: str) -> tuple[tuple[int, int], ...]:
    """Offsets of every number token: a run of digits with its separators, or a number word before a counted noun."""
    tidied = tidy(text)
    if tidied is None:
        return _number_tokens(text)
    return tuple(tidied.back(start, end) for start, end in _number_tokens(tidied.text))


def _number_tokens(text: str) -> tuple[tuple[int, int], ...]:
    page = fold_page(text)
    tokens = tag(page)
    return tuple((figure.start, figure.end) for figure in find_figures(page, tokens))


def _back(text: str, tidied: Tidied, found: Extraction) -> Extraction:
    """The same extraction with spans in the text as it came."""
    facts = []
    for fact in found.facts:
        start, end = tidied.back(fact.span_start, fact.span_end)
        first, last = tidied.back(fact.sentence_start, fact.sentence_end)
        facts.append(
            fact._replace(
                span_start=start, span_end=end, quote=text[start:end], sentence_start=first, sentence_end=last
            )
        )
    unread = []
    for item in found.unread:
        start, end = tidied.back(item.span_start, item.span_end)
        unread.append(item._replace(span_start=start, span_end=end, quote=text[start:end]))
    return Extraction(tuple(facts), tuple(unread))


def fact_of(statement: Statement, reading: Reading) -> Fact:
    """The fact that a statement of a reading states."""
    sentence = reading.sentences[statement.sentence]
    home = reading.home
    code, evidence = (statement.province, statement.evidence) if statement.province else (home.code, home.evidence)
    if statement.scope == "national":
        code, evidence = None, None
    elif code is not None:
        code = _code_then(code, statement.last)
    figure = statement.figure
    levels = statement.levels
    return Fact(  # in the order of its fields: three times as fast as by name
        code,
        evidence,
        statement.scope,
        statement.subject,
        statement.indicator,
        tuple(sorted(levels)) if len(levels) > 1 else levels,
        statement.measure,
        statement.value,
        statement.comparator,
        statement.base,
        statement.first or None,
        statement.last or None,
        statement.annual,
        statement.modality,
        statement.unit_name,
        statement.subset,
        figure.start,
        figure.end,
        reading.page.text[figure.start : figure.end],
        sentence.start,
        sentence.end,
        statement.reading,
        tuple(sorted(statement.flags)) if statement.flags else (),
    )


@lru_cache(maxsize=4096)
def _code_then(code: str, last: str | None) -> str:
    """The code of a province on the last day of a period in ISO form, or today's where the period is open."""
    if not last:
        return code_at(code, "9999-12-31")
    return code_at(code, {4: f"{last}-12-31", 7: f"{last}-28"}.get(len(last), last))


def unread_of(reading: Reading, facts: Sequence[Fact]) -> Iterable[Unread]:
    """The numbers of a reading that stand in no fact, each with the reason, in the order of the text."""
    covered = {(fact.span_start, fact.span_end) for fact in facts}
    text, lines, reasons = reading.page.text, reading.lines, reading.reasons
    furniture = not _FURNITURE.isdisjoint([line[2] for line in lines])
    starts = [line.start for line in lines] if furniture else []
    line = text.replace("\n", " ") if reading.figures else ""
    even = line.isprintable() and "  " not in line
    for figure in reading.figures:
        start, end = figure.start, figure.end
        if (start, end) in covered:
            continue
        row = bisect_right(starts, start) - 1 if starts else -1
        if row >= 0 and lines[row].role in _FURNITURE and figure.code not in ("phone", "counter"):
            reason = "furniture"
        else:
            reason = reasons.get(start) or _reason_of(figure)
        phrase = line[start - _PHRASE if start > _PHRASE else 0 : end + _PHRASE]
        phrase = phrase.strip(" ") if even else _one_line(phrase)
        yield Unread._make((start, end, text[start:end], reason, phrase))  # twice as fast as a call


def _one_line(line: str) -> str:
    """The words of a line with single blanks between them."""
    even = line.isprintable() and "  " not in line
    return line.strip(" ") if even else " ".join(line.split())


def _reason_of(figure: Figure) -> str:
    if figure.kind == "masked":
        return figure.code
    if figure.kind == "date":
        return "date"
    if figure.kind in ("year", "years", "month", "months"):
        return "year"
    return "no_subject"
