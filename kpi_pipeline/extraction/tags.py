"""One pass over a text that tags the phrases of the lexicon.

Belongs here: the token record, the automaton, choosing among overlapping matches. Does not belong here: numbers
(mask), punctuation and clauses (clauses), meaning.
"""

from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from kpi_pipeline.reference.folding import bare, fold_both
from kpi_pipeline.reference.lexicon import Entry, look_up

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
    """A text with its two folded copies, all three of the same length."""

    text: str
    folded: str
    bare: str


def fold_page(text: str) -> Page:
    """The text beside its folded copies."""
    folded, plain = fold_both(text)
    return Page(text, folded, plain)


@dataclass(frozen=True)
class _Matcher:
    automaton: AhoCorasick
    lengths: tuple[int, ...]
    exact: dict[str, Entry]
    loose: dict[str, Entry]


@cache
def _matcher() -> _Matcher:
    exact = look_up("text")
    loose = {
        bare(entry.folded): entry
        for entry in exact.values()
        if entry.kind in _LOOSE_KINDS and len(entry.folded) >= _LOOSE_LENGTH
    }
    patterns = sorted({bare(folded) for folded in exact})
    automaton = AhoCorasick(patterns, matchkind=MatchKind.Standard, implementation=Implementation.DFA)
    return _Matcher(automaton, tuple(len(pattern) for pattern in patterns), exact, loose)


def tag(page: Page) -> list[Token]:
    """The phrases of the lexicon in the order of the text, without overlaps: the first, then the longest, wins.

    Long level and subject phrases are also found where marks are missing or wrong ("xuât sắc nhiêm vụ").
    Expects `page.text` in NFC. Time grows with the length of the text and the number of matches.
    """
    matcher = _matcher()
    folded, plain, exact, loose = page.folded, page.bare, matcher.exact, matcher.loose
    length = len(folded)
    best: dict[int, tuple[int, Entry]] = {}
    for _, start, end in matcher.automaton.find_matches_as_indexes(plain, overlapping=True):
        if (start and plain[start - 1].isalnum()) or (end < length and plain[end].isalnum()):
            continue
        entry = exact.get(folded[start:end]) or loose.get(plain[start:end])
        if entry is None:
            continue
        known = best.get(start)
        if known is None or known[0] < end:
            best[start] = (end, entry)
    tokens: list[Token] = []
    reached = 0
    for start in sorted(best):
        if start < reached:
            continue
        end, entry = best[start]
        if entry.kind != "plain":
            tokens.append(Token(entry.kind, entry.code, start, end))
        reached = end
    return tokens
