"""What an explanation of a page holds: plain records, all spans in the code points of its text.

Belongs here: the shapes, and how their parts are said in words. Does not belong here: gathering them (explain),
showing them (explain_page, the command line).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from kpi_pipeline.extraction.fact import Fact

Span = tuple[int, int]

LONGEST = 4000
"""Characters of one piece of text that are shown."""

_MOST_PERIODS = 12


@dataclass(frozen=True, slots=True)
class LineSeen:
    """A line that holds text; `role` is body, title, bullet, table, furniture or menu."""

    start: int
    end: int
    role: str


@dataclass(frozen=True, slots=True)
class TokenSeen:
    """A tagged phrase, a number, a mark or unknown words; `detail` says what a code alone does not."""

    kind: str
    code: str
    start: int
    end: int
    words: str
    meaning: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """The nearest level or verb on one side of a number, and whether binding took it."""

    side: str
    words: str
    kind: str
    code: str
    taken: bool


@dataclass(frozen=True, slots=True)
class StepSeen:
    """A question the reader asked about a number, or a reading it tried, with the outcome."""

    name: str
    sentence: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Clause:
    """What binding found beside one number of a sentence; `zone` is the part of the sentence that is the number's."""

    start: int
    end: int
    value: float
    percent: bool
    zone: Span
    unit: str
    stranger: bool
    topic: str
    side: str
    comparator: str
    in_brackets: bool
    share_of: Span | None
    like: Span | None
    reading: str
    reason: str
    beside: tuple[Beside, ...]


@dataclass(frozen=True, slots=True)
class CellSeen:
    """A number in a table: the label of its row, and what row and column say."""

    label: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Change:
    """A field that a later step changed; `stage` is arithmetic or page."""

    stage: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Said:
    """A statement made of a number: the index of its fact, or why it was dropped."""

    start: int
    end: int
    fact: int | None
    reading: str
    meaning: str
    dated: bool
    part_of: Span | None
    share_of: Span | None
    changes: tuple[Change, ...]
    dropped: str = ""


@dataclass(frozen=True, slots=True)
class NumberSeen:
    """One number of the text: its facts by index, or the reason why it is none."""

    start: int
    end: int
    quote: str
    role: str
    sentence: int | None
    facts: tuple[int, ...]
    said: tuple[Said, ...]
    steps: tuple[StepSeen, ...]
    clause: Clause | None
    cell: CellSeen | None
    reason: str = ""
    reason_sentence: str = ""


@dataclass(frozen=True, slots=True)
class SentenceSeen:
    """One sentence with its tokens, the bodies it names, and the indices of its numbers."""

    start: int
    end: int
    role: str
    tokens: tuple[TokenSeen, ...]
    bodies: tuple[str, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PeriodSeen:
    """A period the text names, with what it was understood as."""

    start: int
    end: int
    words: str
    detail: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that was seen in one text: `numbers` and `facts` are in the order of the text."""

    text: str
    day: str | None
    province: str | None
    province_evidence: str | None
    lines: tuple[LineSeen, ...]
    periods: tuple[PeriodSeen, ...]
    sentences: tuple[SentenceSeen, ...]
    numbers: tuple[NumberSeen, ...]
    facts: tuple[Fact, ...]

    def fact_words(self, index: int) -> list[tuple[str, str]]:
        """The fact record as pairs of field and words, what is empty left out; levels joined by `+`."""
        fact = self.facts[index]
        pairs = [
            ("subject", fact.subject),
            ("indicator", fact.indicator),
            ("levels", "+".join(fact.levels)),
            ("measure", fact.measure),
            ("value", f"{fact.value:.12g}"),
            ("comparator", fact.comparator),
            ("base", fact.base if fact.measure == "share" else ""),
            ("period", period_words(fact)),
            ("modality", fact.modality),
            ("scope", fact.scope),
            ("unit_name", fact.unit_name or ""),
            ("subset", fact.subset or ""),
            ("province", fact.province or "not told"),
            ("evidence", fact.province_evidence or ""),
            ("flags", ", ".join(fact.flags)),
        ]
        return [(name, words) for name, words in pairs if words]

    def told(self) -> tuple[tuple[str, str], ...]:
        """What the page as a whole gave, as pairs of name and words: province with its evidence, periods, numbers."""
        periods = list(dict.fromkeys(f"{period.words} ({period.detail})" for period in self.periods))
        more = f" and {len(periods) - _MOST_PERIODS} more" if len(periods) > _MOST_PERIODS else ""
        unread = sum(1 for number in self.numbers if number.reason)
        pairs = [
            ("province", self.province or "not told"),
            ("evidence", self.province_evidence or ""),
            ("periods", "; ".join(periods[:_MOST_PERIODS]) + more),
            ("numbers", f"{len(self.numbers)}: {len(self.numbers) - unread} in facts, {unread} unread"),
            ("facts", str(len(self.facts))),
        ]
        return tuple((name, words) for name, words in pairs if words)

    def quote(self, span: Span) -> str:
        """The words of a span."""
        return self.text[span[0] : span[1]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What validation made of a fact: `kind` is counted, quarantined or merged; `words` say why and what to do."""

    kind: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands at the head of an explained page; `notice` says that something kept the page from being read."""

    name: str
    told: tuple[tuple[str, str], ...] = ()
    notice: str = ""
    verdicts: dict[int, Verdict] = field(default_factory=dict)


def period_words(fact: Fact) -> str:
    """The period of a fact in short: "2021", "2020 to 2025, each year", "not told"."""
    first, last = fact.period_start, fact.period_end
    words = "not told" if not (first or last) else str(last) if first == last else f"{first or '…'} to {last or '…'}"
    return f"{words}, each year" if fact.annual else words


_HIDDEN = frozenset("\u061c\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufeff") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


def visible(words: str) -> str:
    """The words with control characters and marks of direction shown as ⟨U+202E⟩; tab and line feed stay.

    Of words longer than `LONGEST` only beginning and end are shown, with the number of characters left out.
    """
    if len(words) > LONGEST:
        half = LONGEST // 4
        words = f"{words[:half]} … {len(words) - 2 * half} characters more … {words[-half:]}"
    if words.isprintable() and not _HIDDEN.intersection(words):
        return words
    return "".join(f"⟨U+{ord(char):04X}⟩" if _unseen(char) else char for char in words)


def _unseen(char: str) -> bool:
    if char in "\n\t":
        return False
    return char in _HIDDEN or unicodedata.category(char) in ("Cc", "Cs")
