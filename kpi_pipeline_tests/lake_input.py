"""Writing a lake for tests: real Parquet files by day, each row given by what matters and defaults for the rest."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb

from kpi_pipeline.publication.history import UNKNOWN_CODE, CodeVersions, earlier
from kpi_pipeline.storage.lake import SCHEMAS, WHOLE, Lake
from kpi_pipeline.storage.sql_macros import load_macros
from kpi_pipeline.storage.sql_models import load_models
from kpi_pipeline.storage.warehouse import BuildReport, build_models, build_warehouse, create_sources

OLD = "1997-01-01"
MODELS = load_models()
MACROS = load_macros()


def _hash(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def written(value: float, comparator: str = "eq") -> str:
    """A number as a Vietnamese page writes it: decimal comma, no thousands separator."""
    text = f"{value:g}".replace(".", ",")
    return {"approx": "khoảng ", "ge": "ít nhất ", "gt": "trên ", "le": "tối đa ", "lt": "dưới "}.get(
        comparator, ""
    ) + text


class LakeInput:
    """A lake being written. Ids are given back; `build` writes what was said and makes the warehouse of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lake = Lake(folder / "lake")
        self.warehouse = folder / "warehouse" / "warehouse.duckdb"
        self._rows: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self._pages: dict[str, dict[str, Any]] = {}
        self._withdrawn: dict[str, str] = {}
        self._spans: dict[str, int] = defaultdict(int)

    def page(self, name: str = "page", day: str = "2022-02-01", url: str | None = None, **fields: Any) -> str:
        """A landed and cleaned page; `status` other than ok says that it could not be read."""
        page_id = fields.pop("page_id", "p" + _hash(url or name)[:16])
        landed = {
            "page_id": page_id,
            "page_version": _hash("bytes", page_id),
            "url": url,
            "published_on": day,
            "day_source": "manifest",
            "captured_on": "2023-04-01",
            "source_province": None,
            "source_file": f"{name}.txt",
        }
        landed.update({key: value for key, value in fields.items() if key in landed})
        self._pages[page_id] = landed
        raw = {**landed, "media_type": "text/plain", "n_bytes": 7, "content": b"content"}
        cleaned = {
            **landed,
            "title": f"Headline of {name}",
            "text": "text",
            "n_paragraphs": 1,
            "language": "vi",
            "encoding": "utf-8",
            "status": "ok",
            "status_reason": None,
            "cues": "[]",
        }
        cleaned.update({key: value for key, value in fields.items() if key in cleaned})
        self._rows["raw_pages", day].append(raw)
        if fields.get("cleaned", True):
            self._rows["cleaned_text", day].append(cleaned)
        return page_id

    def withdraw(self, page: str, reason: str = "a duplicate") -> None:
        """Take a page out again, with all that was said of it, as a recorded act."""
        self._withdrawn[page] = reason
        self.lose(page)

    def lose(self, page: str) -> None:
        """Lose a page with all that was said of it: nobody withdrew it."""
        for rows in self._rows.values():
            rows[:] = [row for row in rows if row.get("page_id") != page]

    def retract(self, fact: str) -> None:
        """Take one fact out again, as if it were no longer read."""
        for rows in self._rows.values():
            rows[:] = [row for row in rows if row.get("fact_id") != fact]

    def fact(
        self, page: str, measure: str, value: float, levels: str = "", table: str = "validated_facts", **fields: Any
    ) -> str:
        """A statement of a page: by default an exact result of communes of Hòa Bình in 2021."""
        landed = self._pages[page]
        start = fields.pop("span_start", self._spans[page])
        comparator = fields.get("comparator", "eq")
        quote = fields.pop("quote", written(value, comparator))
        self._spans[page] = start + len(quote) + 1
        row: dict[str, Any] = {
            "fact_id": "f" + _hash(page, start, measure, levels, value, *sorted(fields.items()))[:16],
            "page_id": page,
            "page_version": landed["page_version"],
            "published_on": landed["published_on"],
            "url": landed["url"],
            "province": "VN-14",
            "province_valid_from": OLD,
            "province_evidence": "text",
            "scope": "province",
            "subject": "commune_government",
            "indicator": "task_completion_rating",
            "levels": levels,
            "measure": measure,
            "value": float(value),
            "comparator": "eq",
            "base": "assessed",
            "period_start": "2021",
            "period_end": "2021",
            "annual": False,
            "modality": "actual",
            "unit_name": None,
            "subset": None,
            "span_start": start,
            "span_end": start + len(quote),
            "quote": quote,
            "sentence_start": start,
            "sentence_end": start + len(quote) + 3,
            "sentence": quote + " xã",
            "reading": "R01",
            "flags": "",
            "group_id": None,
            "n_mentions": 1,
            "rule_id": "share_range",
            "reason": "The share is above 100.",
            "remedy": "Look at the page.",
            "merged_into": "f" + "0" * 16,
        }
        if year := fields.pop("year", None):
            fields |= {"period_start": str(year), "period_end": str(year)}
        unknown = set(fields) - set(row)
        assert not unknown, unknown
        row.update(fields)
        self._rows[table, landed["published_on"]].append({name: row[name] for name in SCHEMAS[table].names})
        return str(row["fact_id"])

    def shares(self, page: str, **shares: float | dict[str, Any]) -> dict[str, str]:
        """Several shares of one group by level (`excellent_good` is the set of both); fields of all under `fields`."""
        fields: dict[str, Any] = dict(shares.pop("fields", {}))  # type: ignore[arg-type]
        codes = {"excellent_good": "excellent+good", "not_completed": "not_completed"}
        return {
            level: self.fact(page, "share", float(value), codes.get(level, level), **fields)  # type: ignore[arg-type]
            for level, value in shares.items()
        }

    def group(self, page: str, name: str = "1", verdict: str = "complete", **fields: Any) -> str:
        """The rating group that validation found on a page; facts join it by `group_id`."""
        group_id = "g" + _hash(page, name)[:16]
        row: dict[str, Any] = {
            "group_id": group_id,
            "page_id": page,
            "published_on": self._pages[page]["published_on"],
            "province": "VN-14",
            "scope": "province",
            "unit_name": None,
            "subset": None,
            "subject": "commune_government",
            "indicator": "task_completion_rating",
            "period_start": "2021",
            "period_end": "2021",
            "annual": False,
            "modality": "actual",
            "base": "assessed",
            "n_terms": 3,
            "share_sum": 100.0,
            "tolerance": 0.5,
            "verdict": verdict,
            "fact_ids": "",
        }
        row.update(fields)
        self._rows["rating_groups", row["published_on"]].append(row)
        return group_id

    def correction(self, page: str, *facts: str, **fields: Any) -> str:
        """A row of the corrections file that was applied to some facts of a page: by default another value."""
        correction_id = "c" + _hash(page, facts, *sorted(fields.items()))[:16]
        for fact in facts:
            row: dict[str, Any] = {
                "correction_id": correction_id,
                "page_id": page,
                "published_on": self._pages[page]["published_on"],
                "page": page,
                "action": "override",
                "field": "value",
                "quote": "87,4",
                "old_value": "87.4",
                "new_value": "87.1",
                "reason": "a misprint",
                "who": "lan",
                "corrected_on": "2023-06-01",
                "fact_id": fact,
                "problem": None,
                "found": None,
                "line": 0,
            }
            row.update(fields)
            self._rows["applied_corrections", row["published_on"]].append(row)
        return correction_id

    def unread(self, page: str, quote: str, reason: str = "date", phrase: str = "ngày") -> None:
        """A number of a page that became no fact."""
        landed = self._pages[page]
        start = self._spans[page]
        self._spans[page] = start + len(quote) + 1
        row = {
            "page_id": page,
            "page_version": landed["page_version"],
            "published_on": landed["published_on"],
            "span_start": start,
            "span_end": start + len(quote),
            "quote": quote,
            "reason": reason,
            "phrase": phrase,
        }
        self._rows["unread_numbers", landed["published_on"]].append(row)

    def error_rate(self, **fields: Any) -> None:
        """A row of our own error rate: by default a gold set of four facts, all read, one invented."""
        row: dict[str, Any] = {
            "gold_set": "authored",
            "kind": "cases",
            "tuned": True,
            "indicator": "all",
            "grade": "full",
            "n_texts": 3,
            "n_gold": 4,
            "hit": 4,
            "missed": 0,
            "invented": 1,
            "forgiven": 0,
            "precision": 0.8,
            "precision_low": 0.375535,
            "precision_high": 0.963785,
            "precision_floor": 0.75,
            "recall": 1.0,
            "recall_low": 0.510109,
            "recall_high": 1.0,
            "recall_floor": None,
        }
        unknown = set(fields) - set(row)
        assert not unknown, unknown
        self._rows["error_rate", WHOLE].append({**row, **fields})

    def write(self) -> None:
        """Put all that was said into the lake."""
        for (table, day), rows in self._rows.items():
            self.lake.write(table, day, rows, fingerprint="test")

    def build(self, code: CodeVersions = UNKNOWN_CODE, **options: Any) -> BuildReport:
        """Write the lake and build the warehouse with the product's models, on what is in `releases`."""
        self.write()
        last = earlier(self.folder / "published", self.folder / "releases", code, self._withdrawn)
        given = {"macros": MACROS, "earlier": last, "models": MODELS, **options}
        return build_warehouse(self.lake.root, self.warehouse, sources=SCHEMAS, **given)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Write the lake, build the models in memory, ask."""
        self.write()
        with duckdb.connect() as con:
            create_sources(con, self.lake.root, SCHEMAS)
            for _ in build_models(con, MODELS):
                pass
            return _asked(con, query)


def ask(warehouse: Path, query: str) -> list[dict[str, Any]]:
    """The rows of a query on a built or published warehouse."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        return _asked(con, query)


def _asked(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    result = con.execute(query)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
