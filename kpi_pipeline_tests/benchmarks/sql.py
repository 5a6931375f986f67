"""The marts over millions of made-up facts, beside a hand-written DuckDB query over the same rows; and their contract.

Belongs here: the lake of made-up facts (DuckDB writes it), both clocks, the seconds of each model. Does not belong
here: what the models say. Every rating of a body is stated on three pages, the third of which differs now and then: a
page gives the total, and share and count of each of four levels, so nine facts.

The hand-written query is the least that gives the wide table: of what the pages say of a body and year the best page,
its shares and counts side by side, and what the shares add to. The models do more with the same rows (every fact with
its page, conflicts, computed values, the boundaries of 2025, history, quarantine), which is told apart.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa

from kpi_pipeline.contracts import LAKE_CONTRACTS
from kpi_pipeline.contracts.fields import failures
from kpi_pipeline.storage.lake import SCHEMAS, Lake
from kpi_pipeline.storage.sql_models import load_models
from kpi_pipeline.storage.warehouse import ModelReport, build_warehouse, quoted

MEMORY = "2GB"
_FACTS_A_PAGE = 9
_TOLD = 3
_YEARS = 20
_THREADS = 2


@dataclass(frozen=True, slots=True)
class Sql:
    """One measurement: facts and pages of the lake, seconds of the wall of all models, of those that the wide table
    needs, of the hand-written query and of the contract's look at the facts; and rows and seconds of each model."""

    facts: int
    pages: int
    rows: int
    models: float
    needed: float
    by_hand: float
    contract: float
    each: tuple[ModelReport, ...]

    @property
    def ratio(self) -> float:
        """What all models take, in times of the hand-written query."""
        return self.models / self.by_hand

    def as_record(self) -> dict[str, Any]:
        """The measurement as plain data."""
        return {**asdict(self), "ratio": self.ratio}


