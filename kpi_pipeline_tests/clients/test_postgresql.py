"""The published release in a real PostgreSQL: the same rows, types, rules, comments; readers, accidents, refusals."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

import duckdb
import pytest
from adbc_driver_manager import Error as DriverError
from adbc_driver_postgresql import dbapi

from kpi_pipeline.contracts.constraints import primary_key
from kpi_pipeline.contracts.fields import columns_of
from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.publication.postgresql import load_release
from kpi_pipeline.publication.postgresql.address import Address
from kpi_pipeline.publication.postgresql.loading import PATIENCE
from kpi_pipeline.publication.source import PublishError, Source
from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.clients.conftest import Database, Release
from kpi_pipeline_tests.conftest import Kpi, call_kpi
from kpi_pipeline_tests.lake_input import LakeInput, ask

COUNT = "SELECT count(*) FROM marts.fact_observation"
WHOLE = (
    "SELECT (SELECT count(*) FROM marts.fact_observation), (SELECT sum(n_facts)::bigint FROM marts.dim_page), "
    "(SELECT (tables->'fact_observation'->>'rows')::bigint FROM marts.publication)"
)


def test_every_mart_has_the_rows_of_the_duckdb_file(sampled: Home, database: Database) -> None:
    report = load_release(sampled.published, database.uri)
    assert sorted(report.rows) == sorted(MART_CONTRACTS)
    for table, rows in report.rows.items():
        read = f"SELECT * FROM marts.{table}"
        expected = [tuple(row.values()) for row in ask(sampled.published / "warehouse.duckdb", read)]
        assert sorted(database.rows(read), key=repr) == sorted(expected, key=repr)
        assert database.psql(f"SELECT count(*) FROM marts.{table}") == str(rows) == str(len(expected))


def test_types_rules_and_comments_are_those_of_the_contracts(release: Release, database: Database) -> None:
    published = release(1)
    load_release(published, database.uri)
    kinds = {
        "str": "text",
        "int64": "bigint",
        "float64": "double precision",
        "bool": "boolean",
        "date": "date",
        "list": "ARRAY",
    }
    for table, contract in MART_CONTRACTS.items():
        told = database.rows(
            "SELECT column_name, data_type, is_nullable = 'YES' FROM information_schema.columns "
            f"WHERE table_schema = 'marts' AND table_name = '{table}' ORDER BY ordinal_position"
        )
        assert told == [(column.name, kinds[column.type], column.nullable) for column in columns_of(contract)]
        keys = database.rows(
            "SELECT array_agg(attname ORDER BY array_position(conkey, attnum)) FROM pg_constraint "
            "JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey) "
            f"WHERE conrelid = 'marts.{table}'::regclass AND contype IN ('p', 'u') GROUP BY conname"
        )
        assert [tuple(key) for (key,) in keys] == [primary_key(contract)]
    with duckdb.connect(str(published / "warehouse.duckdb"), read_only=True) as con:
        for mart in Source(con, "", "").tables:
            said = f"'marts.{mart.name}'::regclass"
            assert database.rows(f"SELECT obj_description({said})") == [(mart.description,)]
            comments = database.rows(
                f"SELECT attname, col_description({said}, attnum) FROM pg_attribute "
                f"WHERE attrelid = {said} AND attnum > 0 ORDER BY attnum"
            )
            assert comments == [(column.name, column.description) for column in mart.columns]


def test_the_marker_names_the_release_and_an_unchanged_one_is_not_loaded_again(
    release: Release, database: Database
) -> None:
    published = release(2)
    first = load_release(published, database.uri)
    touched = database.psql("SELECT xmin FROM marts.publication", "SELECT max(xmin::text) FROM marts.dim_page")
    again = load_release(published, database.uri)
    assert (first.changed, again.changed) == (True, False)
    assert touched == database.psql("SELECT xmin FROM marts.publication", "SELECT max(xmin::text) FROM marts.dim_page")
    told = "SELECT release, day, number FROM marts.publication"
    assert database.psql(told) == f"{published.name}|2023-04-02|1"
    published = release(3)
    newer = load_release(published, database.uri)
    assert (newer.changed, newer.altered) == (True, ())
    assert database.psql(told) == f"{published.name}|2023-04-03|2"
    assert database.psql(COUNT) == "5"


def test_readers_see_one_release_and_never_wait_while_publications_go_on(release: Release, database: Database) -> None:
    load_release(release(1), database.uri)
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
        for facts, stands in ((2, 3), (3, 6), (4, 10)):
            load_release(release(facts), database.uri)
            until = time.monotonic() + 30
            while stands not in seen and reader.is_alive() and time.monotonic() < until:
                time.sleep(0.01)
    finally:
        stop.set()
        reader.join()
    assert not wrong
    assert sorted(set(seen)) == [1, 3, 6, 10]
    assert seen == sorted(seen)


BROKEN = {
    "kpi_province_year/obs_status = 'X'": "obs_status_codes",
    "kpi_province_year/obs_value = -1": "obs_value_minimum",
    "kpi_province_year/ref_area = 'Hà Nội'": "ref_area_pattern",
    "kpi_province_year/province_name = NULL": "province_name",
    "kpi_province_year/kpi_id = (SELECT min(kpi_id) FROM marts.kpi_province_year)": "kpi_province_year_pkey",
    "fact_observation/quote = ''": "quote_min_length",
    "fact_observation/levels = NULL": "levels",
    "dim_province/province_valid_from = DATE '2004-01-01'": "dim_province_pkey",
    "kpi_province_year_wide/share_good_or_better = 101": "share_good_or_better_maximum",
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_value_that_breaks_the_contract_is_refused_and_the_old_rows_stay(
    two_releases: tuple[Path, Path], tmp_path: Path, database: Database, broken: str
) -> None:
    load_release(two_releases[0], database.uri)
    published = shutil.copytree(two_releases[1], tmp_path / "published")
    table, change = broken.split("/")
    with _open(published) as con:
        con.execute(f"UPDATE marts.{table} SET {change}")
    with pytest.raises(PublishError, match=rf"{BROKEN[broken]}.*as they were.*as the contract does") as error:
        load_release(published, database.uri)
    assert "\n" not in str(error.value)
    assert database.rows(WHOLE) == [(1, 1, 1)]


def test_a_server_that_goes_away_in_the_middle_keeps_the_old_rows(release: Release, database: Database) -> None:
    load_release(release(1), database.uri)
    published = release(2)
    said: list[str] = []

    def load() -> None:
        try:
            load_release(published, database.uri)
        except PublishError as error:
            said.append(str(error))

    with dbapi.connect(database.uri) as connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLE marts.kpi_province_year IN SHARE MODE")
        loading = threading.Thread(target=load)
        loading.start()
        _wait_for_one_that_waits(database)
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'"
        )
        loading.join()
    assert len(said) == 1
    assert "was lost" in said[0]
    assert "as they were" in said[0]
    assert database.rows(WHOLE) == [(1, 1, 1)]
    load_release(published, database.uri)
    assert database.rows(WHOLE) == [(3, 3, 3)]


def test_a_table_that_someone_locks_stops_the_publication(
    release: Release, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_release(release(1), database.uri)
    published = release(2)
    monkeypatch.setitem(PATIENCE, "the tables", "200ms")
    with dbapi.connect(database.uri) as connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLE marts.kpi_province_year IN SHARE MODE")
        with pytest.raises(PublishError, match=r"lock timeout.*as they were.*pg_stat_activity"):
            load_release(published, database.uri)
        with pytest.raises(PublishError, match=r"readers hold tables.*as they were.*pg_stat_activity"):
            load_release(published, database.uri, contracts={})
    assert database.rows(WHOLE) == [(1, 1, 1)]


def test_two_publications_at_once_come_one_after_the_other(two_releases: tuple[Path, Path], database: Database) -> None:
    failed: list[PublishError] = []

    def load(published: Path) -> None:
        try:
            load_release(published, database.uri)
        except PublishError as error:
            failed.append(error)

    both = [threading.Thread(target=load, args=[published]) for published in two_releases]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert not failed
    assert database.rows(WHOLE)[0] in ((1, 1, 1), (3, 3, 3))


def test_views_and_rights_outlive_a_publication(release: Release, database: Database) -> None:
    load_release(release(1), database.uri)
    database.psql(
        "CREATE VIEW good AS SELECT * FROM marts.kpi_province_year WHERE obs_value > 50",
        "DROP ROLE IF EXISTS analyst",
        "CREATE ROLE analyst",
        "GRANT USAGE ON SCHEMA marts TO analyst",
        "GRANT SELECT ON ALL TABLES IN SCHEMA marts TO analyst",
        "GRANT SELECT ON good TO analyst",
    )
    load_release(release(3), database.uri)
    assert database.psql("SET ROLE analyst", "SELECT count(*) FROM good") == "2"
    assert database.psql("SET ROLE analyst", COUNT) == "4"
    database.psql("DROP OWNED BY analyst", "DROP ROLE analyst")


def test_a_table_with_other_columns_is_altered_and_views_stay(release: Release, database: Database) -> None:
    published = release(2)
    assert load_release(published, database.uri).changed
    database.psql("CREATE VIEW pages AS SELECT page_id, title FROM marts.dim_page")
    with _open(published) as con:
        con.execute("ALTER TABLE marts.dim_page DROP COLUMN encoding")
        con.execute("ALTER TABLE marts.dim_page ADD COLUMN seen BIGINT")
        con.execute("ALTER TABLE marts.dim_page ALTER n_bytes TYPE DOUBLE")
        con.execute("COMMENT ON COLUMN marts.dim_page.seen IS 'Times seen.'")
    assert load_release(published, database.uri).altered == ("dim_page",)
    columns = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'dim_page'"
    told = dict(database.rows(columns))
    assert (told["seen"], told["n_bytes"], "encoding" in told) == ("bigint", "double precision", False)
    assert database.psql("SELECT count(*), count(n_bytes) FROM marts.dim_page") == "1|1"
    assert database.psql("SELECT count(title) FROM pages") == "1"
    with _open(published) as con:
        con.execute("ALTER TABLE marts.dim_page DROP COLUMN title")
    with pytest.raises(PublishError, match=r"cannot drop column title.*view pages depends.*pg_get_viewdef"):
        load_release(published, database.uri)
    assert database.psql("SELECT count(title) FROM pages") == "1"
    database.psql("DROP VIEW pages")
    assert load_release(published, database.uri).altered == ("dim_page",)


def test_rules_that_change_hold_from_the_next_publication(release: Release, database: Database) -> None:
    published = release(2)
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
    assert database.rows(WHOLE) == [(2, 2, 2)]


def test_a_reader_goes_on_while_tables_are_altered(release: Release, database: Database) -> None:
    published = release(3)
    load_release(published, database.uri)
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        with dbapi.connect(database.uri, autocommit=True) as connection, connection.cursor() as cursor:
            while not stop.is_set():
                cursor.execute(WHOLE)
                if (found := cursor.fetchone()) != (3, 3, 3):
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


def test_a_mart_that_is_gone_and_one_that_was_dropped_by_hand(release: Release, database: Database) -> None:
    published = release(2)
    load_release(published, database.uri)
    database.psql("DROP TABLE marts.dim_province")
    assert load_release(published, database.uri).altered == ("dim_province",)
    with _open(published) as con:
        con.execute("DROP TABLE marts.dq_conflicts")
    assert load_release(published, database.uri).changed
    assert database.psql("SELECT to_regclass('marts.dq_conflicts') IS NULL") == "t"


def test_a_table_of_someone_else_is_left_alone(release: Release, database: Database) -> None:
    database.psql("CREATE SCHEMA marts", "CREATE TABLE marts.dim_page (mine TEXT)")
    with pytest.raises(PublishError, match=r"tables of its own by the names dim_page.*--schema"):
        load_release(release(1), database.uri)
    assert database.psql("SELECT count(*) FROM marts.dim_page") == "0"
    report = load_release(release(2), database.uri, schema='Tỉnh "A"')
    assert report.changed
    assert database.psql('SELECT count(*) FROM "Tỉnh ""A""".fact_observation') == "3"


