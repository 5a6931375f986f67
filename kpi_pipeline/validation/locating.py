"""Where a correction points: its quote in the page's text, and the one fact there that fits what it expects.

Belongs here: finding, and saying what was found instead. Does not belong here: changing a fact (see correcting).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kpi_pipeline.validation.candidate import Candidate, fact_key
from kpi_pipeline.validation.correctable import FIELDS, field_of
from kpi_pipeline.validation.corrections import RULE, Correction


class NotHolding(Exception):
    """The source does not say what a correction expects; the message says what to do, `found` what it says instead."""

    def __init__(self, found: str, problem: str) -> None:
        super().__init__(problem)
        self.found = found


def target(correction: Correction, facts: Iterable[Candidate], text: str) -> Candidate:
    """The fact that a correction is about; raises `NotHolding` where there is none, or more than one."""
    spans = spans_of(correction, text)
    facts = list(facts)
    there = [fact for fact in facts if (fact.start, fact.end) in spans]
    if not there:
        near = sorted(
            {fact.quote or "" for fact in facts for start, end in spans if fact.start < end and start < fact.end}
        )
        raise NotHolding(
            f"facts on {', '.join(map(repr, near))}" if near else "no fact",
            "Quote the number as the fact does."
            if near
            else "No fact stands on the quote: remove the row, or add the fact with complete.",
        )
    named = [fact for fact in there if all(field_of(fact.row, name) == value for name, value in correction.which)]
    if not named:
        raise NotHolding(_differing(there, [name for name, _ in correction.which]), "Which fits no fact on the quote.")
    fitting = named
    if correction.field != RULE:
        fitting = [fact for fact in named if field_of(fact.row, correction.field) == correction.expected]
    if not fitting:
        raise NotHolding(
            _differing(named, [correction.field]),
            "The page, or what is read from it, has changed: look at it, then correct or remove the row.",
        )
    if len({fact_key(fact) for fact in fitting}) > 1:
        told = [name for name in FIELDS if len({field_of(fact.row, name) for fact in fitting}) > 1] or ["value"]
        raise NotHolding(
            _differing(fitting, told),
            "Several facts are meant: fill in occurrence or which, such as "
            f"{told[0]}={field_of(fitting[0].row, told[0])}.",
        )
    return fitting[0]


def spans_of(correction: Correction, text: str) -> list[tuple[int, int]]:
    """Where the quote stands by itself in the page's text, or the one place that the row names."""
    quote, length = correction.quote, len(correction.quote)
    if (start := correction.span_start) is not None:
        if text[start : start + length] != quote:
            raise NotHolding(
                repr(text[start : start + length]),
                "The quote does not stand at span_start: give occurrence instead, or the place where it stands now.",
            )
        return [(start, start + length)]
    before = r"(?<!\d)(?<!\d[.,])" if quote[0].isdigit() else r"(?<!\w)" if quote[0].isalpha() else ""
    after = r"(?!\d)(?![.,]\d)" if quote[-1].isdigit() else r"(?!\w)" if quote[-1].isalpha() else ""
    spans = [match.span() for match in re.finditer(before + re.escape(quote) + after, text)]
    if not spans:
        raise NotHolding("no such quote", "The page's text no longer holds the quote: correct or remove the row.")
    if correction.occurrence is None:
        return spans
    if correction.occurrence > len(spans):
        raise NotHolding(f"{len(spans)} times", f"Occurrence goes from 1 to {len(spans)}: correct it.")
    return [spans[correction.occurrence - 1]]


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a span, within its paragraph."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    last = len(text) if last < 0 else last
    stops = [first + stop.end() for stop in re.finditer(r"[.!?…]\s+(?=\w)", text[first:last])]
    begin = max([stop for stop in stops if stop <= start], default=first)
    after = min([stop for stop in stops if stop >= end], default=last)
    return begin, begin + len(text[begin:after].rstrip())


def _differing(facts: Iterable[Candidate], fields: Sequence[str]) -> str:
    told = (", ".join(f"{name}={field_of(fact.row, name) or '(none)'}" for name in fields) for fact in facts)
    return " and ".join(dict.fromkeys(told))