def measure(facts: int) -> Sql:
    """Builds the warehouse over about `facts` facts within `MEMORY`, then asks by hand."""
    with TemporaryDirectory() as folder:
        root = Path(folder) / "lake"
        pages = max(_TOLD, facts // _FACTS_A_PAGE)
        _write_lake(root, pages)
        models = load_models()
        report = build_warehouse(
            root, Path(folder) / "warehouse.duckdb", models, SCHEMAS, memory_limit=MEMORY, threads=_THREADS
        )
        seconds = {one.model: one.seconds for one in report.models}
        needed, waiting = set(), ["marts.kpi_province_year_wide"]
        reads = {model.full_name: model.depends_on for model in models}
        while waiting:
            name = waiting.pop()
            if name in reads and name not in needed:
                needed.add(name)
                waiting += reads[name]
        rows, by_hand = _by_hand(root, Path(folder) / "spill")
        assert rows == report.rows["marts.kpi_province_year_wide"], "both ways give the same rows"
        return Sql(
            facts=pages * _FACTS_A_PAGE,
            pages=pages,
            rows=rows,
            models=sum(seconds.values()),
            needed=sum(seconds[name] for name in needed),
            by_hand=by_hand,
            contract=_contract(Lake(root)),
            each=report.models,
        )


@contextmanager
def _duckdb(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(f"SET memory_limit = '{MEMORY}'")
        con.execute(f"SET threads = {_THREADS}")
        con.execute(f"SET temp_directory = {quoted(str(spill))}")
        yield con


def _write_lake(root: Path, pages: int) -> None:
    """Pages and facts of the years 2003 to 2022, those of a year on one day."""
    with _duckdb(root / "spill") as con:
        for place in range(_YEARS):
            year = 2003 + place
            day = f"{year + 1}-03-01"
            first, last = pages * place // _YEARS, pages * (place + 1) // _YEARS
            con.execute("CREATE OR REPLACE TABLE page AS " + _PAGES.format(first=first, last=last, day=day, year=year))
            for table, query in (("raw_pages", _RAW), ("cleaned_text", _CLEANED), ("validated_facts", _FACTS)):
                path = root / table / day[:4] / f"{day}.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                columns = ", ".join(f"CAST({name} AS {_TYPES[kind]}) AS {name}" for name, kind in _columns(table))
                con.execute(
                    f"COPY (SELECT {columns} FROM ({query.format(year=year)})) TO {quoted(str(path))} "
                    "(FORMAT parquet, COMPRESSION zstd)"
                )


def _columns(table: str) -> list[tuple[str, pa.DataType]]:
    return [(column.name, column.type) for column in SCHEMAS[table]]


def _by_hand(root: Path, spill: Path) -> tuple[int, float]:
    with _duckdb(spill) as con:
        start = time.perf_counter()
        con.execute("CREATE TABLE wide AS " + _BY_HAND.format(facts=quoted(f"{root}/validated_facts/*/*.parquet")))
        seconds = time.perf_counter() - start
        [(rows,)] = con.execute("SELECT count(*) FROM wide").fetchall()
        return rows, seconds


def _contract(lake: Lake, most: int = 1_000_000) -> float:
    """Seconds for a million facts: what the contract takes for as many as were made, up to a million, in proportion."""
    seconds = rows = 0.0
    for frame in lake.frames("validated_facts", lake.days("validated_facts")):
        start = time.perf_counter()
        assert not failures(LAKE_CONTRACTS["validated_facts"], frame)
        seconds += time.perf_counter() - start
        rows += len(frame)
        if rows >= most:
            break
    return seconds / rows * 1_000_000


_TYPES = {
    pa.string(): "VARCHAR", pa.int64(): "BIGINT", pa.float64(): "DOUBLE", pa.bool_(): "BOOLEAN", pa.binary(): "BLOB",
}  # fmt: skip

_PAGES = f"""
SELECT
    'p' || left(md5('page' || n), 16) AS page_id,
    sha256('page' || n) AS page_version,
    'https://example.vn/tin/' || n AS url,
    '{{day}}' AS published_on,
    'VN-' || ['13', '14', '18', '20', '21', '22', '23', '24', '25', '26'][1 + body % 10] AS province,
    'Huyện số ' || body // 10 AS unit_name,
    n % {_TOLD} = 2 AND body % 10 = 0 AS differs,
    100 + body % 80 AS total
FROM (SELECT n, n // {_TOLD} AS body FROM range({{first}} // {_TOLD} * {_TOLD}, {{last}} // {_TOLD} * {_TOLD}) AS t(n))
"""

_LANDED = """
    page_id, page_version, url, published_on, 'manifest' AS day_source, published_on AS captured_on,
    NULL AS source_province, page_id || '.html' AS source_file
"""

_RAW = f"SELECT {_LANDED}, 'text/html' AS media_type, 4 AS n_bytes, 'page' AS content FROM page"

_CLEANED = f"""
SELECT
    {_LANDED}, 'Kết quả xếp loại' AS title, 'Kết quả xếp loại' AS text, 1 AS n_paragraphs, 'vi' AS language,
    'utf-8' AS encoding, 'ok' AS status, NULL AS status_reason, '[]' AS cues
FROM page
"""

_FACTS = """
WITH said(place, measure, levels, parts) AS (
    VALUES
    (1, 'total', '', 100), (2, 'count', 'excellent', 20), (3, 'share', 'excellent', 20), (4, 'count', 'good', 50),
    (5, 'share', 'good', 50), (6, 'count', 'completed', 25), (7, 'share', 'completed', 25),
    (8, 'count', 'not_completed', 5), (9, 'share', 'not_completed', 5)
),

stated AS (
    SELECT
        *,
        CASE WHEN measure = 'share' THEN parts ELSE total * parts // 5 + CAST(differs AS INTEGER) END AS number,
        CAST(number AS VARCHAR) AS quote,
        20 * place AS first
    FROM page CROSS JOIN said
)

SELECT
    'f' || left(md5(page_id || place), 16) AS fact_id, page_id, page_version, published_on, url, province,
    '1997-01-01' AS province_valid_from, 'text' AS province_evidence, 'district' AS scope, 'party_member' AS subject,
    'task_completion_rating' AS indicator, levels, measure, number AS value, 'eq' AS comparator, 'assessed' AS base,
    '{year}' AS period_start, '{year}' AS period_end, false AS annual, 'actual' AS modality, unit_name, NULL AS subset,
    first AS span_start, first + length(quote) AS span_end, quote, first - 5 AS sentence_start,
    first + 60 AS sentence_end,
    'Có ' || quote || ' đảng viên được xếp loại, chiếm một phần của tổng số' AS sentence, 'R01' AS reading, '' AS flags,
    CASE WHEN measure = 'share' THEN 'g' || left(md5(page_id), 16) END AS group_id, 1 AS n_mentions
FROM stated
"""

_BY_HAND = """
WITH stated AS (
    SELECT
        province, province_valid_from, left(period_end, 4) AS year, scope, unit_name, subject, page_id, count(*) AS n
    FROM read_parquet({facts})
    WHERE indicator = 'task_completion_rating' AND comparator = 'eq' AND modality = 'actual'
    GROUP BY ALL
),

best AS (
    FROM stated
    QUALIFY row_number() OVER (
        PARTITION BY province, province_valid_from, year, scope, unit_name, subject ORDER BY n DESC, page_id
    ) = 1
)

SELECT
    fact.province, fact.province_valid_from, best.year, fact.scope, fact.unit_name, fact.subject, fact.page_id,
    max(value) FILTER (measure = 'total') AS total,
    max(value) FILTER (measure = 'share' AND levels = 'excellent') AS share_excellent,
    max(value) FILTER (measure = 'share' AND levels = 'good') AS share_good,
    max(value) FILTER (measure = 'share' AND levels = 'completed') AS share_completed,
    max(value) FILTER (measure = 'share' AND levels = 'not_completed') AS share_not_completed,
    max(value) FILTER (measure = 'count' AND levels = 'excellent') AS count_excellent,
    max(value) FILTER (measure = 'count' AND levels = 'good') AS count_good,
    max(value) FILTER (measure = 'count' AND levels = 'completed') AS count_completed,
    max(value) FILTER (measure = 'count' AND levels = 'not_completed') AS count_not_completed,
    sum(value) FILTER (measure = 'share') AS share_sum,
    abs(share_sum - 100) > 0.5 AS is_off,
    string_agg(fact_id, ',' ORDER BY fact_id) AS fact_ids
FROM read_parquet({facts}) AS fact
JOIN best USING (province, province_valid_from, scope, unit_name, subject, page_id)
GROUP BY ALL
ORDER BY ALL
"""
