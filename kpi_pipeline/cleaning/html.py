"""The article of an HTML page: headline, paragraphs, and what the markup says about the site.

Belongs here: parsing, and the way from markup to an `HtmlPage`. Does not belong here: which lines are the article
(`article`), text captures (`capture`), publication days (`landing.publication_day`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree
from lxml import html as lxml_html

from kpi_pipeline.cleaning.article import article_lines
from kpi_pipeline.cleaning.blocks import blocks_of, prune, rejoined, tag_of, unwrap_layout
from kpi_pipeline.cleaning.capture import find_article
from kpi_pipeline.cleaning.headline import first_of, title_and_site

# Control characters, written out or as references: XML trees refuse them.
_FORBIDDEN: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]"
    r"|&#(?:0*(?:[0-8]|1[1-24-9]|2\d|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));?(?![0-9a-fA-F])"
)
_MAX_DEPTH: Final = 300
# All elements alike: lxml.html's own look-up, which tells forms and inputs apart, is a call of Python for each of them.
_ELEMENTS: Final = etree.ElementDefaultClassLookup(element=lxml_html.HtmlElement)
_TOO_DEEP: Final = etree.XPath("boolean(" + "/*" * (_MAX_DEPTH + 1) + ")")


class MarkupError(ValueError):
    """Markup that no page has."""


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """What an HTML page holds; paragraphs are tidy NFC lines without the headline.

    `edges` are the lines around the article that may tell its source and did not become paragraphs.
    """

    title: str | None
    paragraphs: tuple[str, ...]
    site_name: str | None
    canonical_url: str | None
    edges: tuple[str, ...] = ()


def parse(text: str) -> Any | None:
    """The page's element tree, or None where no markup can be read. Raises `MarkupError` where nobody can mean it."""
    if not text.strip():
        return None
    body = _FORBIDDEN.sub("", re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1))
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        tree = lxml_html.document_fromstring(body.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    if not tag_of(tree):
        return None
    if _TOO_DEEP(tree.getroottree()):
        raise MarkupError(f"elements are nested more than {_MAX_DEPTH} deep")
    return tree


def read_html(text: str) -> HtmlPage | None:
    """Read one page; None where there is no markup to read. Raises `MarkupError` where nobody can have meant it."""
    tree = parse(text)
    if tree is None:
        return None
    title, site_name = title_and_site(tree)
    canonical = first_of(tree, ".//link[@rel='canonical']/@href", ".//meta[@property='og:url']/@content")
    found = _article_of(tree, title) or _article_of(parse(text), title, hidden_too=True) or (title, [], [])
    return HtmlPage(found[0], tuple(found[1]), site_name, canonical, tuple(found[2]))


def _article_of(
    tree: Any, title: str | None, hidden_too: bool = False
) -> tuple[str | None, list[str], list[str]] | None:
    """Headline, paragraphs and edges of the article, or None where there is none; takes the tree apart."""
    unwrap_layout(tree)
    prune(tree, hidden_too)
    blocks = rejoined(blocks_of(tree, skip_beside=False))
    etree.strip_attributes(tree, "colspan", "rowspan")
    lines = [block.line for block in blocks]
    article = find_article(lines, title)
    if title is None and article.title is not None:
        title = lines[article.title]
    paragraphs = article_lines(tree, title, blocks, article)
    edges = [lines[place] for place in article.body[-3:] if lines[place] not in paragraphs]
    return (title, paragraphs, edges) if paragraphs else None


def headline_of(tree: Any) -> str | None:
    """The headline that the markup gives, or None."""
    return title_and_site(tree)[0]
