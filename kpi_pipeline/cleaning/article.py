"""Which lines of an HTML page are its article: trafilatura's choice, mended where it loses or lets in text.

Belongs here: matching trafilatura's text with the page's own lines, and what is put back or taken out. Does not belong
here: parsing and headlines (`html`, `headline`), lines and tables (`blocks`), text captures (`capture`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any, Final

import trafilatura
from trafilatura.settings import Document as Extracted

from kpi_pipeline.cleaning.blocks import Block
from kpi_pipeline.cleaning.capture import Article, carries_on
from kpi_pipeline.cleaning.furniture import is_box_head, is_end_head, is_furniture, place_runs
from kpi_pipeline.cleaning.headline import key

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_DIGIT: Final = re.compile(r"\d")
_CLOSED: Final = re.compile(r"[.!?…:;][\"”’')\]]*$")
_LEAD_LINES: Final = 3
_PROSE_WORDS: Final = 6
_FIGURE_WORDS: Final = 3
_MAX_LUMPS: Final = 50
_LONG_KEY: Final = 24
_ROW_KEY: Final = 8


def article_lines(tree: Any, title: str | None, blocks: Sequence[Block], article: Article) -> list[str]:
    """The article's paragraphs: the page's lines that trafilatura takes for it, without furniture, cut at the head of a
    list of other pages, and with the prose that trafilatura lost.

    `blocks` are all lines of the page, `article` says which of them the paragraph classifier takes for the article. The
    tree is only read.
    """
    found = trafilatura.bare_extraction(tree, include_comments=False, include_tables=True, with_metadata=False)
    chosen = _texts(found.body) if isinstance(found, Extracted) else []
    if _has_lump(chosen, blocks):
        chosen = []
    taken = _supported(blocks, chosen)
    kept = _merge(blocks, _cut(blocks, taken, title), article.body)
    return _without_title([blocks[place].line for place in kept], title)


def _without_title(lines: list[str], title: str | None) -> list[str]:
    return lines if title is None else [line for line in lines if key(line) != key(title)]


def _texts(body: Any) -> list[str]:
    """The blocks of trafilatura's tree as keys (see `headline.key`)."""
    keys: list[str] = []
    pieces: list[str] = []

    def walk(element: Any) -> None:
        inline = element.tag in ("hi", "ref", "del", "code")
        if not inline:
            flush()
        pieces.append(element.text or "")
        for child in element:
            walk(child)
            pieces.append(child.tail or "")
        if not inline:
            flush()

    def flush() -> None:
        found = key("".join(pieces))
        pieces.clear()
        if found:
            keys.append(found)

    walk(body)
    flush()
    return keys


def _has_lump(chosen: Sequence[str], blocks: Sequence[Block]) -> bool:
    """True where trafilatura's last resort has put several lines of the page into one paragraph."""
    keys = {key(block.raw) for block in blocks}
    lumps = [whole for whole in chosen if whole not in keys]
    pieces = {key(block.raw) for block in blocks if len(block.raw.split()) >= 4} if lumps else set()
    for whole in lumps[:_MAX_LUMPS]:
        inner = [piece for piece in pieces if len(piece) < len(whole) and piece in whole]
        if len(inner) >= 2 and (len(inner) >= 5 or sum(map(len, inner)) >= 0.7 * len(whole)):
            return True
    return False


def _supported(blocks: Sequence[Block], chosen: Sequence[str]) -> list[int]:
    """Indices of the lines whose text trafilatura has kept.

    A long line is known wherever it stands; a short one ("Kinh tế", "2020") only beside its neighbour on the page, or
    as a block of its own among the long ones. A table is taken whole where most of its rows are known.
    """
    whole = "".join(chosen)
    own = set(chosen)
    keys = [key(block.raw) for block in blocks]
    bars = [_ROW_KEY if block.table else _LONG_KEY for block in blocks]
    known = [len(text) >= bar and text in whole for text, bar in zip(keys, bars, strict=True)]
    first = next((place for place, found in enumerate(known) if found), len(known))
    last = next((place for place in range(len(known) - 1, -1, -1) if known[place]), -1)
    for place, text in enumerate(keys):
        if not text or known[place] or len(text) >= _LONG_KEY:
            continue
        before = keys[place - 1] if place else ""
        after = keys[place + 1] if place + 1 < len(keys) else ""
        beside = (len(before) > 3 and before + text in whole) or (len(after) > 3 and text + after in whole)
        known[place] = beside or (text in own and (first < place < last or last < 0))
    for table in {block.table for block in blocks} - {0}:
        rows = [place for place, block in enumerate(blocks) if block.table == table]
        taken = 2 * sum(known[place] for place in rows) > len(rows)
        for place in rows:
            known[place] = taken
    return [place for place, found in enumerate(known) if found]


