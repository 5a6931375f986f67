"""The landing store: a catalogue in SQLite and the pages' bytes, named by their sha256. It only grows.

Belongs here: keeping, finding, withdrawing and restoring pages. Does not belong here: reading folders (`folder`) and
finding publication days (`publication_day`).

Whatever kills a landing, the catalogue never names bytes that are not there: bytes are written beside, synced and
renamed first, the row follows in the same write transaction. Two landings at once take turns page by page.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from kpi_pipeline.landing.catalogue import CURRENT, LATEST, set_up
from kpi_pipeline.landing.objects import Objects
from kpi_pipeline.landing.page import (
    CORRECTED,
    NEW,
    NEW_VERSION,
    REFUSED,
    RESTORED,
    UNCHANGED,
    Act,
    Arrival,
    LandedPage,
    LandingError,
    Outcome,
    Refusal,
    canonical_address,
    page_id_of,
)

_BUSY_SECONDS: Final = 120.0
_TWINS_TOLD: Final = 5


class LandingStore:
    """The pages under one folder: `catalogue.sqlite` and `objects/ab/<sha256>`. Created where it is missing."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
        self._objects = Objects(self.root / "objects")
        self._catalogue = self.root / "catalogue.sqlite"
        self._own = threading.local()
        try:
            self._objects.root.mkdir(parents=True, exist_ok=True)
            self._create()
        except OSError as error:
            raise LandingError(
                f"The landing store {self.root} cannot be opened ({error}); name a writable folder."
            ) from error
        except sqlite3.DatabaseError as error:
            raise LandingError(
                f"The catalogue {self._catalogue} is damaged or no catalogue ({error}); "
                "put back a copy of it, or move it away and land the pages again."
            ) from error

    def _create(self) -> None:
        with FileLock(self.root / "create.lock"), closing(self._connect()) as link:
            if not set_up(link):
                raise LandingError(f"The catalogue {self._catalogue} is of a newer version; update the program.")

    def _connect(self) -> sqlite3.Connection:
        link = sqlite3.connect(self._catalogue, timeout=_BUSY_SECONDS, isolation_level=None)
        link.execute("PRAGMA foreign_keys = ON")
        link.execute("PRAGMA synchronous = FULL")
        return link

    @contextmanager
    def together(self) -> Iterator[None]:
        """Landings inside count together once the block ends, or none of them where it is left by an error or a kill.

        Saves most of the waiting for the disk. Other landings wait meanwhile, so blocks should be short.
        """
        with self._writing():
            yield

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        joined: sqlite3.Connection | None = getattr(self._own, "link", None)
        if joined is not None:
            yield joined
            return
        try:
            with closing(self._connect()) as link:
                link.execute("BEGIN IMMEDIATE")
                self._own.link = link
                try:
                    yield link
                except BaseException:
                    link.execute("ROLLBACK")
                    raise
                finally:
                    self._own.link = None
                link.execute("COMMIT")
        except (OSError, sqlite3.DatabaseError) as error:
            raise LandingError(
                f"The landing store {self.root} cannot be written ({error}); make room or free it and land again, "
                "what was landed before is kept."
            ) from error

    def _rows(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            with closing(self._connect()) as link:
                return link.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise LandingError(
                f"The catalogue {self._catalogue} cannot be read ({error}); put back a copy of it, or land again."
            ) from error

    # -- reading ------------------------------------------------------------------------------------------------

    def days(self) -> list[str]:
        """The days (ISO, ascending) that have pages which count now."""
        return sorted({row[3] for row in self._rows(LATEST + CURRENT)})

    def pages(self, day: str) -> list[LandedPage]:
        """The latest versions of the pages of one day that are not withdrawn, ordered by page id."""
        rows = self._rows(LATEST + CURRENT + " AND p.published_on = ? ORDER BY p.page_id", (day,))
        return [LandedPage(*row) for row in rows]

    def all_pages(self) -> list[LandedPage]:
        """The latest version of every page that is not withdrawn, ordered by day and page id."""
        return [LandedPage(*row) for row in self._rows(LATEST + CURRENT + " ORDER BY p.published_on, p.page_id")]

    def day_of(self, page: str) -> str:
        """The day (ISO) that the first landing of a page fixed, also of a withdrawn one; `page` as for `find`."""
        return str(self._rows("SELECT published_on FROM pages WHERE page_id = ?", (self.find(page),))[0][0])

    def versions(self, page: str) -> list[str]:
        """The sha256 of every version of a page, the one that counts last."""
        query = "SELECT page_version FROM versions WHERE page_id = ? ORDER BY captured_on, sequence"
        return [row[0] for row in self._rows(query, (self.find(page),))]

    def read(self, sha256: str) -> bytes:
        """The bytes of one version. Raises `LandingError` where they are missing or no longer what was landed."""
        return self._objects.read(sha256)

    def intact(self, page: LandedPage) -> bool:
        """Whether the page's bytes stand in the store in their full length; cheap, since `read` alone verifies them."""
        return self._objects.has(page.sha256, page.n_bytes)

    def refusals(self) -> list[Refusal]:
        """Every file that was turned away, ordered by name, sha256 and reason."""
        query = "SELECT name, nullif(sha256, ''), reason, day FROM refusals ORDER BY name, sha256, reason"
        return [Refusal(*row) for row in self._rows(query)]

    def acts(self) -> list[Act]:
        """Every withdrawal and restoration, in the order in which they were recorded."""
        return [Act(*row) for row in self._rows("SELECT page_id, kind, reason, day FROM acts ORDER BY number")]

    def withdrawn(self) -> dict[str, str]:
        """The pages that are withdrawn, in the order of their ids, with the reason given for each."""
        last = {act.page_id: act for act in self.acts() if act.kind in ("withdrawn", "restored")}
        return {page: last[page].reason for page in sorted(last) if last[page].kind == "withdrawn"}

    def find(self, page: str) -> str:
        """The id of the page meant by an id, the unique beginning of one, an address or a file's name.

        Raises `LandingError` where none or several pages are meant.
        """
        return self._find(page)[0]

    def _find(self, page: str) -> tuple[str, str | None]:
        address = canonical_address(page)
        wanted = page_id_of(address, b"") if address else None
        queries: list[tuple[str, tuple[Any, ...]]] = [
            ("SELECT page_id, url FROM pages WHERE page_id = ? OR page_id = ?", (page, wanted)),
            ("SELECT page_id, url FROM pages WHERE substr(page_id, 1, ?) = ?", (len(page), page)),
            (
                "SELECT DISTINCT p.page_id, p.url FROM pages p JOIN versions v USING (page_id) WHERE v.source_file = ?",
                (page,),
            ),
        ]
        for query, values in queries:
            found = sorted(self._rows(query, values)) if page else []
            if len(found) == 1:
                return found[0][0], found[0][1]
            if found:
                names = ", ".join(row[0] for row in found[:5])
                raise LandingError(f'"{page}" means {len(found)} pages ({names}); give the id of one.')
        raise LandingError(f'No landed page is meant by "{page}"; give a page id, its beginning, an address or a file.')

    # -- writing ------------------------------------------------------------------------------------------------

    def land(self, arrival: Arrival, today: date, *, restore: bool = False, takes_over: bool = True) -> Outcome:
        """Keep one page and say what that was: one of `ACTIONS`, where "refused" means that the page is withdrawn.

        A known page keeps the day it has; another province given for known bytes corrects the one they have, and
        stored bytes that are missing or damaged are replaced. A withdrawn page comes back only where `restore` is
        set. Where `takes_over` is false, the bytes do not replace other ones of the same day of capture.
        """
        page_id = page_id_of(arrival.url, arrival.content)
        sha256 = hashlib.sha256(arrival.content).hexdigest()
        with self._writing() as link:
            known = link.execute("SELECT published_on, day_source FROM pages WHERE page_id = ?", (page_id,)).fetchone()
            notes = [arrival.note] if arrival.note else []
            if known is None:
                notes += self._keep(link, sha256, arrival.content)
                notes += self._twins(link, page_id, sha256)
                link.execute(
                    "INSERT INTO pages VALUES (?, ?, ?, ?)",
                    (page_id, arrival.url, arrival.published_on, arrival.day_source),
                )
                self._add_version(link, page_id, sha256, arrival, today)
                return _outcome(arrival.name, NEW, page_id, sha256, arrival.published_on, arrival.day_source, notes)
            day, day_source = known
            withdrawn = self._withdrawn(link, page_id)
            if withdrawn is not None and not restore:
                reason = (
                    f"The page is withdrawn ({withdrawn}) and stays so; to restore it, land this file by itself "
                    "instead of its folder."
                )
                outcome = _outcome(arrival.name, REFUSED, page_id, sha256, day, day_source, [reason])
                self._refuse(link, arrival.name, sha256, reason, today)
                return outcome
            notes += self._keep(link, sha256, arrival.content)
            if arrival.published_on != day and arrival.day_source != "captured":
                notes.append(
                    f"The day stays {day}, as first landed; {arrival.day_source} now says {arrival.published_on}."
                )
            action, said = self._version(link, page_id, sha256, arrival, today, takes_over)
            notes += said
            if withdrawn is not None:
                self._act(link, Act(page_id, "restored", f"landed again from {arrival.name}", today.isoformat()))
                action = RESTORED
                notes.insert(0, f"The page had been withdrawn ({withdrawn}); this landing restores it.")
            return _outcome(arrival.name, action, page_id, sha256, day, day_source, notes)

    def refuse(self, name: str, content: bytes | None, reason: str, today: date) -> Outcome:
        """Record that a file was turned away, and why; the same refusal is recorded once."""
        sha256 = hashlib.sha256(content).hexdigest() if content is not None else ""
        with self._writing() as link:
            self._refuse(link, name, sha256, reason, today)
        return Outcome(name, REFUSED, None, sha256 or None, None, None, reason)

    def withdraw(self, page: str, reason: str, day: date | None = None) -> Act:
        """Take a page out of what counts, with a reason; its bytes and versions stay.

        `page` is an id, the unique beginning of one, an address or a file's name. Raises `LandingError` where the
        page is not known or withdrawn already, or no reason is given.
        """
        reason = " ".join(reason.split())
        if not reason:
            raise LandingError("A withdrawal needs a reason; say why the page must not count.")
        page_id = self.find(page)
        act = Act(page_id, "withdrawn", reason, day.isoformat() if day else None)
        with self._writing() as link:
            earlier = self._withdrawn(link, page_id)
            if earlier is not None:
                raise LandingError(f"The page {page_id} is withdrawn already ({earlier}); there is nothing to do.")
            self._act(link, act)
        return act

    def _act(self, link: sqlite3.Connection, act: Act) -> None:
        link.execute(
            "INSERT INTO acts (page_id, kind, reason, day) VALUES (?, ?, ?, ?)",
            (act.page_id, act.kind, act.reason, act.day),
        )

    def _keep(self, link: sqlite3.Connection, sha256: str, content: bytes) -> list[str]:
        known = link.execute("SELECT 1 FROM versions WHERE page_version = ? LIMIT 1", (sha256,)).fetchone()
        mended = self._objects.keep(sha256, content, known=known is not None)
        return [mended] if mended else []

    def _version(
        self, link: sqlite3.Connection, page_id: str, sha256: str, arrival: Arrival, today: date, takes_over: bool
    ) -> tuple[str, list[str]]:
        """Add, revive or correct a version of a known page; return the action and what there is to say."""
        query = (
            "SELECT page_version, captured_on, source_province FROM versions WHERE page_id = ? "
            "ORDER BY captured_on DESC, sequence DESC"
        )
        rows = link.execute(query, (page_id,)).fetchall()
        held = {version: (captured_on, province) for version, captured_on, province in rows}
        latest, latest_day, _ = rows[0]
        older = f"The version captured on {latest_day} stays the one that counts."
        if sha256 not in held:
            notes = self._twins(link, page_id, sha256)
            self._add_version(link, page_id, sha256, arrival, today, takes_over)
            counts = arrival.captured_on > latest_day or (arrival.captured_on == latest_day and takes_over)
            return NEW_VERSION, notes if counts else [*notes, older]
        captured_on, province = held[sha256]
        notes = self._correct(link, page_id, sha256, province, arrival.source_province, today)
        if sha256 != latest and arrival.captured_on >= latest_day and takes_over:
            link.execute(
                "UPDATE versions SET captured_on = ?, sequence = (SELECT max(sequence) + 1 FROM versions) "
                "WHERE page_id = ? AND page_version = ?",
                (arrival.captured_on, page_id, sha256),
            )
            return NEW_VERSION, [f"Bytes known from the capture of {captured_on} count again.", *notes]
        action = CORRECTED if notes else UNCHANGED
        if sha256 != latest:
            notes.append(older)
        if arrival.captured_given and arrival.captured_on != captured_on:
            notes.append(
                f"The day of capture of these bytes stays {captured_on}; the manifest says {arrival.captured_on}."
            )
        return action, notes

    def _correct(
        self, link: sqlite3.Connection, page_id: str, sha256: str, old: str | None, new: str | None, today: date
    ) -> list[str]:
        """Take over another province for known bytes, as a recorded act; none given leaves what is known."""
        if new is None or new == old:
            return []
        change = f"source_province {old or 'none'} -> {new}"
        link.execute(
            "UPDATE versions SET source_province = ? WHERE page_id = ? AND page_version = ?", (new, page_id, sha256)
        )
        self._act(link, Act(page_id, "corrected", change, today.isoformat()))
        return [f"The manifest corrects {change}."]

    def _add_version(
        self,
        link: sqlite3.Connection,
        page_id: str,
        sha256: str,
        arrival: Arrival,
        today: date,
        takes_over: bool = True,
    ) -> None:
        """Of versions of one day of capture, the one with the highest sequence counts."""
        sequence = "coalesce(max(sequence), 0) + 1" if takes_over else "coalesce(min(sequence), 0) - 1"
        link.execute(
            f"INSERT INTO versions VALUES (?, ?, (SELECT {sequence} FROM versions), ?, ?, ?, ?, ?, ?)",
            (
                page_id,
                sha256,
                arrival.captured_on,
                arrival.source_province,
                arrival.name,
                arrival.media_type,
                len(arrival.content),
                today.isoformat(),
            ),
        )

    def _withdrawn(self, link: sqlite3.Connection, page_id: str) -> str | None:
        """The reason of the withdrawal in force, or None."""
        query = (
            "SELECT kind, reason FROM acts WHERE page_id = ? AND kind IN ('withdrawn', 'restored') "
            "ORDER BY number DESC LIMIT 1"
        )
        row = link.execute(query, (page_id,)).fetchone()
        return row[1] if row is not None and row[0] == "withdrawn" else None

    def _twins(self, link: sqlite3.Connection, page_id: str, sha256: str) -> list[str]:
        """A sentence that names the first other pages of the same bytes and how they stand; none without any."""
        query = (
            "SELECT v.page_id, p.url FROM versions v JOIN pages p ON p.page_id = v.page_id "
            "WHERE v.page_version = ? AND v.page_id <> ? ORDER BY v.page_id LIMIT ?"
        )
        others = link.execute(query, (sha256, page_id, _TWINS_TOLD + 1)).fetchall()
        if not others:
            return []
        told = [
            f"{other} ({url or 'without an address'}{', withdrawn' if self._withdrawn(link, other) else ''})"
            for other, url in others[:_TWINS_TOLD]
        ]
        more = " and others" if len(others) > _TWINS_TOLD else ""
        return [f"The same bytes also stand as page {', '.join(told)}{more}; withdraw one if it is the same page."]

    def _refuse(self, link: sqlite3.Connection, name: str, sha256: str, reason: str, today: date) -> None:
        link.execute("INSERT OR IGNORE INTO refusals VALUES (?, ?, ?, ?)", (name, sha256, reason, today.isoformat()))


def _outcome(
    name: str, action: str, page_id: str, version: str, day: str, day_source: str, notes: list[str]
) -> Outcome:
    return Outcome(name, action, page_id, version, day, day_source, " ".join(notes) or None)
