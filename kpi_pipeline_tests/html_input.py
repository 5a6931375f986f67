"""Reading HTML that the product writes: what a simple CSS selector finds in it, and its text."""

from __future__ import annotations

import re
from typing import Any

import lxml.html

_STEP = re.compile(r"([a-z][a-z0-9]*)|#([\w-]+)|\.([\w-]+)|\[([\w-]+)(?:([*^]?)='?([^\]']*)'?)?\]")


def parsed(text: str) -> Any:
    """The root of a document."""
    return lxml.html.document_fromstring(text.encode())


def pick(element: Any, selector: str) -> list[Any]:
    """What stands below an element and fits one of the selectors, in the order of the document.

    Tags, `#id`, `.class`, `[name]`, `[name=value]`, `[name^=value]`, `[name*=value]`, descendants, commas.
    """
    paths = [".//" + "//".join(map(_step, own.split())) for own in selector.split(", ")]
    return list(element.xpath(" | ".join(paths)))


def words(element: Any) -> str:
    """The texts inside an element, in one line."""
    return " ".join(" ".join(element.itertext()).split())


def texts(element: Any, selector: str) -> list[str]:
    """The texts of what a selector finds."""
    return [words(found) for found in pick(element, selector)]


def _step(step: str) -> str:
    path = "*"
    for tag, name, style, attribute, how, value in _STEP.findall(step):
        if tag:
            path = tag
        elif name:
            path += f"[@id='{name}']"
        elif style:
            path += f"[contains(concat(' ', normalize-space(@class), ' '), ' {style} ')]"
        elif how:
            path += f"[{'starts-with' if how == '^' else 'contains'}(@{attribute}, '{value}')]"
        else:
            path += f"[@{attribute}='{value}']" if value else f"[@{attribute}]"
    return path
