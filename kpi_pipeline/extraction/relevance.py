"""Whether a text can state a fact at all, told from the words around its numbers before anything else is read.

Belongs here: what must stand in one sentence for the first fact of a page, in classes of the lexicon; every other fact
repeats one that was made before. Does not belong here: what a number states (`meaning` and below), pages (`cleaning`).

The answer errs on one side only: where `extract` makes a fact of these lines, it is True. Each question below names the
step of extraction that makes such a statement and asks for less than that step does.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate, pairwise

from kpi_pipeline.extraction.clauses import ABBREVIATIONS
from kpi_pipeline.extraction.counting import NEW_MEMBERS
from kpi_pipeline.extraction.figure import Figure
from kpi_pipeline.extraction.grids import CELL_WIDTH, NUMERIC, ROW, ROW_WIDTH
from kpi_pipeline.extraction.joined import RATED_STRONG
from kpi_pipeline.extraction.mask import find_figures
from kpi_pipeline.extraction.number_words import LAST_WORDS
from kpi_pipeline.extraction.slots import COUNT_LEADS, counted_scope
from kpi_pipeline.extraction.tables import TOTAL
from kpi_pipeline.extraction.tags import Page, Token, fold_page, kinds_in, tag
from kpi_pipeline.reference.lexicon import TEXT_GROUP, look_up

_ZEROS = frozenset(("zero", "none"))
_LISTED = frozenset(("among", "within"))
_NAMING = frozenset(("subject", "unit", "scope"))
_RATING = _NAMING | {"assess"}
_RATED = frozenset(("level", "scale", "assess"))
_HEADS = frozenset(("level", "short", "assess"))
_VERBS = frozenset(("assess", "rule"))
"""What says that somebody is rated; the words of a rule may tell a result ("45 chi bộ mới được đánh giá")."""
_TELLING = frozenset(("level", "short", "indicator", "subject"))
_NEEDED = _TELLING | {"assess", "becomes", "scope"}
_GROWN = frozenset(("person", "party_committee", "party_body"))
_BETWEEN = " ; "
# Behind a word that is no abbreviation and before a capital a sentence ends by any reading (`split_sentences`).
_STOP = re.compile(
    r" (?=[A-ZĐ])(?<=[^\W_][.!?…] )" + "".join(rf"(?<!\W(?i:{word})\. )(?<!^(?i:{word})\. )" for word in ABBREVIATIONS)
)
_DIGIT = re.compile(r"\d")
_TOTAL = re.compile(rf"^(?:\d+\W+)?{TOTAL.pattern}|(?<!\w)(?:tổng|cộng)\b", re.MULTILINE)
# What folding changes besides case, a sign for a sign: tone marks in the older place, dashes, blanks, letters like đ.
_VARIED = re.compile(r"[ou][^\x00-\x7f]|đ|\W")
_FEWEST_ROWS = 2
_SHORT = 100
_REACH = 80
"""Characters between a number and what it counts: no chain of fillers is longer."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The tags of one sentence or line, and the classes among them."""

    span: tuple[int, int]
    tokens: Sequence[Token]
    kinds: frozenset[str]


def may_state(text: str, in_one: bool = False) -> bool:
    """Whether a text (NFC, a paragraph a line) may state a fact. False is certain, True is not.

    `in_one` takes all lines for one sentence, as where a table may tie them together. Time is linear.
    """
    if in_one:
        page = fold_page(text.replace("\n", _BETWEEN))
        tokens = tag(page)
        whole = _Words((0, len(page.text)), tokens, _kinds(tokens))
        return _states(page, whole, _numbers(page, tokens), _OnPage(text), not whole.kinds.isdisjoint(_RATED))
    lines = text.split("\n")
    on_page = _OnPage(text)
    if any(map(_names_table, _tables(lines))) and not on_page.kinds.isdisjoint(_RATED):
        return True
    told = [part for line in _run_on(lines) for part in _numbered(line)]
    return _any_states(_worth_reading(told), on_page)


def _run_on(lines: Sequence[str]) -> list[str]:
    """The lines, those that begin small put behind the one before: a sentence may go over both."""
    found: list[str] = []
    for line in lines:
        if found and line[:1].islower():
            found[-1] = f"{found[-1]} {line}"
        else:
            found.append(line)
    return found


def _numbered(line: str) -> list[str]:
    """The sentences of a line that have a number; none of a short line without words that may make a fact of it."""
    if len(line) <= _SHORT and not _may_tell(line):
        return []
    return list(filter(_has_number, _STOP.split(line)))


@lru_cache(maxsize=8192)
def _may_tell(line: str) -> bool:
    """Whether a line has a number and words that may make a fact of it; remembered, for the lines of a site's menus
    come with every page."""
    return _has_number(line) and bool(_worth_reading([line]))


