"""Finding many phrases in a text at once: the text is spelled as one character a word, and an automaton runs over that.

Belongs here: spelling words as characters, the automaton, where a match stands in the text. Does not belong here:
which phrases there are (lexicon, place_names) and what they mean.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, MatchKind

from kpi_pipeline.reference.folding import bare, fold

_UNKNOWN = "\x00"
_NUMBER = "\x01"
_FIRST_CODE = 0x100
_MOST_PIECES = 60_000
_LONGEST_PIECE = 24
_LONGEST_STEP = 255
_SIGNS = 4
_UNIT = re.compile(r"[^\W_]+|[^ ]")
_DIGIT = re.compile(r"\d")
_STOPS = (".", "!", "?", "…")
_BREAK = f"{_UNKNOWN}{_UNKNOWN}\x01\x01"
"""The signs of a line break."""

_Piece = tuple[str, str]
"""The folded piece and, for each word or mark in it, four signs: its code, its code without marks, the distance to the
next word or mark (zero where one sign cannot say it), its length."""

Match = tuple[int, int, int]
"""A phrase found: its place among the phrases, the number of its first word, the number of the word after its last."""


class Spelled:
    """A text, its folded copy of the same length, and its words and marks spelled as one character each.

    `codes` tells words apart by their folded form, `plain` by their form without any mark.
    """

    def __init__(self, text: str, folded: str, signs: str) -> None:
        self.text = text
        self.folded = folded
        self.codes = signs[::_SIGNS]
        self.plain = signs[1::_SIGNS]
        self._signs = signs

    @cached_property
    def _spans(self) -> tuple[Sequence[int], Sequence[int]]:
        steps = self._signs[2::_SIGNS]
        if "\x00" in steps or "  " in f" {self.folded} ":
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
        self._units = {unit: code + self._plain[bare(unit)] for unit, code in self._codes.items()}
        with_digit = [self._codes[unit] for unit in folded if _DIGIT.search(unit)]
        self.numbers = re.compile(f"[{_NUMBER}{''.join(with_digit)}]")
        self.stops = re.compile(f"[{''.join(self._codes[stop] for stop in _STOPS)}]")
        self._known: dict[str, _Piece] = {}

    def spell(self, text: str) -> Spelled:
        """A text in the spelling of this vocabulary. Expects NFC; time is linear."""
        known = self._known.get
        pieces = [known(piece) or self._read(piece) for piece in text.split(" ")]
        return Spelled(text, " ".join([piece[0] for piece in pieces]), "".join([piece[1] for piece in pieces]))

    def pattern(self, phrase: str, plain: bool = False) -> str:
        """A phrase in the same spelling."""
        if plain:
            return "".join([self._plain[bare(unit)] for unit in _UNIT.findall(fold(phrase))])
        return "".join([self._codes[unit] for unit in _UNIT.findall(fold(phrase))])

    def _read(self, piece: str) -> _Piece:
        if "\n" in piece:
            lines = [self._known.get(line) or self._read(line) for line in piece.split("\n")]
            folded = "\n".join([line for line, _ in lines])
            if " " not in folded:
                return folded, _over_breaks([signs for _, signs in lines])
        folded = fold(piece)
        signs = [""]
        for word in folded.split(" "):
            signs += [self._signs_of(unit) for unit in _UNIT.findall(word)]
            signs[-1] = _moved(signs[-1], 1)
        read = (piece if folded == piece else folded, "".join(signs))
        if len(piece) <= _LONGEST_PIECE:
            if len(self._known) >= _MOST_PIECES:
                self._known.clear()
            self._known[piece] = read
        return read

    def _signs_of(self, unit: str) -> str:
        """The signs of one word or mark that another follows directly."""
        codes = self._units.get(unit)
        if codes is None:
            codes = (_NUMBER if _DIGIT.search(unit) else _UNKNOWN) + self._plain.get(bare(unit), _UNKNOWN)
        length = len(unit)
        return f"{codes}{chr(length)}{chr(length)}" if length <= _LONGEST_STEP else f"{codes}\x00{chr(_LONGEST_STEP)}"


def _over_breaks(lines: list[str]) -> str:
    """The signs of lines, each as if a blank stood behind it, with the breaks between them."""
    signs = lines[:1]
    for line in lines[1:]:
        signs[-1] = _moved(signs[-1], -1)
        signs.append(_BREAK + line if line else _moved(_BREAK, 1))
    return "".join(signs)


def _moved(signs: str, by: int) -> str:
    """Signs whose last word or mark stands so much farther from the next one."""
    step = ord(signs[-2]) if signs else 0
    return f"{signs[:-2]}{chr(step + by if step + by <= _LONGEST_STEP else 0)}{signs[-1]}" if step else signs


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
