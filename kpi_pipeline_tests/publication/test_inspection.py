"""The looks at a release and the checks of the asset `published`, each fired by one thing that must not be."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from kpi_pipeline.definitions import build_definitions
from kpi_pipeline.defs.resources import HomeResource
from kpi_pipeline.publication.formats import FORMATS
from kpi_pipeline.publication.inspection import LOOKS, findings
from kpi_pipeline.publication.release import publish
from kpi_pipeline.publication.source import PublishError, Source
from kpi_pipeline_tests.lake_input import LakeInput

Damage = Callable[[Path], None]


def _without(name: str) -> Damage:
    return lambda release: (release / name).unlink()


def _adding(name: str, text: str) -> Damage:
    def damage(release: Path) -> None:
        with (release / name).open("a", encoding="utf-8", newline="") as file:
            file.write(text)

    return damage


def _repeating(name: str) -> Damage:
    def damage(release: Path) -> None:
        last = (release / name).read_text(encoding="utf-8").splitlines()[-1]
        _adding(name, f"{last}\r\n")(release)

    return damage


def _saying(name: str, change: Callable[[Any], None]) -> Damage:
    def damage(release: Path) -> None:
        said = json.loads((release / name).read_text(encoding="utf-8"))
        change(said)
        (release / name).write_text(json.dumps(said), encoding="utf-8")

    return damage


def _telling(sql: str) -> Damage:
    def damage(release: Path) -> None:
        with duckdb.connect(str(release / "warehouse.duckdb")) as con:
            con.execute(sql)

    return damage


def _replacing(name: str, old: str, new: str) -> Damage:
    def damage(release: Path) -> None:
        text = (release / name).read_text(encoding="utf-8")
        assert old in text
        (release / name).write_text(text.replace(old, new, 1), encoding="utf-8", newline="")

    return damage


def _in_workbook(part: str, old: bytes, new: bytes) -> Damage:
    def damage(release: Path) -> None:
        path = release / "province_kpi.xlsx"
        with zipfile.ZipFile(path) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new, 1)
        with zipfile.ZipFile(path, "w") as book:
            for name, content in parts.items():
                book.writestr(name, content)

    return damage


def _cut_workbook(release: Path) -> None:
    path = release / "province_kpi.xlsx"
    path.write_bytes(path.read_bytes()[:-100])


def _drop_page(package: Any) -> None:
    package["resources"] = [one for one in package["resources"] if one["name"] != "dim_page"]


def _rename_field(package: Any) -> None:
    package["resources"][0]["schema"]["fields"][0]["name"] = "page_no"


def _drop_code(structure: Any) -> None:
    [areas] = [one for one in structure["data"]["codelists"] if one["id"] == "CL_REF_AREA"]
    areas["codes"] = [code for code in areas["codes"] if code["id"] != "VN-14"]


SDMX, STRUCTURE, PACKAGE = "sdmx/kpi_province_year.csv", "sdmx/structure.json", "datapackage.json"
WIDE_SHEET = "xl/worksheets/sheet2.xml"
BAD: dict[str, tuple[str, Damage, str]] = {
    "a file is gone": ("files_unchanged", _without("csv/dim_page.csv"), "csv/dim_page.csv is missing"),
    "a file is changed": ("files_unchanged", _adding("csv/dim_page.csv", "x\r\n"), "csv/dim_page.csv has changed"),
    "a file is new": ("files_unchanged", _adding("notes.txt", "x"), "notes.txt is not named"),
    "no manifest": ("files_unchanged", _without("manifest.json"), "publish again"),
    "a row in CSV": ("rows_agree", _repeating("csv/dq_error_rate.csv"), "has 2 rows"),
    "a row in SDMX": ("rows_agree", _repeating(SDMX), "_year.csv has"),
    "a row in DuckDB": ("rows_agree", _telling("DELETE FROM marts.dq_error_rate"), "warehouse.duckdb holds 0"),
    "a row in the workbook": ("rows_agree", _in_workbook(
        WIDE_SHEET, b"</sheetData>", b'<row r="99"></row></sheetData>'
    ), "the sheet kpi_province_year_wide has"),
    "a formula in CSV": ("csv_safe", _replacing("csv/dim_page.csv", "'=HYPERLINK", "=HYPERLINK"), "column title"),
    "a formula in a text": ("csv_safe", _adding("data_dictionary.csv", "@t,1,c,BIGINT,d,e\r\n"), "column table"),
    "a formula in SDMX": ("csv_safe", _replacing(SDMX, "'+Huyện", "+Huyện"), "column UNIT_NAME"),
    "half a workbook": ("workbook_opens", _cut_workbook, "BadZipFile"),
    "a formula in the workbook": ("workbook_opens", _in_workbook(
        WIDE_SHEET, b"<c ", b"<c><f>1+1</f></c><c "
    ), "sheet kpi_province_year_wide: 1 formulas"),
    "a sheet renamed": ("workbook_opens", _in_workbook("xl/workbook.xml", b'name="about"', b'name="x"'), "the sheets"),
    "a resource is gone": ("package_sound", _saying(PACKAGE, _drop_page), "describes ["),
    "a field renamed": ("package_sound", _saying(PACKAGE, _rename_field), "page_no"),
    "another hash": ("package_sound", _saying(
        PACKAGE, lambda said: said["resources"][0].update(hash="sha256:0")
    ), "bytes and hash"),
    "a key twice": ("package_sound", _telling("INSERT INTO marts.dim_page FROM marts.dim_page LIMIT 1"), "primary key"),
    "a page unknown": ("package_sound", _telling("DELETE FROM marts.dim_page WHERE n_facts > 0"), "dim_page does not"),
    "a code unknown": ("structure_sound", _saying(STRUCTURE, _drop_code), "VN-14 is no code"),
    "a cell twice": ("structure_sound", _replacing(
        SDMX, ",excellent,actual,share", ",completed,actual,share"
    ), "1 rows bear the key of another"),
    "a column unknown": ("structure_sound", _replacing(SDMX, ",OBS_VALUE,", ",VALUE,"), "not have the columns"),
    "no structure": ("structure_sound", _without(STRUCTURE), "cannot be read"),
    "a file unnamed": ("entry_sound", _saying(
        "dataset.jsonld", lambda said: said["distribution"][0].update(contentUrl="gone.csv")
    ), "names gone.csv"),
    "another size": ("entry_sound", _saying(
        "dataset.jsonld", lambda said: said["distribution"][0].update(contentSize="1 B")
    ), "size and sha256"),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOKS)
def test_a_release_has_nothing_wrong(release: Path, name: str) -> None:
    assert findings(name, release) == ()


@pytest.mark.parametrize("bad", BAD)
def test_one_bad_thing_is_found(damaged: Path, bad: str) -> None:
    name, damage, told = BAD[bad]
    release = (damaged / "published").resolve()
    damage(release)
    assert told in "; ".join(findings(name, release))


def test_every_look_has_a_bad_thing() -> None:
    assert {name for name, *_ in BAD.values()} == set(LOOKS)


def test_what_is_not_fit_is_not_swapped_in(lake: LakeInput, monkeypatch: pytest.MonkeyPatch) -> None:
    def publishing() -> str:
        return publish(
            lake.warehouse, lake.folder / "published", lake.folder / "releases", 3, "2023-04-02", "0.1"
        ).release

    def unsafe(source: Source, folder: Path) -> None:
        (folder / "csv" / "more.csv").write_text("text\r\n=1+1\r\n", encoding="utf-8")

    lake.page("one")
    lake.build()
    first = publishing()
    lake.page("two")
    lake.build()
    monkeypatch.setattr("kpi_pipeline.publication.release.FORMATS", (*FORMATS, (unsafe,)))
    with pytest.raises(PublishError, match=r"not fit.*'=1\+1' begins like a formula.*The last release stays"):
        publishing()
    assert (lake.folder / "published").resolve().name == first
    assert sorted(os.listdir(lake.folder / "releases")) == sorted([first, "ledger.jsonl"])


def test_the_checks_of_the_publication_block(damaged: Path) -> None:
    key = dg.AssetKey("published")
    definitions = dg.Definitions.merge(
        build_definitions({"home": HomeResource(root=str(damaged))}),
        dg.Definitions(jobs=[dg.define_asset_job("checks", selection=dg.AssetSelection.checks_for_assets(key))]),
    )
    release = (damaged / "published").resolve()
    with dg.instance_for_test() as instance:
        job = definitions.resolve_job_def("checks")
        good = job.execute_in_process(instance=instance).get_asset_check_evaluations()
        assert {found.check_name for found in good} == {"readable", *LOOKS}
        assert all(found.passed and found.blocking for found in good)
        BAD["a file is gone"][1](release)
        with duckdb.connect(str(damaged / "warehouse" / "warehouse.duckdb")) as built:
            built.execute("DELETE FROM marts.dim_page")
        result = job.execute_in_process(instance=instance, raise_on_error=False)
    failed = {found.check_name: found for found in result.get_asset_check_evaluations() if not found.passed}
    assert not result.success
    assert {"readable", "files_unchanged"} <= failed.keys()
    assert "dim_page: 0 built, 3 published" in str(failed["readable"].description)
    assert "csv/dim_page.csv is missing" in str(failed["files_unchanged"].description)
    assert all(found.severity == dg.AssetCheckSeverity.ERROR for found in failed.values())
