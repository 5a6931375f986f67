"""The headline of an HTML page and the name of its site, from headings, Open Graph and the window's title.

Belongs here: what the markup's own names say. Does not belong here: a headline found among the lines (`capture`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from kpi_pipeline.cleaning.blocks import is_beside, text_of
from kpi_pipeline.cleaning.wrapping import tidy

_SITE_TITLE: Final = re.compile(
    r"^(?:Báo|Cổng|Trang (?:chủ|tin|thông tin)|Tạp chí|Đài|Website|Home|Tin tức|UBND|Ủy ban nhân dân)\b", re.IGNORECASE
)
_SEPARATOR: Final = re.compile(r"\s+(?:[|»·–—]|-)\s+")
_NO_LETTERS: Final = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def key(line: str) -> str:
    """The letters and digits of a line in lower case: what two readings of the same line share."""
    return _NO_LETTERS.sub("", line.lower())


def title_and_site(tree: Any) -> tuple[str | None, str | None]:
    """The headline and the site's name, from the headings, Open Graph and the window's title."""
    site = first_of(tree, ".//meta[@property='og:site_name']/@content", ".//meta[@name='application-name']/@content")
    shared = first_of(tree, ".//meta[@property='og:title']/@content", ".//meta[@name='title']/@content")
    window = first_of(tree, ".//title/text()")
    nodes = [node for node in tree.xpath(".//h1") if not _stands_beside(node) and len(text_of(node).split()) >= 4]
    headings = [text_of(node) for node in nodes]
    for heading in headings:
        if any(key(heading) in key(other) or key(other) in key(heading) for other in (shared, window) if other):
            return heading, site or _suffix(window, heading)
    if headings and not (shared or window):
        return headings[0], site
    if len(nodes) == 1 and _opens_text(nodes[0]) and not _SITE_TITLE.match(headings[0]):
        return headings[0], site
    for other in (shared, window):
        name = _headline_of(other, site)
        if name:
            return name, site or _suffix(window, name)
    return (headings[0] if headings else None), site or window


def _opens_text(node: Any) -> bool:
    """Whether a heading stands with paragraphs, as the headline of a page whose window has other words."""
    around = [parent for parent, _ in zip(node.iterancestors(), range(2), strict=False)]
    return any(parent.tag != "body" and len(parent.findall(".//p")) > 1 for parent in around)


def _stands_beside(node: Any) -> bool:
    return any(is_beside(parent) for parent in node.iterancestors())


def _headline_of(title: str | None, site: str | None) -> str | None:
    """A window title without the site's name; None where it is nothing but the site's name."""
    if not title:
        return None
    parts = [part for part in _SEPARATOR.split(title) if part and part != site]
    while len(parts) > 1 and (_SITE_TITLE.match(parts[-1]) or len(parts[-1].split()) < 4):
        parts.pop()
    while len(parts) > 1 and _SITE_TITLE.match(parts[0]):
        parts.pop(0)
    name = " - ".join(parts)
    return None if len(name.split()) < 4 or (len(parts) == 1 and _SITE_TITLE.match(name)) else name


def _suffix(window: str | None, title: str) -> str | None:
    """The site's name where the window's title is the headline followed by it."""
    if not window or not key(window).startswith(key(title)):
        return None
    parts = _SEPARATOR.split(window)
    return parts[-1] if len(parts) > 1 and key(parts[-1]) not in key(title) else None


def first_of(tree: Any, *paths: str) -> str | None:
    for path in paths:
        for found in tree.xpath(path):
            line = tidy(str(found).replace("\n", " "))
            if line:
                return line
    return None
