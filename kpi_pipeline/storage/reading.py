"""What people ask of the published warehouse: the table, one number's way back to its page, the quarantine.

Read-only queries on the release that is published; nothing is computed here.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb

from kpi_pipeline.storage.connection import connected
from kpi_pipeline.trouble import Trouble


class ReadingError(Trouble):
    """The published warehouse cannot answer; the message says why and what to do."""


Record = dict[str, Any]


def query(published: Path, sql: str, parameters: list[object] | dict[str, object] | None = None) -> list[Record]:
    """The rows of a query on the published warehouse.

    Raises `ReadingError` when nothing is published yet or another program holds the file for writing.
    """
    path = published / "warehouse.duckdb"
    try:
        if published.is_symlink() and not published.exists():
            raise ReadingError(
                f"{published} leads to {os.readlink(published)}, which is gone: put that folder back from a copy; "
                "`kpi run` says what else there is to do."
            )
        if not path.exists():
            raise ReadingError(
                f"No warehouse is published at {path} yet: land pages (`kpi land PATH`), then `kpi run`."
            )
        with connected(path) as connection:
            cursor = connection.execute(sql, parameters or [])
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except PermissionError as error:
        raise ReadingError(
            f"{path} may not be read here ({error.strerror}): ask its owner, or set KPI_HOME."
        ) from error
    except duckdb.Error as error:
        raise ReadingError(
            f"The warehouse {path} cannot be opened ({str(error).splitlines()[0]}): "
            "close the program that holds it for writing, or run `kpi run` to publish it anew."
        ) from error


def find_kpis(published: Path, prefix: str) -> list[Record]:
    """The rows of kpi_province_year whose id is `prefix`, else those whose id starts with it."""
    rows = query(
        published, "SELECT * FROM marts.kpi_province_year WHERE starts_with(kpi_id, ?) ORDER BY kpi_id", [prefix]
    )
    exact = [row for row in rows if row["kpi_id"] == prefix]
    return exact or rows


def versions_of(published: Path, prefix: str) -> list[Record]:
    """The versions of the KPI row whose id is `prefix`, else of those whose id starts with it; the oldest first."""
    rows = query(
        published,
        "SELECT * FROM marts.kpi_history WHERE starts_with(kpi_id, ?) ORDER BY kpi_id, known_from, publication",
        [prefix],
    )
    exact = [row for row in rows if row["kpi_id"] == prefix]
    return exact or rows


def facts_of(published: Path, fact_ids: str) -> list[Record]:
    """The facts behind a KPI row, with the page that states each; `fact_ids` as the row gives them."""
    wanted = [fact_id for fact_id in re.split(r"[,\s]+", fact_ids) if fact_id]
    return query(
        published,
        "SELECT fact.*, page.title, page.published_on FROM marts.fact_observation AS fact "
        "JOIN marts.dim_page AS page USING (page_id) WHERE list_contains(?, fact.fact_id) ORDER BY fact.fact_id",
        [wanted],
    )


def corrections_of(published: Path, fact_id: str) -> list[Record]:
    """What analysts changed in a fact, the oldest first: rows of dq_corrections."""
    return query(
        published,
        "SELECT * FROM marts.dq_corrections WHERE list_contains(string_split(fact_ids, ','), ?) "
        "ORDER BY corrected_on, correction_id",
        [fact_id],
    )


def text_fragment(url: str, sentence: str) -> str:
    """The address that opens a page at a sentence (a text fragment: its first and last words)."""
    words = sentence.split()
    if not words:
        return url

    def encode(part: list[str]) -> str:
        return quote(" ".join(part), safe="").replace("-", "%2D")

    text = encode(words) if len(words) <= 12 else f"{encode(words[:5])},{encode(words[-5:])}"
    return f"{url.split('#', maxsplit=1)[0]}#:~:text={text}"
