"""Looking at a release as its readers will: every file there and unchanged, all forms saying the same, nothing unsafe.

Each look gives sentences about what is wrong, none where all is well. They read what lies in the folder and trust
nothing that wrote it. `refuse_unsound` is the gate before a release is swapped in; the checks of the asset `published`
take the same looks at what is published.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import IO, Any

import duckdb
from lxml import etree

from kpi_pipeline.publication.csv_files import UNSAFE, csv_reader, suspect, suspect_row
from kpi_pipeline.publication.datapackage import DATAPACKAGE
from kpi_pipeline.publication.dataset import DATASET
from kpi_pipeline.publication.files import files_of, sha256_of
from kpi_pipeline.publication.manifest import MANIFEST, manifest_of
from kpi_pipeline.publication.sdmx import SDMX_DATA, SDMX_STRUCTURE, TABLE
from kpi_pipeline.publication.source import WAREHOUSE, PublishError, Source
from kpi_pipeline.publication.workbook import ABOUT, DICTIONARY_SHEET, WORKBOOK, sheet_of, sheeted
from kpi_pipeline.storage.connection import side_by_side
from kpi_pipeline.storage.warehouse import identifier, quoted, reading
from kpi_pipeline.trouble import Trouble

_BROKEN = (OSError, ValueError, KeyError, TypeError, duckdb.Error, zipfile.BadZipFile, etree.XMLSyntaxError, Trouble)
_NUMBER = r"[-+]?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?"
_SHEET_XML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SDMX_LEAD = ["STRUCTURE", "STRUCTURE_ID", "ACTION"]


@dataclass(frozen=True)
class _Seen:
    """The files of a release, each with its place on the disk, size and time of the last change."""

    files: tuple[tuple[str, int, int, int, int], ...]
    folder: Path = field(compare=False)


def files_unchanged(release: Path) -> Iterator[str]:
    """The files are those that the manifest names, with their sha256, and no others."""
    named: dict[str, Any] = manifest_of(release)["files"]
    there = {path.relative_to(release).as_posix(): path for path in files_of(release)}
    there.pop(MANIFEST, None)
    yield from (f"{name} is missing" for name in sorted(named.keys() - there))
    yield from (f"{name} is not named in {MANIFEST}" for name in sorted(there.keys() - named))
    for name in sorted(there.keys() & named):
        if sha256_of(there[name]) != named[name]["sha256"]:
            yield f"{name} has changed since it was published"


def rows_agree(release: Path) -> Iterator[str]:
    """Every table has as many rows in the DuckDB file, as Parquet, as CSV, as SDMX and on its sheet as published."""
    said = {name: table["rows"] for name, table in manifest_of(release)["tables"].items()}
    sheets = {name: rows for name, rows, _ in _sheets(release)}
    with _source(release) as source:
        found = {table.name: table.rows for table in source.tables}
        for name in sorted(found.keys() | said.keys()):
            if found.get(name) != said.get(name):
                yield f"{name}: {WAREHOUSE} holds {found.get(name)} rows, {MANIFEST} says {said.get(name)}"
        for table in source.tables:
            parquet, plain = f"parquet/{table.name}.parquet", f"csv/{table.name}.csv"
            forms = {
                parquet: f"read_parquet({quoted(str(release / parquet))})",
                plain: csv_reader(release / plain),
            }
            if table.name == TABLE and (release / SDMX_DATA).exists():
                forms[SDMX_DATA] = csv_reader(release / SDMX_DATA)
            counts = {form: _one(source, f"SELECT count(*) FROM {reader}") for form, reader in forms.items()}
            if (sheet := sheet_of(table.name)) in sheets:
                counts[f"the sheet {sheet}"] = sheets[sheet] - 1
            yield from (
                f"{form} has {rows} rows, the table {table.name} {table.rows}"
                for form, rows in counts.items()
                if rows != table.rows
            )


def csv_safe(release: Path) -> Iterator[str]:
    """No cell of a CSV file begins like a formula."""
    with _source(release) as source:
        for path in files_of(release):
            if path.suffix != ".csv":
                continue
            reader = csv_reader(path)
            names = [row[0] for row in source.con.execute(f"DESCRIBE SELECT * FROM {reader}").fetchall()]
            unsafe = ", ".join(
                f"min({name}) FILTER ({suspect(name)} AND regexp_matches({name}, {quoted(UNSAFE)}) "
                f"AND NOT regexp_full_match({name}, {quoted(_NUMBER)}))"
                for name in map(identifier, names)
            )
            rows = f"(SELECT * FROM {reader} WHERE {suspect_row(names)})"
            if not _one(source, f"SELECT count(*) FROM {rows}"):
                continue
            [cells] = source.con.execute(f"SELECT {unsafe} FROM {rows}").fetchall()
            for name, cell in zip(names, cells, strict=True):
                if cell is not None:
                    yield f"{path.relative_to(release).as_posix()}, column {name}: {cell[:40]!r} begins like a formula"


def workbook_opens(release: Path) -> Iterator[str]:
    """The workbook is whole, has the sheets it should have, and no formula."""
    with zipfile.ZipFile(release / WORKBOOK) as book:
        if broken := book.testzip():
            yield f"{WORKBOOK} is damaged at {broken}"
            return
    sheets = list(_sheets(release))
    with _source(release) as source:
        due = [ABOUT, *(sheet_of(table.name) for table in sheeted(source.tables)), DICTIONARY_SHEET]
    if [name for name, *_ in sheets] != due:
        yield f"{WORKBOOK} has the sheets {[name for name, *_ in sheets]}, not {due}"
    yield from (f"{WORKBOOK}, sheet {name}: {formulas} formulas" for name, _, formulas in sheets if formulas)


def package_sound(release: Path) -> Iterator[str]:
    """`datapackage.json` describes the CSV files as they are, and the keys it names hold."""
    package = json.loads((release / DATAPACKAGE).read_text(encoding="utf-8"))
    hashes = _hashes(release)
    with _source(release) as source:
        tables = [table.name for table in source.tables]
        if (names := [resource["name"] for resource in package["resources"]]) != tables:
            yield f"{DATAPACKAGE} describes {names}, the tables are {tables}"
            return
        for resource in package["resources"]:
            path, schema = release / resource["path"], resource["schema"]
            if resource["bytes"] != path.stat().st_size or resource["hash"] != f"sha256:{hashes[resource['path']]}":
                yield f"{DATAPACKAGE}: bytes and hash are not those of {resource['path']}"
            head = [row[0] for row in source.con.execute(f"DESCRIBE SELECT * FROM {csv_reader(path)}").fetchall()]
            if (fields := [field["name"] for field in schema["fields"]]) != head:
                yield f"{DATAPACKAGE}: the fields of {resource['path']} are {fields}, its columns {head}"
            yield from _keys(source, resource["name"], schema)


def structure_sound(release: Path) -> Iterator[str]:
    """The SDMX structure has the columns of the SDMX data, every coded value, and one row a cell."""
    data, structure = release / SDMX_DATA, release / SDMX_STRUCTURE
    if not data.exists() and not structure.exists():
        return
    said = json.loads(structure.read_text(encoding="utf-8"))["data"]
    parts = said["dataStructures"][0]["dataStructureComponents"]
    dimensions = [*parts["dimensionList"]["dimensions"], parts["dimensionList"]["timeDimension"]]
    components = [*dimensions, *parts["measureList"]["measures"], *parts["attributeList"]["attributes"]]
    codes = {
        f"{codelist['agencyID']}:{codelist['id']}({codelist['version']})": [code["id"] for code in codelist["codes"]]
        for codelist in said["codelists"]
    }
    with _source(release) as source:
        con = source.con
        reader = csv_reader(data)
        head = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {reader}").fetchall()]
        if head != [*_SDMX_LEAD, *(component["id"] for component in components)]:
            yield f"{SDMX_STRUCTURE} does not have the columns of {SDMX_DATA}: {head}"
            return
        for component in components:
            name = identifier(component["id"])
            if coded := component["localRepresentation"].get("enumeration"):
                found = con.execute(
                    f"SELECT DISTINCT {name} FROM {reader} WHERE {name} IS NOT NULL AND NOT list_contains(?, {name}) "
                    "ORDER BY ALL",
                    [codes.get(coded.partition("Codelist=")[2], [])],
                ).fetchall()
                yield from (f"{SDMX_DATA}: {value} is no code of {component['id']}" for (value,) in found)
        key = ", ".join(identifier(dimension["id"]) for dimension in dimensions)
        [(twice,)] = con.execute(f"SELECT count(*) - count(DISTINCT ({key})) FROM {reader}").fetchall()
        if twice:
            yield f"{SDMX_DATA}: {twice} rows bear the key of another"


def entry_sound(release: Path) -> Iterator[str]:
    """`dataset.jsonld` names files that are there, with their size and sha256."""
    entry = json.loads((release / DATASET).read_text(encoding="utf-8"))
    hashes = _hashes(release)
    for file in entry["distribution"]:
        name = file["contentUrl"]
        if name not in hashes:
            yield f"{DATASET} names {name}, which {MANIFEST} does not"
        elif (file["contentSize"], file["sha256"]) != (f"{(release / name).stat().st_size} B", hashes[name]):
            yield f"{DATASET}: size and sha256 are not those of {name}"


LOOKS: dict[str, Callable[[Path], Iterator[str]]] = {
    look.__name__: look
    for look in (files_unchanged, rows_agree, csv_safe, workbook_opens, package_sound, structure_sound, entry_sound)
}
"""All looks by name."""


def findings(name: str, release: Path) -> tuple[str, ...]:
    """What a look finds wrong in a release; a file that cannot be read is a finding too.

    A look reads nothing but the files, so one process takes it once as long as no file has changed; whether one has
    against its sha256 (`files_unchanged`) is looked at every time.
    """
    if name == files_unchanged.__name__:
        return _found(name, release)
    return _found_before(name, _files_as_they_are(release))


@lru_cache(maxsize=64)
def _found_before(name: str, release: _Seen) -> tuple[str, ...]:
    return _found(name, release.folder)


def _found(name: str, release: Path) -> tuple[str, ...]:
    try:
        return tuple(LOOKS[name](release))
    except _BROKEN as error:
        return (f"{name}: the release cannot be read ({type(error).__name__}: {error})",)


def _files_as_they_are(release: Path) -> _Seen:
    """A release by what the system says of its files, whatever the folder is called."""
    listed = [(path.relative_to(release).as_posix(), path.stat()) for path in files_of(release)]
    return _Seen(
        tuple((name, said.st_dev, said.st_ino, said.st_size, said.st_mtime_ns) for name, said in listed), release
    )


def refuse_unsound(release: Path) -> None:
    """Raises `PublishError` with what the looks find wrong in a release that is about to be swapped in."""
    with side_by_side(release / WAREHOUSE) as threads:
        found = [finding for told in threads.map(partial(findings, release=release), LOOKS) for finding in told]
    if found:
        raise PublishError(
            f"The files that were written are not fit to be published: {'; '.join(found[:5])}"
            f"{f' and {len(found) - 5} more' if len(found) > 5 else ''}. The last release stays. See that the disk is "
            "sound and has room, then publish again; if it stays so, report it with this text."
        )


@contextmanager
def _source(release: Path) -> Iterator[Source]:
    with reading(release / WAREHOUSE) as con:
        yield Source(con, "", "")


def _hashes(release: Path) -> dict[str, str]:
    """The sha256 of each file as the manifest has it; that they are right is what `files_unchanged` looks at."""
    return {name: file["sha256"] for name, file in manifest_of(release)["files"].items()}


def _one(source: Source, query: str) -> int:
    [(number,)] = source.con.execute(query).fetchall()
    return int(number)


def _sheets(release: Path) -> Iterator[tuple[str, int, int]]:
    """Each sheet of the workbook: its name, its rows, its formulas."""
    with zipfile.ZipFile(release / WORKBOOK) as book:
        listed = etree.fromstring(book.read("xl/workbook.xml"))
        names = [sheet.get("name") for sheet in listed.iter(f"{_SHEET_XML}sheet")]
        for number, name in enumerate(names, start=1):
            with book.open(f"xl/worksheets/sheet{number}.xml") as file:
                rows, *formulas = _counted(file, b"<row ", b"<f>", b"<f ")
            yield name, rows, sum(formulas)


def _counted(file: IO[bytes], *words: bytes) -> list[int]:
    """How often each word stands in a file, read piece by piece; in XML no text has a `<` in it."""
    counts, tails = [0] * len(words), [b""] * len(words)
    while piece := file.read(1 << 20):
        for at, word in enumerate(words):
            seen = tails[at] + piece
            counts[at] += seen.count(word)
            tails[at] = seen[1 - len(word) :]
    return counts


def _keys(source: Source, table: str, schema: dict[str, Any]) -> Iterator[str]:
    name = f"marts.{identifier(table)}"
    if key := schema.get("primaryKey"):
        listed = ", ".join(map(identifier, key))
        if twice := _one(source, f"SELECT count(*) - count(DISTINCT ({listed})) FROM {name}"):
            yield f"{table}: {twice} rows bear the primary key ({', '.join(key)}) of another"
    for foreign in schema.get("foreignKeys", ()):
        other, fields = foreign["reference"]["resource"], foreign["fields"]
        joined = ", ".join(map(identifier, fields))
        given = " AND ".join(f"{identifier(field)} IS NOT NULL" for field in fields)
        bearing = f"(SELECT * FROM {name} WHERE {given})"
        if alone := _one(
            source, f"SELECT count(*) FROM {bearing} ANTI JOIN marts.{identifier(other)} USING ({joined})"
        ):
            yield f"{table}: {alone} rows with ({', '.join(fields)}) that {other} does not have"
