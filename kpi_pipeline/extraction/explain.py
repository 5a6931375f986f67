"""Why a text gives the facts it gives: every step's result, from the reading of the plain extractor.

Belongs here: gathering what the steps found into one explanation. Does not belong here: reading, and showing it
(explain_page, the command line).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import cast

from kpi_pipeline.extraction.bodies import Scope
from kpi_pipeline.extraction.clauses import Sentence
from kpi_pipeline.extraction.explanation import (
    Beside,
    CellSeen,
    Change,
    Clause,
    Explanation,
    LineSeen,
    NumberSeen,
    PeriodSeen,
    Said,
    SentenceSeen,
    StepSeen,
    TokenSeen,
)
from kpi_pipeline.extraction.extract import Reading, fact_of, read_page, unread_of
from kpi_pipeline.extraction.fact import UNREAD_REASONS, Fact, PageContext
from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.joined import Level, Subject
from kpi_pipeline.extraction.period import Period
from kpi_pipeline.extraction.readings import DROPPED, STEPS, kind_words, reading_sentence
from kpi_pipeline.extraction.slots import Slot
from kpi_pipeline.extraction.statement import Statement
from kpi_pipeline.extraction.tables import Cell, Name
from kpi_pipeline.extraction.tags import Token
from kpi_pipeline.extraction.tidying import tidy
from kpi_pipeline.extraction.tracing import TracingReader

_TOPICS = frozenset(("level", "indicator", "trap", "rule", "planpart", "same"))
_COMPARED = (
    "subject", "indicator", "levels", "measure", "base", "comparator", "first", "last", "annual", "modality", "scope",
    "unit_name", "province", "reading",
)  # fmt: skip


def explain(text: str, context: PageContext = PageContext()) -> Explanation:  # noqa: B008
    """What every step found in a text, with the facts that `extract` gives for it.

    A text that is not in Unicode form NFC, or is set with odd blanks, is tidied first: the explanation's `text` is the
    tidied one, and its spans count in it. Never raises on any text.
    """
    tidied = tidy(text)
    read = text if tidied is None else tidied.text
    return _Gatherer(read_page(read, context, TracingReader), context).explanation()


class _Gatherer:
    """Walks once through a reading; `found` holds each statement that stands with its fact, in the facts' order."""

    def __init__(self, reading: Reading, context: PageContext) -> None:
        self.reading = reading
        self.reader = cast(TracingReader, reading.reader)
        self.context = context
        self.text = reading.page.text
        self.found = [(statement, fact_of(statement, reading)) for statement in reading.statements]
        self.found.sort(key=lambda pair: _order(pair[1]))
        self.place = {id(statement): index for index, (statement, _) in enumerate(self.found)}

    def explanation(self) -> Explanation:
        reading = self.reading
        numbers = self._numbers()
        by_sentence: dict[int, list[int]] = defaultdict(list)
        for index, number in enumerate(numbers):
            if number.sentence is not None:
                by_sentence[number.sentence].append(index)
        return Explanation(
            text=self.text,
            day=self.context.day,
            province=reading.home.code,
            province_evidence=reading.home.evidence,
            lines=tuple(LineSeen(line.start, line.end, line.role) for line in reading.lines),
            periods=tuple(
                PeriodSeen(period.start, period.end, self._words(period), _period_detail(period))
                for period in reading.periods
            ),
            sentences=tuple(
                SentenceSeen(
                    sentence.start, sentence.end, reading.lines[sentence.line].role,
                    tuple(self._token(token) for token in sentence.tokens),
                    tuple(_body_words(scope) for scope in self.reader.bodies.get(place, ())),
                    tuple(by_sentence[place]),
                )
                for place, sentence in enumerate(reading.sentences)
            ),
            numbers=numbers,
            facts=tuple(fact for _, fact in self.found),
        )  # fmt: skip

    def _numbers(self) -> tuple[NumberSeen, ...]:
        reading, reader = self.reading, self.reader
        said: dict[tuple[int, int], list[Said]] = defaultdict(list)
        for statement in reader.statements:
            said[statement.figure.start, statement.figure.end].append(self._said(statement))
        clauses = {
            slot.figure.start: self._clause(slot, reading.sentences[place])
            for place, slots in reader.slots.items() for slot in slots
        }  # fmt: skip
        cells = {cell.figure.start: self._cell(cell) for row in reader.cells.values() for cell in row}
        facts = [fact for _, fact in self.found]
        reasons = {(item.span_start, item.span_end): item.reason for item in unread_of(reading, facts)}
        indices: dict[tuple[int, int], list[int]] = defaultdict(list)
        for index, fact in enumerate(facts):
            indices[fact.span_start, fact.span_end].append(index)
        lines, sentences = [line.start for line in reading.lines], [item.start for item in reading.sentences]
        numbers = []
        for start, end in sorted({*reasons, *indices}):
            row = bisect_right(lines, start) - 1
            place: int | None = bisect_right(sentences, start) - 1
            if place is None or place < 0 or start >= reading.sentences[place].end:
                place = None
            reason = reasons.get((start, end), "")
            numbers.append(
                NumberSeen(
                    start, end, self.text[start:end], reading.lines[row].role if row >= 0 else "body", place,
                    tuple(indices[start, end]), tuple(said[start, end]),
                    tuple(StepSeen(step.name, STEPS[step.name], step.outcome) for step in reader.steps.get(start, ())),
                    clauses.get(start), cells.get(start), reason, UNREAD_REASONS.get(reason, ""),
                )
            )  # fmt: skip
        return tuple(numbers)

    def _said(self, statement: Statement) -> Said:
        told = self.reader.told.get(id(statement))
        settled = self.reader.settled.get(id(statement), statement)
        changes = [] if told is None else _changes("arithmetic", told, settled)
        return Said(
            statement.figure.start, statement.figure.end, self.place.get(id(statement)),
            statement.reading, reading_sentence(statement.reading), statement.dated,
            _span(statement.parent), _span(statement.owner),
            (*changes, *_changes("page", settled, statement)),
            DROPPED.get(statement.dropped, statement.dropped),
        )  # fmt: skip

    def _clause(self, slot: Slot, sentence: Sentence) -> Clause:
        tokens = sentence.tokens
        low, high = slot.zone
        zone = (tokens[low].start, tokens[high - 1].end) if low < high <= len(tokens) else (slot.figure.start,) * 2
        return Clause(
            slot.figure.start, slot.figure.end, slot.value, slot.percent, zone, self._named(slot.unit), slot.stranger,
            self._named(slot.topic), slot.side, slot.comparator, slot.in_paren, _span(slot.share_of), _span(slot.like),
            slot.reading, slot.reason, tuple(self._beside(slot, tokens)),
        )  # fmt: skip

    def _beside(self, slot: Slot, tokens: Sequence[Token]) -> Iterable[Beside]:
        for side, places in (("left", range(slot.index - 1, -1, -1)), ("right", range(slot.index + 1, len(tokens)))):
            token = next((tokens[place] for place in places if tokens[place].kind in _TOPICS), None)
            if token is not None:
                yield Beside(side, self._words(token), token.kind, _code(token), token is slot.topic)

    def _cell(self, cell: Cell) -> CellSeen:
        return CellSeen(self.text[cell.label[0] : cell.label[1]], _name_words(cell.row), _name_words(cell.column))

    def _token(self, token: Token) -> TokenSeen:
        return TokenSeen(
            token.kind, "" if token.kind == "word" else _code(token), token.start, token.end, self._words(token),
            kind_words(token.kind), _detail(token),
        )  # fmt: skip

    def _words(self, token: Token) -> str:
        return self.text[token.start : token.end]

    def _named(self, token: Token | None) -> str:
        """A token as a clause tells it: its words and what they mean."""
        if token is None:
            return ""
        words = self._words(token)
        return f"{words} ({token.kind} {_code(token)})" if words else f"({token.kind} {_code(token)})"


