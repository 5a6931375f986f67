"""A page made for a test: sentences with numbers, the facts in them as rows of extracted_facts, and their judgement."""

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import replace

import pytest

from kpi_pipeline.extraction import read_number
from kpi_pipeline.reference.codes import join_levels
from kpi_pipeline.validation import Tables, read_corrections, validate

PAGE_ID = "p0123456789abcdef"


def written(value: float, measure: str) -> str:
    """A number as a Vietnamese page writes it."""
    if measure == "share":
        return f"{value:g}".replace(".", ",") + "%"
    return f"{int(value):,}".replace(",", ".")


class Page:
    """Collects facts: `page.share("good", "71,3%")` writes the quote into the text and keeps its row."""

    def __init__(self, page_id: str = PAGE_ID, published_on: str = "2023-02-24") -> None:
        self.page_id = page_id
        self.published_on = published_on
        self.text = "Kết quả đánh giá, xếp loại:"
        self.rows: list[dict[str, object]] = []
        self.corrections: list[dict[str, object]] = []

    def correct(self, action: str, quote: str, /, **cells: object) -> None:
        """Add a row to the corrections file; `cells` fill or change its columns."""
        signed = {"reason": "the paper said so later", "who": "lan", "when": "2023-06-01"}
        self.corrections.append({"page": self.page_id, "quote": quote, "action": action, **signed, **cells})

    def say(self, measure: str, levels: Iterable[str] | str, quote: str, /, **fields: object) -> str:
        """Add a fact and give its id. `levels` may be joined by +; `fields` change any column of the row."""
        joined = levels if isinstance(levels, str) else join_levels(levels)
        start = len(self.text) + 1
        self.text += f" {quote} đơn vị;"
        row: dict[str, object] = {
            "fact_id": "f" + hashlib.sha256(f"{self.page_id} {start} {len(self.rows)}".encode()).hexdigest()[:16],
            "page_id": self.page_id,
            "page_version": "0" * 64,
            "published_on": self.published_on,
            "url": None,
            "province": "VN-61",
            "province_valid_from": None,
            "province_evidence": "text",
            "scope": "province",
            "subject": "grassroots_party_organisation",
            "indicator": "task_completion_rating",
            "levels": joined,
            "measure": measure,
            "value": read_number(quote) if "value" not in fields else 0.0,
            "comparator": "eq",
            "base": "assessed",
            "period_start": "2022",
            "period_end": "2022",
            "annual": False,
            "modality": "actual",
            "unit_name": None,
            "subset": None,
            "span_start": start,
            "span_end": start + len(quote),
            "quote": quote,
            "sentence_start": start,
            "sentence_end": start + len(quote),
            "sentence": quote,
            "reading": "test",
            "flags": "",
        }
        row.update(fields)
        self.rows.append(row)
        return str(row["fact_id"])

    def share(self, levels: str, quote: str, /, **fields: object) -> str:
        return self.say("share", levels, quote, **fields)

    def count(self, levels: str, quote: str, /, **fields: object) -> str:
        return self.say("count", levels, quote, **fields)

    def total(self, quote: str, /, **fields: object) -> str:
        return self.say("total", "", quote, **fields)

    def state(self, record: dict[str, object]) -> str:
        """Add a fact given in the fields of the fact record, its number written the Vietnamese way."""
        fields = {name: value for name, value in record.items() if name not in ("page", "doubt", "levels", "measure")}
        measure, value = str(record["measure"]), float(str(record["value"]))
        fields["value"] = value
        return self.say(measure, tuple(record["levels"]), written(value, measure), **fields)  # type: ignore[arg-type]

    def judged(self) -> Tables:
        file = io.StringIO()
        columns = list(dict.fromkeys(name for row in self.corrections for name in row))
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(self.corrections)
        found = read_corrections(file.getvalue().encode(), "corrections.csv") if columns else ()
        placed = [replace(row, page_id=self.page_id, day=self.published_on) for row in found]
        page = {"page_id": self.page_id, "page_version": "0" * 64, "published_on": self.published_on, "url": None}
        return validate(self.rows, {self.page_id: self.text}, placed, {self.page_id: page})


def _flags(tables: Tables, fact_id: str) -> set[str]:
    row = next(row for row in tables.validated_facts if row["fact_id"] == fact_id)
    return set(str(row["flags"]).split(",")) - {""}


@pytest.fixture(scope="session")
def new_page() -> type[Page]:
    """The class of test pages."""
    return Page


@pytest.fixture(scope="session")
def flags_of():
    """Flags of an accepted fact."""
    return _flags
