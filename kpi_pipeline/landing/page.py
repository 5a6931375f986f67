"""What landing keeps and reports: pages, outcomes, refusals, acts, and the address that names a page.

Belongs here: the frozen shapes, the canonical address and the time zone of all days. Does not belong here: storing
(`store`) and reading folders (`folder`).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from courlan import clean_url

from kpi_pipeline.trouble import Trouble

FIRST_DAY: Final = date(2000, 1, 1)

NEW: Final = "new"
NEW_VERSION: Final = "new_version"
UNCHANGED: Final = "unchanged"
REFUSED: Final = "refused"
RESTORED: Final = "restored"
CORRECTED: Final = "corrected"
ACTIONS: Final = (NEW, NEW_VERSION, UNCHANGED, REFUSED, RESTORED, CORRECTED)

VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")

_TRACKERS: Final = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|zarsrc|mc_[ce]id|_ga|_gl)", re.IGNORECASE
)


class LandingError(Trouble):
    """A landing, a withdrawal or a read that cannot be done; the message names the thing and the remedy."""


@dataclass(frozen=True, slots=True)
class LandedPage:
    """One page as it counts now: its latest version and the day that its first landing fixed."""

    page_id: str
    page_version: str
    url: str | None
    published_on: str
    day_source: str
    captured_on: str
    source_province: str | None
    source_file: str
    media_type: str
    n_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """One page on its way in; `captured_given` says that its day of capture is stated for this very page."""

    name: str
    content: bytes
    media_type: str
    url: str | None
    published_on: str
    day_source: str
    captured_on: str
    source_province: str | None
    note: str | None = None
    captured_given: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: `action` is one of `ACTIONS`; `reason` is there wherever something needs saying."""

    name: str
    action: str
    page_id: str | None
    page_version: str | None
    published_on: str | None
    day_source: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class LandingReport:
    """All outcomes of one landing in the order of file names, and what there is to say about the call as a whole."""

    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()

    def count(self, action: str) -> int:
        """How many outcomes have this action."""
        return sum(outcome.action == action for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was turned away; `sha256` is None where its bytes could not be read."""

    name: str
    sha256: str | None
    reason: str
    day: str


@dataclass(frozen=True, slots=True)
class Act:
    """A recorded decision about a page: "withdrawn", "restored" or "corrected"; `day` is None where none was given."""

    page_id: str
    kind: str
    reason: str
    day: str | None


def canonical_address(url: str) -> str | None:
    """The address under which a page is known, or None where `url` is no web address.

    courlan tidies it; only parameters that track visitors are dropped (others may name the page, as `?cid=12` does),
    and the fragment goes. Parameters are ordered by name.
    """
    cleaned = "".join(url.split())
    parts = urlsplit(cleaned) if re.match(r"https?://[^/\s.]+\.[^/\s]", cleaned, re.IGNORECASE) else None
    if parts is None or not parts.hostname:
        return None
    bare = clean_url(urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")))
    if not bare:
        return None
    query = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKERS.fullmatch(pair[0]))
    tidy = urlsplit(bare)
    return urlunsplit((tidy.scheme.lower(), tidy.netloc.lower(), tidy.path, urlencode(query), ""))


def page_id_of(address: str | None, content: bytes) -> str:
    """The letter p and 16 hex digits of the canonical address, or of the bytes where there is none.

    http and https, with or without www, with or without a closing slash are one address.
    """
    if address is None:
        return "p" + hashlib.sha256(content).hexdigest()[:16]
    parts = urlsplit(address)
    host = parts.netloc.removeprefix("www.")
    named = urlunsplit(("https", host, parts.path.rstrip("/") or "/", parts.query, ""))
    return "p" + hashlib.sha256(named.encode("utf-8")).hexdigest()[:16]
