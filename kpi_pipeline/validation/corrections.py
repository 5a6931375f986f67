"""An analyst's corrections: the rows of the corrections file, what each cell may hold, and what is wrong with a row.

Belongs here: reading the file and refusing a malformed one. Does not belong here: finding the fact a row is about and
changing it (see correcting), and where the file stands.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kpi_pipeline.reference.codes import CORRECTION_ACTIONS
from kpi_pipeline.trouble import Trouble
from kpi_pipeline.validation.candidate import number_of
from kpi_pipeline.validation.correctable import FIELDS, NULLABLE, canonical, number_cell
from kpi_pipeline.validation.rules import rules_of

COLUMNS: Final = (
    "page", "quote", "occurrence", "span_start", "span_end", "which", "action", "field", "expected", "new", "reason",
    "who", "when",
)  # fmt: skip
"""The columns of the file; those that no row needs may be left out."""

ALWAYS: Final = ("page", "quote", "action", "reason", "who", "when")
"""The columns that every file has and every row fills."""

FACT: Final = "fact"
"""The field of a row that adds a whole fact."""

RULE: Final = "rule"
"""The field of a row that accepts what a rule holds."""

ACCEPTABLE: Final = tuple(
    rule.id
    for rule in rules_of("quarantine")
    if rule.id not in ("unknown_code", "bad_period", "span_not_grounded", "value_out_of_range", "dropped_by_correction")
)
"""Rules whose facts a person may let in: the others hold what no table can take."""

_SHOWN = 10
"""Wrong rows that one error names."""

FACT_NEEDS: Final = ("scope", "subject", "indicator", "measure")
FACT_DEFAULTS: Final[Mapping[str, str]] = {
    "levels": "", "comparator": "eq", "base": "assessed", "period": "", "annual": "false", "modality": "actual",
    "province": "", "unit_name": "", "subset": "",
}  # fmt: skip


class CorrectionError(Trouble):
    """The corrections file is not as it must be; the message names the line and the remedy."""


@dataclass(frozen=True)
class Correction:
    """One row of the file, its cells in the one form they are compared in.

    `field` is a field of the fact record, `value` for a drop, `rule` where a held fact is accepted and `fact` where one
    is added. `page_id` and `day` are filled in by who knows the landed pages; `lost` says why there is no such page.
    """

    line: int
    page: str
    quote: str
    occurrence: int | None
    span_start: int | None
    which: tuple[tuple[str, str], ...]
    action: str
    field: str
    expected: str
    new: str
    reason: str
    who: str
    when: str
    page_id: str = ""
    day: str = ""
    lost: str = ""

    @property
    def id(self) -> str:
        """`c` and 16 hex digits of what the row says about which fact, wherever in the file it stands."""
        said = [
            self.page_id or self.page, self.quote, self.occurrence, self.span_start, self.which, self.action,
            self.field, self.expected, self.new,
        ]  # fmt: skip
        return "c" + hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]

    @property
    def told(self) -> str:
        """The row as a reason: who corrected, when and why."""
        return f"Correction {self.id} by {self.who} on {self.when}: {self.reason}"


def read_corrections(content: bytes, name: str) -> tuple[Correction, ...]:
    """The rows of a corrections file in their order; empty lines and lines that begin with `#` are left out.

    UTF-8 with or without a byte order mark, any line ends, cells parted by commas, semicolons or tabs, as spreadsheets
    write them. Raises `CorrectionError`, a line for each row that cannot be meant, the first ten of them.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorrectionError(f"{name} is not UTF-8; save it as CSV in UTF-8.") from error
    corrections: list[Correction] = []
    seen: dict[tuple[object, ...], int] = {}
    wrong: list[str] = []
    for line, cells in _records(text, name):
        try:
            found = _correction(line, cells)
        except ValueError as error:
            wrong.append(f"Line {line} of {name}: {error}")
            continue
        thing = (found.page, found.quote, found.occurrence, found.span_start, found.which, found.field,
                 found.expected if found.field == RULE else found.new if found.field == FACT else "")  # fmt: skip
        if thing in seen:
            wrong.append(
                f"Line {line} of {name} corrects the same thing as line {seen[thing]} (the {found.field} of "
                f"{found.quote!r} on {found.page}); keep one of the two."
            )
            continue
        seen[thing] = line
        corrections.append(found)
    if wrong:
        more = [f"and {len(wrong) - _SHOWN} lines more"] if len(wrong) > _SHOWN else []
        raise CorrectionError("\n".join([*wrong[:_SHOWN], *more]))
    return tuple(corrections)


def parts(text: str) -> dict[str, str]:
    """The fields of a cell such as `subject=party_member; measure=share`, each in its one form.

    Raises `ValueError` with a sentence.
    """
    found: dict[str, str] = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        field, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or field in found:
            raise ValueError(f"{part!r} is none of the form field=value; part several by semicolons, each field once.")
        found[field] = canonical(field, value)
    return {field: found[field] for field in FIELDS if field in found}


