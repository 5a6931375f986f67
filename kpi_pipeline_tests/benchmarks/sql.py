"""The marts over millions of made-up facts, beside a hand-written DuckDB query over the same rows; and their contract.

Belongs here: the lake of made-up facts (DuckDB writes it), both clocks, the seconds of each model. Does not belong
here: what the models say. Every rating of a body is stated on three pages, the third of which differs now and then: a
page gives the total, and share and count of each of four levels, so nine facts.

The models do more than the hand-written queries of `by_hand.py`: they find out what those know beforehand, and make
every fact with its page, conflicts, the boundaries of 2025, history and quarantine. All times are processor time of all
threads, which other work on the machine stretches less than the wall's; `wall` is the wall's.
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
from kpi_pipeline.reference.tables import DATA
from kpi_pipeline.storage.lake import SCHEMAS, Lake
from kpi_pipeline.storage.sql_models import load_models
from kpi_pipeline.storage.warehouse import ModelReport, build_warehouse, quoted
from kpi_pipeline_tests.benchmarks.by_hand import LEAST, SAME

MEMORY = "2GB"
_FACTS_A_PAGE = 9
_TOLD = 3
_YEARS = 20
_THREADS = 2


@dataclass(frozen=True, slots=True)
class Sql:
    """One measurement: facts and pages of the lake, processor seconds of all models, of those that the wide table
    needs, of both hand-written queries and of the contract's look at the facts; rows and processor seconds of each
    model; and seconds of the wall of the whole build."""

    facts: int
    pages: int
    rows: int
    models: float
    needed: float
    by_hand: float
    same_by_hand: float
    contract: float
    wall: float
    each: tuple[ModelReport, ...]

    @property
    def ratio(self) -> float:
        """What all models take, in times of the least hand-written query."""
        return self.models / self.by_hand

    @property
    def ratio_same(self) -> float:
        """What the models take that the wide table needs, in times of the hand-written query with the same result."""
        return self.needed / self.same_by_hand

    def as_record(self) -> dict[str, Any]:
        """The measurement as plain data."""
        return {**asdict(self), "ratio": self.ratio, "ratio_same": self.ratio_same}


def measure(facts: int) -> Sql:
    """Builds the warehouse over about `facts` facts within `MEMORY`, then asks by hand."""
    with TemporaryDirectory() as folder:
        root = Path(folder) / "lake"
        pages = max(_TOLD, facts // _FACTS_A_PAGE)
        write_lake(root, pages)
        models, warehouse = load_models(), Path(folder) / "warehouse.duckdb"
        began = time.perf_counter()
        report = build_warehouse(
            root, warehouse, models, SCHEMAS, memory_limit=MEMORY, threads=_THREADS, clock=time.process_time
        )
        wall = time.perf_counter() - began
        seconds = {one.model: one.seconds for one in report.models}
        needed, waiting = set(), ["marts.kpi_province_year_wide"]
        reads = {model.full_name: model.depends_on for model in models}
        while waiting:
            name = waiting.pop()
            if name in reads and name not in needed:
                needed.add(name)
                waiting += reads[name]
        with _duckdb(Path(folder) / "spill") as con:
            by_hand = _by_hand(con, LEAST, root)
            [(rows,)] = con.execute("SELECT count(*) FROM wide").fetchall()
            same_by_hand = _by_hand(con, SAME, root)
            con.execute(f"ATTACH {quoted(str(warehouse))} AS built (READ_ONLY)")
            one, two = "wide", "built.marts.kpi_province_year_wide"
            apart = con.execute(f"(FROM {one} EXCEPT FROM {two}) UNION ALL (FROM {two} EXCEPT FROM {one})").fetchall()
        assert rows == report.rows["marts.kpi_province_year_wide"], "both ways give the same rows"
        assert not apart, "the second way gives the same values too"
        return Sql(
            facts=pages * _FACTS_A_PAGE,
            pages=pages,
            rows=rows,
            models=sum(seconds.values()),
            needed=sum(seconds[name] for name in needed),
            by_hand=by_hand,
            same_by_hand=same_by_hand,
            contract=_contract(Lake(root)),
            wall=wall,
            each=report.models,
        )


@contextmanager
def _duckdb(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(f"SET memory_limit = '{MEMORY}'")
        con.execute(f"SET threads = {_THREADS}")
        con.execute(f"SET temp_directory = {quoted(str(spill))}")
        yield con


def write_lake(root: Path, pages: int) -> None:
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


def _by_hand(con: duckdb.DuckDBPyConnection, query: str, root: Path) -> float:
    """Processor seconds of a hand-written query, whose rows are the table `wide` afterwards."""
    facts, pages = (quoted(f"{root}/{table}/*/*.parquet") for table in ("validated_facts", "raw_pages"))
    domains, provinces = (quoted(str(DATA / f"{table}.csv")) for table in ("source_domains", "provinces"))
    asked = query.format(facts=facts, pages=pages, domains=domains, provinces=provinces)
    start = time.process_time()
    con.execute(f"CREATE OR REPLACE TABLE wide AS {asked}")
    return time.process_time() - start


def _contract(lake: Lake, most: int = 1_000_000) -> float:
    """Processor seconds for a million facts: what the contract takes for those made, up to a million, in proportion."""
    seconds = rows = 0.0
    for frame in lake.frames("validated_facts", lake.days("validated_facts")):
        start = time.process_time()
        assert not failures(LAKE_CONTRACTS["validated_facts"], frame)
        seconds += time.process_time() - start
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
