"""Whether a text is Vietnamese.

Belongs here: the score that says how Vietnamese a text looks; `encoding` uses it to choose among readings and
`clean` to turn away pages in other languages. Does not belong here: anything about a page's layout.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Final

import justext

VIETNAMESE: Final = "vi"
OTHER: Final = "other"

_WORD: Final = re.compile(r"[^\W\d_]+")
_VOWELS: Final = "aăâeêioôơuưyàằầèềìòồờùừỳảẳẩẻểỉỏổởủửỷãẵẫẽễĩõỗỡũữỹáắấéếíóốớúứýạặậẹệịọộợụựỵ"
_SYLLABLE: Final = re.compile(
    "(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?[" + _VOWELS + "]{1,3}(?:ch|ng|nh|[cmnpt])?"
)
# Letters that French, Portuguese and the like do not have: they decide where accents alone would not.
_OWN: Final = re.compile("[ăđơưằầềồờừảẳẩẻểỉỏổởủửỷẵẫẽễĩỗỡũữỹắấếốớứạặậẹệịọộợụựỵ]")
_OWN_ANY_CASE: Final = re.compile(_OWN.pattern.replace("]", _OWN.pattern[1:-1].upper() + "]"))
_SAMPLE: Final = 20_000


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Frequent Vietnamese syllables, in lower case (jusText's list, plus those that fill reports of this kind)."""
    extra = ("đảng", "tỉnh", "năm", "nhiệm", "vụ", "hoàn", "thành", "tốt", "và", "huyện", "xã", "tổ", "ủy", "viên")
    return frozenset(justext.get_stoplist("Vietnamese")) | frozenset(extra)


def vietnamese_score(text: str) -> float:
    """How Vietnamese `text` looks: the mean of the share of frequent syllables and of words with Vietnamese letters.

    Running news prose scores 0.5 to 0.8, other languages and broken readings stay below 0.15. 0.0 without words.
    """
    words = _WORD.findall(text[:_SAMPLE].lower())
    return sum(map(_signs_of, words)) / (2 * len(words)) if words else 0.0


@lru_cache(maxsize=16_384)
def _signs_of(word: str) -> int:
    """0 to 2: being a frequent syllable, and being a syllable with letters that only Vietnamese has."""
    own = len(word) > 1 and _OWN.search(word) is not None and _SYLLABLE.fullmatch(word) is not None
    return (word in stop_words()) + own


def has_own_letters(text: str, enough: int = 10) -> bool:
    """True where `text` holds Vietnamese letters in Unicode, more than a name or two: no old font is needed."""
    return len(list(islice(_OWN_ANY_CASE.finditer(text), enough))) == enough


def language_of(text: str) -> str | None:
    """Return "vi", "other", or None where there are too few words to tell (fewer than five)."""
    words = _WORD.findall(text[:_SAMPLE].lower())
    if len(words) < 5:
        return None
    return VIETNAMESE if vietnamese_score(text) >= 0.2 else OTHER


def share_of_stop_words(text: str) -> float:
    """Share of the words of `text` that are frequent Vietnamese syllables, 0.0 to 1.0."""
    words = _WORD.findall(text.lower())
    return sum(word in stop_words() for word in words) / len(words) if words else 0.0
