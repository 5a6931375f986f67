"""An explanation as one HTML file that needs nothing else: no network, no font, no script but its own.

Belongs here: what the page shows, in which order, under which signs. Does not belong here: gathering it (explain).
The files of `page_assets/` are the page's frame, look and behaviour. Everything a page says goes through one filter
that shows hidden characters and through the template's escaping; a content policy in the file forbids the rest.
"""

from __future__ import annotations

import base64
import hashlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from kpi_pipeline.extraction.explanation import (
    LONGEST,
    Clause,
    Explanation,
    NumberSeen,
    Said,
    Sheet,
    Span,
    period_words,
    visible,
)
from kpi_pipeline.extraction.fact import UNREAD_REASONS, Fact
from kpi_pipeline.extraction.readings import reading_code, reading_sentence
from kpi_pipeline.reference.codes import LEVELS, NOT_ASSESSED, SUBJECTS

MOST_RECORDS = 2000
"""Numbers of one page with a record of their own; the marks and the table of facts have no such end."""

_ASSETS = Path(__file__).parent / "page_assets"
_AROUND = 60
BADGES = {
    "excellent": "Exc", "good": "Good", "completed": "Compl", "not_completed": "Not", NOT_ASSESSED: "n/a",
    "exemplary": "Exem", "clean_strong": "Clean", "weak": "Weak", "fair": "Fair", "average": "Avg", "poor": "Poor",
}  # fmt: skip
PATTERNS = {
    "excellent": "p-best", "exemplary": "p-best", "good": "p-good", "clean_strong": "p-good", "fair": "p-good",
    "completed": "p-done", "average": "p-done", "not_completed": "p-poor", "weak": "p-poor", "poor": "p-poor",
}  # fmt: skip
_OTHERS = {
    "population": "pop", "party_members_admitted": "new", "study_participation": "took part",
    "emulation_title": "title", "award": "award", "inspection": "insp",
}  # fmt: skip
_COLUMNS = ("number", "measure", "levels", "subject", "period", "modality", "comparator", "value", "base", "indicator",
            "scope", "unit", "province", "reading", "flags", "verdict")  # fmt: skip
_NO_LEVEL = "no_level"


@dataclass(frozen=True, slots=True)
class Mark:
    """How a number is marked: its index, style classes, badge, and what the filters go by."""

    index: int
    style: str
    kinds: str
    badge: str
    title: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line, marked or plain."""

    words: str
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the legend with its box."""

    code: str
    count: int
    style: str
    badge: str
    meaning: str


def to_html(explanation: Explanation, sheet: Sheet) -> str:
    """The explanation as one HTML document; the same input gives the same text."""
    marks = [_mark(explanation, index) for index in range(len(explanation.numbers))]
    numbers = explanation.numbers[:MOST_RECORDS]
    style, script = (Markup((_ASSETS / name).read_text(encoding="utf-8")) for name in ("page.css", "page.js"))
    about = [*sheet.told, *explanation.told()]
    if len(numbers) < len(explanation.numbers):
        about.append(("records", f"of the first {MOST_RECORDS} numbers; ask for the others with --at OFFSET"))
    return _template().render(
        sheet=sheet,
        about=about,
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        groups=_groups(explanation),
        lines=[
            {"role": line.role, "pieces": pieces}
            for line in explanation.lines
            for pieces in _blocks(_pieces(explanation, (line.start, line.end), marks))
        ],
        records=[_record(explanation, sheet, index) for index in range(len(numbers))],
        sentences=[
            {"index": place, "seen": sentence, "words": explanation.quote((sentence.start, sentence.end))}
            for place, sentence in enumerate(explanation.sentences)
            if sentence.numbers and sentence.numbers[0] < len(numbers)
        ],
        columns=_COLUMNS,
        rows=list(_rows(explanation, sheet, marks)),
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_shown
    )
    return environment.from_string((_ASSETS / "page.html").read_text(encoding="utf-8"))


