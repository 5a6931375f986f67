"""Bytes to text, whatever a page says about its own encoding.

Belongs here: choosing the reading that gives Vietnamese text. Does not belong here: markup, paragraphs, language
verdicts on whole pages. Order: byte-order mark, UTF-8, what was declared, then the legacy readings by score.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from itertools import islice
from typing import AnyStr, Final

from charset_normalizer import from_bytes

from kpi_pipeline.cleaning.language import has_own_letters, vietnamese_score
from kpi_pipeline.cleaning.legacy_fonts import from_tcvn3, from_viscii, from_vni, from_vps

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
)
_DECLARED: Final = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_\-]{2,20})""", re.IGNORECASE)
# How Windows-1252 shows the bytes 80 to BF, and the sequences of them that were one letter in UTF-8.
_HIGH: Final = {bytes([code]).decode("cp1252", "replace"): code for code in range(0x80, 0xA0)}
_TRAIL: Final = "[\u0080-\u00bf" + "".join(sorted(set(_HIGH) - {"\ufffd"})) + "]"
# One class of letters at the front, so that the search skips to the next of them.
_TWICE: Final = re.compile(
    f"[\u00c2-\u00f4](?:(?<=[\u00c2-\u00df]){_TRAIL}|(?<=[\u00e0-\u00ef]){_TRAIL}{{2}}|(?<=[\u00f0-\u00f4]){_TRAIL}{{3}})"
)
_TAGS: Final = re.compile(r"<(script|style)\b[^<]*(?:<(?!/\1)[^<]*)*|<[^>]{0,2000}>", re.IGNORECASE)
_STRETCH: Final = re.compile(r"(<[^<>]{0,2000}>|\n)")
# The same in the bytes of UTF-8, asking for less: a page with few of these has no text that was encoded twice.
_MAY_BE_TWICE: Final = re.compile(
    rb"\xc3[\x82-\xb4][\xc2" + b"".join(sorted({char.encode()[:1] for char in set(_HIGH) - {"\ufffd"}})) + b"]"
)
# Signs that TCVN3 uses as letters, where Unicode never has them: right beside a letter.
_TCVN3_INSIDE: Final = re.compile("[A-Za-z][¸µ¶¹¨¾¼½©¬®ª]|[§®][A-Za-z]")
_TCVN3_SIGN: Final = re.compile(rb"\xc2[" + b"".join(sign.encode()[1:] for sign in "¸µ¶¹¨¾¼½©¬®ª§") + b"]")
_READABLE: Final = re.compile("[^\ufffd\ufeff \n\t\x00]")
_MIN_TWICE: Final = 3
_MIN_INSIDE: Final = 8
_GOOD: Final = 0.2
_MAX_DAMAGE: Final = 0.002


class UndecodableError(ValueError):
    """No reading of the bytes gives text."""


def decode(content: bytes, declared: str | None = None) -> tuple[str, str]:
    """Return the text (NFC) and the name of the encoding that gave it.

    `declared` is what a server or caller said; the page's own `<meta charset>` is looked up here. A declaration is
    believed only where the bytes do not prove something else. Raises `UndecodableError` when no reading makes text.
    """
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            try:
                return _finish(content.decode(codec), name)
            except UnicodeDecodeError:
                return _finish(content.decode(codec, errors="replace"), name, damaged=True)
    wide = _wide_codec(content)
    if wide:
        return _finish(content.decode(wide, errors="replace"), wide)
    try:
        return _finish(*_mend(content.decode("utf-8"), "utf-8", content))
    except UnicodeDecodeError:
        pass
    return _finish(*_legacy(content, declared))


def declared_charset(content: bytes) -> str | None:
    """The charset that the page's own markup names, in lower case, or None."""
    found = _DECLARED.search(content[:4096])
    return found.group(1).decode("ascii").lower() if found else None


def _plain(text: str) -> str:
    """Enough of the text to judge it by, without its markup."""
    return _TAGS.sub(" ", text[:200_000])


def _finish(text: str, name: str, damaged: bool = False) -> tuple[str, str]:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", text)
    if _READABLE.search(text) is None:
        raise UndecodableError("the bytes hold no readable character")
    lost = text.count("\ufffd")
    if lost > 2 and lost > _MAX_DAMAGE * len(text) and (damaged or name == "utf-8"):
        raise UndecodableError(f"{lost} of {len(text)} characters are unreadable as {name}")
    return text, name


def _wide_codec(content: bytes) -> str | None:
    """UTF-16 without a mark: every second byte is mostly NUL."""
    if len(content) < 8 or b"\x00" not in content[:4096]:
        return None
    head = content[:4096]
    even, odd = head[0::2], head[1::2]
    even_share, odd_share = even.count(0) / len(even), odd.count(0) / len(odd)
    if odd_share > 0.4 and even_share < 0.05:
        return "utf-16-le"
    if even_share > 0.4 and odd_share < 0.05:
        return "utf-16-be"
    return None


