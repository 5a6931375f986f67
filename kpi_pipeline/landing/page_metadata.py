"""What a page's markup states of itself: its day (JSON-LD, meta elements, <time> of the article) and its address.

Belongs here: reading statements whose meaning is fixed (schema.org, Open Graph, Dublin Core, HTML). Does not belong
here: guessing from visible text (`publication_day`). htmldate is not asked: it makes up days where there are none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

from kpi_pipeline.cleaning.blocks import is_beside, text_of
from kpi_pipeline.cleaning.dates import days_in
from kpi_pipeline.landing.page import VIETNAM, canonical_address

_ARTICLE_TYPES: Final = (
    "article",
    "newsarticle",
    "reportagenewsarticle",
    "blogposting",
    "report",
    "analysisnewsarticle",
)
_PAGE_TYPES: Final = ("webpage", "itempage")
_LISTS: Final = ("itemlistelement", "relatedlink", "mentions", "haspart", "citation", "comment", "isbasedon")
_META_NAMES: Final = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "datepublished",
    "publishdate",
    "publish-date",
    "publish_date",
    "pubdate",
    "published_time",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "cxenseparse:recs:publishtime",
    "sailthru.date",
    "parsely-pub-date",
)
_US: Final = re.compile(r"^\s*(\d{1,2})/(\d{1,2})/(\d{4})\s+\d{1,2}:\d{2}(?::\d{2})?\s*[AP]M\s*$", re.IGNORECASE)
_SLOPPY: Final = re.compile(
    r"^(\d{4}-\d{2}-\d{2})[T ](\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?$"
)
_KEY: Final = re.compile(r"\W+")


def stated_day(tree: Any, headline: str | None) -> date | None:
    """The day the markup states for the article itself, in Vietnam's time, or None. Nothing is guessed."""
    for finder in (_from_json_ld, _from_meta, _from_marked_up_text):
        day = finder(tree, headline)
        if day is not None:
            return day
    return None


def stated_address(tree: Any) -> str | None:
    """The canonical address that the markup gives the page: `<link rel="canonical">`, else `og:url`; None for none.

    Only a whole http(s) address counts, and only one that names a page: sites put that of their front page everywhere.
    Where one kind gives several addresses, it gives none.
    """
    links = [node.get("href") for node in tree.xpath(".//link[@href]") if "canonical" in _words(node.get("rel"))]
    stated = [
        node.get("content") for node in tree.xpath(".//meta[@content]") if "og:url" in _words(node.get("property"))
    ]
    for written in (links, stated):
        found = {address for text in written if (address := canonical_address(text)) is not None}
        if found:
            address = found.pop()
            return address if not found and _names_a_page(address) else None
    return None


def _words(text: str | None) -> list[str]:
    return (text or "").lower().split()


def _names_a_page(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.path.strip("/") or parts.query)


def read_moment(text: str) -> date | None:
    """Vietnam's day of a written moment: ISO 8601, "20/08/2022 09:11", RFC 822, or month first with AM or PM."""
    text = text.strip()
    american = _US.match(text)
    if american:
        month, day, year = (int(part) for part in american.groups())
        return _safe(year, month, day)
    sloppy = _SLOPPY.match(text)
    if sloppy:
        day_text, hour, minute, second, offset = sloppy.groups()
        offset = {None: "", "Z": "+00:00"}.get(offset, offset)
        text = f"{day_text}T{int(hour):02d}:{minute}:{second or '00'}{offset}"
    for reader in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = reader(text)
            return (moment.astimezone(VIETNAM) if moment.tzinfo else moment).date()
        except (ValueError, OverflowError, TypeError):
            continue
    days = set(days_in(text)) if len(text) <= 60 else set()
    return days.pop() if len(days) == 1 else None


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _from_json_ld(tree: Any, headline: str | None) -> date | None:
    found: list[tuple[int, date]] = []
    for script in tree.xpath(".//script[@type='application/ld+json']"):
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _objects(data, 0):
            day = read_moment(item["datePublished"]) if isinstance(item.get("datePublished"), str) else None
            rank = _rank(item, headline)
            if day is not None and rank is not None:
                found.append((rank, day))
    best = {day for rank, day in found if rank == min(rank for rank, _ in found)}
    return best.pop() if len(best) == 1 else None


def _objects(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Objects of a JSON-LD block that may describe the page; lists of other pages are not entered."""
    if depth > 6:
        return
    if isinstance(data, list):
        for part in data:
            yield from _objects(part, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key, part in data.items():
            if key.lower() not in _LISTS and isinstance(part, dict | list):
                yield from _objects(part, depth + 1)


def _rank(item: dict[str, Any], headline: str | None) -> int | None:
    """0: an article with this page's headline; 1: another article; 2: the page; None: something else."""
    kinds = item.get("@type")
    names = [str(kind).lower() for kind in (kinds if isinstance(kinds, list) else [kinds])]
    if any(name in _ARTICLE_TYPES for name in names):
        same = headline is not None and _KEY.sub("", str(item.get("headline", "")).lower()) == _KEY.sub(
            "", headline.lower()
        )
        return 0 if same else 1
    return 2 if any(name in _PAGE_TYPES for name in names) else None


def _from_meta(tree: Any, headline: str | None) -> date | None:
    stated: dict[str, date] = {}
    for node in tree.xpath(".//meta[@content]"):
        if any(is_beside(parent) for parent in node.iterancestors()):
            continue
        for attribute in ("property", "name", "itemprop"):
            name = (node.get(attribute) or "").strip().lower()
            day = read_moment(node.get("content")) if name in _META_NAMES else None
            if day is not None:
                stated.setdefault(name, day)
    return next((stated[name] for name in _META_NAMES if name in stated), None)


def _from_marked_up_text(tree: Any, headline: str | None) -> date | None:
    """An element with itemprop="datePublished", or <time datetime>, that belongs to the article."""
    paths = (
        ".//*[@itemprop='datePublished'][not(self::meta)]",
        ".//time[@pubdate][@datetime]",
        ".//time[@datetime]",
    )
    for path in paths:
        days = []
        for node in tree.xpath(path):
            day = read_moment(node.get("datetime") or node.get("content") or text_of(node))
            if day is not None and node.get("itemprop") != "dateModified" and _belongs(node):
                days.append(day)
        if days:
            return days[0] if len(set(days)) == 1 else None
    return None


def _belongs(node: Any) -> bool:
    """True where the nearest <article>, or else a near ancestor, also holds the page's headline."""
    ancestors = list(node.iterancestors())
    if any(is_beside(parent) for parent in [node, *ancestors]):
        return False
    article = next((parent for parent in ancestors if parent.tag == "article"), None)
    if article is not None:
        return bool(article.xpath(".//h1")) or len(article.xpath("ancestor::article | //article")) == 1
    return any(parent.xpath(".//h1") and parent.tag not in ("body", "html", "form") for parent in ancestors[:4])
