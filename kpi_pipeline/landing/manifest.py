"""The manifest: what a collector knows of the files in a folder.

Belongs here: reading manifest.csv and saying what is wrong with it. Does not belong here: landing the files it names.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from kpi_pipeline.landing.page import VIETNAM, LandingError, canonical_address
from kpi_pipeline.reference.provinces import is_province_code

COLUMNS: Final = ("file", "url", "captured_at", "published_on", "source_province")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a manifest; `problem` says why the page cannot be landed with it, None where it can."""

    line: int
    file: str
    url: str | None = None
    captured_on: date | None = None
    published_on: date | None = None
    source_province: str | None = None
    problem: str | None = None


def read_manifest(path: Path) -> dict[str, Entry]:
    """Read a manifest: file name (as written, with "/" between folders) to entry.

    Columns: file (required), url, captured_at (ISO day or time), published_on (ISO day), source_province (ISO 3166-2).
    Raises `LandingError` where the file is no such table; a bad value only spoils its own line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise LandingError(
            f"The manifest {path} cannot be read ({error.strerror}); name a readable CSV file."
        ) from error
    except UnicodeDecodeError as error:
        raise LandingError(f"The manifest {path} is not UTF-8; save it as UTF-8 and land again.") from error
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise LandingError(f"The manifest {path} is no CSV table ({error}); mend it and land again.") from error
    if not rows or "file" not in [name.strip() for name in rows[0]]:
        raise LandingError(f'The manifest {path} has no column "file"; its columns are {", ".join(COLUMNS)}.')
    header = [name.strip() for name in rows[0]]
    unknown = [name for name in header if name not in COLUMNS]
    if unknown or len(set(header)) != len(header):
        odd = ", ".join(unknown) or "a column twice"
        raise LandingError(f"The manifest {path} has {odd} in its first line; its columns are {', '.join(COLUMNS)}.")
    entries: dict[str, Entry] = {}
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise LandingError(
                f"Line {number} of the manifest {path} has {len(row)} fields instead of {len(header)}; "
                "mend the line (quote an address that holds a comma)."
            )
        values = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
        name = values["file"].removeprefix("./")
        if not name:
            raise LandingError(f'Line {number} of the manifest {path} names no file; fill in the column "file".')
        if name in entries:
            raise LandingError(f"Line {number} of the manifest {path} names {name} a second time; keep one line.")
        entries[name] = _entry(number, name, values)
    return entries


def _entry(number: int, name: str, values: dict[str, str]) -> Entry:
    problems = []
    address = canonical_address(values["url"]) if values.get("url") else None
    if values.get("url") and address is None:
        problems.append(f'its url "{values["url"]}" is no http(s) address')
    captured = _day(values.get("captured_at"))
    published = _day(values.get("published_on"))
    for column, found in (("captured_at", captured), ("published_on", published)):
        if values.get(column) and found is None:
            problems.append(f'its {column} "{values[column]}" is no day written YYYY-MM-DD')
    province = values.get("source_province") or None
    if province and not is_province_code(province):
        problems.append(f'its source_province "{province}" is no ISO 3166-2:VN code such as VN-14')
    problem = (
        f"Line {number} of the manifest: {'; '.join(problems)}; mend the line and land again." if problems else None
    )
    return Entry(number, name, address, captured, published, province, problem)


def _day(text: str | None) -> date | None:
    """A day from "YYYY-MM-DD" or an ISO time; a time with an offset gives Vietnam's day."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(VIETNAM) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        return None
