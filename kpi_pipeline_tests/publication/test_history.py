"""The history of the KPI rows: since when each says what it says, why it came and went, and what was known on a day."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kpi_pipeline.contracts.history import CAUSES
from kpi_pipeline.contracts.kpi import MART_CONTRACTS, KpiProvinceYear
from kpi_pipeline.publication.history import CodeVersions, earlier
from kpi_pipeline.publication.ledger import ledger_of
from kpi_pipeline.publication.release import publish
from kpi_pipeline.publication.source import PublishError
from kpi_pipeline.reference.tables import DATA
from kpi_pipeline.storage.calendar import today
from kpi_pipeline_tests.lake_input import LakeInput
from kpi_pipeline_tests.publication.publishing import asked, build_and_publish

GOOD = "excellent+good"
OLD, READS_BETTER = CodeVersions("reads 1", "builds 1"), CodeVersions("reads 2", "builds 1")
BUILDS_OTHERWISE = CodeVersions("reads 2", "builds 2")
DAYS = ("2023-01-10", "2023-02-10", "2023-03-10", "2023-04-10")


def _key(year: int) -> str:
    return f"VN-14/{year}/province/commune_government/task_completion_rating/good_or_better/share"


def _again(lake: LakeInput, page: str, **fields: Any) -> None:
    lake.lose(page)
    lake.page(page_id=page, **fields)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> LakeInput:
    """Four publications, in which something happened to one row each; the year of a row says what."""
    lake = LakeInput(tmp_path_factory.mktemp("told"))
    pages = {name: lake.page(name) for name in ("withdrawn", "lost", "bytes", "corrected", "mended", "read", "built")}
    pages["moved"] = lake.page("moved", url="https://a.vn/moved")
    pages["first"] = lake.page("first", url="https://baohoabinh.com.vn/1")
    pages["second"] = lake.page("second", url="https://hoabinh.gov.vn/2")
    pages["better"] = lake.page("better", url="https://hoabinh.gov.vn/3")
    years = dict(zip(pages, range(2001, 2020), strict=False))
    facts = {name: lake.fact(page, "share", 50, GOOD, year=years[name]) for name, page in pages.items()}
    lake.fact(pages["second"], "share", 55, GOOD, year=years["first"])
    lake.fact(pages["first"], "share", 56, GOOD, year=years["better"])
    lake.correction(pages["mended"], facts["mended"])
    build_and_publish(lake, DAYS[0], OLD)

    lake.fact(lake.page("new"), "share", 60, GOOD, year=2000)
    lake.withdraw(pages["withdrawn"])
    lake.withdraw(pages["better"])
    lake.lose(pages["lost"])
    _again(lake, pages["bytes"], name="bytes", page_version="b" * 64)
    lake.fact(pages["bytes"], "share", 61, GOOD, year=years["bytes"])
    _again(lake, pages["moved"], name="moved", url="https://a.vn/elsewhere")
    lake.fact(pages["moved"], "share", 50, GOOD, year=years["moved"])
    for name, value in (("corrected", 62), ("read", 63), ("mended", 64)):
        lake.retract(facts[name])
        facts[name] = lake.fact(pages[name], "share", value, GOOD, year=years[name])
    lake.correction(pages["corrected"], facts["corrected"])
    build_and_publish(lake, DAYS[1], READS_BETTER, accept_loss="a page was lost")

    otherwise = lake.folder / "reference"
    shutil.copytree(DATA, otherwise)
    domains = otherwise / "source_domains.csv"
    lines = domains.read_text(encoding="utf-8").replace("government_portal", "unknown")
    domains.write_text(lines, encoding="utf-8")
    lake.retract(facts["built"])
    lake.fact(pages["built"], "share", 65, GOOD, year=years["built"])
    odd = lake.page("odd")
    fact = lake.fact(odd, "share", 50, GOOD, year=1999)
    build_and_publish(lake, DAYS[2], BUILDS_OTHERWISE, reference=otherwise)

    lake.retract(fact)
    lake.fact(odd, "share", 66, GOOD, year=1999)
    build_and_publish(lake, DAYS[3], BUILDS_OTHERWISE, reference=otherwise)
    lake.years = {**years, "new": 2000, "odd": 1999}  # type: ignore[attr-defined]
    return lake


WHAT_HAPPENED = [
    ("new", 2, "added", "new_page", None, 60),
    ("withdrawn", 2, "gone", "withdrawal", 50, None),
    ("lost", 2, "gone", "lost_page", 50, None),
    ("better", 2, "changed", "withdrawal", 50, 56),
    ("bytes", 2, "changed", "new_version", 50, 61),
    ("moved", 2, "changed", "new_metadata", 50, 50),
    ("corrected", 2, "changed", "correction", 50, 62),
    ("mended", 2, "changed", "correction", 50, 64),
    ("read", 2, "changed", "better_extraction", 50, 63),
    ("first", 3, "changed", "other_source_taken", 55, 50),
    ("built", 3, "changed", "table_change", 50, 65),
    ("odd", 4, "changed", "unexplained", 50, 66),
]


@pytest.mark.parametrize(("name", "number", "change", "cause", "old", "new"), WHAT_HAPPENED)
def test_each_change_is_told_with_its_cause(
    told: LakeInput, name: str, number: int, change: str, cause: str, old: float | None, new: float | None
) -> None:
    key = _key(told.years[name])  # type: ignore[attr-defined]
    versions = asked(
        told,
        "SELECT obs_value, known_from::VARCHAR, known_to::VARCHAR, publication, cause, ended_publication, end_cause "
        f"FROM marts.kpi_history WHERE kpi_id = '{key}' ORDER BY known_from",
    )
    day = DAYS[number - 1]
    first = 3 if name == "odd" else 1
    expected = [] if old is None else [(old, DAYS[first - 1], day, first, "new_page", number, cause)]
    expected += [] if new is None else [(new, day, None, number, cause, None, None)]
    assert versions == expected
    release = told.folder / "releases" / ledger_of(told.folder / "releases")[number - 1]["release"]
    if release.exists():
        lines = [json.loads(line) for line in (release / "changes.jsonl").read_text(encoding="utf-8").splitlines()]
        [line] = [line for line in lines if line["kpi_id"] == key]
        assert (line["change"], line["cause"]) == (change, cause)
        assert [side and side["obs_value"] for side in (line["old"], line["new"])] == [old, new]


def test_every_cause_is_tried() -> None:
    assert {cause for *_, cause, _, _ in WHAT_HAPPENED} == set(CAUSES)


def test_the_ledger_counts_the_changes_by_cause(told: LakeInput) -> None:
    changes = [entry["changes"] for entry in ledger_of(told.folder / "releases")]
    for number in (2, 3, 4):
        for kind in ("added", "changed", "gone"):
            expected: dict[str, int] = {}
            for _, publication, change, cause, *_ in WHAT_HAPPENED:
                if (publication, change) == (number, kind):
                    expected[cause] = expected.get(cause, 0) + 1
            if (number, kind) == (3, "added"):
                expected = {"new_page": 1}
            assert changes[number - 1][kind] == expected


@pytest.mark.parametrize(
    ("day", "publication"),
    [("2023-01-09", 0), ("2023-01-10", 1), ("2023-02-09", 1), ("2023-02-10", 2), ("2023-04-09", 3), ("2030-01-01", 4)],
)
def test_what_was_known_on_a_day(told: LakeInput, day: str, publication: int) -> None:
    known = dict(asked(told, f"SELECT kpi_id, obs_value FROM marts.kpi_as_of('{day}')"))
    years = told.years  # type: ignore[attr-defined]
    expected = {_key(year): 50.0 for name, year in years.items() if name not in ("new", "odd")} if publication else {}
    expected |= {_key(years["odd"]): 50.0} if publication >= 3 else {}
    expected |= {_key(years["first"]): 55.0} if publication else {}
    for name, number, _, _, _, new in WHAT_HAPPENED:
        if number <= publication:
            expected.pop(_key(years[name]), None)
            expected |= {} if new is None else {_key(years[name]): float(new)}
    assert known == expected


def test_the_kpi_table_is_what_is_known_now(told: LakeInput) -> None:
    columns = ", ".join(KpiProvinceYear.to_schema().columns)
    assert asked(told, f"SELECT {columns} FROM marts.kpi_as_of(DATE '2023-04-10')") == asked(
        told, f"SELECT {columns} FROM marts.kpi_province_year"
    )
    since = dict(asked(told, "SELECT known_from::VARCHAR, count(*) FROM marts.kpi_province_year GROUP BY 1"))
    assert since == {DAYS[0]: 1, DAYS[1]: 7, DAYS[2]: 2, DAYS[3]: 1}


def test_an_attached_file_answers_too(told: LakeInput) -> None:
    file = told.folder / "published" / "warehouse.duckdb"
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{file}' AS theirs (READ_ONLY)")
        con.execute("USE theirs")
        assert con.execute("SELECT count(*) FROM marts.kpi_as_of('2023-01-10')").fetchone() == (11,)


def _some(lake: LakeInput, count: int, name: str = "page") -> list[str]:
    page = lake.page(name)
    return [lake.fact(page, "share", 50, GOOD, year=1997 + number) for number in range(count)]


def test_a_corrected_first_day_of_a_territory_is_a_new_version(lake: LakeInput) -> None:
    page = lake.page()
    fact = lake.fact(page, "share", 50, GOOD)
    build_and_publish(lake, "2023-01-10", OLD)
    corrected = lake.folder / "reference"
    shutil.copytree(DATA, corrected)
    provinces = corrected / "provinces.csv"
    lines = provinces.read_text(encoding="utf-8").splitlines()
    lines = [line.replace("1997-01-01", "1991-10-01") if line.startswith("VN-14,") else line for line in lines]
    provinces.write_text("\n".join(lines) + "\n", encoding="utf-8")
    lake.retract(fact)
    lake.fact(page, "share", 50, GOOD, span_start=0, province_valid_from="1991-10-01")
    build_and_publish(lake, "2023-02-10", BUILDS_OTHERWISE, reference=corrected)
    said = "SELECT province_valid_from::VARCHAR, known_to::VARCHAR FROM marts.kpi_history ORDER BY known_from"
    assert asked(lake, said) == [("1997-01-01", "2023-02-10"), ("1991-10-01", None)]


def test_a_warehouse_that_rewrites_what_stands_is_refused(lake: LakeInput) -> None:
    _some(lake, 1)
    build_and_publish(lake, "2023-01-10")
    lake.build()
    with duckdb.connect(str(lake.warehouse)) as con:
        con.execute("UPDATE marts.kpi_history SET province_name = 'elsewhere'")
    with pytest.raises(PublishError, match=r"not built on publication 1.*2 versions of rows differ"):
        publish(lake.warehouse, lake.folder / "published", lake.folder / "releases", 3, "2023-02-10", "0.1")


def test_publishing_the_same_again_changes_nothing(lake: LakeInput) -> None:
    _some(lake, 3)
    first = build_and_publish(lake, "2023-01-10", OLD)
    for code in (OLD, READS_BETTER):
        again = build_and_publish(lake, "2023-05-05", code)
        assert (again.release, again.changed, again.number, again.day) == (first.release, False, 1, "2023-01-10")
        assert not any(again.changes.values())
    assert len(ledger_of(lake.folder / "releases")) == 1
    assert asked(lake, "SELECT DISTINCT known_from FROM marts.kpi_history") == [(date(2023, 1, 10),)]


def test_the_same_warehouse_published_twice_is_one_publication(lake: LakeInput) -> None:
    _some(lake, 3)
    build_and_publish(lake, "2023-01-10")
    again = publish(lake.warehouse, lake.folder / "published", lake.folder / "releases", 3, "2023-02-10", "0.1")
    assert (again.changed, again.number) == (False, 1)


def test_a_warehouse_built_on_an_older_publication_is_refused(lake: LakeInput) -> None:
    _some(lake, 3)
    build_and_publish(lake, "2023-01-10")
    old = lake.warehouse.read_bytes()
    _some(lake, 5, "more")
    last = build_and_publish(lake, "2023-02-10")
    _some(lake, 7, "most")
    build_and_publish(lake, "2023-03-10")
    lake.warehouse.write_bytes(old)
    with pytest.raises(PublishError, match=r"not built on publication 3.*build it again"):
        publish(lake.warehouse, lake.folder / "published", lake.folder / "releases", 3, "2023-04-10", "0.1")
    assert last.release in {entry["release"] for entry in ledger_of(lake.folder / "releases")}


def test_versions_of_one_day_the_last_counts(lake: LakeInput) -> None:
    page = lake.page()
    for value in (50, 60, 70):
        fact = lake.fact(page, "share", value, GOOD)
        build_and_publish(lake, "2023-01-10", CodeVersions(f"reads {value}"))
        lake.retract(fact)
    assert asked(lake, "SELECT obs_value FROM marts.kpi_as_of('2023-01-10')") == [(70.0,)]
    standing = asked(lake, "SELECT obs_value, known_from = known_to FROM marts.kpi_history")
    assert standing == [(50.0, True), (60.0, True), (70.0, None)]


def test_history_does_not_run_backwards(lake: LakeInput) -> None:
    _some(lake, 1)
    build_and_publish(lake, "2023-01-10")
    _some(lake, 2, "more")
    late = build_and_publish(lake, "2022-12-31")
    assert late.day == "2023-01-10"
    assert asked(lake, "SELECT max(known_from) FROM marts.kpi_history") == [(date(2023, 1, 10),)]


def test_a_day_that_is_none_is_refused(lake: LakeInput) -> None:
    _some(lake, 1)
    with pytest.raises(PublishError, match="'tomorrow' is no day to publish on: write it as YYYY-MM-DD"):
        build_and_publish(lake, "tomorrow")


def test_a_day_to_come_is_refused(lake: LakeInput) -> None:
    _some(lake, 1)
    with pytest.raises(PublishError, match=r"9998-01-01 is still to come.*name today or a day before"):
        build_and_publish(lake, "9998-01-01")
    assert build_and_publish(lake, today().isoformat()).number == 1


def test_the_history_outlives_the_releases(lake: LakeInput) -> None:
    page = lake.page()
    for month in range(1, 7):
        fact = lake.fact(page, "share", 50 + month, GOOD)
        build_and_publish(lake, f"2023-{month:02d}-10", CodeVersions(f"reads {month}"), keep=1)
        lake.retract(fact)
    assert len([path for path in (lake.folder / "releases").iterdir() if path.is_dir()]) == 1
    for month in range(1, 7):
        known = asked(lake, f"SELECT obs_value FROM marts.kpi_as_of('2023-{month:02d}-28')")
        assert known == [(50.0 + month,)]


def test_two_homes_with_the_same_publications_hold_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        lake = LakeInput(tmp_path / name)
        facts = _some(lake, 4)
        build_and_publish(lake, "2023-01-10", OLD)
        lake.retract(facts[0])
        _some(lake, 6, "more")
        report = build_and_publish(lake, "2023-02-10", READS_BETTER)
        files = [path for path in sorted(report.folder.rglob("*")) if path.is_file() and path.suffix != ".duckdb"]
        made.append({path.relative_to(report.folder).as_posix(): path.read_bytes() for path in files})
    assert made[0] == made[1]
    assert {"changes.jsonl", "CHANGES.md", "manifest.json", "parquet/kpi_history.parquet"} <= made[0].keys()


@pytest.mark.parametrize("damage", ["changed", "gone", "release gone", "manifest"])
def test_a_damaged_history_is_named_with_the_remedy(lake: LakeInput, damage: str) -> None:
    _some(lake, 1)
    release = build_and_publish(lake, "2023-01-10").folder
    file = release / "parquet" / "kpi_history.parquet"
    if damage == "release gone":
        shutil.rmtree(release)
    elif damage == "manifest":
        (release / "manifest.json").chmod(0o644)
        (release / "manifest.json").write_text('{"number": 1}', encoding="utf-8")
    elif damage == "gone":
        file.unlink()
    else:
        file.chmod(0o644)
        file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(PublishError) as error:
        lake.build()
    gone = damage.endswith("gone")
    assert (", which publication 1 wrote, is gone" if gone else "is not what publication 1 wrote") in str(error.value)
    assert "put it back from a copy of that release, or move" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_column_that_is_new_is_empty_in_what_was_published_before(lake: LakeInput) -> None:
    [fact] = _some(lake, 1)
    release = build_and_publish(lake, "2023-01-10", OLD).folder
    file = release / "parquet" / "kpi_history.parquet"
    lean = lake.folder / "lean.parquet"
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT * EXCLUDE (computed_how) FROM read_parquet('{file}')) TO '{lean}' (FORMAT parquet)")
    given = {**earlier(lake.folder / "published", lake.folder / "releases", OLD), "kpi_history": lean}
    lake.retract(fact)
    lake.build(OLD, earlier=given)
    with duckdb.connect(str(lake.warehouse), read_only=True) as con:
        found = con.execute("SELECT computed_how, obs_value, end_cause FROM marts.kpi_history").fetchall()
    assert found == [(None, 50.0, "unexplained")]


def test_the_history_has_the_columns_of_the_table() -> None:
    own = list(KpiProvinceYear.to_schema().columns)
    assert list(MART_CONTRACTS["kpi_history"].to_schema().columns)[: len(own)] == own
