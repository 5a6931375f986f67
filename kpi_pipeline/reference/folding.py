"""One folding of Vietnamese text for all look-ups: same length as the text, so that positions carry over.

Belongs here: the character map (case, both spellings of tone marks, look-alike letters, quotes, dashes, spaces).
Does not belong here: words, offsets of matches, meaning.
"""

import re
import unicodedata

_KEEP_LENGTH = {"\u00d0": "\u0111", "\u0110": "\u0111", "\u0111": "\u0111", "\u00f0": "\u0111", "\u0189": "\u0111"}
_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\r\v\f"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad"
_QUOTES = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb'`\u00b4\u2032\u2033"


class _Fold(dict[int, str]):
    """A translation table that fills itself: one character in, one character out."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


def _fold_character(char: str) -> str:
    if char in _KEEP_LENGTH:
        return _KEEP_LENGTH[char]
    if char in _SPACES:
        return " "
    if char in _DASHES:
        return "-"
    if char in _QUOTES:
        return '"'
    lowered = char.lower()
    if len(lowered) != 1:
        return char
    return lowered


_FOLD = _Fold()


class _Bare(dict[int, str]):
    """Like `_Fold`, and tone marks and letter marks go as well."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if folded == "\u0111":
            folded = "d"
        else:
            base = unicodedata.normalize("NFD", folded)[0]
            folded = base if base.isalnum() else folded
        self[code] = folded
        return folded


_BARE = _Bare()

_NEWER_TONES = {
    "òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ",
    "òe": "oè", "óe": "oé", "ỏe": "oẻ", "õe": "oẽ", "ọe": "oẹ",
    "ùy": "uỳ", "úy": "uý", "ủy": "uỷ", "ũy": "uỹ", "ụy": "uỵ",
}  # fmt: skip
_OLDER_TONE = re.compile("[òóỏõọ][ae]|[ùúủũụ]y")


def fold(text: str) -> str:
    """The text in small letters, plain quotes, dashes and spaces, tone marks in the newer place (`hoà`, `uỷ`).

    The newer place is right in open and closed syllables alike, so no look at what follows is needed. Has exactly
    the length of `text`, so a position in one is a position in the other. Expects NFC.
    """
    folded = text.translate(_FOLD)
    return folded if folded.isascii() else _OLDER_TONE.sub(_newer_tone, folded)


def _newer_tone(match: re.Match[str]) -> str:
    return _NEWER_TONES[match.group()]


def bare(text: str) -> str:
    """The text without case and without any mark (`hoàn` -> `hoan`, `đ` -> `d`), of the same length."""
    return text.translate(_BARE)
