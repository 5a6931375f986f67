"""Publication: releases beside, read back, swapped in by rename; readers and killed runs."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from kpi_pipeline.contracts.kpi import MART_CONTRACTS
from kpi_pipeline.publication.formats import FORMATS
from kpi_pipeline.publication.ledger import ledger_of
from kpi_pipeline.publication.manifest import manifest_of
from kpi_pipeline.publication.release import PublishReport, publish
from kpi_pipeline.publication.source import PublishError
from kpi_pipeline.storage.lake import SCHEMAS
from kpi_pipeline.storage.warehouse import build_warehouse
from kpi_pipeline_tests.lake_input import MODELS, LakeInput, ask

DAY = "2023-04-02"
COUNT = "SELECT count(*) AS n FROM marts.fact_observation"


def _publish(lake: LakeInput, keep: int = 3, day: str = DAY, version: str = "0.1") -> PublishReport:
    return publish(lake.warehouse, lake.folder / "published", lake.folder / "releases", keep, day, version)


def _facts(lake: LakeInput, count: int = 1) -> None:
    page = lake.page(f"page{count}")
    for number in range(count):
        lake.fact(page, "share", 50 + number, "excellent+good", year=2000 + number, unit_name=None)
    lake.build()


def _releases(lake: LakeInput) -> list[str]:
    names = sorted(os.listdir(lake.folder / "releases"))
    names.remove("ledger.jsonl")
    return names


def _entered(lake: LakeInput) -> list[tuple[int, str]]:
    text = (lake.folder / "releases" / "ledger.jsonl").read_text(encoding="utf-8")
    assert text.endswith("\n")
    return [(line["number"], line["release"]) for line in map(json.loads, text.splitlines())]


def _publications_in_history(lake: LakeInput) -> list[int]:
    rows = ask(
        lake.folder / "published" / "warehouse.duckdb", "SELECT DISTINCT publication AS n FROM marts.kpi_history"
    )
    return sorted(row["n"] for row in rows)


def _files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_release_holds_every_table_in_every_form(lake: LakeInput) -> None:
    _facts(lake, 3)
    report = _publish(lake)
    published = lake.folder / "published"
    assert published.resolve() == report.folder.resolve()
    assert report.changed
    tables = sorted(MART_CONTRACTS)
    assert sorted(_files(published)) == sorted(
        ["warehouse.duckdb", "data_dictionary.csv", "manifest.json", "province_kpi.xlsx"]
        + ["datapackage.json", "dataset.jsonld", "sdmx/kpi_province_year.csv", "sdmx/structure.json"]
        + ["catalogue/index.html", "catalogue/en.html"]
        + [f"parquet/{table}.parquet" for table in tables]
        + [f"csv/{table}.csv" for table in tables]
        + ["changes.jsonl", "CHANGES.md"]
    )
    assert report.rows["fact_observation"] == 3
    for table in tables:
        rows = ask(published / "warehouse.duckdb", f"SELECT * FROM marts.{table}")
        assert pq.read_table(published / "parquet" / f"{table}.parquet").to_pylist() == rows
        with (published / "csv" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == len(rows) == report.rows[table]


def test_the_manifest_says_what_is_in_the_release(lake: LakeInput) -> None:
    _facts(lake, 2)
    report = _publish(lake)
    manifest = manifest_of(lake.folder / "published")
    assert (manifest["release"], manifest["day"], manifest["code_version"]) == (report.release, DAY, "0.1")
    assert manifest["tables"]["fact_observation"]["rows"] == 2
    assert manifest["pages"] == {"count": 1, "first_day": "2022-02-01", "last_day": "2022-02-01"}
    assert manifest["tables"]["kpi_province_year"]["columns"][0] == {"name": "kpi_id", "type": "VARCHAR"}
    files = _files(report.folder)
    del files["manifest.json"]
    assert {name: said["sha256"] for name, said in manifest["files"].items()} == files


def test_the_dictionary_describes_every_column(lake: LakeInput) -> None:
    lake.build()
    _publish(lake)
    with (lake.folder / "published" / "data_dictionary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    said = [
        (model.name, column, text)
        for model in MODELS
        if model.schema == "marts"
        for column, text in model.columns.items()
    ]
    assert sorted((row["table"], row["column"], row["description"]) for row in rows) == sorted(said)
    assert all(row["type"] and row["table_description"] for row in rows)


def test_csv_is_plain(lake: LakeInput) -> None:
    page = lake.page("báo", title='Tin "nóng", mới\nhai dòng')
    lake.fact(page, "share", 88.1, "excellent+good")
    lake.fact(page, "total", 151)
    lake.build()
    _publish(lake)
    folder = lake.folder / "published" / "csv"
    for path in folder.iterdir():
        content = path.read_bytes()
        assert not content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\r\n")
    with (folder / "fact_observation.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["levels"], row["value"], row["annual"]) for row in rows] == [
        ("excellent+good", "88.1", "false"),
        ("", "151.0", "false"),
    ]
    with (folder / "dim_page.csv").open(encoding="utf-8", newline="") as file:
        assert [row["title"] for row in csv.DictReader(file)] == ['Tin "nóng", mới\nhai dòng']


def test_two_builds_of_the_same_input_give_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        lake = LakeInput(tmp_path / name)
        for number in range(40):
            page = lake.page(f"p{number}", day=f"2022-02-{1 + number % 7:02d}")
            lake.shares(page, excellent=20 + number / 10, good=71.3, completed=8.3, fields={"year": 2000 + number % 9})
        lake.build(threads=1 if name == "one" else 2)
        report = _publish(lake)
        files = _files(report.folder)
        del files["warehouse.duckdb"], files["manifest.json"], files["dataset.jsonld"]
        made.append((report.release, files))
    assert made[0] == made[1]
    assert len(made[0][1]) > 2 * len(MART_CONTRACTS)


def test_unchanged_content_makes_no_new_release(lake: LakeInput) -> None:
    _facts(lake, 2)
    first = _publish(lake)
    lake.build()
    again = _publish(lake, day="2023-05-01", version="0.2")
    assert (again.release, again.changed, again.folder) == (first.release, False, first.folder)
    assert _releases(lake) == [first.release]
    assert manifest_of(lake.folder / "published")["day"] == DAY


def test_a_new_form_of_the_same_content_makes_a_new_release(lake: LakeInput, monkeypatch: pytest.MonkeyPatch) -> None:
    _facts(lake, 1)
    monkeypatch.setattr("kpi_pipeline.publication.release.FORMATS", FORMATS[:-1])
    monkeypatch.setattr("kpi_pipeline.publication.release.refuse_unsound", lambda folder: None)
    first = _publish(lake)
    monkeypatch.undo()
    second = _publish(lake)
    assert second.changed
    assert second.release != first.release
    assert not _publish(lake).changed


def test_rows_that_come_back_make_a_new_release(lake: LakeInput) -> None:
    _facts(lake, 1)
    first = _publish(lake)
    page = lake.page("passing")
    lake.fact(page, "share", 50, "excellent+good", year=2010)
    lake.build()
    second = _publish(lake)
    lake.withdraw(page)
    lake.build()
    third = _publish(lake)
    assert third.changed
    assert _releases(lake) == sorted([first.release, second.release, third.release])
    assert ask(lake.folder / "published" / "warehouse.duckdb", COUNT) == [{"n": 1}]


def test_the_link_set_back_by_hand_is_set_again_without_a_new_line(lake: LakeInput) -> None:
    _facts(lake, 1)
    first = _publish(lake)
    _facts(lake, 2)
    second = _publish(lake)
    link = lake.folder / "published"
    link.unlink()
    link.symlink_to(first.folder.relative_to(lake.folder), target_is_directory=True)
    lake.build()
    again = _publish(lake)
    assert (again.release, again.changed, again.number) == (second.release, True, 2)
    assert _entered(lake) == [(1, first.release), (2, second.release)]


def test_a_release_someone_changed_is_made_anew(lake: LakeInput) -> None:
    _facts(lake, 1)
    first = _publish(lake)
    damaged = first.folder / "csv" / "dim_page.csv"
    damaged.chmod(0o644)
    damaged.write_text("gone")
    again = _publish(lake)
    assert again.changed
    assert again.release == f"{first.release}-2"
    assert again.damaged == (damaged,)
    assert _publish(lake).damaged == ()
    assert (lake.folder / "published" / "csv" / "dim_page.csv").read_text() != "gone"


def test_the_last_releases_are_kept(lake: LakeInput) -> None:
    made = []
    for count in range(1, 6):
        _facts(lake, count)
        made.append(_publish(lake, keep=2, day=f"2023-04-{10 + count % 2:02d}"))
    assert _releases(lake) == sorted(report.release for report in made[-2:])
    assert made[2].removed == (made[0].release,)
    assert made[-1].removed == (made[2].release,)


def test_a_reader_keeps_what_it_opened_and_the_next_sees_the_new(lake: LakeInput) -> None:
    _facts(lake, 1)
    _publish(lake, keep=1)
    file = str(lake.folder / "published" / "warehouse.duckdb")
    code = (
        "import duckdb, sys\n"
        f"con = duckdb.connect({file!r}, read_only=True)\n"
        "ask = lambda: print(con.execute('SELECT count(*) FROM marts.fact_observation').fetchone()[0], flush=True)\n"
        "ask()\nsys.stdin.readline()\nask()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdin is not None
        assert reader.stdout.readline() == "1\n"
        _facts(lake, 4)
        _publish(lake, keep=1)
        assert ask(Path(file), COUNT) == [{"n": 5}]
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == "1\n"


def test_readers_never_see_a_half_state_while_publications_go_on(lake: LakeInput, tmp_path: Path) -> None:
    _facts(lake, 1)
    _publish(lake)
    file = str(lake.folder / "published" / "warehouse.duckdb")
    stop = tmp_path / "stop"
    code = (
        "import duckdb, pathlib, json\n"
        "seen = []\n"
        f"while not pathlib.Path({str(stop)!r}).exists():\n"
        f"    with duckdb.connect({file!r}, read_only=True) as con:\n"
        "        facts, pages = con.execute('SELECT (SELECT count(*) FROM marts.fact_observation), "
        "(SELECT sum(n_facts) FROM marts.dim_page)').fetchone()\n"
        "    assert facts == pages, (facts, pages)\n"
        "    if not seen or seen[-1] != facts:\n"
        "        seen.append(facts)\n"
        "        print('saw', facts, flush=True)\n"
        "print(json.dumps(seen), flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=-1, stderr=-1, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stderr is not None
        expected = 1
        assert reader.stdout.readline() == "saw 1\n"
        for count in (2, 3, 4):
            _facts(lake, count)
            _publish(lake, keep=2)
            expected += count
            assert reader.stdout.readline() == f"saw {expected}\n"
        stop.touch()
        assert json.loads(reader.stdout.readline()) == [1, 3, 6, 10]
        assert reader.wait() == 0, reader.stderr.read()


@pytest.mark.parametrize(
    "call", ["os.rename", "os.replace", "os.symlink", "shutil.rmtree", "shutil.copyfile", "os.fsync"]
)
def test_a_publication_killed_at_any_step_leaves_a_whole_release(lake: LakeInput, call: str) -> None:
    _facts(lake, 1)
    first = _publish(lake, keep=1)
    _facts(lake, 2)
    module, name = call.split(".")
    code = (
        "import os, shutil, signal, sys\n"
        "from pathlib import Path\n"
        "from kpi_pipeline.publication.release import publish\n"
        f"{module}.{name} = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"home = Path({str(lake.folder)!r})\n"
        f"publish(home / 'warehouse' / 'warehouse.duckdb', home / 'published', home / 'releases', 1, {DAY!r}, '0')\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    now = ask(lake.folder / "published" / "warehouse.duckdb", COUNT)[0]["n"]
    assert now in (1, 3)
    assert _files(lake.folder / "published").keys() == _files(first.folder).keys() or now == 3
    lake.build()
    last = _publish(lake, keep=1)
    assert _releases(lake) == [last.release]
    assert _entered(lake) == [(1, first.release), (2, last.release)]
    assert manifest_of(last.folder)["number"] == 2
    assert sorted(os.listdir(lake.folder)) == ["lake", "published", "releases", "warehouse"]
    assert _publications_in_history(lake) == [1, 2]
    assert ask(lake.folder / "published" / "warehouse.duckdb", COUNT) == [{"n": 3}]


def test_the_ledger_has_a_line_for_each_publication_that_changed_something(lake: LakeInput) -> None:
    _facts(lake, 1)
    first = _publish(lake, keep=1)
    _publish(lake, keep=1, day="2023-04-03")
    _facts(lake, 2)
    second = _publish(lake, keep=2, day="2023-04-04", version="0.2")
    lake.unread(lake.page("silent"), "20/8")
    lake.build()
    third = _publish(lake, keep=2, day="2023-04-05", version="0.3")
    _publish(lake, keep=2, day="2023-04-06")
    _facts(lake, 3)
    last = _publish(lake, keep=1, day="2023-04-07")
    assert _releases(lake) == [last.release]
    entries = ledger_of(lake.folder / "releases")
    assert [(entry["number"], entry["release"], entry["day"], entry["code_version"]) for entry in entries] == [
        (1, first.release, DAY, "0.1"),
        (2, second.release, "2023-04-04", "0.2"),
        (3, third.release, "2023-04-05", "0.3"),
        (4, last.release, "2023-04-07", "0.1"),
    ]
    assert [entry["tables"]["fact_observation"] for entry in entries] == [1, 3, 3, 6]
    assert [entry["changes"]["added"] for entry in entries] == [{"new_page": 1}, {"new_page": 1}, {}, {"new_page": 1}]
    assert len({entry["content"] for entry in entries}) == 4
    assert entries[3]["tables"] == last.rows
    assert (manifest_of(last.folder)["number"], manifest_of(last.folder)["content"]) == (4, entries[3]["content"])


@pytest.mark.parametrize("lost", [1, 40, 200])
def test_a_half_last_line_of_the_ledger_is_mended_at_the_next_publication(lake: LakeInput, lost: int) -> None:
    _facts(lake, 1)
    first = _publish(lake)
    _facts(lake, 2)
    second = _publish(lake)
    path = lake.folder / "releases" / "ledger.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-lost])
    assert not _publish(lake).changed
    assert path.read_bytes() == whole
    path.write_bytes(whole + b'{"number": 3, "rel')
    assert not _publish(lake).changed
    assert path.read_bytes() == whole
    assert _entered(lake) == [(1, first.release), (2, second.release)]


def test_a_ledger_someone_changed_is_named(lake: LakeInput) -> None:
    _facts(lake, 1)
    _publish(lake)
    with (lake.folder / "releases" / "ledger.jsonl").open("a", encoding="utf-8") as file:
        file.write("a remark\n")
    with pytest.raises(PublishError, match=r"Line 2 of .*ledger.jsonl.*put the file back"):
        _publish(lake)


@pytest.mark.parametrize("kept", [0, 1])
def test_a_ledger_that_lost_lines_is_refused(lake: LakeInput, kept: int) -> None:
    for count in (1, 2):
        _facts(lake, count)
        last = _publish(lake)
    path = lake.folder / "releases" / "ledger.jsonl"
    whole = path.read_bytes()
    path.write_bytes(b"".join(whole.splitlines(keepends=True)[:kept]))
    for step in (lake.build, lambda: _publish(lake)):
        with pytest.raises(PublishError, match=rf"ends with line {kept}, but .* publication 2: put the ledger"):
            step()
    path.write_bytes(whole)
    assert _publish(lake).release == last.release


@pytest.mark.parametrize(("ending", "entered"), [(".pending.json", 1), ("published", 1), ("ledger.jsonl", 2)])
def test_a_killed_publication_is_entered_once_it_is_published(lake: LakeInput, ending: str, entered: int) -> None:
    _facts(lake, 1)
    first = _publish(lake)
    _facts(lake, 2)
    code = (
        "import os, signal\n"
        "from pathlib import Path\n"
        "from kpi_pipeline.publication.release import publish\n"
        "replace = os.replace\n"
        "def killed(source, target):\n"
        f"    if str(target).endswith({ending!r}):\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    replace(source, target)\n"
        "os.replace = killed\n"
        f"home = Path({str(lake.folder)!r})\n"
        "built, published = home / 'warehouse' / 'warehouse.duckdb', home / 'published'\n"
        "publish(built, published, home / 'releases', 3, '2023-04-03', '9')\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    assert _entered(lake) == [(1, first.release)]
    between = (lake.folder / "published").resolve().name
    assert (between == first.release) is (entered == 1)
    _facts(lake, 3)
    last = _publish(lake)
    expected = [first.release, *([between] if entered == 2 else []), last.release]
    assert _entered(lake) == list(enumerate(expected, start=1))
    assert [entry["code_version"] for entry in ledger_of(lake.folder / "releases")][1:-1] == ["9"] * (entered - 1)
    assert manifest_of(last.folder)["number"] == len(expected)
    assert _publications_in_history(lake) == list(range(1, len(expected) + 1))


def test_the_home_may_be_moved(lake: LakeInput, tmp_path: Path) -> None:
    _facts(lake, 1)
    _publish(lake)
    moved = tmp_path.with_name(tmp_path.name + "_moved")
    lake.folder.rename(moved)
    assert ask(moved / "published" / "warehouse.duckdb", COUNT) == [{"n": 1}]


def test_there_must_be_a_warehouse(lake: LakeInput) -> None:
    with pytest.raises(PublishError, match="build it, then publish"):
        _publish(lake)


def test_no_release_to_keep_is_refused(lake: LakeInput) -> None:
    with pytest.raises(PublishError, match="keep at least 1"):
        _publish(lake, keep=0)


def test_a_folder_in_the_place_of_the_link_is_not_overwritten(lake: LakeInput) -> None:
    _facts(lake, 1)
    (lake.folder / "published").mkdir()
    with pytest.raises(PublishError, match="move it away"):
        _publish(lake)


def test_a_warehouse_without_marts_is_refused(lake: LakeInput) -> None:
    lake.warehouse.parent.mkdir()
    duckdb.connect(str(lake.warehouse)).close()
    with pytest.raises(PublishError, match="no table in its schema marts"):
        _publish(lake)


def test_a_file_that_is_no_warehouse_leaves_the_last_release(lake: LakeInput) -> None:
    _facts(lake, 1)
    first = _publish(lake)
    lake.warehouse.write_bytes(b"not a database" * 1000)
    with pytest.raises(PublishError, match=r"cannot be published.*the last release stays"):
        _publish(lake)
    assert (lake.folder / "published").resolve() == first.folder.resolve()
    assert _releases(lake) == [first.release]


def test_a_place_that_cannot_be_written_is_named(lake: LakeInput) -> None:
    _facts(lake, 1)
    (lake.folder / "releases").write_text("in the way")
    with pytest.raises(PublishError, match=r"releases.*yours to write to"):
        _publish(lake)


def test_a_folder_without_a_manifest_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="publish again"):
        manifest_of(tmp_path)


def test_the_warehouse_stays_writable_for_the_next_build(lake: LakeInput) -> None:
    _facts(lake, 1)
    _publish(lake)
    build_warehouse(lake.lake.root, lake.warehouse, MODELS, SCHEMAS)
    assert not _publish(lake).changed
