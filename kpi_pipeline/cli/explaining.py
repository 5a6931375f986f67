"""`kpi explain`: why a page gives the facts it gives, in the terminal or as one HTML file.

Belongs here: which page is meant, what validation made of its facts, what is shown. How it is laid out in the
terminal stands in `explanation_text.py`.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi_pipeline.cli.call import Refused, open_home

if TYPE_CHECKING:
    from kpi_pipeline.extraction.explanation import Explanation, Sheet, Verdict

Row = dict[str, Any]


class Failed(click.ClickException):
    """A page that cannot be read."""

    exit_code = 1


@click.command()
@click.argument("page", metavar="PAGE")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write one HTML file and print nothing.")
@click.option(
    "--manifest", type=click.Path(path_type=Path), help="CSV: file,url,captured_at,published_on,source_province."
)
@click.option("--number", metavar="TEXT", help="Only the numbers written so, or of this value, with every step.")
@click.option("--at", type=click.IntRange(min=0), metavar="OFFSET", help="Only the number at this character.")
@click.option("--tokens", is_flag=True, help="Also the tokens and the clauses.")
@click.option("--all", "everything", is_flag=True, help="Also the lines without numbers, and all there is to say.")
def explain(
    page: str,
    html: Path | None,
    manifest: Path | None,
    number: str | None,
    at: int | None,
    tokens: bool,
    everything: bool,
) -> None:
    """Show how a page is read: tokens, clauses, readings, facts, and why a number is none.

    PAGE is a file (HTML or text capture), or a landed page: its id, a prefix of it, its address or its file's name.
    """
    from kpi_pipeline.cli.explanation_text import Layout
    from kpi_pipeline.extraction.explain_page import to_html
    from kpi_pipeline.storage.atomic import write_text

    chosen = number is not None or at is not None
    if number is not None and at is not None:
        raise click.UsageError("--number and --at both choose numbers: leave one out.")
    if html is not None and (chosen or tokens or everything):
        raise click.UsageError("--html holds the whole page: leave out --number, --at, --tokens and --all.")
    row = _row_of(page, manifest)
    explanation = _explain(row)
    sheet = _sheet(row, explanation)
    if html is not None:
        try:
            write_text(html, to_html(explanation, sheet))
        except OSError as error:
            raise Refused(f"{html} cannot be written ({error.strerror or error}): name another file.") from error
        click.echo(f"{html}: {len(explanation.facts)} facts, {len(explanation.numbers)} numbers")
    else:
        Layout(explanation, sheet, _choice(explanation, number, at), tokens, everything).show()
    if row["status"] != "ok":
        sys.exit(1)


def _row_of(page: str, manifest: Path | None) -> Row:
    """The row of cleaned_text for a file or a landed page."""
    from kpi_pipeline.landing import LandingStore
    from kpi_pipeline.landing.alone import landed_alone
    from kpi_pipeline.reading.cleaned import cleaned_row
    from kpi_pipeline.reading.landed import raw_row
    from kpi_pipeline.storage.calendar import today

    path = Path(page)
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise Refused(f"{page} is a pipe or a device: write the page to a file and name that.")
    if path.exists():
        [found] = landed_alone([path], manifest, today())
        if found.page is None:
            raise Failed(f"{path}: {found.refusal}")
        return cleaned_row(raw_row(found.page, found.content))
    if manifest is not None:
        raise Refused(f"There is no file {page}; --manifest tells of a file: name one, or leave it out.")
    home = open_home(create=False)
    if not (home.landing / "catalogue.sqlite").exists():
        raise Refused(
            f"There is no file {page}, and no page has landed in {home.root}: name a file, or land pages first "
            "(`kpi land PATH`)."
        )
    store = LandingStore(home.landing)
    page_id = store.find(page)
    landed = next((known for known in store.all_pages() if known.page_id == page_id), None)
    if landed is None:
        raise Refused(f"The page {page_id} is withdrawn: name its file instead, or land the file to restore the page.")
    return cleaned_row(raw_row(landed, store.read(landed.sha256)))


def _explain(row: Row) -> Explanation:
    from kpi_pipeline.extraction.explain import explain as explain_text
    from kpi_pipeline.extraction.record import page_context
    from kpi_pipeline.reference.tables import ReferenceDataError

    cues = [(str(kind), str(words)) for kind, words in json.loads(str(row["cues"]))]
    try:
        return explain_text(str(row["text"]), page_context(row, cues))
    except ReferenceDataError as error:
        raise Failed(str(error)) from error
    except Exception as error:
        raise Failed(
            f"Page {row['page_id']} breaks extraction ({type(error).__name__}: {error}): report the page; a run lists "
            "its numbers as unread."
        ) from error


def _sheet(row: Row, explanation: Explanation) -> Sheet:
    from kpi_pipeline.extraction.explanation import Sheet

    told = [
        ("page", row["page_id"]),
        ("file", row["source_file"]),
        ("address", row["url"] or "none"),
        ("published", f"{row['published_on']} ({row['day_source']})"),
        ("source province", row["source_province"] or ""),
    ]
    notice = ""
    if row["status"] != "ok":
        notice = (
            f"A run takes no fact from this page ({row['status']}): {row['status_reason']} "
            "What follows is what extraction alone makes of its text."
        )
    name = str(row["title"] or row["source_file"])
    return Sheet(name, tuple((key, str(words)) for key, words in told if words), notice, _verdicts(row, explanation))


def _verdicts(row: Row, explanation: Explanation) -> dict[int, Verdict]:
    """What validation makes of each fact, by its index; nothing where a run takes no fact from the page."""
    from kpi_pipeline.extraction.explanation import Verdict
    from kpi_pipeline.extraction.record import fact_rows
    from kpi_pipeline.validation import validate

    if row["status"] != "ok":
        return {}
    text, rows = explanation.text, [fact_rows(row, explanation.text, [fact])[0] for fact in explanation.facts]
    ids = [str(found["fact_id"]) for found in rows]
    judged = validate({str(found["fact_id"]): found for found in rows}.values(), {str(row["page_id"]): text})
    verdicts: dict[str, Verdict] = {}
    for fact in judged.validated_facts:
        verdicts[str(fact["fact_id"])] = Verdict("validated", f"flags: {fact['flags']}" if fact["flags"] else "")
    for fact in judged.quarantined_facts:
        verdicts[str(fact["fact_id"])] = Verdict("quarantined", f"{fact['rule_id']}: {fact['reason']} {fact['remedy']}")
    for fact in judged.merged_facts:
        first = explanation.facts[ids.index(str(fact["merged_into"]))]
        verdicts[str(fact["fact_id"])] = Verdict(
            "merged", f"the same as the mention at characters {first.span_start} to {first.span_end}"
        )
    return {index: verdicts[found] for index, found in enumerate(ids) if found in verdicts}


def _value(words: str) -> float | str:
    """What a number is worth, or its words where they are none that counts."""
    from kpi_pipeline.extraction import read_number

    try:
        return read_number(words)
    except ValueError:
        return words.strip()


def _ratio(explanation: Explanation, part: float | str, whole: float | str) -> set[int]:
    """The indices of both numbers of each ratio that is written with these ("4/15")."""
    found: set[int] = set()
    for place, (one, two) in enumerate(pairwise(explanation.numbers)):
        barred = explanation.text[one.end : two.start].strip() == "/"
        if barred and (_value(one.quote), _value(two.quote)) == (part, whole):
            found |= {place, place + 1}
    return found


def _choice(explanation: Explanation, number: str | None, at: int | None) -> set[int] | None:
    """The indices of the numbers asked for; None for all. Raises `Refused` where there is none."""
    if number is None and at is None:
        return None
    if at is not None:
        found = {place for place, seen in enumerate(explanation.numbers) if seen.start <= at < seen.end}
        if not found:
            near = sorted(explanation.numbers, key=lambda seen: (abs(seen.start - at), seen.start))[:3]
            told = ", ".join(f"{seen.quote} at {seen.start}" for seen in near) or "none"
            raise Refused(f"No number stands at character {at}; the nearest: {told}.")
        return found

    wanted = _value(str(number))
    percent = "%" in str(number)
    found = {
        place
        for place, seen in enumerate(explanation.numbers)
        if _value(seen.quote) == wanted and (not percent or "%" in seen.quote)
    }
    if not found and str(number).count("/") == 1:
        found = _ratio(explanation, *map(_value, str(number).split("/")))
    if not found:
        told = ", ".join(dict.fromkeys(seen.quote for seen in explanation.numbers[:200])) or "none"
        raise Refused(f"The page has no number {number}; its numbers: {told[:300]}.")
    return found