def _holds(pattern: re.Pattern[AnyStr], text: AnyStr, enough: int) -> bool:
    """Whether a pattern is found that often; it is not looked for any longer."""
    return len(list(islice(pattern.finditer(text), enough))) == enough


def _mend(text: str, name: str, content: bytes) -> tuple[str, str]:
    """Valid UTF-8 (`content`, read as `text`) may still carry text that was encoded twice, or characters of an old
    font. What tells it is looked for in the bytes first, which takes a fifth of the time."""
    if _holds(_MAY_BE_TWICE, content, _MIN_TWICE) and _holds(_TWICE, text, _MIN_TWICE):
        once = _TWICE.sub(_undone, text)
        if vietnamese_score(_plain(once)) > vietnamese_score(_plain(text)):
            return once, "utf-8 twice"
    if has_own_letters(text):
        return _mend_parts(text, name) if _holds(_TCVN3_SIGN, content, _MIN_INSIDE) else (text, name)
    plain = _plain(text)
    if vietnamese_score(plain) >= _GOOD or not re.search("[\u00a1-\u00ff]", plain):
        return text, name
    readings = ((from_tcvn3(text), "utf-8 with tcvn3"), (from_vni(text), "utf-8 with vni"))
    best = max(readings, key=lambda reading: vietnamese_score(_plain(reading[0])))
    return best if vietnamese_score(_plain(best[0])) >= _GOOD else (text, name)


def _mend_parts(text: str, name: str) -> tuple[str, str]:
    """A page in Unicode whose article was pasted from an old document keeps it in TCVN3, stretch by stretch."""
    if not _holds(_TCVN3_INSIDE, text, _MIN_INSIDE):
        return text, name
    parts = _STRETCH.split(text)
    for place, part in enumerate(parts):
        if _TCVN3_INSIDE.search(part) and not has_own_letters(part, 1):
            read = from_tcvn3(part)
            parts[place] = read if vietnamese_score(read) > vietnamese_score(part) else part
    return "".join(parts), f"{name} with tcvn3"


def _undone(match: re.Match[str]) -> str:
    """One letter that was encoded twice; what makes no letter stays."""
    try:
        return bytes(_HIGH.get(letter, ord(letter)) for letter in match.group()).decode("utf-8")
    except (UnicodeDecodeError, ValueError):
        return match.group()


def _legacy(content: bytes, declared: str | None) -> tuple[str, str]:
    """Bytes that are not UTF-8: take the reading that looks most Vietnamese, else one that was declared or guessed."""
    damaged = content.decode("utf-8", errors="replace")
    if damaged.count("\ufffd") <= max(1.0, _MAX_DAMAGE * len(damaged)):
        return damaged, "utf-8 damaged"
    latin = content.decode("cp1252", errors="replace")
    latin1 = content.decode("latin-1")
    readings = [
        (content.decode("cp1258", errors="replace"), "windows-1258"),
        (from_tcvn3(latin1), "tcvn3"),
        (from_vni(latin), "vni"),
        (from_viscii(latin1), "viscii"),
        (from_vps(latin1), "vps"),
        (damaged, "utf-8 damaged"),
    ]
    scored = [(vietnamese_score(_plain(unicodedata.normalize("NFC", text))), text, name) for text, name in readings]
    score, text, name = max(scored, key=lambda entry: (entry[0], entry[2]))
    if score >= _GOOD and text.count("\ufffd") <= 0.01 * len(text) and _has_plain_letters(text):
        return text, name
    if not _has_plain_letters(latin1):
        raise UndecodableError("the bytes give no running text in any known encoding")
    for charset in (declared, declared_charset(content)):
        if charset and charset.lower().replace("_", "-") not in ("utf-8", "utf8"):
            try:
                return content.decode(charset), charset.lower()
            except (LookupError, UnicodeDecodeError):
                continue
    guess = from_bytes(content[:65_536]).best()
    if guess is not None and guess.chaos < 0.1:
        try:
            return content.decode(guess.encoding), guess.encoding
        except (LookupError, UnicodeDecodeError):
            pass
    raise UndecodableError("the bytes are neither UTF-8 nor a known Vietnamese encoding")


def _has_plain_letters(text: str) -> bool:
    """In every writing of Vietnamese (and of its neighbours in Latin script) the unmarked letters are the most."""
    letters = [letter for letter in _plain(text) if letter.isalpha()]
    return sum(letter.isascii() for letter in letters) >= 0.4 * len(letters)