def _has_number(line: str) -> bool:
    """Whether a line has digits, a number word before what is counted, or words for none."""
    return _DIGIT.search(line) is not None or _number_words().search(f" {line.lower()}") is not None


def _worth_reading(sentences: Sequence[str]) -> list[str]:
    """Those of some sentences with numbers that have words which may make a fact of one."""
    if not sentences:
        return []
    page, tokens, spans = _tagged(sentences)
    starts = [start for start, _ in spans]
    needed = {bisect_right(starts, token.start) - 1 for token in tokens if token.kind in _NEEDED}
    places = sorted(needed)
    found = zip(places, _words_of(tokens, [spans[place] for place in places]), strict=True)
    return [sentences[place] for place, words in found if _worth_a_look(page, words)]


def _worth_a_look(page: Page, words: _Words) -> bool:
    """Whether a sentence has words that may make a fact of a number."""
    kinds = words.kinds
    if not kinds.isdisjoint(_TELLING):
        return True
    if "assess" in kinds:
        return not kinds.isdisjoint(_NAMING)
    if "becomes" in kinds and "unit" in kinds:
        return True
    return (
        "scope" in kinds
        and not kinds.isdisjoint(COUNT_LEADS)
        and any(token.kind == "scope" and counted_scope(page.folded[token.start : token.end]) for token in words.tokens)
    )


class _OnPage:
    """The classes of the lexicon on a whole page, tagged when first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def kinds(self) -> frozenset[str]:
        return kinds_in(fold_page(self._text))


@cache
def _number_words() -> re.Pattern[str]:
    """What a line without digits, in small letters, needs to have a number; it stands behind a blank."""
    entries = look_up(TEXT_GROUP).values()
    counted = _written(entry.folded.split()[0] for entry in entries if entry.kind in ("subject", "unit"))
    nothing = _written(entry.folded for entry in entries if entry.kind in _ZEROS)
    return re.compile(rf"\s(?:(?:{nothing})(?!\w)|(?:{_written(LAST_WORDS)})\s(?:{counted}))")


def _written(phrases: Iterable[str]) -> str:
    """A pattern for folded phrases in a text that is in small letters but not folded; it may fit more than them."""
    return "|".join(_VARIED.sub(lambda varied: "." * len(varied.group()), phrase) for phrase in sorted(set(phrases)))


def _kinds(tokens: Iterable[Token]) -> frozenset[str]:
    return frozenset([token.kind for token in tokens])


def _any_states(sentences: Sequence[str], on_page: _OnPage) -> bool:
    """Whether one of these sentences, each looked at by itself, may be the first to state a fact."""
    if not sentences:
        return False
    page, tokens, spans = _tagged(sentences)
    figures = _numbers(page, tokens)
    starts = [figure.start for figure in figures]
    for part in _words_of(tokens, spans):
        inside = figures[bisect_left(starts, part.span[0]) : bisect_left(starts, part.span[1])]
        if _states(page, part, inside, on_page):
            return True
    return False


def _tagged(sentences: Sequence[str]) -> tuple[Page, list[Token], list[tuple[int, int]]]:
    """Some sentences as one page, its tags, and where each sentence stands in it."""
    page = fold_page(f".{_BETWEEN}" + _BETWEEN.join(sentences))
    lengths = (len(_BETWEEN) + len(sentence) for sentence in sentences)
    return page, tag(page), list(pairwise(accumulate(lengths, initial=1 + len(_BETWEEN))))


def _numbers(page: Page, tokens: list[Token]) -> list[Figure]:
    return [figure for figure in find_figures(page, tokens) if figure.kind == "number"]


def _tables(lines: Sequence[str]) -> Iterator[list[str]]:
    """Lines that may be of one table (`grids`): rows that end in numbers with the line before them, or cells with
    numbers alone among them. Lines parted by tabs are rows as well."""
    of_numbers = [place for place, line in enumerate(lines) if line.endswith((")", "%")) or line[-1:].isdecimal()]
    rows_at = {place for place in of_numbers if len(lines[place]) < ROW_WIDTH and ROW.match(lines[place])}
    cells_at = {place for place in of_numbers if len(lines[place]) < CELL_WIDTH and NUMERIC.match(lines[place])}
    tabbed = {place for place, line in enumerate(lines) if "\t" in line}
    if max(len(rows_at), len(cells_at), len(tabbed)) < _FEWEST_ROWS:
        return
    rows, cells, marked = _Run(), _Run(), _Run()
    for place, line in enumerate((*lines, "", "")):
        yield from marked.take(line, place in tabbed, False)
        yield from rows.take(line, place in rows_at, False)
        yield from cells.take(line, place in cells_at, 0 < len(line) < CELL_WIDTH)


class _Run:
    """Lines in a row that may be of one table; it begins with the line before the first of them."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._numbered = 0

    def take(self, line: str, numbered: bool, goes_on: bool) -> Iterator[list[str]]:
        """Takes the next line; where it ends a run with numbers enough, gives that."""
        if not numbered and not goes_on:
            if self._numbered >= _FEWEST_ROWS:
                yield self._lines
            self._lines, self._numbered = [], 0
        self._lines.append(line)
        self._numbered += numbered


