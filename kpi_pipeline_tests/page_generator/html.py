"""One page as HTML of a news site, bare or with all its furniture, and as a text capture.

Belongs here: markup and the order of lines on a page. Does not belong here: what the lines say.
"""

import re
import textwrap
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape
from random import Random

from kpi_pipeline_tests.page_generator.furniture import N_SITES, counters, headlines, related_head, sharing, site
from kpi_pipeline_tests.page_generator.hard import may
from kpi_pipeline_tests.page_generator.scene import Piece

Headlines = Callable[[Random, int], list[str]]
_STYLE = "".join(
    f".c{number}-box{{margin:{number % 9}px;padding:{number % 7}px;float:left;width:{100 - number % 60}%;"
    f"color:#{number:06x}}}\n"
    for number in range(160)
)
_SCRIPT = "".join(
    f"window.q=window.q||[];q.push(['slot{number}',{{w:{300 + number},h:{250 - number},t:'banner-{number}'}}]);\n"
    for number in range(120)
)


def to_capture(rng: Random, title: str, day: str, pieces: Sequence[Piece], hard: bool = False) -> str:
    """The page as lines of text: menu, headline, day, article, list of other pages, counters, footer."""
    about = site(rng.randrange(N_SITES))
    date = f"{day[8:]}/{day[5:7]}/{day[:4]}"
    lines = [
        *about.menu,
        "Trang chủ » Xây dựng Đảng",
        title,
        rng.choice((f"Ngày đăng: {date}", f"{date} | 08:{rng.randint(10, 59)}")),
    ]
    for piece in pieces:
        lines += [" | ".join(line) if isinstance(line, tuple) else line for line in piece.lines]
    lines += [*sharing(rng), related_head(rng), *headlines(rng, rng.randint(4, 8)), *counters(rng), *about.footer]
    if rng.random() < 0.1 and may("wrapped_capture", hard):
        lines = [part for line in lines for part in textwrap.wrap(line, 100, break_on_hyphens=False)]
    return "\n".join(lines) + "\n"


_TAGS = {
    "paragraph": ("<p>", "</p>\n"),
    "styled": ('<p style="text-align: justify;"><span style="font-size: 14pt;">', "</span></p>\n"),
    "div": ("<div>", "</div>\n"),
    "break": ("", "<br/><br/>\n"),
}
_SHARE = re.compile(r"\d+(?:,\d+)?%")
_BEFORE_WORD = re.compile(r"(?<=\d) (?=[a-zđ])")


def _inline(rng: Random, text: str) -> str:
    """A line's text as markup: now and then a bold figure or a blank that does not break."""
    marked = escape(text)
    if rng.random() < 0.1:
        marked = _SHARE.sub(lambda match: f"<strong>{match.group()}</strong>", marked, count=1)
    if rng.random() < 0.1:
        marked = _BEFORE_WORD.sub("&nbsp;", marked, count=2)
    return marked


def _list(rng: Random, lines: Sequence[str], style: str, as_items: bool) -> str:
    before, after = _TAGS[style]
    if not as_items:
        return "".join(f"{before}{_inline(rng, line)}{after}" for line in lines)
    items = "".join(f"<li>{_inline(rng, line[2:])}</li>\n" for line in lines[1:])
    return f"{before}{escape(lines[0])}{after}<ul>\n{items}</ul>\n"


def _table(rng: Random, lines: Sequence[str | tuple[str, ...]], style: str) -> str:
    before, after = _TAGS[style]
    inner = rng.choice((("", ""), ("", ""), ("<p>", "</p>"), ("<strong>", "</strong>")))
    rows = []
    for number, row in enumerate(line for line in lines if isinstance(line, tuple)):
        cell = "th" if number == 0 and inner[0] != "<strong>" else "td"
        cells = "".join(f"<{cell}>{inner[0]}{escape(text)}{inner[1]}</{cell}>" for text in row)
        rows.append(f"<tr>{cells}</tr>\n")
    captions = "".join(f"{before}{escape(line)}{after}" for line in lines if isinstance(line, str))
    return f'{captions}<table border="1"><tbody>\n{"".join(rows)}</tbody></table>\n'


def article_markup(rng: Random, pieces: Sequence[Piece]) -> str:
    """The pieces as paragraphs, lists and tables, in one of the manners of sites old and new."""
    style = rng.choice(("paragraph", "paragraph", "paragraph", "styled", "styled", "div", "break"))
    before, after = _TAGS[style]
    as_items = rng.random() < 0.5
    parts = []
    for piece in pieces:
        if piece.kind == "table":
            parts.append(_table(rng, piece.lines, style))
        elif piece.kind == "list":
            parts.append(_list(rng, [line for line in piece.lines if isinstance(line, str)], style, as_items))
        else:
            parts += [f"{before}{_inline(rng, line)}{after}" for line in piece.lines if isinstance(line, str)]
    return "".join(parts)


