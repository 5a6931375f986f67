"""Finding many phrases in a text at once: the text is spelled as one character a word, and an automaton runs over that.

Belongs here: spelling words as characters, the automaton, where a match stands in the text. Does not belong here:
which phrases there are (lexicon, place_names) and what they mean.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ahocorasick_rs import AhoCorasick, MatchKind

from kpi_pipeline.reference.folding import bare, fold

_UNKNOWN = "\x00"
_FIRST_CODE = 0x100
_MOST_PIECES = 60_000
_LONGEST_PIECE = 24

_Piece = tuple[str, str, str, tuple[int, ...], tuple[int, ...]]


@dataclass(eq=False)
class Spelled:
    """A text, its folded copy of the same length, and its words and marks spelled as one character each.

    `codes` tells words apart by their folded form, `plain` by their form without any mark.
    """

    text: str
    folded: str
    codes: str
    plain: str
    _pieces: tuple[tuple[str, ...], tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]

    @cached_property
    def starts(self) -> list[int]:
        """Where each word or mark begins in the text."""
        return self._offsets(self._pieces[1])

    @cached_property
    def ends(self) -> list[int]:
        """Where each word or mark ends in the text."""
        return self._offsets(self._pieces[2])

    def _offsets(self, within: tuple[tuple[int, ...], ...]) -> list[int]:
        found: list[int] = []
        base = 0
        for piece, offsets in zip(self._pieces[0], within, strict=True):
            for offset in offsets:
                found.append(base + offset)
            base += len(piece) + 1
        return found


class Vocabulary:
    """The words of the phrases to be found; words of a text that are not among them are all spelled alike."""

    def __init__(self, phrases: Iterable[str]) -> None:
        folded = sorted({unit for phrase in phrases for unit, _, _ in _units(fold(phrase))})
        plain = sorted({bare(unit) for unit in folded})
        self._codes = {unit: chr(_FIRST_CODE + number) for number, unit in enumerate(folded)}
        self._plain = {unit: chr(_FIRST_CODE + number) for number, unit in enumerate(plain)}
        self._known: dict[str, _Piece] = {}

    def spell(self, text: str) -> Spelled:
        """A text in the spelling of this vocabulary. Expects NFC; time is linear."""
        known = self._known.get
        pieces = text.split(" ")
        read = [known(piece) or self._read(piece) for piece in pieces]
        folded, codes, plain, starts, ends = zip(*read, strict=True)
        return Spelled(text, " ".join(folded), "".join(codes), "".join(plain), (folded, starts, ends))

    def pattern(self, phrase: str, plain: bool = False) -> str:
        """A phrase in the same spelling."""
        if plain:
            return "".join(self._plain[bare(unit)] for unit, _, _ in _units(fold(phrase)))
        return "".join(self._codes[unit] for unit, _, _ in _units(fold(phrase)))

    def _read(self, piece: str) -> _Piece:
        folded, unmarked = fold(piece), bare(piece)
        units = list(_units(folded))
        read = (
            folded,
            "".join([self._codes.get(unit, _UNKNOWN) for unit, _, _ in units]),
            "".join([self._plain.get(unmarked[start:end], _UNKNOWN) for _, start, end in units]),
            tuple([start for _, start, _ in units]),
            tuple([end for _, _, end in units]),
        )
        if len(piece) <= _LONGEST_PIECE:
            if len(self._known) >= _MOST_PIECES:
                self._known.clear()
            self._known[piece] = read
        return read


def _units(folded: str) -> Iterator[tuple[str, int, int]]:
    """Words (letters and digits) and single marks, with their offsets; spaces are none."""
    start = 0
    length = len(folded)
    while start < length:
        end = start + 1
        if folded[start].isalnum():
            while end < length and folded[end].isalnum():
                end += 1
        elif folded[start] == " ":
            start = end
            continue
        yield folded[start:end], start, end
        start = end


class Finder:
    """Finds phrases in spelled texts: without overlaps, the first, then the longest, wins."""

    def __init__(self, vocabulary: Vocabulary, phrases: Iterable[str], plain: bool = False) -> None:
        self.phrases = tuple(phrases)
        self._plain = plain
        patterns = [vocabulary.pattern(phrase, plain) for phrase in self.phrases]
        self._automaton = AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest)

    def find(self, spelled: Spelled) -> list[tuple[int, int, int]]:
        """Start, end and the phrase's place in `phrases` of every match, in the order of the text."""
        matches = self._automaton.find_matches_as_indexes(spelled.plain if self._plain else spelled.codes)
        if not matches:
            return []
        starts, ends = spelled.starts, spelled.ends
        return [(starts[first], ends[last - 1], phrase) for phrase, first, last in matches]
