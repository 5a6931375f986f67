"""Facts of files without a warehouse: the steps of the assets, on a landing store as short-lived as the call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kpi_pipeline.defs.facts import extracted_rows
from kpi_pipeline.defs.pages import cleaned_row, raw_row
from kpi_pipeline.landing import LandingError, LandingStore, land_folder
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
    for file, page, problem in _landed(files, manifest):
        if page is None:
            problems.append(f"{file}: {problem}")
            continue
        row = cleaned_row(page)
        if row["status"] != "ok":
            problems.append(f"{file}: {row['status_reason']}")
        candidates, _, broken = extracted_rows(row)
        if broken:
            problems.append(f"{file}: {broken}")
        judged = validate(candidates, {str(row["page_id"]): str(row["text"])})
        stated = [*judged.validated_facts, *judged.quarantined_facts]
        stated.sort(key=lambda fact: (fact["span_start"], fact["span_end"], fact["fact_id"]))
        facts += [{"page": file.stem, **_record(fact)} for fact in stated]
    return facts, problems


def _landed(files: Sequence[Path], manifest: Path | None) -> Iterator[tuple[Path, Record | None, str | None]]:
    for file in files:
        if file.is_dir():
            raise LandingError(f"{file} is a folder: name the files in it, like {file}/*.html.")
        with TemporaryDirectory(prefix="kpi-extract-") as folder:
            store = LandingStore(Path(folder))
            outcome = land_folder(store, file, manifest, today(), today()).outcomes[0]
            if outcome.page_id is None:
                yield file, None, outcome.reason
                continue
            [page] = store.all_pages()
            yield file, raw_row(page, store.read(page.sha256)), None


def _record(fact: Record) -> Record:
    value = fact["value"]
    record = {name: fact[name] for name in FIELDS}
    record["levels"] = list(split_levels(str(fact["levels"])))
    record["value"] = int(value) if isinstance(value, float) and value.is_integer() else value
    return record
