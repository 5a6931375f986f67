"""The published release in a real PostgreSQL: the same rows, types, rules, comments; readers, accidents, refusals."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import duckdb
import pytest
from adbc_driver_postgresql import dbapi

from kpi_pipeline.contracts.constraints import primary_key
from kpi_pipeline.contracts.fields import columns_of
from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.publication.postgresql import load_release
from kpi_pipeline.publication.source import PublishError, Source
from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.clients.conftest import WHOLE, Database, changed
from kpi_pipeline_tests.conftest import call_kpi
from kpi_pipeline_tests.lake_input import ask

COUNT = "SELECT count(*) FROM marts.fact_observation"


def test_every_mart_has_the_rows_of_the_duckdb_file(sampled: Home, database: Database) -> None:
    report = load_release(sampled.published, database.uri)
    assert sorted(report.rows) == sorted(MART_CONTRACTS)
    for table, rows in report.rows.items():
        read = f"SELECT * FROM marts.{table}"
        expected = [tuple(row.values()) for row in ask(sampled.published / "warehouse.duckdb", read)]
        assert sorted(database.rows(read), key=repr) == sorted(expected, key=repr)
        assert database.psql(f"SELECT count(*) FROM marts.{table}") == str(rows) == str(len(expected))


def test_types_rules_and_comments_are_those_of_the_contracts(releases: tuple[Path, ...], database: Database) -> None:
    published = releases[0]
    load_release(published, database.uri)
    kinds = {
        "str": "text",
        "int64": "bigint",
        "float64": "double precision",
        "bool": "boolean",
        "date": "date",
        "list": "ARRAY",
    }
    told = database.rows(
        "SELECT table_name, column_name, data_type, is_nullable = 'YES' FROM information_schema.columns "
        "WHERE table_schema = 'marts' AND table_name <> 'publication' ORDER BY table_name, ordinal_position"
    )
    assert told == [
        (table, column.name, kinds[column.type], column.nullable)
        for table, contract in sorted(MART_CONTRACTS.items())
        for column in columns_of(contract)
    ]
    keys = database.rows(
        "SELECT relname, array_agg(attname ORDER BY array_position(conkey, attnum)) FROM pg_constraint "
        "JOIN pg_class ON pg_class.oid = conrelid JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey) "
        "WHERE connamespace = 'marts'::regnamespace AND contype IN ('p', 'u') GROUP BY relname, conname"
    )
    expected = {table: primary_key(contract) for table, contract in MART_CONTRACTS.items()}
    assert {table: tuple(key) for table, key in keys} == {**expected, "publication": ("release",)}
    comments = database.rows(
        "SELECT relname, objsubid, description FROM pg_description JOIN pg_class ON pg_class.oid = objoid "
        "WHERE relnamespace = 'marts'::regnamespace AND relname <> 'publication' ORDER BY relname, objsubid"
    )
    with duckdb.connect(str(published / "warehouse.duckdb"), read_only=True) as con:
        assert comments == [
            (mart.name, number, said)
            for mart in Source(con, "", "").tables
            for number, said in enumerate((mart.description, *(column.description for column in mart.columns)))
        ]


def test_the_marker_names_the_release_and_an_unchanged_one_is_not_loaded_again(
    releases: tuple[Path, ...], database: Database
) -> None:
    published = releases[1]
    first = load_release(published, database.uri)
    touched = database.psql("SELECT xmin FROM marts.publication", "SELECT max(xmin::text) FROM marts.dim_page")
    again = load_release(published, database.uri)
    assert (first.changed, again.changed) == (True, False)
    assert touched == database.psql("SELECT xmin FROM marts.publication", "SELECT max(xmin::text) FROM marts.dim_page")
    told = "SELECT release, day, number FROM marts.publication"
    assert database.psql(told) == f"{published.name}|2023-04-02|2"
    published = releases[2]
    newer = load_release(published, database.uri)
    assert (newer.changed, newer.altered) == (True, ())
    assert database.psql(told) == f"{published.name}|2023-04-03|3"
    assert database.psql(COUNT) == "6"


def test_readers_see_one_release_and_never_wait_while_publications_go_on(
    releases: tuple[Path, ...], database: Database
) -> None:
    load_release(releases[0], database.uri)
    seen: list[int] = []
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        with dbapi.connect(database.uri) as connection, connection.cursor() as cursor:
            while not stop.is_set():
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                cursor.execute(WHOLE)
                facts, stated, marked = cursor.fetchone() or (None, None, None)
                cursor.execute(
                    "SELECT count(*), (SELECT (tables->'kpi_province_year'->>'rows')::bigint FROM marts.publication) "
                    "FROM marts.kpi_province_year"
                )
                rows, rows_marked = cursor.fetchone() or (None, None)
                connection.rollback()
                if not facts == stated == marked or rows != rows_marked:
                    wrong.append((facts, stated, marked, rows, rows_marked))
                seen.append(facts)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for published, stands in zip(releases[1:], (3, 6), strict=True):
            load_release(published, database.uri)
            until = time.monotonic() + 30
            while stands not in seen and reader.is_alive() and time.monotonic() < until:
                time.sleep(0.01)
    finally:
        stop.set()
        reader.join()
    assert not wrong
    assert sorted(set(seen)) == [1, 3, 6]
    assert seen == sorted(seen)


def test_two_publications_at_once_come_one_after_the_other(releases: tuple[Path, ...], database: Database) -> None:
    failed: list[PublishError] = []

    def load(published: Path) -> None:
        try:
            load_release(published, database.uri)
        except PublishError as error:
            failed.append(error)

    both = [threading.Thread(target=load, args=[published]) for published in releases[:2]]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert not failed
    assert database.rows(WHOLE)[0] in ((1, 1, 1), (3, 3, 3))


def test_views_and_rights_outlive_a_publication(releases: tuple[Path, ...], database: Database) -> None:
    load_release(releases[0], database.uri)
    database.psql(
        "CREATE VIEW good AS SELECT * FROM marts.kpi_province_year WHERE obs_value > 50",
        "DROP ROLE IF EXISTS visitor",
        "CREATE ROLE visitor",
        "GRANT USAGE ON SCHEMA marts TO visitor",
        "GRANT SELECT ON ALL TABLES IN SCHEMA marts TO visitor",
        "GRANT SELECT ON good TO visitor",
    )
    load_release(releases[2], database.uri)
    assert database.psql("SET ROLE visitor", "SELECT count(*) FROM good") == "2"
    assert database.psql("SET ROLE visitor", COUNT) == "6"
    database.psql("DROP OWNED BY visitor", "DROP ROLE visitor")


def test_a_table_with_other_columns_is_altered_and_views_stay(
    releases: tuple[Path, ...], database: Database, tmp_path: Path
) -> None:
    published = releases[1]
    assert load_release(published, database.uri).changed
    database.psql("CREATE VIEW pages AS SELECT page_id, title FROM marts.dim_page")
    published = changed(
        published,
        tmp_path / "other",
        "ALTER TABLE marts.dim_page DROP COLUMN encoding",
        "ALTER TABLE marts.dim_page ADD COLUMN seen BIGINT",
        "ALTER TABLE marts.dim_page ALTER n_bytes TYPE DOUBLE",
        "COMMENT ON COLUMN marts.dim_page.seen IS 'Times seen.'",
    )
    assert load_release(published, database.uri).altered == ("dim_page",)
    columns = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'dim_page'"
    told = dict(database.rows(columns))
    assert (told["seen"], told["n_bytes"], "encoding" in told) == ("bigint", "double precision", False)
    assert database.psql("SELECT count(*), count(n_bytes) FROM marts.dim_page") == "2|2"
    assert database.psql("SELECT count(title) FROM pages") == "2"
    published = changed(published, tmp_path / "less", "ALTER TABLE marts.dim_page DROP COLUMN title")
    with pytest.raises(PublishError, match=r"cannot drop column title.*view pages depends.*pg_get_viewdef"):
        load_release(published, database.uri)
    assert database.psql("SELECT count(title) FROM pages") == "2"
    database.psql("DROP VIEW pages")
    assert load_release(published, database.uri).altered == ("dim_page",)


def test_rules_that_change_hold_from_the_next_publication(releases: tuple[Path, ...], database: Database) -> None:
    published = releases[1]
    count = "SELECT count(*) FROM pg_constraint WHERE conrelid = 'marts.dim_page'::regclass AND contype <> 'n'"
    needed = "SELECT is_nullable FROM information_schema.columns WHERE column_name = 'n_facts'"
    assert load_release(published, database.uri, contracts={}).changed
    assert (database.psql(count), database.psql(needed)) == ("0", "YES")
    report = load_release(published, database.uri)
    assert report.altered == tuple(sorted(MART_CONTRACTS))
    assert (database.psql(count), database.psql(needed)) != ("0", "YES")
    assert database.psql(needed) == "NO"
    assert load_release(published, database.uri, contracts={}).changed
    assert (database.psql(count), database.psql(needed)) == ("0", "YES")
    assert database.rows(WHOLE) == [(3, 3, 3)]


def test_a_reader_goes_on_while_tables_are_altered(releases: tuple[Path, ...], database: Database) -> None:
    published = releases[2]
    load_release(published, database.uri)
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        with dbapi.connect(database.uri, autocommit=True) as connection, connection.cursor() as cursor:
            while not stop.is_set():
                cursor.execute(WHOLE)
                if (found := cursor.fetchone()) != (6, 6, 6):
                    wrong.append(found)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for contracts in ({}, MART_CONTRACTS, {}):
            assert load_release(published, database.uri, contracts=contracts).altered
            assert reader.is_alive()
    finally:
        stop.set()
        reader.join()
    assert not wrong


def test_a_mart_that_is_gone_and_one_that_was_dropped_by_hand(
    releases: tuple[Path, ...], database: Database, tmp_path: Path
) -> None:
    published = releases[1]
    load_release(published, database.uri)
    database.psql("DROP TABLE marts.dim_province")
    assert load_release(published, database.uri).altered == ("dim_province",)
    published = changed(published, tmp_path / "less", "DROP TABLE marts.dq_conflicts")
    assert load_release(published, database.uri).changed
    assert database.psql("SELECT to_regclass('marts.dq_conflicts') IS NULL") == "t"


def test_the_command_line_loads_what_is_published(copied: Home, database: Database) -> None:
    named = call_kpi(copied.root, "publish", "--to", database.uri)
    assert named.returncode == 0, named.stderr
    assert f"{len(MART_CONTRACTS)} tables" in named.stdout
    facts = ask(copied.published / "warehouse.duckdb", COUNT + " AS n")
    assert database.psql(COUNT) == str(next(iter(facts[0].values())))
    again = call_kpi(copied.root, "publish", KPI_POSTGRESQL=database.uri)
    assert (again.returncode, again.stderr) == (0, "")
    assert "nothing to do" in again.stdout
