"""Facts of files and of cases without a warehouse: the steps of the assets, on what stands in the call alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kpi_pipeline.accuracy import Case, read_cases
from kpi_pipeline.landing.alone import landed_alone
from kpi_pipeline.reading.cleaned import cleaned_row
from kpi_pipeline.reading.extracted import extracted_rows
from kpi_pipeline.reading.landed import raw_row
from kpi_pipeline.reference.codes import split_levels
from kpi_pipeline.storage.calendar import today
from kpi_pipeline.validation import validate

Record = dict[str, Any]

FIELDS = (
    "province", "scope", "subject", "indicator", "levels", "measure", "value", "comparator", "base",
    "period_start", "period_end", "annual", "modality", "unit_name", "subset", "span_start", "span_end", "quote",
)  # fmt: skip
"""The fields of the fact record, `page` aside, then where the number stands."""


def facts_of_files(files: Sequence[Path], manifest: Path | None) -> tuple[list[Record], list[str]]:
    """The facts of each file, repeated mentions merged, and a sentence for each file that could not be read.

    `page` is the file's stem. What validation would quarantine is here too: this is what the page says.
    Raises `LandingError` for a missing file or a malformed manifest.
    """
    facts: list[Record] = []
    problems: list[str] = []
    for found in landed_alone(files, manifest, today()):
        if found.page is None:
            problems.append(f"{found.file}: {found.refusal}")
            continue
        row = cleaned_row(raw_row(found.page, found.content))
        if row["status"] != "ok":
            problems.append(f"{found.file}: {row['status_reason']}")
        stated, broken = _stated(row)
        if broken:
            problems.append(f"{found.file}: {broken}")
        facts += [{"page": found.file.stem, **_record(fact)} for fact in stated]
    return facts, problems


def facts_of_cases(path: Path) -> tuple[list[Record], list[str]]:
    """The facts of each case of a JSON lines file, as of a page with its text, address, day and province.

    `page` is the case's id. Also a sentence for everything in the file that could not be used. Raises `GoldError` where
    the file cannot be read.
    """
    facts: list[Record] = []
    cases, found = read_cases(path)
    problems = [*found]
    for case in cases:
        stated, broken = _stated(_case_row(case))
        if broken:
            problems.append(f"{path.name}, line {case.line}: {broken}")
        facts += [{"page": case.id, **_record(fact)} for fact in stated]
    return facts, problems


def _stated(row: Record) -> tuple[list[Record], str | None]:
    """What a row of cleaned_text states, repeated mentions merged, in the order of the text; and what went wrong."""
    candidates, _, broken = extracted_rows(row)
    judged = validate(candidates, {str(row["page_id"]): str(row["text"])})
    stated = [*judged.validated_facts, *judged.quarantined_facts]
    return sorted(stated, key=lambda fact: (fact["span_start"], fact["span_end"], fact["fact_id"])), broken


def _case_row(case: Case) -> Record:
    """The row of cleaned_text for a case, as far as extraction looks at it."""
    version = hashlib.sha256(case.text.encode()).hexdigest()
    return {
        "page_id": "p" + hashlib.sha256(case.id.encode()).hexdigest()[:16],
        "page_version": version,
        "url": case.url,
        "published_on": case.published_on,
        "day_source": "manifest" if case.published_on else "captured",
        "source_province": case.province,
        "title": None,
        "text": case.text,
        "status": "ok",
        "cues": "[]",
    }


def _record(fact: Record) -> Record:
    value = fact["value"]
    record = {name: fact[name] for name in FIELDS}
    record["levels"] = list(split_levels(str(fact["levels"])))
    record["value"] = int(value) if isinstance(value, float) and value.is_integer() else value
    return record