def test_a_role_without_the_right_is_told_whom_to_ask(two_releases: tuple[Path, Path], database: Database) -> None:
    database.psql("DROP ROLE IF EXISTS visitor", "CREATE ROLE visitor LOGIN")
    visitor = database.uri.replace("postgres:@", "visitor@")
    with pytest.raises(PublishError, match=r"permission denied for database.*administrator.*--schema"):
        load_release(two_releases[0], visitor)
    load_release(two_releases[0], database.uri)
    with pytest.raises(PublishError, match=r"permission denied for schema marts.*administrator"):
        load_release(two_releases[1], visitor)
    assert database.rows(WHOLE) == [(1, 1, 1)]
    database.psql("DROP ROLE visitor")


def test_a_type_that_is_not_known_is_told(release: Release, database: Database) -> None:
    published = release(1)
    with _open(published) as con:
        con.execute("ALTER TABLE marts.dim_page ALTER n_facts TYPE HUGEINT")
    with pytest.raises(PublishError, match=r"Column n_facts of dim_page has the type HUGEINT.*cast it"):
        load_release(published, database.uri)


def test_a_database_without_room_for_vietnamese_is_refused(release: Release, old_database: Database) -> None:
    with pytest.raises(PublishError, match=r"LATIN1.*ENCODING 'UTF8'"):
        load_release(release(1), old_database.uri)
    assert old_database.psql("SELECT to_regnamespace('marts') IS NULL") == "t"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://ann:hush-hush@127.0.0.1:1/kpi", "127.0.0.1:1/kpi cannot be reached"),
        ("postgresql://ann@127.0.0.1:1/kpi?password=hush-hush", "127.0.0.1:1/kpi cannot be reached"),
        ("postgresql://ann:hush-hush@127.0.0.1/kpi?no_such_option=1", "no_such_option"),
        ("postgresql://ann:hush-hush@127.0.0.1/kpi?port=hush-hush", "***"),
        ("postgresql://ann:hush-hush/2@host/kpi", "not the address"),
        ("postgresql://ann:hush-hush#2@host/kpi", "not the address"),
        ("postgresql://ann:hush-hush@2@host/kpi", "not the address"),
        ("postgresql://ann:hush-hush%zz@host/kpi", "not the address"),
        ("postgresql://ann:hush-hush@host:port/kpi", "not the address"),
        ("mysql://ann:hush-hush@host/kpi", "not the address"),
        ("host=db password=hush-hush", "not the address"),
    ],
)
def test_no_sentence_bears_a_password(two_releases: tuple[Path, Path], address: str, told: str) -> None:
    with pytest.raises(PublishError) as error:
        load_release(two_releases[0], address)
    assert told in str(error.value)
    assert "hush" not in str(error.value)
    assert "\n" not in str(error.value)
    assert error.value.__cause__ is None


