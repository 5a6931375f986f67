"""One pass over a text that tags the phrases of the lexicon.

Belongs here: the token record, the automaton, choosing among overlapping matches. Does not belong here: numbers
(mask), punctuation and clauses (clauses), meaning.
"""

from dataclasses import dataclass
from functools import cache

from kpi_pipeline.reference.lexicon import TEXT_GROUP, Entry, look_up
from kpi_pipeline.reference.phrases import Finder, Spelled
from kpi_pipeline.reference.vocabulary import spell, vocabulary

_LOOSE_KINDS = frozenset({"level", "subject"})
_LOOSE_LENGTH = 11


@dataclass(slots=True)
class Token:
    """A tagged stretch of the text: `kind` and `code` are class and code of the lexicon, or of a number or mark."""

    kind: str
    code: str
    start: int
    end: int


@dataclass(slots=True, frozen=True)
class Page:
    """A text with its folded copy of the same length and its spelling."""

    text: str
    folded: str
    spelled: Spelled


def fold_page(text: str) -> Page:
    """The text beside its folded copy."""
    spelled = spell(text)
    return Page(text, spelled.folded, spelled)


@cache
def _finders() -> tuple[Finder, tuple[Entry, ...], Finder, tuple[Entry, ...]]:
    """What finds the phrases as they are written, and the long ones where marks are missing or wrong."""
    entries = look_up(TEXT_GROUP)
    exact = Finder(vocabulary(), entries)
    long = [
        phrase
        for phrase, entry in entries.items()
        if entry.kind in _LOOSE_KINDS and len(entry.folded) >= _LOOSE_LENGTH
    ]
    loose = Finder(vocabulary(), long, plain=True)
    return (
        exact,
        tuple(entries[phrase] for phrase in exact.phrases),
        loose,
        tuple(entries[phrase] for phrase in loose.phrases),
    )


def tag(page: Page) -> list[Token]:
    """The phrases of the lexicon in the order of the text, without overlaps: the first, then the longest, wins.

    Long level and subject phrases are also found where marks are missing or wrong ("xuât sắc nhiêm vụ").
    Expects `page.text` in NFC. Time grows with the length of the text and the number of matches.
    """
    exact, exact_entries, loose, loose_entries = _finders()
    found = [(start, end, exact_entries[phrase]) for start, end, phrase in exact.find(page.spelled)]
    known = {start: end for start, end, _ in found}
    misspelled = [
        (start, end, loose_entries[phrase])
        for start, end, phrase in loose.find(page.spelled)
        if known.get(start, 0) < end
    ]
    if misspelled:
        found = _longest_first(sorted([*found, *misspelled], key=lambda item: (item[0], -item[1])))
    return [Token(entry.kind, entry.code, start, end) for start, end, entry in found if entry.kind != "plain"]


def _longest_first(found: list[tuple[int, int, Entry]]) -> list[tuple[int, int, Entry]]:
    """Matches without overlaps, the first, then the longest, kept."""
    kept: list[tuple[int, int, Entry]] = []
    reached = 0
    for item in found:
        if item[0] >= reached:
            kept.append(item)
            reached = item[1]
    return kept
