"""The manifest of a release: what it is, its tables, and each file with its sha256."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kpi_pipeline.publication.files import files_of, sha256_of
from kpi_pipeline.publication.formats import CONTENT
from kpi_pipeline.publication.source import WAREHOUSE, PublishError, Source, Table
from kpi_pipeline.storage.warehouse import reading

MANIFEST = "manifest.json"
_NEEDED = ("number", "tables", "files")


def manifest_of(release: Path) -> dict[str, Any]:
    """The manifest of a release folder, or of `published`. Raises `PublishError` when there is none that is whole."""
    try:
        manifest: dict[str, Any] = json.loads((release / MANIFEST).read_text(encoding="utf-8"))
        if missing := [key for key in _NEEDED if key not in manifest]:
            raise ValueError(f"it does not say {', '.join(missing)}")
    except (OSError, TypeError, ValueError) as error:
        if not release.exists():
            raise PublishError(
                f"The release {release.resolve()} is gone: put its folder back from a copy. `kpi run` says what else "
                "there is to do."
            ) from error
        raise PublishError(
            f"{release} holds no readable {MANIFEST} ({error}): put it back from a copy of that release, or publish "
            "again."
        ) from error
    return manifest


def numbers_of(releases: Path) -> dict[Path, int]:
    """Each release folder that has a readable manifest, with the number of its publication."""
    found = {}
    for folder in sorted(path for path in releases.glob("[!.]*") if path.is_dir()):
        try:
            found[folder] = int(manifest_of(folder)["number"])
        except (PublishError, TypeError, ValueError):
            continue
    return found


def write_manifest(folder: Path, said: dict[str, Any]) -> None:
    """Write the manifest of a folder that is otherwise whole: what is `said`, the days of the pages, and each file.

    Of a file it gives sha256 and bytes.
    """
    with reading(folder / WAREHOUSE) as con:
        pages = asdict(Source(con, "", "").pages)
    files = {
        path.relative_to(folder).as_posix(): {"sha256": sha256_of(path), "bytes": path.stat().st_size}
        for path in files_of(folder)
    }
    text = json.dumps({**said, "pages": pages, "files": files}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def damaged_files(folder: Path, manifest: dict[str, Any]) -> list[Path]:
    """The files that the manifest of a release names and that are not there, or not as it says."""
    return [
        folder / name
        for name, file in sorted(manifest["files"].items())
        if not (folder / name).is_file() or sha256_of(folder / name) != file["sha256"]
    ]


def content_of(folder: Path) -> str:
    """The hash of what a release says, and of the names of its files: a new form of the same makes a new release."""
    digest = hashlib.sha256()
    saying = {path for pattern in CONTENT for path in folder.glob(pattern)}
    for path in files_of(folder):
        said = sha256_of(path) if path in saying else ""
        digest.update(f"{path.relative_to(folder).as_posix()}\0{said}\0".encode())
    return digest.hexdigest()


def tables_said(tables: tuple[Table, ...]) -> dict[str, Any]:
    """Rows and columns of each table, as the manifest lists them."""
    return {
        table.name: {
            "rows": table.rows,
            "columns": [{"name": column.name, "type": column.type} for column in table.columns],
        }
        for table in tables
    }
