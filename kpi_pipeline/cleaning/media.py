"""Which kind of content some bytes are, told from the bytes alone.

Belongs here: telling HTML, plain text and "no page" apart. Does not belong here: decoding, or trusting a file's ending.
"""

from __future__ import annotations

import re
from typing import Final

HTML: Final = "text/html"
PLAIN: Final = "text/plain"

_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_BINARY_MARKS: Final = (
    b"%PDF-",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"RIFF",
    b"ID3",
    b"OggS",
    b"\x7fELF",
    b"SQLite format 3",
    b"PAR1",
    b"{\\rtf",
)
_PAGE_TAG: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta)\b", re.IGNORECASE)
_TAG: Final = re.compile(
    rb"</?(?:title|div|p|table|article|section|span|br|h[1-6]|script|style|a|b|strong|td|tr|li|ul)\b[^<>]*>",
    re.IGNORECASE,
)
_CONTROLS: Final = bytes((*range(9), 11, *range(14, 32), 127))
_MIN_TAGS: Final = 4
_WINDOW: Final = 65_536


def sniff(content: bytes) -> str | None:
    """Return "text/html", "text/plain", or None where the bytes are no page at all (empty, PDF, picture, archive)."""
    head = content[:_WINDOW]
    if not head.strip():
        return None
    if any(head.startswith(mark) for mark in _BINARY_MARKS):
        return None
    if head.startswith(_UTF16_MARKS) or _looks_utf16(head):
        head = head.replace(b"\x00", b"")
    elif _share_of_controls(head) > 0.02:
        return None
    return HTML if _is_markup(head) else PLAIN


def _is_markup(head: bytes) -> bool:
    """A capture with a stray tag or two is still a capture: its line ends count."""
    if _PAGE_TAG.search(head) is not None:
        return True
    tags = len(_TAG.findall(head))
    return tags >= _MIN_TAGS or (tags > 0 and head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"))


def _looks_utf16(head: bytes) -> bool:
    """True where every second byte is mostly NUL, as in UTF-16 without its mark."""
    if len(head) < 8 or b"\x00" not in head:
        return False
    even, odd = head[0::2], head[1::2]
    shares = sorted((even.count(0) / len(even), odd.count(0) / len(odd)))
    return shares[0] < 0.05 and shares[1] > 0.4


def _share_of_controls(head: bytes) -> float:
    return 1 - len(head.translate(None, _CONTROLS)) / len(head)
