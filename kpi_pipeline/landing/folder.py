"""Landing a folder of pages, or one file.

Belongs here: which files are pages, what is known of each, and one outcome a file. Does not belong here: how pages
are kept (`store`) and how a day is found (`publication_day`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from kpi_pipeline.cleaning.media import sniff
from kpi_pipeline.landing.manifest import Entry, read_manifest
from kpi_pipeline.landing.page import FIRST_DAY, Arrival, LandingError, LandingReport, Outcome, page_id_of
from kpi_pipeline.landing.page_metadata import stated_address
from kpi_pipeline.landing.publication_day import find_day, read_page
from kpi_pipeline.landing.store import LandingStore
from kpi_pipeline.reference.tables import ReferenceDataError

ENDINGS: Final = (".html", ".htm", ".txt")
MANIFEST_NAME: Final = "manifest.csv"
MAX_BYTES: Final = 20 * 1024 * 1024
_BATCH: Final = 50
_OURS: Final = b'<meta name="generator" content="province-kpi-warehouse">'
"""What the catalogue and the explained page bear: read as sources, they would repeat every number."""
_HEAD: Final = 4096


class _RefusedError(Exception):
    """One file cannot be landed; the message is the reason and the remedy."""


class _Call:
    """What one landing was told, and what the manifest says about the order of its files."""

    def __init__(self, captured_on: date, today: date, entries: dict[str, Entry], restore: bool) -> None:
        self.captured_on = captured_on
        self.today = today
        self.entries = entries
        self.restore = restore
        self._provinces: dict[tuple[str, bytes], tuple[str, str]] = {}
        self._stated: dict[str, tuple[str, bytes]] = {}
        self._last = {entries[name].url: name for name in sorted(entries, key=self.order)}

    def captured(self, name: str) -> date:
        entry = self.entries.get(name)
        return entry.captured_on if entry is not None and entry.captured_on else self.captured_on

    def order(self, name: str) -> tuple[date, str]:
        """Earlier captures land first, so that the order of names decides nothing."""
        return self.captured(name), name

    def is_last(self, arrival: Arrival) -> bool:
        """Whether no later file of the manifest holds the same page."""
        return arrival.url is None or self._last.get(arrival.url, arrival.name) == arrival.name

    def stated(self, name: str, content: bytes, media_type: str) -> tuple[str | None, str | None]:
        """The address that a page states for itself, and a note where it is not taken.

        A second file of one landing with the same address and other bytes has none: some sites state the address of a
        section on all its articles, which are no versions of each other.
        """
        address = _stated_address(content, media_type)
        if address is None:
            return None, None
        owner, bytes_of_owner = self._stated.setdefault(address, (name, hashlib.sha256(content).digest()))
        if bytes_of_owner == hashlib.sha256(content).digest():
            return address, None
        return None, f"{owner} states the same address with other bytes; give both theirs in the manifest."

    def undisputed(self, arrival: Arrival) -> Arrival:
        """The arrival, without its province where an earlier file with the same page and bytes gives another.

        Two such lines of a manifest would otherwise correct each other at every landing.
        """
        given = arrival.source_province
        if given is None:
            return arrival
        key = (page_id_of(arrival.url, arrival.content), hashlib.sha256(arrival.content).digest())
        name, province = self._provinces.setdefault(key, (arrival.name, given))
        if province == given:
            return arrival
        note = f"{name} holds the same page and gives it source_province {province}, not {given}; give both one."
        return replace(arrival, source_province=None, note=" ".join(filter(None, (arrival.note, note))))


def land_folder(
    store: LandingStore,
    path: Path,
    manifest: Path | None,
    captured_on: date,
    today: date,
    *,
    restore: bool = False,
) -> LandingReport:
    """Land the pages of a folder (with its subfolders), or one file; one outcome a file, in the order of names.

    `captured_on` is the day of capture of every file whose manifest line gives none; `today` is the last day a page
    may be of. A withdrawn page is restored only by landing its file by itself, or with `restore`. Raises
    `LandingError` where the folder, the manifest or the day of capture make the whole call void.
    """
    path = Path(path)
    if not FIRST_DAY <= captured_on <= today:
        raise LandingError(f"The day of capture {captured_on} is not between {FIRST_DAY} and {today}; give another.")
    if not path.exists():
        raise LandingError(f"There is no file or folder {path}; name one that holds pages.")
    alone = path.is_file()
    base = path.parent if alone else path
    entries = read_manifest(manifest) if manifest is not None else {}
    notes: list[str] = []
    files = [path] if alone else list(_files(base, manifest, notes))
    names = {path: _name_alone(path, entries)} if alone else {file: _name_of(file, base) for file in files}
    notes += _notes(base, alone, manifest, entries, set(names.values()))
    call = _Call(captured_on, today, entries, restore or alone)
    ordered = sorted(files, key=lambda file: call.order(names[file]))
    outcomes: list[Outcome] = []
    for start in range(0, len(ordered), _BATCH):
        outcomes += _land_batch(store, [(names[file], file) for file in ordered[start : start + _BATCH]], call)
    return LandingReport(tuple(sorted(outcomes, key=lambda outcome: outcome.name)), tuple(notes))


def _land_batch(store: LandingStore, batch: list[tuple[str, Path]], call: _Call) -> list[Outcome]:
    """Read some files first, then keep them in one transaction."""
    ready: list[tuple[str, bytes | None, Arrival | str]] = []
    for name, file in batch:
        content: bytes | None = None
        try:
            content = _content_of(file)
            ready.append((name, content, _arrival(name, content, call)))
        except _RefusedError as refusal:
            ready.append((name, content, str(refusal)))
    with store.together():
        return [
            store.refuse(name, content, found, call.today)
            if isinstance(found, str)
            else store.land(call.undisputed(found), call.today, restore=call.restore, takes_over=call.is_last(found))
            for name, content, found in ready
        ]


def _files(base: Path, manifest: Path | None, notes: list[str]) -> Iterator[Path]:
    """Every file below `base` but the manifest, read-me files and hidden ones; links to folders are not followed.

    A folder that cannot be read is told in `notes`.
    """
    skipped = manifest.resolve() if manifest is not None else None

    def tell(error: OSError) -> None:
        notes.append(f"The folder {error.filename} cannot be read ({error.strerror}); make it readable and land again.")

    for folder, folders, names in os.walk(base, onerror=tell):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            hidden = name.startswith(".") or name.upper().startswith("README")
            own = name == MANIFEST_NAME and Path(folder) == base
            if not hidden and not own and (skipped is None or file.resolve() != skipped):
                yield file


def _name_of(file: Path, base: Path) -> str:
    return file.relative_to(base).as_posix().encode("utf-8", "backslashreplace").decode("utf-8")


def _name_alone(file: Path, entries: dict[str, Entry]) -> str:
    """The name of a file landed by itself: as the manifest has it, with its folders, else without any."""
    whole = _name_of(file.resolve(), Path(file.resolve().anchor))
    named = [name for name in entries if f"/{whole}".endswith(f"/{name}")]
    return max(named, key=len) if named else _name_of(file, file.parent)


def _notes(base: Path, alone: bool, manifest: Path | None, entries: dict[str, Entry], names: set[str]) -> list[str]:
    notes = []
    if manifest is None and not alone and (base / MANIFEST_NAME).is_file():
        notes.append(f"{base / MANIFEST_NAME} was not used; name it as the manifest to have its addresses and days.")
    if not alone:
        for name, entry in sorted(entries.items()):
            if name not in names:
                notes.append(f"Line {entry.line} of the manifest names {name}, which is not in {base}.")
    if not names:
        notes.append(f"{base} holds no files; pages end in {', '.join(ENDINGS)}.")
    return notes


def _content_of(file: Path) -> bytes:
    if file.suffix.lower() not in ENDINGS:
        ending = file.suffix or "no ending"
        raise _RefusedError(f"A file with {ending} is no page; save the page as one of {', '.join(ENDINGS)}.")
    try:
        if file.stat().st_size > MAX_BYTES:
            raise _RefusedError(f"The file has more than {MAX_BYTES // 2**20} MiB; save the article alone.")
        return file.read_bytes()
    except OSError as error:
        raise _RefusedError(f"The file cannot be read ({error.strerror}); make it readable and land again.") from error


def _arrival(name: str, content: bytes, call: _Call) -> Arrival:
    entry = call.entries.get(name) or Entry(0, name)
    if entry.problem:
        raise _RefusedError(entry.problem)
    if not content.strip():
        raise _RefusedError("The file is empty; fetch the page again.")
    if _OURS in content[:_HEAD]:
        raise _RefusedError("This product wrote the page itself, from pages that it read; land those.")
    media_type = sniff(content)
    if media_type is None:
        raise _RefusedError("The bytes are no page (a PDF, a picture or an archive); save the page's text instead.")
    captured = call.captured(name)
    _check(captured, "captured", "the manifest", call.today)
    try:
        url, doubt = (entry.url, None) if entry.url else call.stated(name, content, media_type)
        found = find_day(content, media_type, url, captured, entry.published_on)
    except ReferenceDataError:
        raise
    except Exception as error:
        kind = type(error).__name__
        raise _RefusedError(f"The page's day cannot be found ({kind}); give published_on in the manifest.") from error
    _check(found.day, "published", found.source, call.today)
    return Arrival(
        name,
        content,
        media_type,
        url,
        found.day.isoformat(),
        found.source,
        captured.isoformat(),
        entry.source_province,
        " ".join(filter(None, (found.note, doubt))) or None,
        entry.captured_on is not None,
    )


def _stated_address(content: bytes, media_type: str) -> str | None:
    tree = read_page(content, media_type)[1]
    return None if tree is None else stated_address(tree)


def _check(day: date, verb: str, source: str, today: date) -> None:
    column = "captured_at" if verb == "captured" else "published_on"
    if day < FIRST_DAY:
        raise _RefusedError(
            f"The page is {verb} on {day} by {source}, before {FIRST_DAY}; "
            f"if that is wrong, give {column} in the manifest."
        )
    if day > today:
        raise _RefusedError(
            f"The page is {verb} on {day} by {source}, after {today}; if that is wrong, give {column} in the manifest."
        )
