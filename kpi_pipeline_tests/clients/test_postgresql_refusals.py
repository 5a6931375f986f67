"""What keeps a release from being loaded into PostgreSQL: the old rows stay, and a sentence says what to do."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from adbc_driver_manager import Error as DriverError
from adbc_driver_postgresql import dbapi

from kpi_pipeline.publication.postgresql import load_release
from kpi_pipeline.publication.postgresql.address import Address
from kpi_pipeline.publication.postgresql.loading import PATIENCE
from kpi_pipeline.publication.source import PublishError
from kpi_pipeline.storage.home import Home
from kpi_pipeline_tests.clients.conftest import WHOLE, Database, changed
from kpi_pipeline_tests.conftest import Kpi
from kpi_pipeline_tests.lake_input import LakeInput

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
    releases: tuple[Path, ...], tmp_path: Path, database: Database, broken: str
) -> None:
    load_release(releases[0], database.uri)
    table, change = broken.split("/")
    published = changed(releases[1], tmp_path / "changed", f"UPDATE marts.{table} SET {change}")
    with pytest.raises(PublishError, match=rf"{BROKEN[broken]}.*as they were.*as the contract does") as error:
        load_release(published, database.uri)
    assert "\n" not in str(error.value)
    assert database.rows(WHOLE) == [(1, 1, 1)]


def test_a_server_that_goes_away_in_the_middle_keeps_the_old_rows(
    releases: tuple[Path, ...], database: Database
) -> None:
    load_release(releases[0], database.uri)
    published = releases[1]
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
    releases: tuple[Path, ...], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_release(releases[0], database.uri)
    published = releases[1]
    monkeypatch.setitem(PATIENCE, "the tables", "200ms")
    with dbapi.connect(database.uri) as connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLE marts.kpi_province_year IN SHARE MODE")
        with pytest.raises(PublishError, match=r"lock timeout.*as they were.*pg_stat_activity"):
            load_release(published, database.uri)
        with pytest.raises(PublishError, match=r"readers hold tables.*as they were.*pg_stat_activity"):
            load_release(published, database.uri, contracts={})
    assert database.rows(WHOLE) == [(1, 1, 1)]


def test_a_table_of_someone_else_is_left_alone(releases: tuple[Path, ...], database: Database) -> None:
    database.psql("CREATE SCHEMA marts", "CREATE TABLE marts.dim_page (mine TEXT)")
    with pytest.raises(PublishError, match=r"tables of its own by the names dim_page.*--schema"):
        load_release(releases[0], database.uri)
    assert database.psql("SELECT count(*) FROM marts.dim_page") == "0"
    report = load_release(releases[1], database.uri, schema='Tỉnh "A"')
    assert report.changed
    assert database.psql('SELECT count(*) FROM "Tỉnh ""A""".fact_observation') == "3"


@pytest.mark.parametrize("made", ["TABLE marts.publication (mine TEXT)", "VIEW marts.publication AS SELECT 1 AS mine"])
def test_a_table_by_the_name_of_the_marker_is_left_alone(
    releases: tuple[Path, ...], database: Database, made: str
) -> None:
    database.psql("CREATE SCHEMA marts", f"CREATE {made}")
    with pytest.raises(PublishError, match=r"tables of its own by the names publication.*--schema"):
        load_release(releases[0], database.uri)
    assert database.psql("SELECT count(mine) >= 0 FROM marts.publication") == "t"


def test_a_text_that_postgresql_cannot_hold_is_told(
    releases: tuple[Path, ...], database: Database, tmp_path: Path
) -> None:
    load_release(releases[0], database.uri)
    published = changed(releases[1], tmp_path / "changed", "UPDATE marts.fact_observation SET quote = '5' || chr(0)")
    with pytest.raises(PublishError, match=r"0x00.*as they were.*a NUL character.*then publish"):
        load_release(published, database.uri)
    assert database.rows(WHOLE) == [(1, 1, 1)]


def test_a_role_without_the_right_is_told_whom_to_ask(releases: tuple[Path, ...], database: Database) -> None:
    database.psql("DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN")
    guest = database.uri.replace("postgres:@", "guest@")
    with pytest.raises(PublishError, match=r"permission denied for database.*administrator.*--schema"):
        load_release(releases[0], guest)
    load_release(releases[0], database.uri)
    with pytest.raises(PublishError, match=r"permission denied for schema marts.*administrator"):
        load_release(releases[1], guest)
    assert database.rows(WHOLE) == [(1, 1, 1)]
    database.psql("DROP ROLE guest")


def test_a_type_that_is_not_known_is_told(releases: tuple[Path, ...], database: Database, tmp_path: Path) -> None:
    published = changed(releases[0], tmp_path / "other", "ALTER TABLE marts.dim_page ALTER n_facts TYPE HUGEINT")
    with pytest.raises(PublishError, match=r"Column n_facts of dim_page has the type HUGEINT.*cast it"):
        load_release(published, database.uri)


def test_a_database_without_room_for_vietnamese_is_refused(releases: tuple[Path, ...], old_database: Database) -> None:
    with pytest.raises(PublishError, match=r"LATIN1.*ENCODING 'UTF8'"):
        load_release(releases[0], old_database.uri)
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
def test_no_sentence_bears_a_password(releases: tuple[Path, ...], address: str, told: str) -> None:
    with pytest.raises(PublishError) as error:
        load_release(releases[0], address)
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


def test_the_command_line_says_what_is_missing(kpi: Kpi, home: Home, lake: LakeInput) -> None:
    nowhere = kpi("publish", KPI_POSTGRESQL="")
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "--to postgresql://user@host/database" in nowhere.stderr
    assert "KPI_POSTGRESQL" in nowhere.stderr
    nothing = kpi("publish", "--to", "postgresql://ann:hush-hush@host/kpi")
    assert nothing.returncode == 2
    assert "Nothing is published" in nothing.stderr
    assert not home.root.exists()


def _wait_for_one_that_waits(database: Database) -> None:
    until = time.monotonic() + 30
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while not database.rows(waiting):
        assert time.monotonic() < until
        time.sleep(0.02)
