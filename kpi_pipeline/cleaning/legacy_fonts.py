"""Vietnamese text in the encodings used before Unicode: TCVN3 (ABC), VNI-Windows, VISCII and VPS.

Belongs here: the character tables and the conversions. Does not belong here: deciding whether a page needs them
(`encoding`). Tables: TCVN 5712:1993 (VN3), RFC 1456 (VISCII 1.1), the VPS and VNI-Windows code pages; VNI is read as
Windows-1252 characters, the others as Latin-1.
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
_VISCII_BYTES: Final = (
    "02Ẳ 05Ẵ 06Ẫ 14Ỷ 19Ỹ 1EỴ 80Ạ 81Ắ 82Ằ 83Ặ 84Ấ 85Ầ 86Ẩ 87Ậ 88Ẽ 89Ẹ 8AẾ 8BỀ 8CỂ 8DỄ 8EỆ 8FỐ 90Ồ 91Ổ 92Ỗ 93Ộ 94Ợ 95Ớ "
    "96Ờ 97Ở 98Ị 99Ỏ 9AỌ 9BỈ 9CỦ 9DŨ 9EỤ 9FỲ A0Õ A1ắ A2ằ A3ặ A4ấ A5ầ A6ẩ A7ậ A8ẽ A9ẹ AAế ABề ACể ADễ AEệ AFố B0ồ B1ổ "
    "B2ỗ B3Ỡ B4Ơ B5ộ B6ờ B7ở B8ị B9Ự BAỨ BBỪ BCỬ BDơ BEớ BFƯ C4Ả C5Ă C6ẳ C7ẵ CBẺ CEĨ CFỳ D0Đ D1ứ D5ạ D6ỷ D7ừ D8ử DBỹ "
    "DCỵ DEỡ DFư E4ả E5ă E6ữ E7ẫ EBẻ EEĩ EFỉ F0đ F1ự F6ỏ F7ọ F8ụ FBũ FCủ FEợ FFỮ"
)
_VPS_BYTES: Final = (
    "80À 81Ả 82Ã 83Ấ 84Ầ 85Ẩ 86ọ 87ỗ 88Ă 89ế 8Aề 8Bể 8Cệ 8DẮ 8EẰ 8FẲ 90Ế 93Ề 94Ể 95Ễ 96Ố 97Ồ 98Ổ 99Ỗ 9Aý 9Bỷ 9Cỵ 9DỚ "
    "9EỜ 9FỞ A1ắ A2ằ A3ẳ A4ẵ A5ặ A6Ỡ A7ớ A8Ù A9ờ AAở ABỡ ACŨ ADỨ AEợ AFỪ B0ổ B1Ử B2Ỳ B3Ỹ B4Í B5Ì B6ộ B7Ỉ B8Ĩ B9Ó BAử "
    "BBữ BCÒ BDỎ BEÕ BFự C0ầ C3ấ C4ẩ C5ẫ C6ậ C7đ C8ẻ CBẹ CCỉ CDễ CEị CFỹ D0Ư D1Ủ D2ồ D3ố D5ỏ D6ơ D7È D8ừ D9ứ DBũ DCư "
    "DEẺ E4ả E5ạ E6ă EBẽ EFĩ F0Ẵ F1Đ F7Ơ F8ụ FBủ FDỶ FEẼ FFỳ"
)


def _table(codes: str) -> dict[int, str]:
    return {int(entry[:2], 16): unicodedata.normalize("NFC", entry[2:]) for entry in codes.split()}


TCVN3: Final = _table(_TCVN3_BYTES)
VISCII: Final = _table(_VISCII_BYTES)
VPS: Final = _table(_VPS_BYTES)

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


def from_viscii(text: str) -> str:
    """Read `text` (Latin-1 characters) as VISCII."""
    return unicodedata.normalize("NFC", text.translate(VISCII))


def from_vps(text: str) -> str:
    """Read `text` (Latin-1 characters) as VPS."""
    return unicodedata.normalize("NFC", text.translate(VPS))


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
