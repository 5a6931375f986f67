"""One pass over a text that tags the phrases of the lexicon.

Belongs here: the automaton, choosing among overlapping matches. Does not belong here: numbers
(mask), punctuation and clauses (clauses), meaning.
"""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from kpi_pipeline.extraction.rated_nouns import name_rated
from kpi_pipeline.extraction.token import Token
from kpi_pipeline.reference.lexicon import RATED_GROUP, TEXT_GROUP, look_up
from kpi_pipeline.reference.phrases import Finder, Match, Spelled
from kpi_pipeline.reference.vocabulary import spell, vocabulary

__all__ = ("Page", "Token", "fold_page", "kinds_in", "tag")

_LOOSE_KINDS = frozenset({"level", "subject"})
_LOOSE_LENGTH = 11


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


@dataclass(slots=True, frozen=True)
class _Phrases:
    """What finds the phrases as written, what finds the long ones where marks are missing or wrong.

    `kinds` and `codes` are those of the phrases of the first, then of the second.
    """

    exact: Finder
    loose: Finder
    kinds: tuple[str, ...]
    codes: tuple[str, ...]


@cache
def _phrases() -> _Phrases:
    entries = {**look_up(RATED_GROUP), **look_up(TEXT_GROUP)}
    exact = Finder(vocabulary(), entries)
    long = [
        phrase for phrase, entry in entries.items() if entry.kind in _LOOSE_KINDS and len(entry.folded) >= _LOOSE_LENGTH
    ]
    loose = Finder(vocabulary(), long, plain=True)
    meant = [entries[phrase] for phrase in (*exact.phrases, *loose.phrases)]
    return _Phrases(exact, loose, tuple(entry.kind for entry in meant), tuple(entry.code for entry in meant))


def tag(page: Page) -> list[Token]:
    """The phrases of the lexicon in the order of the text, without overlaps: the first, then the longest, wins.

    Long level and subject phrases are also found where marks are missing or wrong ("xuât sắc nhiêm vụ").
    Expects `page.text` in NFC. Time grows with the length of the text and the number of matches.
    """
    spelled = page.spelled
    phrases = _phrases()
    kinds, codes = phrases.kinds, phrases.codes
    found = phrases.exact.matches(spelled)
    known = {first: after for _, first, after in found}
    behind = len(phrases.exact.phrases)
    misspelled = [
        (behind + phrase, first, after)
        for phrase, first, after in phrases.loose.matches(spelled)
        if known.get(first, 0) < after
    ]
    if misspelled:
        found = _longest_first(found, [*known], misspelled)
    starts, lengths = spelled.starts, spelled.lengths
    tokens = [
        Token(kinds[phrase], codes[phrase], starts[first], starts[after - 1] + lengths[after - 1])
        for phrase, first, after in found
        if kinds[phrase] != "plain"
    ]
    return name_rated(page.folded, page.text, tokens)


def kinds_in(page: Page) -> frozenset[str]:
    """The classes of the phrases in a text: at least those of the tokens that `tag` gives, of which none is made."""
    phrases = _phrases()
    behind = len(phrases.exact.phrases)
    found = {phrase for phrase, _, _ in phrases.exact.matches(page.spelled)}
    found |= {behind + phrase for phrase, _, _ in phrases.loose.matches(page.spelled)}
    return frozenset([phrases.kinds[phrase] for phrase in found])


def _longest_first(found: list[Match], firsts: list[int], others: list[Match]) -> list[Match]:
    """Of matches and a few others the first, then the longest, kept, without overlaps; each in order, none alike.

    `firsts` are the first words of `found`. What stands between two of the others is taken as it is.
    """
    kept: list[Match] = []
    reached = place = 0
    for match in [*others, None]:
        stop = bisect_left(firsts, match[1], place) if match is not None else len(found)
        place = bisect_left(firsts, reached, place, stop)
        if place < stop:
            kept += found[place:stop]
            reached = found[stop - 1][2]
            place = stop
        if match is not None and match[1] >= reached:
            kept.append(match)
            reached = match[2]
    return kept