def _shown(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def level_badge(fact: Fact) -> str:
    """The sign of a fact's levels in short: "Good+" for good and all better, "total", "pop"; a target is said."""
    known = LEVELS.get(fact.indicator, ())
    levels = [level for level in known if level in fact.levels]
    if len(levels) > 1 and levels == list(known[: len(levels)]):
        sign = BADGES[levels[-1]] + "+"
    elif fact.levels:
        sign = "/".join(BADGES.get(level, level) for level in levels or fact.levels)
    else:
        sign = _OTHERS.get(fact.indicator, fact.measure)
    return f"{sign} target" if fact.modality == "target" else sign


def _style(fact: Fact) -> str:
    worst = next((level for level in reversed(LEVELS.get(fact.indicator, ())) if level in fact.levels), "")
    return f"s-{fact.subject} {PATTERNS.get(worst, '')}".strip()


def _kind(fact: Fact) -> str:
    return f"{fact.subject}:{','.join(fact.levels) or _NO_LEVEL}"


def _mark(explanation: Explanation, index: int) -> Mark:
    number = explanation.numbers[index]
    facts = [explanation.facts[place] for place in number.facts]
    if not facts:
        return Mark(
            index, "unread", f"unread:{number.reason}", number.reason, f"{number.reason}: {number.reason_sentence}"
        )
    more = f" ×{len(facts)}" if len(facts) > 1 else ""
    title = "; ".join(f"{fact.subject}, {fact.indicator}, {'+'.join(fact.levels) or fact.measure}" for fact in facts)
    return Mark(index, _style(facts[0]), " ".join(map(_kind, facts)), level_badge(facts[0]) + more, title)


def _pieces(explanation: Explanation, span: Span, marks: list[Mark]) -> Iterator[Piece]:
    """The stretches of one line; where spans overlap, the first keeps the characters."""
    text, numbers = explanation.text, explanation.numbers
    position, end = span
    place = bisect_left(numbers, position, key=lambda number: number.start)
    while place < len(numbers) and numbers[place].start < end:
        number = numbers[place]
        low, high = max(position, number.start), min(number.end, end)
        if low < high:
            if position < low:
                yield Piece(text[position:low], None)
            yield Piece(text[low:high], marks[place])
            position = high
        place += 1
    if position < end:
        yield Piece(text[position:end], None)


def _blocks(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """The pieces of a line in blocks that a browser can lay out: of a line without an end, many."""
    block: list[Piece] = []
    size = 0
    for piece in pieces:
        parts = [piece.words[low : low + LONGEST] for low in range(0, len(piece.words), LONGEST)]
        for words in parts:
            if block and size + len(words) > LONGEST:
                yield block
                block, size = [], 0
            block.append(Piece(words, piece.mark))
            size += len(words)
    if block:
        yield block


def _groups(explanation: Explanation) -> list[dict[str, Any]]:
    facts = explanation.facts
    subjects = Counter(fact.subject for fact in facts)
    levels = Counter(level for fact in facts for level in fact.levels or (_NO_LEVEL,))
    reasons = Counter(number.reason for number in explanation.numbers if number.reason)
    groups = [
        ("subject", "Subject", [
            Entry(code, subjects[code], f"s-{code}", "", "what is counted")
            for code in sorted(subjects, key=lambda code: _place(code, SUBJECTS))
        ]),
        ("level", "Level", [
            Entry(code, levels[code], PATTERNS.get(code, ""), BADGES.get(code, "other"),
                  "a total, or an indicator that has no levels" if code == _NO_LEVEL else "a level of a rating")
            for code in sorted(levels, key=lambda code: _place(code, BADGES))
        ]),
        ("reason", "Unread", [
            Entry(code, reasons[code], "unread", "", UNREAD_REASONS.get(code, "")) for code in sorted(reasons)
        ]),
    ]  # fmt: skip
    return [{"key": key, "title": title, "entries": entries} for key, title, entries in groups if entries]


def _place(code: str, order: Any) -> tuple[int, str]:
    known = list(order)
    return (known.index(code) if code in known else len(known), code)


def _record(explanation: Explanation, sheet: Sheet, index: int) -> dict[str, Any]:
    number = explanation.numbers[index]
    text = explanation.text
    return {
        "index": index,
        "number": number,
        "sentence": "" if number.sentence is None else number.sentence,
        "before": text[max(0, number.start - _AROUND) : number.start],
        "after": text[number.end : number.end + _AROUND],
        "facts": [
            {
                "fields": explanation.fact_words(place),
                "style": f"s-{explanation.facts[place].subject}",
                "verdict": sheet.verdicts.get(place),
            }
            for place in number.facts
        ],
        "how": list(how_read(explanation, number)),
        "clause": clause_words(explanation, number),
    }


def how_read(explanation: Explanation, number: NumberSeen) -> Iterator[tuple[str, str]]:
    """Pairs of code and sentence: each reading of a number, what later steps changed, what was taken back."""
    for said in number.said:
        if said.dropped:
            yield "", f"Read and taken back: {said.dropped}"
            continue
        yield reading_code(said.reading), said.meaning
        yield from (("", words) for words in _ties(explanation, said))
        for change in said.changes:
            who = "Arithmetic" if change.stage == "arithmetic" else "The rest of the page"
            yield "", f"{who} changed {change.field} from {change.before} to {change.after}."
    clause = number.clause
    if not number.said and clause is not None and clause.reading:
        yield reading_code(clause.reading), f"Tried and given up: {reading_sentence(clause.reading)}"


def _ties(explanation: Explanation, said: Said) -> Iterator[str]:
    if said.part_of is not None:
        yield f"It is a part of {explanation.quote(said.part_of)}."
    if said.share_of is not None:
        yield f"It is the share that {explanation.quote(said.share_of)} makes up."
    if said.fact is not None and not said.dated:
        yield "Its period does not stand with it: it comes from another sentence, the page or the day."


def clause_words(explanation: Explanation, number: NumberSeen) -> list[tuple[str, str]]:
    """What stands beside a number, as pairs of name and words; empty where no clause or cell was read."""
    if number.cell is not None:
        cell = number.cell
        return [("row", f"{cell.label} ({cell.row})"), ("column", f"({cell.column})")]
    if number.clause is None:
        return []
    clause = number.clause
    pairs = [
        ("counts", clause.unit or ("words nobody knows" if clause.stranger else "nothing of its own")),
        ("stands with", f"{clause.topic}, to its {clause.side}" if clause.topic else "no level or verb"),
        ("not taken", "; ".join(_not_taken(clause))),
        ("comparator", "" if clause.comparator == "eq" else clause.comparator),
        ("share of", explanation.quote(clause.share_of) if clause.share_of else ""),
        ("as", explanation.quote(clause.like) if clause.like else ""),
        ("brackets", "inside" if clause.in_brackets else ""),
        ("its part", explanation.quote(clause.zone)),
    ]
    return [(name, words) for name, words in pairs if words]


def _not_taken(clause: Clause) -> Iterator[str]:
    for beside in clause.beside:
        if not beside.taken:
            yield f"{beside.words} ({beside.kind} {beside.code}) to the {beside.side}"


def _rows(explanation: Explanation, sheet: Sheet, marks: list[Mark]) -> Iterator[dict[str, Any]]:
    for mark, number in zip(marks, explanation.numbers, strict=True):
        for place in number.facts:
            fact = explanation.facts[place]
            cells = (
                fact.measure, "+".join(fact.levels), fact.subject, period_words(fact), fact.modality, fact.comparator,
                f"{fact.value:.12g}", fact.base if fact.measure == "share" else "", fact.indicator, fact.scope,
                fact.unit_name or "", fact.province or "", reading_code(fact.reading), ", ".join(fact.flags),
                sheet.verdicts[place].kind if place in sheet.verdicts else "",
            )  # fmt: skip
            yield {"index": mark.index, "quote": number.quote, "kinds": _kind(fact), "cells": cells}