def _cut(blocks: Sequence[Block], taken: Sequence[int], title: str | None) -> list[int]:
    """The taken lines behind the headline, without furniture, boxes of links, and other pages behind the article."""
    lines = [blocks[place].line for place in taken]
    prose = next((number for number, line in enumerate(lines) if _CLOSED.search(line)), len(lines))
    heads = [number for number, line in enumerate(lines[: prose + 1]) if title and key(line) == key(title)]
    start = heads[-1] + 1 if heads else 0
    taken, lines = taken[start:], lines[start:]
    places = place_runs(lines)
    kept: list[int] = []
    in_box = False
    for number, line in enumerate(lines):
        if is_end_head(line) or is_box_head(line):
            if kept and (is_end_head(line) or not _resumes(lines[number + 1 :])):
                break
            in_box = True
            continue
        in_box = in_box and not _CLOSED.search(line)
        if not in_box and number not in places and not is_furniture(line):
            kept.append(taken[number])
    return kept


def _resumes(lines: Sequence[str]) -> bool:
    """Whether the article carries on behind a box of links whose head stands before `lines`."""
    stop = next((place for place, line in enumerate(lines) if is_end_head(line) or is_box_head(line)), len(lines))
    start = next((place for place in range(stop) if _CLOSED.search(lines[place])), stop)
    return carries_on(lines[:start], lines[start:stop])


def _merge(blocks: Sequence[Block], taken: Sequence[int], inside: Sequence[int]) -> list[int]:
    """Put back what stands inside the article by the classifier's reading and was lost on the way.

    Only what `inside` has between lines that both readings share, or just before the first of them (the lead), counts
    as inside; behind the last shared line only prose or rows with a figure do, and only directly behind it. Where
    trafilatura found nothing, the classifier's reading stands.
    """
    if not taken:
        return list(inside)
    both = set(taken)
    shared = [number for number, place in enumerate(inside) if place in both]
    if not shared:
        return list(taken)
    known = set(inside)
    first = next((number for number, place in enumerate(taken) if place in known or _is_text(blocks[place].line)), 0)
    kept = set(taken[first:])
    for number in range(max(0, shared[0] - _LEAD_LINES), min(len(inside), shared[-1] + 1 + _LEAD_LINES)):
        if _is_lost(blocks[inside[number]].line, number < shared[-1]):
            kept.add(inside[number])
    kept |= _rest_of_tables(blocks, kept, known)
    return sorted(kept)


def _rest_of_tables(blocks: Sequence[Block], kept: set[int], known: set[int]) -> set[int]:
    """What the kept rows of a table are read by: its other rows, and the line above it."""
    tables = {blocks[place].table for place in kept} - {0}
    rest = {place for place in known if blocks[place].table in tables}
    return rest | {place - 1 for place in rest if place - 1 in known and not blocks[place - 1].table}


def _is_text(line: str) -> bool:
    return _CLOSED.search(line) is not None or (" | " in line and _DIGIT.search(line) is not None)


def _is_lost(line: str, surrounded: bool) -> bool:
    """True for a line worth putting back: running prose, or behind the article a row or sentence with a figure."""
    figure = _DIGIT.search(line) is not None
    prose = _CLOSED.search(line) is not None and len(line.split()) >= (_FIGURE_WORDS if figure else _PROSE_WORDS)
    return (prose and (surrounded or figure)) or (figure and " | " in line)