def _names_table(lines: Sequence[str]) -> bool:
    """Whether the lines of what may be a table name levels or a total."""
    page = fold_page("\n".join(lines))
    return _TOTAL.search(page.folded) is not None or not kinds_in(page).isdisjoint(_HEADS)


def _states(page: Page, words: _Words, figures: Sequence[Figure], on_page: _OnPage, tabled: bool = False) -> bool:
    """Whether a sentence with these numbers may be the first to state a fact."""
    kinds = words.kinds
    if "level" in kinds:  # rating
        return bool(figures) or not kinds.isdisjoint(_ZEROS)
    if tabled and figures:  # cells
        return True
    if "short" in kinds and (figures or not kinds.isdisjoint(_ZEROS)):
        if "scale" in on_page.kinds:  # rating, with a level cut short
            return True
        if figures and any(token.kind == "subject" and token.code in RATED_STRONG for token in words.tokens):
            return True
        several = sum(token.kind == "short" for token in words.tokens) > 1
        if several and not kinds.isdisjoint(_RATING):  # rating, counting: a scale told by its levels
            return True
        listed = not kinds.isdisjoint(_LISTED) or page.folded.find(":", *words.span) >= 0
        if listed and not kinds.isdisjoint(_NAMING):  # totals, before a distribution
            return True
    if not figures:
        return False
    starts = {token.start: token for token in words.tokens}
    return any(_counts(page, words, figure, starts) for figure in figures)


def _counts(page: Page, words: _Words, figure: Figure, starts: dict[int, Token]) -> bool:
    """Whether one number may be a total, a population, or one of an indicator that is no rating."""
    kinds = words.kinds
    units = _units(page, words.tokens, figure)
    told = not kinds.isdisjoint(COUNT_LEADS)
    alone = not units and not _counts_unknown(page, figure, starts)
    if not kinds.isdisjoint(_VERBS) and (units or (alone and "subject" in kinds)):  # totals
        return True
    if "indicator" in kinds and (units or figure.percent or (alone and told and _admits(words))):  # counting
        return True
    if figure.percent or not (told or "new" in units):
        return False
    if "subject" in units or "scope" in units:  # population
        return True
    if "becomes" in kinds and not units.isdisjoint(_GROWN):
        return True
    return alone and "subject" in kinds and not kinds.isdisjoint(("link", "becomes"))


def _units(page: Page, tokens: Sequence[Token], figure: Figure) -> frozenset[str]:
    """What a number may count: "subject", "scope", codes of units; by what stands right behind it."""
    end = figure.total.end if figure.total is not None else figure.end
    found = set()
    for token in tokens:
        if token.start < end:
            continue
        if token.start > end + _REACH:
            break
        if token.kind == "subject":
            found |= {"subject", "new"} if page.folded.startswith(NEW_MEMBERS, token.start) else {"subject"}
        elif token.kind == "unit":
            found.add(token.code)
        elif token.kind == "scope" and counted_scope(page.folded[token.start : token.end]):
            found.add("scope")
    return frozenset(found)


def _counts_unknown(page: Page, figure: Figure, starts: dict[int, Token]) -> bool:
    """Whether a word that the lexicon does not know follows a number: it counts something else."""
    after = figure.end
    folded = page.folded
    while folded[after : after + 1] == " ":
        after += 1
    return folded[after : after + 1].isalpha() and after not in starts


def _admits(words: _Words) -> bool:
    return any(token.kind == "indicator" and token.code == "party_members_admitted" for token in words.tokens)


def _words_of(tokens: Sequence[Token], spans: Iterable[tuple[int, int]]) -> list[_Words]:
    """The tags in each of some stretches, which come in the order of the text."""
    found = []
    place = 0
    for start, end in spans:
        while place < len(tokens) and tokens[place].start < start:
            place += 1
        first = place
        while place < len(tokens) and tokens[place].start < end:
            place += 1
        inside = tokens[first:place]
        found.append(_Words((start, end), inside, frozenset([token.kind for token in inside])))
    return found
