"""Cases: short texts, one a line of a JSON lines file, each with what is known of its page and the facts it states.

Belongs here: reading such a file and saying what is wrong with a line. Does not belong here: whether the facts are
well-formed (`gold`) and what is read in the texts (`said`).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kpi_pipeline.extraction import PageContext
from kpi_pipeline.reference.provinces import is_province_code
from kpi_pipeline.trouble import Trouble

Record = dict[str, Any]

CONTEXT_FIELDS = ("url", "published_on", "province")


class GoldError(Trouble):
    """A gold set or a file of cases is not as it must be; the message names file, line and remedy."""


@dataclass(frozen=True)
class Case:
    """A text (NFC), its address, day (ISO) and province as far as they are known, and the facts it states."""

    id: str
    text: str
    url: str | None
    published_on: str | None
    province: str | None
    facts: tuple[Record, ...]
    line: int

    @property
    def context(self) -> PageContext:
        """What extraction may know beside the text; a day that is given counts as the day of publication."""
        return PageContext(
            published_on=self.published_on,
            day_known=self.published_on is not None,
            url=self.url,
            source_province=self.province,
        )


def read_cases(path: Path) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    """The cases of a file in its order, and a sentence for everything in it that could not be used.

    A line is an object with `id` and `text`; `context` (url, published_on, province, each may be null) and `facts` may
    be missing. A line without a usable id or text gives no case; a bad value of the context is left out of it.
    Raises `GoldError` where the file cannot be read at all.
    """
    cases: dict[str, Case] = {}
    problems: list[str] = []
    for number, record in json_lines(path, problems):
        where = f"{path.name}, line {number}"
        name, text = record.get("id"), record.get("text")
        if not isinstance(name, str) or not name or not isinstance(text, str):
            problems.append(f"{where}: a case has an `id` and a `text`, both text; add them.")
        elif _HALVES.search(name + text):
            problems.append(f"{where}: half a character (a lone surrogate) stands in it; mend the text.")
        elif name in cases:
            problems.append(
                f"{where}: the id {name} stands in line {cases[name].line} already; give each case its own."
            )
        else:
            known = _context(record.get("context"), where, problems)
            facts = record.get("facts")
            if facts is not None and not (isinstance(facts, list) and all(isinstance(fact, dict) for fact in facts)):
                problems.append(f"{where}: `facts` is a list of fact records; mend it.")
                facts = None
            cases[name] = Case(name, unicodedata.normalize("NFC", text), **known, facts=tuple(facts or ()), line=number)
    return tuple(cases.values()), tuple(problems)


_HALVES = re.compile(r"[\ud800-\udfff]")


def json_lines(path: Path, problems: list[str]) -> Iterator[tuple[int, Record]]:
    """Number and object of every line that is one; what is none is told in `problems`.

    Raises `GoldError` where the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise GoldError(f"{path} cannot be read ({error.strerror}): name a readable JSON lines file.") from error
    except UnicodeDecodeError as error:
        raise GoldError(f"{path} is not UTF-8: save it as UTF-8.") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, dict):
            yield number, record
        else:
            problems.append(f"{path.name}, line {number}: not one JSON object; mend the line.")


def _context(given: object, where: str, problems: list[str]) -> dict[str, str | None]:
    known: dict[str, str | None] = dict.fromkeys(CONTEXT_FIELDS)
    if given is not None and not isinstance(given, dict):
        problems.append(f"{where}: `context` is an object with {', '.join(CONTEXT_FIELDS)}; it was left out.")
        return known
    for field, value in (given or {}).items():
        if field not in known:
            problems.append(f"{where}: `context` knows {', '.join(CONTEXT_FIELDS)}; {field} was left out.")
        elif value not in (None, ""):
            known[field] = usable = _usable(field, value)
            if usable is None:
                problems.append(f"{where}: {field} {value!r} is no {_WANTED[field]}; it was left out.")
    return known


_WANTED = {
    "url": "address",
    "published_on": "day written YYYY-MM-DD",
    "province": "ISO 3166-2:VN code such as VN-14",
}


def _usable(field: str, value: object) -> str | None:
    if not isinstance(value, str):
        return None
    if field == "published_on":
        try:
            return datetime.fromisoformat(value).date().isoformat()
        except ValueError:
            return None
    if field == "province":
        return value if is_province_code(value) else None
    return value
