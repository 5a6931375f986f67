"""Finding many phrases in a text at once: the text is spelled as one character a word, and an automaton runs over that.

Belongs here: spelling words as characters, the automaton, where a match stands in the text. Does not belong here:
which phrases there are (lexicon, place_names) and what they mean.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from kpi_pipeline.reference.folding import bare, fold

_UNKNOWN = "\x00"
_NUMBER = "\x01"
_FIRST_CODE = 0x100
_MOST_PIECES = 60_000
_LONGEST_PIECE = 24
_LONGEST_STEP = 255
_UNEVEN = b"\x00"
_UNIT = re.compile(r"[^\W_]+|[^ ]")
_DIGIT = re.compile(r"\d")
_STOPS = (".", "!", "?", "…")

_Piece = tuple[str, str, str, bytes]

Match = tuple[int, int, int]
"""A phrase found: its place among the phrases, the number of its first word, the number of the word after its last."""


@dataclass(eq=False)
class Spelled:
    """A text, its folded copy of the same length, and its words and marks spelled as one character each.

    `codes` tells words apart by their folded form, `plain` by their form without any mark; `steps` are the distances
    from one word or mark to the next, with a zero somewhere when the text has blanks beside blanks.
    """

    text: str
    folded: str
    codes: str
    plain: str
    steps: bytes

    @cached_property
    def _starts(self) -> list[int]:
        """Where each word or mark begins in the text; one more behind the end."""
        if _UNEVEN in self.steps:
            return [*(match.start() for match in _UNIT.finditer(self.folded)), len(self.folded) + 1]
        return list(accumulate(self.steps, initial=0))

    def places(self, codes: re.Pattern[str]) -> list[int]:
        """Where the words or marks begin whose code matches; see `numbers` and `stops` of a vocabulary."""
        starts = self._starts
        return [starts[match.start()] for match in codes.finditer(self.codes)]

    def starts(self, matches: Sequence[Match]) -> list[int]:
        """Where matches start in the text."""
        starts = self._starts
        return [starts[first] for _, first, _ in matches]

    def ends(self, matches: Sequence[Match]) -> list[int]:
        """Where matches end in the text."""
        if _UNEVEN in self.steps:
            ends = [match.end() for match in _UNIT.finditer(self.folded)]
            return [ends[after - 1] for _, _, after in matches]
        starts, closed = self._starts, self.folded + " "
        return [starts[after] - (closed[starts[after] - 1] == " ") for _, _, after in matches]


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
        self._known: dict[str, _Piece] = {}
        self._shared: dict[str, str] = {}
        self._shared_steps: dict[bytes, bytes] = {}

    def spell(self, text: str) -> Spelled:
        """A text in the spelling of this vocabulary. Expects NFC; time is linear."""
        known = self._known.get
        pieces = [known(piece) or self._read(piece) for piece in text.split(" ")]
        return Spelled(
            text,
            " ".join([piece[0] for piece in pieces]),
            "".join([piece[1] for piece in pieces]),
            "".join([piece[2] for piece in pieces]),
            b"".join([piece[3] for piece in pieces]),
        )

    def pattern(self, phrase: str, plain: bool = False) -> str:
        """A phrase in the same spelling."""
        if plain:
            return "".join([self._plain[bare(unit)] for unit in _UNIT.findall(fold(phrase))])
        return "".join([self._codes[unit] for unit in _UNIT.findall(fold(phrase))])

    def _code(self, unit: str) -> str:
        return self._codes.get(unit) or (_NUMBER if _DIGIT.search(unit) else _UNKNOWN)

    def _read(self, piece: str) -> _Piece:
        folded, unmarked = fold(piece), bare(piece)
        spans = [match.span() for match in _UNIT.finditer(folded)]
        codes = "".join([self._code(folded[start:end]) for start, end in spans])
        plain = "".join([self._plain.get(unmarked[start:end], _UNKNOWN) for start, end in spans])
        steps = _steps(folded, [start for start, _ in spans])
        if len(piece) > _LONGEST_PIECE:
            return folded, codes, plain, steps
        if len(self._known) >= _MOST_PIECES:
            self._known.clear()
            self._shared.clear()
            self._shared_steps.clear()
        read = (
            piece if folded == piece else folded,
            self._shared.setdefault(codes, codes),
            self._shared.setdefault(plain, plain),
            self._shared_steps.setdefault(steps, steps),
        )
        self._known[piece] = read
        return read


def _steps(folded: str, starts: list[int]) -> bytes:
    """The distances between the words and marks of a piece and to the next piece; `_UNEVEN` where bytes cannot say."""
    if "  " in f" {folded} ":
        return _UNEVEN
    steps = [after - start for start, after in pairwise([*starts, len(folded) + 1])]
    return bytes(steps) if max(steps) <= _LONGEST_STEP else _UNEVEN


class Finder:
    """Finds phrases in spelled texts: without overlaps, the first, then the longest, wins."""

    def __init__(self, vocabulary: Vocabulary, phrases: Iterable[str], plain: bool = False) -> None:
        self.phrases = tuple(phrases)
        self._plain = plain
        patterns = [vocabulary.pattern(phrase, plain) for phrase in self.phrases]
        self._automaton = AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA)

    def matches(self, spelled: Spelled) -> list[Match]:
        """Every match in words of the text, in its order."""
        found: list[Match] = self._automaton.find_matches_as_indexes(spelled.plain if self._plain else spelled.codes)
        return found

    def find(self, spelled: Spelled) -> list[tuple[int, int, int]]:
        """Start, end and the phrase's place in `phrases` of every match, in the order of the text."""
        matches = self.matches(spelled)
        phrases = [phrase for phrase, _, _ in matches]
        return list(zip(spelled.starts(matches), spelled.ends(matches), phrases, strict=True)) if matches else []
