"""Pages from a seed, as a stream.

Belongs here: the day, the address and the forms of a page, and the facts it states. Does not belong here: how its
article is put together (`article`), folders of pages (`folder`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from kpi_pipeline_tests.page_generator.article import cues_for, templates, unnamed, write_article
from kpi_pipeline_tests.page_generator.facts import Record
from kpi_pipeline_tests.page_generator.html import to_capture, to_html
from kpi_pipeline_tests.page_generator.ordinary import ordinary_article, ordinary_headlines
from kpi_pipeline_tests.page_generator.pen import Pen
from kpi_pipeline_tests.page_generator.places import homes, make_body
from kpi_pipeline_tests.page_generator.scene import Piece, Scene, prose

SIZES = ("small", "realistic")
FIRST_DAY = date(2014, 1, 6)
LAST_DAY = date(2025, 5, 30)
_SCOPES = ("province", "province", "province", "district", "district", "provincial_bloc", "commune", "organisation")
_PIECES = {"small": (3, 6), "realistic": (8, 16)}


@dataclass(frozen=True)
class GeneratedPage:
    """One page: what stands on it, what is known beside it, and the facts its article states (without `page`).

    `article` is headline and paragraphs, line by line, cells of a row joined by bars; `pieces` the same in parts;
    `html` and `capture` are the page as it may be landed. `url` and `source_province` tell the province only where
    the text does not have to.
    """

    page_id: str
    title: str
    article: str
    pieces: tuple[Piece, ...]
    html: bytes
    capture: str
    published_on: str
    url: str
    source_province: str | None
    facts: tuple[Record, ...]


def make_page(
    seed: str,
    *,
    size: str = "small",
    relevant: float = 1.0,
    first_day: date = FIRST_DAY,
    last_day: date = LAST_DAY,
    only: tuple[str, ...] = (),
    hard: bool = False,
) -> GeneratedPage:
    """The page of a seed; `only` restricts its results to templates of these names, `hard` allows every shape."""
    rng = Random(seed)
    home = rng.choice(homes())
    day = first_day + timedelta(days=rng.randrange((last_day - first_day).days + 1))
    year = day.year - 1 if day.month <= 8 else day.year
    cue = rng.choice(cues_for(home))
    body = make_body(rng, home, rng.choice(_SCOPES))
    code = None if cue == "nothing" else home.code
    body = unnamed(body, home) if cue == "nothing" else body
    scene = Scene(rng, Pen(rng, hard), home, code, body, year, day.isoformat(), hard)
    choice = [template for name, template in templates(hard or bool(only)).items() if not only or name in only]
    n_results = rng.randint(1, 4) if rng.random() < relevant else 0
    article = write_article(scene, cue, choice, n_results, rng.randint(*_PIECES[size]))
    host = rng.choice(home.hosts) if cue == "host" else "baomoi.com"
    return GeneratedPage(
        page_id=f"page-{seed}",
        title=article.title,
        article="\n".join([article.title, *(piece.text for piece in article.pieces)]),
        pieces=article.pieces,
        html=to_html(rng, article.title, day.isoformat(), article.pieces, size).encode(),
        capture=to_capture(rng, article.title, day.isoformat(), article.pieces, hard),
        published_on=day.isoformat(),
        url=f"https://{host}/xay-dung-dang/bai-viet-{seed}.html",
        source_province=home.code if cue == "manifest" else None,
        facts=_unique([fact for piece in article.pieces for fact in piece.facts]),
    )


def make_ordinary_page(seed: str, first_day: date = FIRST_DAY, last_day: date = LAST_DAY) -> GeneratedPage:
    """A page of 30 to 60 kB with news about other things, around it too; it states nothing."""
    rng = Random(f"ordinary-{seed}")
    home = rng.choice(homes())
    day = (first_day + timedelta(days=rng.randrange((last_day - first_day).days + 1))).isoformat()
    title, lines = ordinary_article(rng, rng.randint(8, 16))
    pieces = tuple(prose("ordinary", line, ()) for line in lines)
    return GeneratedPage(
        page_id=f"ordinary-{seed}",
        title=title,
        article="\n".join([title, *lines]),
        pieces=pieces,
        html=to_html(rng, title, day, pieces, "realistic", ordinary_headlines).encode(),
        capture=to_capture(rng, title, day, pieces),
        published_on=day,
        url=f"https://{rng.choice(home.hosts)}/tin-tuc/bai-viet-{seed}.html",
        source_province=None,
        facts=(),
    )


def _unique(facts: list[Record]) -> tuple[Record, ...]:
    """The facts without repetitions, in their first order."""
    return tuple({json.dumps(fact, sort_keys=True): fact for fact in facts}.values())


def generate_pages(
    seed: int,
    n: int,
    *,
    size: str = "small",
    relevant: float = 1.0,
    first_day: date = FIRST_DAY,
    last_day: date = LAST_DAY,
    hard: bool = False,
) -> Iterator[GeneratedPage]:
    """`n` pages, each from a seed of its own, so that any of them can be made again alone.

    `size` is one of `SIZES`; `relevant` the share of pages that state results, the others being ordinary news; the
    days of publication are spread evenly from `first_day` to `last_day`. Raises `ValueError` for an unknown size.
    """
    if size not in SIZES:
        raise ValueError(f"A page's size is one of {', '.join(SIZES)}, not {size!r}.")
    for number in range(n):
        yield make_page(
            f"{seed}-{number}", size=size, relevant=relevant, first_day=first_day, last_day=last_day, hard=hard
        )
