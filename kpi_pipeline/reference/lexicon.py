"""The cue words: csv files of `phrase,class,code,notes` an analyst can extend, loaded and checked.

Belongs here: reading `lexicon/*.csv` and the checks that keep them sound. Does not belong here: finding the
phrases in a text and what they mean together (extraction).

Seven groups of classes, by where a phrase is looked for: anywhere in a text, directly before a number (`numbered`),
directly after one (`noun`), at the head of a line (`head`), inside the name of an organisation (`namepart`), behind a
counted noun (`subset`), beside a level (`rated`). A phrase may stand in one class only within its group.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kpi_pipeline.reference.codes import COMPARATORS, INDICATORS, LEVELS, NOT_ASSESSED, RATINGS, SCOPES, SUBJECTS
from kpi_pipeline.reference.folding import fold
from kpi_pipeline.reference.tables import LEXICON, ReferenceDataError, rows

COLUMNS = ("phrase", "class", "code", "notes")

GROUP_OF_CLASS = {
    "numbered": "before",
    "noun": "after",
    "head": "head",
    "namepart": "name",
    "subset": "subset",
    "rated": "rated",
}
"""The classes that are looked for in one place alone, whatever file they stand in; all others anywhere in a text."""
TEXT_GROUP = "text"
RATED_GROUP = "rated"

_LEVEL_CODES = frozenset(level for levels in LEVELS.values() for level in levels) | {NOT_ASSESSED}
_GRADES = frozenset({"grade_good", "grade_fair", "grade_average", "grade_poor"})
_NUMBER_REASONS = frozenset(
    {"document_number", "address", "ordinal", "phone", "counter", "money", "other_indicator", "duration", "rank"}
)

CLASSES: dict[str, tuple[str, frozenset[str]]] = {
    "subject": ("what is counted, said in full", frozenset(SUBJECTS)),
    "rated": ("what is counted where it is said how it was rated, and only there", frozenset(SUBJECTS)),
    "unit": (
        "what is counted, to be understood from a subject named before",
        frozenset({"party_body", "party_committee", "body", "person", "individual", "collective"}),
    ),
    "level": ("a level of a rating, said in full", _LEVEL_CODES),
    "short": ("a level cut short: one only beside a full level or under a named scale", _LEVEL_CODES | _GRADES),
    "above": ("and all better levels", frozenset({"ge"})),
    "same": ("the level said before", frozenset({"same"})),
    "scale": ("names the scale of a rating", frozenset(RATINGS)),
    "assess": ("to rate", frozenset({"assessed"})),
    "among": ("out of a total", frozenset({"total"})),
    "base_all": ("a share of all that exist", frozenset({"all"})),
    "versus": ("a comparison follows", frozenset({"versus"})),
    "change": ("the number says by how much something changed", frozenset({"change"})),
    "becomes": ("the number says where something came to", frozenset({"level"})),
    "link": ("ties a share or a number to what stands before", frozenset({"share"})),
    "have": ("there are", frozenset({"have"})),
    "respectively": ("numbers follow in the order of the names before", frozenset({"zip"})),
    "within": ("a part of what was said before", frozenset({"subset"})),
    "rest": ("what is left", frozenset({"rest"})),
    "every": ("holds for every year; `per` for the number before it alone", frozenset({"annual", "mean", "per"})),
    "whole": ("holds for the whole span", frozenset({"whole"})),
    "target": ("a target follows", frozenset({"target"})),
    "past": ("a result follows", frozenset({"actual"})),
    "reported": ("an account of what happened", frozenset({"reported"})),
    "planref": ("speaks of a plan without stating one", frozenset({"plan"})),
    "planpart": ("a percent before it says how far a plan was fulfilled", frozenset({"plan_ratio"})),
    "estimate": ("an estimate", frozenset({"estimate"})),
    "rule": ("a rule is quoted", frozenset({"threshold"})),
    "before": ("a comparator before a number", frozenset(COMPARATORS)),
    "indicator": ("the verb or noun of an indicator that is no rating", frozenset(INDICATORS)),
    "trap": ("the numbers of this clause are of no known indicator", _NUMBER_REASONS | {"attendance"}),
    "when": (
        "a period in words",
        frozenset(
            {
                "last_year",
                "this_year",
                "now",
                "year_end",
                "year_start",
                "term_word",
                "next_plan",
                "congress",
                "this_term",
                "past_term",
            }
        ),
    ),
    "scope": ("whose result it is", frozenset(SCOPES) | {"city"}),
    "orgname": ("an organisation where a name in capitals follows", frozenset({"organisation"})),
    "person": ("an office holder, not the body", frozenset({"person"})),
    "according": ("names a source", frozenset({"source"})),
    "visitor": ("a province after it is a guest or neighbour", frozenset({"foreign"})),
    "and": ("joins what is counted together", frozenset({"and"})),
    "zero": ("there is none", frozenset({"zero"})),
    "none": ("any", frozenset({"any"})),
    "filler": ("may stand between a number and what it counts", frozenset({"filler"})),
    "plain": ("an ordinary phrase that hides a cue word", frozenset({"plain"})),
    "hundred": ("all of them", frozenset({"whole"})),
    "numbered": ("directly before a number: what kind of number it is", _NUMBER_REASONS),
    "noun": ("directly after a number: counts something of no known indicator", _NUMBER_REASONS),
    "subset": ("narrows the population named before it", frozenset({"part"})),
    "namepart": ("words of an organisation's name that are not all in capitals", frozenset({"organisation"})),
    "head": ("at the head of a line: furniture of the page", frozenset({"related", "form"})),
}
"""Every class with its meaning and the codes it may carry."""


@dataclass(frozen=True)
class Entry:
    """One phrase of the lexicon; `folded` is the form that texts are matched with."""

    phrase: str
    folded: str
    kind: str
    code: str
    file: str
    line: int


def load_lexicon(folder: Path = LEXICON) -> dict[str, tuple[Entry, ...]]:
    """All entries by group (text, before, after, head), ordered by file and line.

    Raises `ReferenceDataError` naming file and line for: an empty phrase, a phrase that is not NFC or has spaces at
    its ends, an unknown class, a code its class does not have, a phrase said twice or in two classes of a group.
    """
    groups: dict[str, list[Entry]] = {
        TEXT_GROUP: [],
        "before": [],
        "after": [],
        "head": [],
        "name": [],
        "subset": [],
        RATED_GROUP: [],
    }
    seen: dict[tuple[str, str], Entry] = {}
    for path in sorted(folder.glob("*.csv")):
        for line, record in rows(path, COLUMNS):
            entry = _entry(record, path.name, line)
            group = GROUP_OF_CLASS.get(entry.kind, TEXT_GROUP)
            other = seen.get((group, entry.folded))
            if other is not None:
                same = "twice" if other.code == entry.code else "with two codes"
                said = same if other.kind == entry.kind else "in two classes"
                raise ReferenceDataError(
                    f"{entry.phrase!r} stands {said}: in {other.file}, line {other.line} (class {other.kind!r}, code "
                    f"{other.code!r}), and in {entry.file}, line {entry.line} (class {entry.kind!r}, code "
                    f"{entry.code!r}); keep one of them."
                )
            seen[group, entry.folded] = entry
            groups[group].append(entry)
    return {group: tuple(entries) for group, entries in groups.items()}


def _entry(record: dict[str, str], file: str, line: int) -> Entry:
    phrase, kind, code = record["phrase"], record["class"], record["code"]
    where = f"{file}, line {line}"
    if not phrase or phrase != phrase.strip():
        raise ReferenceDataError(f"{where}: the phrase {phrase!r} is empty or has spaces at its ends; write it bare.")
    if unicodedata.normalize("NFC", phrase) != phrase:
        raise ReferenceDataError(f"{where}: {phrase!r} is not in Unicode form NFC; save the file composed.")
    if kind not in CLASSES:
        raise ReferenceDataError(f"{where}: class {kind!r} is unknown; use one of {', '.join(sorted(CLASSES))}.")
    if code not in CLASSES[kind][1]:
        allowed = ", ".join(sorted(CLASSES[kind][1]))
        raise ReferenceDataError(f"{where}: class {kind!r} has no code {code!r}; use one of {allowed}.")
    return Entry(phrase=phrase, folded=fold(phrase), kind=kind, code=code, file=file, line=line)


@cache
def lexicon() -> dict[str, tuple[Entry, ...]]:
    """The project's own lexicon, loaded and checked once."""
    return load_lexicon()


@cache
def look_up(group: str) -> dict[str, Entry]:
    """The entries of one group by folded phrase."""
    return {entry.folded: entry for entry in lexicon()[group]}