def _records(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Number and cells by column of every line that says something."""
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for record in reader:
            here, line = line, reader.line_num + 1
            cells = [unicodedata.normalize("NFC", cell).strip() for cell in record]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if header is None:
                header = _header(cells, here, name)
                continue
            if any(cells[len(header) :]) or len(cells) < len(header):
                raise CorrectionError(
                    f"Line {here} of {name} has {len(cells)} cells where the first line names {len(header)} columns; "
                    "put a cell that holds the separator or a quotation mark in quotation marks."
                )
            yield here, {**dict.fromkeys(COLUMNS, ""), **dict(zip(header, cells, strict=False))}
    except csv.Error as error:
        raise CorrectionError(f"Line {line} of {name} is no CSV ({error}); mend its quotation marks.") from error
    if header is None and text.strip():
        raise CorrectionError(f"{name} has no line with the columns; begin it with {','.join(COLUMNS)}.")


def _header(cells: list[str], line: int, name: str) -> list[str]:
    header = cells[: max(place for place, cell in enumerate(cells, start=1) if cell)]
    odd = [cell or "(none)" for cell in header if cell not in COLUMNS or header.count(cell) > 1]
    lacking = [column for column in ALWAYS if column not in header]
    if odd or lacking:
        what = f"has the column {odd[0]} wrongly or twice" if odd else f"lacks the column {lacking[0]}"
        raise CorrectionError(f"Line {line} of {name} {what}; its columns are {', '.join(COLUMNS)}.")
    return header


def _correction(line: int, cells: Mapping[str, str]) -> Correction:
    for column in ALWAYS:
        if not cells[column]:
            raise ValueError(f"the cell {column} is empty; fill it in.")
    if cells["action"] not in CORRECTION_ACTIONS:
        raise ValueError(f"the action {cells['action']!r} is not known; write {', '.join(CORRECTION_ACTIONS)}.")
    if re.fullmatch(r"p[0-9a-f]{0,4}", cells["page"]):
        raise ValueError(f"{cells['page']} is too short a beginning of a page id; give 6 characters or more of it.")
    field, expected, new = _change(cells)
    start = _whole(cells, "span_start", 0)
    return Correction(
        line=line,
        page=cells["page"],
        quote=cells["quote"],
        occurrence=_whole(cells, "occurrence", 1),
        span_start=_start(cells, start),
        which=tuple(parts(cells["which"]).items()),
        action=cells["action"],
        field=field,
        expected=expected,
        new=new,
        reason=" ".join(cells["reason"].split()),
        who=cells["who"],
        when=_day(cells["when"]),
    )


def _change(cells: Mapping[str, str]) -> tuple[str, str, str]:
    """Field, expected and new value of a row, in the one form; `ValueError` for what the action does not take."""
    action, field, expected, new = (cells[column] for column in ("action", "field", "expected", "new"))
    if action in ("drop", "accept"):
        only = "value" if action == "drop" else RULE
        if field not in ("", only) or new:
            raise ValueError(f"{action} changes no field; leave the cells field and new empty.")
        if action == "drop":
            if not expected:
                raise ValueError("drop expects nothing; write the value of the fact into expected, such as 87.4.")
            return only, number_cell(expected), ""
        if expected not in ACCEPTABLE:
            raise ValueError(
                f"{expected!r} is no rule whose facts can be accepted; write into expected the rule that holds the "
                f"fact: {', '.join(ACCEPTABLE)}."
            )
        return only, expected, ""
    if action == "complete":
        if expected:
            raise ValueError("complete fills in what is missing; leave expected empty, or write override.")
        if not new:
            raise ValueError("complete has nothing to fill in; write it into new.")
        if field == FACT:
            return FACT, "", _fact(cells, new)
        if field not in NULLABLE:
            raise ValueError(f"the field {field!r} is never missing; complete takes {', '.join(NULLABLE)} or {FACT}.")
        return field, "", canonical(field, new)
    may_be_empty = field == "levels"
    if not expected and not may_be_empty and field in FIELDS:
        raise ValueError("override expects nothing; write the value it has now into expected, or write complete.")
    if not new and not may_be_empty and field not in NULLABLE and field in FIELDS:
        raise ValueError(f"override gives no new {field}; write it into new.")
    old, changed = canonical(field, expected), canonical(field, new)
    if old == changed:
        raise ValueError("override changes nothing; expected and new say the same.")
    return field, old, changed


def _fact(cells: Mapping[str, str], new: str) -> str:
    if cells["which"]:
        raise ValueError("a fact that is added needs no which; leave the cell empty.")
    if number_of(cells["quote"]) is None:
        raise ValueError(f"the quote {cells['quote']!r} reads as no number; quote the number alone.")
    fields = parts(new)
    if "value" in fields:
        raise ValueError("the value of a fact that is added is that of its quote; leave value out of new.")
    if lacking := [field for field in FACT_NEEDS if field not in fields]:
        raise ValueError(f"a fact that is added needs {', '.join(lacking)}; write {lacking[0]}=... into new.")
    return "; ".join(f"{field}={fields[field]}" for field in FIELDS if field in fields)


def _start(cells: Mapping[str, str], start: int | None) -> int | None:
    end = _whole(cells, "span_end", 1)
    if start is not None and cells["occurrence"]:
        raise ValueError("occurrence and span_start both say where the quote stands; keep one.")
    if end is not None and (start is None or end - start != len(cells["quote"])):
        raise ValueError("span_start and span_end are not as far apart as the quote is long; correct or clear them.")
    return start


def _whole(cells: Mapping[str, str], column: str, least: int) -> int | None:
    text = cells[column]
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < least:
        raise ValueError(f"{column} {text!r} is no whole number from {least}; correct or clear it.")
    return int(text)


def _day(text: str) -> str:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise ValueError(f"when {text!r} is no day of the calendar written YYYY-MM-DD; write it so.")