def test_an_address_is_shown_without_the_one_who_connects() -> None:
    address = Address.read("postgresql://ann:hush-hush@db.example:5433/kpi?sslmode=require")
    assert repr(address) == "Address(db.example:5433/kpi)"
    with pytest.raises(PublishError) as error, address.connected():
        raise DriverError(
            "IO: [libpq] bad thing near hush-hush",
            status_code=0,  # type: ignore[arg-type]
        )
    assert "hush" not in str(error.value)


def test_the_command_line_loads_what_is_published(copied: Home, database: Database) -> None:
    named = call_kpi(copied.root, "publish", "--to", database.uri)
    assert named.returncode == 0, named.stderr
    assert f"{len(MART_CONTRACTS)} tables" in named.stdout
    facts = ask(copied.published / "warehouse.duckdb", COUNT + " AS n")
    assert database.psql(COUNT) == str(next(iter(facts[0].values())))
    again = call_kpi(copied.root, "publish", KPI_POSTGRESQL=database.uri)
    assert (again.returncode, again.stderr) == (0, "")
    assert "nothing to do" in again.stdout


def test_the_command_line_says_what_is_missing(kpi: Kpi, home: Home, lake: LakeInput) -> None:
    nowhere = kpi("publish")
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "--to postgresql://user@host/database" in nowhere.stderr
    assert "KPI_POSTGRESQL" in nowhere.stderr
    nothing = kpi("publish", "--to", "postgresql://ann:hush-hush@host/kpi")
    assert nothing.returncode == 2
    assert "Nothing is published" in nothing.stderr
    assert not home.root.exists()


def _open(published: Path) -> duckdb.DuckDBPyConnection:
    """The published file, to be changed as no one should."""
    file = published / "warehouse.duckdb"
    file.chmod(0o644)
    return duckdb.connect(str(file))


def _wait_for_one_that_waits(database: Database) -> None:
    until = time.monotonic() + 30
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while not database.rows(waiting):
        assert time.monotonic() < until
        time.sleep(0.02)