def _order(fact: Fact) -> tuple[int, int, str, str, tuple[str, ...]]:
    return (fact.span_start, fact.span_end, fact.measure, fact.subject, fact.levels)


def _span(item: Statement | Slot | None) -> tuple[int, int] | None:
    return None if item is None else (item.figure.start, item.figure.end)


def _code(token: Token) -> str:
    if isinstance(token, Level):
        return "+".join(token.levels) + (" and better" if token.above else "")
    return token.code


def _detail(token: Token) -> str:
    if isinstance(token, Period):
        return _period_detail(token)
    if isinstance(token, Figure) and token.kind == "number":
        parts = [f"{token.value:.12g}", "percent" if token.percent else "", token.ends_range and "end of a range"]
        parts += ["first of a ratio" if token.total else "", "second of a ratio" if token.part else ""]
        return ", ".join(part for part in parts if part)
    if isinstance(token, Level):
        return "" if token.full else "cut short"
    if isinstance(token, Subject) and token.also:
        return "and " + ", ".join(token.also)
    return ""


def _period_detail(period: Period) -> str:
    span = period.first if period.first == period.last else f"{period.first} to {period.last}"
    marks = [name for name in ("term", "plan", "versus", "congress", "mended") if getattr(period, name)]
    return ", ".join(part for part in (period.code, span, *marks) if part)


def _body_words(scope: Scope) -> str:
    return f"{scope.words} ({scope.code})"


def _name_words(name: Name) -> str:
    said = ["+".join(name.levels) + (" and better" if name.above else ""), name.subject]
    said += [_period_detail(name.year) if name.year is not None else ""]
    said += [word for word, told in (("total", name.total), ("share", name.share), ("count", name.count)) if told]
    return ", ".join(part for part in said if part)


def _changes(stage: str, before: Statement, after: Statement) -> list[Change]:
    changes = []
    for name in _COMPARED:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            changes.append(Change(stage, name, _field_words(old), _field_words(new)))
    return changes


def _field_words(value: object) -> str:
    if isinstance(value, tuple):
        return "+".join(value) or "none"
    return "none" if value is None else str(value)
