"""What a page says about its own source: the sign before the first sentence, "Nguồn: …" lines.

Belongs here: finding such cues in paragraphs. Does not belong here: which province a cue means (`extraction`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from kpi_pipeline.cleaning.document import CUE_DATELINE, CUE_SOURCE_LINE, Cue

_SOURCE: Final = re.compile(r"^\W*(?:Nguồn(?:\s+tin)?|Theo\s+nguồn)\b\s*:?\s*(?P<rest>\S.{0,150})$", re.IGNORECASE)
_AFTER: Final = re.compile(
    r"^\W*Theo\s+(?P<rest>(?:Báo|Cổng|Trang|TTXVN|Đài|[\w\-]+(?:\.[\w\-]+)+|[A-ZĐ]{2,})\b.{0,60})$"
)
_SIGN: Final = re.compile(
    r"^(?:\((?P<sign>[^()]{2,40})\)\s*[-–—:.]?|(?P<place>[A-ZÀ-ỸĐ][A-ZÀ-ỸĐ .\-]{2,30}?)\s*[-–—])\s+(?=\S)"
)


def find_cues(paragraphs: Iterable[str]) -> list[Cue]:
    """Cues in the order of the page: "(QNO) - …", "QUẢNG NGÃI - …", "Nguồn: https://…", "Theo Báo …"."""
    cues: list[Cue] = []
    for paragraph in paragraphs:
        sign = _SIGN.match(paragraph)
        if sign and not re.search(r"\d{2}", sign.group()):
            cues.append(Cue(CUE_DATELINE, (sign.group("sign") or sign.group("place")).strip()))
        if len(paragraph) > 200:
            continue
        source = _SOURCE.match(paragraph) or (_AFTER.match(paragraph) if len(paragraph.split()) <= 12 else None)
        if source and not (source.re is _SOURCE and _is_sentence(paragraph)):
            cues.append(Cue(CUE_SOURCE_LINE, paragraph))
    return cues


def _is_sentence(paragraph: str) -> bool:
    """ "Nguồn vốn đạt …" begins with the same word; a source line is short and has a colon, a name or an address."""
    return ":" not in paragraph and len(paragraph.split()) > 6
