"""Which part of a population a number is about: "công chức cấp xã", "đảng viên nữ", "khối trường học".

Belongs here: the words behind or inside a subject that narrow it, and how long they hold. Does not belong here: the
subject itself (carry), the body whose population it is (bodies).
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from kpi_pipeline.extraction.slots import Slot
from kpi_pipeline.extraction.tags import Page, Token
from kpi_pipeline.reference.codes import NOT_ASSESSED
from kpi_pipeline.reference.folding import fold
from kpi_pipeline.reference.lexicon import look_up

_NARROWED = frozenset(
    (
        "party_member", "civil_servant", "leader", "leadership_collective", "subordinate_party_cell",
        "grassroots_party_organisation", "grassroots_party_committee", "grassroots_party_cell", "mass_organisation",
        "other",
    )
)  # fmt: skip
"""Subjects whose parts are told apart; of the others the subject itself says which part is meant."""
_JOINTS = frozenset(("thuộc ", "của ", "là ", "trong ", "ở ", "các ", "tại "))
_MARKS = ",.;:)"
_WORD = 16
_BLOC = "khối "
_OPENS = tuple(map(fold, (". ", "; ", "\n", "- ", "đối với ", "riêng ", "trong đó, ", "trong đó ")))
_LONGEST = 9
_AS_FOR = fold("đối với ")
_NARROWING = re.compile(
    fold(
        r"(?:được miễn|là|(?:của |thuộc |trong )?ngành|lĩnh vực|người|nguyên|hưởng|trong các|ở các|tại các) "
        r"|(?:dưới|trên|từ) (?=\d)"
    )
)
_BODIES = frozenset(("scope", "orgname"))
_PLAIN = frozenset(("word", "filler", "link", "unit", "subject", "before", "masked", "and"))


@cache
def _phrases() -> frozenset[str]:
    return frozenset(look_up("subset"))


@cache
def _first_words() -> frozenset[str]:
    return frozenset(phrase.split(" ")[0].rstrip(_MARKS) for phrase in _phrases())


def subset_of(page: Page, tokens: Sequence[Token], slot: Slot, subject: str, said: dict[str, Token]) -> str | None:
    """The phrase that narrows the population of a number; None for all of it.

    `said` holds, by subject, the last mention of the subject before this sentence, whose phrase still holds.
    """
    if slot.apart and slot.unit is not None:
        return page.text[slot.unit.start : slot.unit.end].lower()
    if subject not in _NARROWED:
        return None
    place = page.folded.find(_BLOC, tokens[slot.zone[0]].start, slot.figure.start)
    bloc = narrowing(page, place) if place >= 0 else ""
    if slot.unit is not None and slot.unit.kind == "subject":
        opens = place <= 0 or page.folded.endswith(_OPENS, 0, place)
        return (
            subset_at(page, slot.unit)
            or (bloc if opens else "")
            or _told_before(page, tokens, slot)
            or _unlisted(page, tokens, slot)
            or None
        )
    bloc = bloc or _bloc_told(page, tokens[0].start, slot)
    if bloc:
        return bloc
    depth = 0
    for index in range(slot.index - 1, -1, -1):
        token = tokens[index]
        if token.kind in ("(", ")"):
            depth = max(0, depth + (1 if token.kind == ")" else -1))
        if token.kind == "subject" and not depth:
            return subset_at(page, token) or None
    mention = said.get(subject)
    return (subset_at(page, mention) or None) if mention is not None else None


def _bloc_told(page: Page, start: int, slot: Slot) -> str:
    """ "khối xã 36 đơn vị, gồm 6 đơn vị ..., 30 đơn vị ...": the bloc that a part of a sentence tells of."""
    if slot.unit is None or slot.unit.code not in _ANY:
        return ""
    low = max(start, slot.figure.start - _FAR)
    low = max(low, page.folded.rfind(";", low, slot.figure.start) + 1)
    place = page.folded.find(_BLOC, low, slot.figure.start)
    return narrowing(page, place) if place >= 0 else ""


_ANY, _FAR = frozenset(("body", "party_body")), 240


def _told_before(page: Page, tokens: Sequence[Token], slot: Slot) -> str:
    """ "Đối với đảng viên sinh viên, ... có 45 đảng viên": what narrowed the subject that opened the sentence."""
    low = slot.zone[0]
    if not page.folded.startswith(_AS_FOR, tokens[low].start):
        return ""
    for place in range(low, slot.index):
        token = tokens[place]
        if token.kind == "subject":
            if token.code != slot.unit.code:  # type: ignore[union-attr]
                return ""
            rest = tokens[place + 1] if place + 1 < slot.index else token
            return subset_at(page, token) or (page.text[rest.start : rest.end] if rest.kind == "word" else "")
    return ""


def _unlisted(page: Page, tokens: Sequence[Token], slot: Slot) -> str:
    """The words between a subject and its level that narrow it though no file lists them ("được miễn sinh hoạt")."""
    unit, level = slot.unit, slot.topic
    if unit is None or level is None or level.kind != "level" or level.code == NOT_ASSESSED or unit.end >= level.start:
        return ""
    start = unit.end + 1
    opening = _NARROWING.match(page.folded, start)
    if opening is None:
        return ""
    end = start
    for token in tokens[slot.index + 1 :]:
        if token.start < start:
            continue
        if token.kind in _BODIES:
            return ""
        if token.kind not in _PLAIN or token.start >= level.start:
            break
        end = token.end
    return page.text[start:end] if end > opening.end() else ""


def subset_at(page: Page, token: Token) -> str:
    """What narrows one mention of a subject: words behind it, or the last words of the mention; empty for nothing."""
    behind = narrowing(page, token.end + 1) if page.folded.startswith(" ", token.end) else ""
    if behind:
        return behind
    length = _ending(page.folded[token.start : token.end])
    return page.text[token.end - length : token.end] if length else ""


_WOMEN = fold("phụ nữ")
"""The name of a union, which narrows nobody."""


@lru_cache(maxsize=4096)
def _ending(words: str) -> int:
    """How long the narrowing phrase is that ends the mention of a subject; 0 for none."""
    blank = words.find(" ")
    while blank >= 0:
        if words[blank + 1 :] in _phrases() and not words.endswith(_WOMEN):
            return len(words) - blank - 1
        blank = words.find(" ", blank + 1)
    return 0


def narrowing(page: Page, start: int) -> str:
    """The longest narrowing phrase that begins at a position, behind a joint ("là", "thuộc"); empty for none."""
    opening = _opening(page, start)
    end = _phrase_end(page, start) if opening in _first_words() else 0
    if end:
        return page.text[start:end]
    joint = f"{opening} "
    if joint not in _JOINTS or not page.folded.startswith(joint, start):
        return ""
    begin = start + len(joint)
    return page.text[begin : _phrase_end(page, begin) or begin]


def _opening(page: Page, start: int) -> str:
    """The word that begins at a position."""
    return page.folded[start : start + _WORD].partition(" ")[0].rstrip(_MARKS)


def _phrase_end(page: Page, begin: int) -> int:
    """Where the longest narrowing phrase ends that begins at a position; 0 for none."""
    if _opening(page, begin) not in _first_words():
        return 0
    end, best = begin, 0
    for _ in range(_LONGEST):
        stop = page.folded.find(" ", end + 1, begin + 60)
        end = stop if stop >= 0 else min(len(page.folded), begin + 60)
        words = page.folded[begin:end].rstrip(_MARKS)
        if words in _phrases():
            best = begin + len(words)
        if stop < 0:
            break
    return best