def _lines_up_to(text: str, length: int) -> str:
    return text[:length].rpartition("\n")[0]


@lru_cache(maxsize=N_SITES)
def _frame(number: int) -> tuple[str, str]:
    """What stands before and after the changing part of a site's full page."""
    about = site(number)
    rng = Random(f"frame-{number}")
    name = escape(about.name)
    entries = [escape(text) for text in about.menu]
    menu = "".join(f'<li class="menu-item"><a href="/muc-{n}/">{text}</a></li>\n' for n, text in enumerate(entries))
    sub = "".join(
        f'<li class="sub"><a href="/muc-{n}/phan-{m}/" data-track="menu-{n}-{m}" title="{text}">{text}</a></li>\n'
        for n, text in enumerate(entries)
        for m in range(3)
    )
    places = "".join(f'<option value="{n}">{escape(place)}</option>\n' for n, place in enumerate(about.places))
    chooser = f'<select name="tinh">{places}</select>\n' if places else ""
    styles = _lines_up_to(_STYLE, rng.randint(6000, 12000))
    scripts = _lines_up_to(_SCRIPT, rng.randint(3000, 9000))
    before = (
        f"<style>{styles}</style>\n<script>{scripts}</script>\n</head>\n<body>\n"
        f'<header class="site-header"><div class="logo"><a href="/">{name}</a></div>\n'
        f'<nav><ul>\n{menu}</ul>\n<ul class="mega">\n{sub}</ul></nav>\n{chooser}</header>\n'
    )
    footer = "".join(f"<p>{escape(line)}</p>\n" for line in about.footer)
    after = (
        f'<footer class="site-footer">\n{footer}<ul>{menu}</ul></footer>\n'
        f"<script>{scripts}</script>\n</body>\n</html>\n"
    )
    return before, after


def _story(box: str, number: int, text: str, summary: bool) -> str:
    told = f'<div class="desc">{text}, theo tin của phóng viên thường trú tại địa phương.</div>' if summary else ""
    address = f"/bai/{box}-{number}.html"
    picture = f'<img src="/anh/{box}-{number}.jpg" alt="" width="120" height="80" loading="lazy"/>'
    return (
        f'<li class="story"><a href="{address}" title="{text}">{picture}</a>'
        f'<h4><a href="{address}">{text}</a></h4>{told}</li>\n'
    )


def _box(box: str, head: str, titles: Sequence[str], summaries: bool = False) -> str:
    items = "".join(_story(box, number, escape(text), summaries) for number, text in enumerate(titles))
    return f'<div class="{box}"><h3>{escape(head)}</h3>\n<ul>\n{items}</ul></div>\n'


def to_html(
    rng: Random, title: str, day: str, pieces: Sequence[Piece], size: str, others: Headlines = headlines
) -> str:
    """The page as HTML: "small" is the article with little around it (about 2 kB), "realistic" 30 to 60 kB; `others`
    makes the headlines of other pages."""
    number = rng.randrange(N_SITES)
    about = site(number)
    name, headline = escape(about.name), escape(title)
    head = (
        '<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8"/>\n'
        f'<title>{headline} - {name}</title>\n<meta property="og:site_name" content="{name}"/>\n'
        f'<meta property="og:title" content="{headline}"/>\n'
    )
    article = (
        f'<article class="detail">\n<h1 class="title">{headline}</h1>\n'
        f'<div class="date">{day[8:]}/{day[5:7]}/{day[:4]} 08:{rng.randint(10, 59)}</div>\n'
        f'<div class="content">\n{article_markup(rng, pieces)}</div>\n</article>\n'
    )
    if size == "small":
        menu = "".join(f'<li><a href="/{n}/">{escape(text)}</a></li>' for n, text in enumerate(about.menu[:5]))
        return (
            f"{head}</head>\n<body>\n<nav><ul>{menu}</ul></nav>\n{article}"
            f"{_box('related', related_head(rng), others(rng, 2))}"
            f"<footer><p>{escape(about.footer[-1])}</p></footer>\n</body>\n</html>\n"
        )
    before, after = _frame(number)
    buttons = "".join(f'<a class="share" href="#">{escape(text)}</a>\n' for text in sharing(rng))
    visits = "".join(f"<p>{escape(line)}</p>\n" for line in counters(rng))
    path = '<a href="/">Trang chủ</a> » <a href="/xay-dung-dang/">Xây dựng Đảng</a>'
    return (
        f'{head}{before}<main><div class="breadcrumb">{path}</div>\n{article}<div class="social">{buttons}</div>\n'
        f"{_box('related', related_head(rng), others(rng, 10), True)}</main>\n"
        f"<aside>{_box('most-read', 'Tin đọc nhiều', others(rng, 14))}"
        f"{_box('newest', 'Tin mới nhất', others(rng, 14))}"
        f'<div class="counter"><h3>Thống kê truy cập</h3>{visits}</div></aside>\n{after}'
    )
