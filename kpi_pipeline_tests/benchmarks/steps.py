"""Where the time of one extraction goes, step by step.

Belongs here: a clock around the steps that `extract.read_page` calls. Does not belong here: the list of steps, which is
read off that function, so that a new step is measured without a change here.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType, ModuleType
from typing import Any

from kpi_pipeline.cleaning import clean
from kpi_pipeline.extraction import PageContext, extract, read_page
from kpi_pipeline_tests.benchmarks.sources import made_pages

REST = "the rest"
_MODULE: ModuleType = sys.modules[read_page.__module__]


def measure(number: int = 60, rounds: int = 3) -> dict[str, float]:
    """Seconds of each step over `number` made-up pages, best of `rounds`, in the order of the calls; `REST` is what
    `extract` does beside them. The clock itself costs about 0.2 microseconds a call."""
    texts = [
        (clean(page.content, "text/html", page.url).text, PageContext(page.published_on, True, page.url))
        for page in made_pages(number, seed=77)
    ]
    found: dict[str, float] = {}
    for _ in range(rounds + 1):
        with _clocked() as spent:
            start = time.perf_counter()
            for text, context in texts:
                extract(text, context)
            spent[REST] = time.perf_counter() - start - sum(spent.values())
        if not found or sum(spent.values()) < sum(found.values()):
            found = dict(spent)
    return found


@contextmanager
def _clocked() -> Iterator[dict[str, float]]:
    """While it is open, every step called by `read_page` adds its seconds to the dictionary."""
    spent: dict[str, float] = {}
    put_back: list[tuple[Any, str, Any]] = []
    reader = _MODULE.Reader
    names = read_page.__code__.co_names
    places = [(_MODULE, name) for name in names if isinstance(getattr(_MODULE, name, None), FunctionType)]
    places += [(reader, name) for name in ("__init__", *names) if isinstance(getattr(reader, name, None), FunctionType)]
    for owner, name in places:
        before = getattr(owner, name)
        put_back.append((owner, name, before))
        label = name if owner is _MODULE else f"Reader.{name}" if name != "__init__" else "Reader()"
        setattr(owner, name, _timed(before, label, spent))
    try:
        yield spent
    finally:
        for owner, name, before in put_back:
            setattr(owner, name, before)


def _timed(call: Callable[..., Any], label: str, spent: dict[str, float]) -> Callable[..., Any]:
    spent[label] = 0.0

    def run(*given: Any, **named: Any) -> Any:
        start = time.perf_counter()
        try:
            return call(*given, **named)
        finally:
            spent[label] += time.perf_counter() - start

    return run
