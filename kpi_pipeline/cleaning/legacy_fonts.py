"""Vietnamese text typed with the font encodings used before Unicode: TCVN3 (ABC) and VNI-Windows.

Belongs here: the two character tables and the conversion. Does not belong here: deciding whether a page needs it
(`encoding`). Tables: TCVN 5712:1993 (VN3) and the VNI-Windows code page, read as Windows-1252 characters.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_TCVN3_BYTES: Final = (
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ "
    "CAấ CBậ CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ "
    "EAờ EBở ECỡ EDớ EEợ EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
TCVN3: Final[dict[int, str]] = {
    int(entry[:2], 16): unicodedata.normalize("NFC", entry[2:]) for entry in _TCVN3_BYTES.split()
}

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"

_VNI_MARKS: Final[dict[str, str]] = {
    "ù": _ACUTE,
    "ø": _GRAVE,
    "û": _HOOK,
    "õ": _TILDE,
    "ï": _DOT,
    "â": _CIRCUMFLEX,
    "á": _CIRCUMFLEX + _ACUTE,
    "à": _CIRCUMFLEX + _GRAVE,
    "å": _CIRCUMFLEX + _HOOK,
    "ã": _CIRCUMFLEX + _TILDE,
    "ä": _CIRCUMFLEX + _DOT,
    "ê": _BREVE,
    "é": _BREVE + _ACUTE,
    "è": _BREVE + _GRAVE,
    "ú": _BREVE + _HOOK,
    "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT,
}
_VNI_SINGLE: Final[dict[str, str]] = {
    "ñ": "đ",
    "ô": "ơ",
    "ö": "ư",
    "æ": "ỉ",
    "ó": "ĩ",
    "ò": "ị",
    "î": "ỵ",
}
_VNI_PAIR: Final = re.compile("([aeoyuAEOYUôöÔÖ])([" + "".join(_VNI_MARKS) + "".join(_VNI_MARKS).upper() + "])")
_VNI_LONE: Final = re.compile("[" + "".join(_VNI_SINGLE) + "".join(_VNI_SINGLE).upper() + "]")
_HORNED: Final[dict[str, str]] = {"ô": "o" + _HORN, "Ô": "O" + _HORN, "ö": "u" + _HORN, "Ö": "U" + _HORN}


def from_tcvn3(text: str) -> str:
    """Read `text` (Windows-1252 or Latin-1 characters) as TCVN3; characters outside the table stay as they are."""
    return unicodedata.normalize("NFC", text.translate(TCVN3))


def from_vni(text: str) -> str:
    """Read `text` (Windows-1252 or Latin-1 characters) as VNI: a vowel and its mark are two characters there."""

    def joined(match: re.Match[str]) -> str:
        vowel, mark = match.groups()
        return _HORNED.get(vowel, vowel) + _VNI_MARKS[mark.lower()] + "\u2060"

    def single(match: re.Match[str]) -> str:
        found = match.group()
        letter = _VNI_SINGLE[found.lower()]
        return letter.upper() if found.isupper() else letter

    # Pairs come out as a plain vowel with combining marks, so the second pass cannot take them for single letters.
    return unicodedata.normalize("NFC", _VNI_LONE.sub(single, _VNI_PAIR.sub(joined, text)).replace("\u2060", ""))
