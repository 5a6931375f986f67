"""Finding many phrases in a text at once: the text is spelled as one character a word, and an automaton runs over that.

Belongs here: spelling words as characters, the automaton, where a match stands in the text. Does not belong here:
which phrases there are (lexicon, place_names) and what they mean.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import accumulate
from operator import itemgetter
from typing import TypeVar

from ahocorasick_rs import AhoCorasick, MatchKind

from kpi_pipeline.reference.folding import bare, fold

_UNKNOWN = "\x00"
_NUMBER = "\x01"
_FIRST_CODE = 0x100
_MOST_KEPT = 60_000
_LONGEST_KEPT = 24
_TOO_LONG = 255
_SIGNS = 4
_UNIT = re.compile(r"[^\W_]+|[^ ]")
_DIGIT = re.compile(r"\d")
_STOPS = (".", "!", "?", "…")
_UNEVEN = ("  ", " \n", "\n ", "\n\n")
"""Blanks and line breaks that do not stand alone, where the distance between two words is not told by the first."""

_Read = TypeVar("_Read")
_Piece = tuple[str, str]
"""The folded piece and, for each word or mark in it, four signs: its code, its code without marks, the distance to the
next word or mark, its length. A line break has the place of the word behind it."""
_FOLDED, _SIGNED = itemgetter(0), itemgetter(1)

Match = tuple[int, int, int]
"""A phrase found: its place among the phrases, the number of its first word, the number of the word after its last."""


def _is_even(folded: str) -> bool:
    """Whether every blank and line break of a folded text stands alone, behind a word or mark."""
    framed = f"\n{folded}"
    return not any(uneven in framed for uneven in _UNEVEN)


class Spelled:
    """A text, its folded copy of the same length, and its words and marks spelled as one character each.

    `codes` tells words apart by their folded form, `plain` by their form without any mark. `even`: blanks and line
    breaks are known to stand alone; else it is looked at.
    """

    def __init__(self, text: str, folded: str, signs: str, even: bool = False) -> None:
        self.text = text
        self.folded = folded
        self._even = even
        self.codes = signs[::_SIGNS]
        self.plain = signs[1::_SIGNS]
        self._signs = signs

    @cached_property
    def _spans(self) -> tuple[Sequence[int], Sequence[int]]:
        steps = self._signs[2::_SIGNS]
        if chr(_TOO_LONG) in steps or not (self._even or _is_even(self.folded)):
            spans = [match.span() for match in _UNIT.finditer(self.folded)]
            return [start for start, _ in spans], [end - start for start, end in spans]
        return list(accumulate(steps.encode("latin-1"), initial=0)), self._signs[3::_SIGNS].encode("latin-1")

    @property
    def starts(self) -> Sequence[int]:
        """Where each word or mark begins in the text."""
        return self._spans[0]

    @property
    def lengths(self) -> Sequence[int]:
        """How long each word or mark is."""
        return self._spans[1]

    def places(self, codes: re.Pattern[str]) -> list[int]:
        """Where the words or marks begin whose code matches; see `numbers` and `stops` of a vocabulary."""
        starts = self.starts
        return [starts[match.start()] for match in codes.finditer(self.codes)]


class Vocabulary:
    """The words of the phrases to be found; words of a text that are not among them are all spelled alike.

    `numbers` matches the codes of words with a digit in them, `stops` those of marks that may end a sentence.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        folded = sorted({*_STOPS, *(unit for phrase in phrases for unit in _UNIT.findall(fold(phrase)))})
        plain = sorted({bare(unit) for unit in folded})
        self._codes = {unit: chr(_FIRST_CODE + number) for number, unit in enumerate(folded)}
        self._plain = {unit: chr(_FIRST_CODE + number) for number, unit in enumerate(plain)}
        with_digit = [self._codes[unit] for unit in folded if _DIGIT.search(unit)]
        self.numbers = re.compile(f"[{_NUMBER}{''.join(with_digit)}]")
        self.stops = re.compile(f"[{''.join(self._codes[stop] for stop in _STOPS)}]")
        self._units = _Kept(self._read_unit)
        self._pieces = _Kept(self._read)

    def spell(self, text: str) -> Spelled:
        """A text in the spelling of this vocabulary. Expects NFC; time is linear."""
        spaced = text.replace("\n", " \n ")
        words = spaced.split(" ")
        pieces = list(map(self._pieces.__getitem__, words))
        joined = " ".join(map(_FOLDED, pieces))
        uneven = "  " in spaced or spaced[:1] in ("", " ") or spaced[-1] == " "
        even = not uneven and joined.count(" ") == len(words) - 1
        return Spelled(text, joined.replace(" \n ", "\n"), "".join(map(_SIGNED, pieces)), even)

    def pattern(self, phrase: str, plain: bool = False) -> str:
        """A phrase in the same spelling."""
        if plain:
            return "".join([self._plain[bare(unit)] for unit in _UNIT.findall(fold(phrase))])
        return "".join([self._codes[unit] for unit in _UNIT.findall(fold(phrase))])

    def _read(self, piece: str) -> _Piece:
        if piece == "\n":
            return piece, f"{_UNKNOWN}{_UNKNOWN}\x00\x01"
        folded = fold(piece)
        signs: list[str] = []
        for word in folded.split(" "):
            signs += map(self._units.__getitem__, _UNIT.findall(word))
            if signs:
                signs[-1] = _before_blank(signs[-1])
        return piece if folded == piece else folded, "".join(signs)

    def _read_unit(self, unit: str) -> str:
        """The signs of a word or mark that the next one follows without a blank."""
        code = self._codes.get(unit) or (_NUMBER if _DIGIT.search(unit) else _UNKNOWN)
        length = chr(min(len(unit), _TOO_LONG))
        return f"{code}{self._plain.get(bare(unit), _UNKNOWN)}{length}{length}"


def _before_blank(signs: str) -> str:
    """The signs of a word or mark that the next one follows behind a blank."""
    return f"{signs[:2]}{chr(min(ord(signs[2]) + 1, _TOO_LONG))}{signs[3]}"


class _Kept(dict[str, _Read]):
    """What was read of stretches of texts, each read when it is first asked for; short ones are kept."""

    def __init__(self, read: Callable[[str], _Read]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, stretch: str) -> _Read:
        read = self._read(stretch)
        if len(stretch) <= _LONGEST_KEPT:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[stretch] = read
        return read


class Finder:
    """Finds phrases in spelled texts: without overlaps, the first, then the longest, wins."""

    def __init__(self, vocabulary: Vocabulary, phrases: Iterable[str], plain: bool = False) -> None:
        self.phrases = tuple(phrases)
        self._plain = plain
        patterns = [vocabulary.pattern(phrase, plain) for phrase in self.phrases]
        self._automaton = AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest)

    def matches(self, spelled: Spelled) -> list[Match]:
        """Every match in words of the text, in its order."""
        found: list[Match] = self._automaton.find_matches_as_indexes(spelled.plain if self._plain else spelled.codes)
        return found

    def find(self, spelled: Spelled) -> list[tuple[int, int, int]]:
        """Start, end and the phrase's place in `phrases` of every match, in the order of the text."""
        starts, lengths = spelled.starts, spelled.lengths
        return [
            (starts[first], starts[after - 1] + lengths[after - 1], phrase)
            for phrase, first, after in self.matches(spelled)
        ]
