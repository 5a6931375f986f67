"""What cleaning hands on: the document, its cues and its statuses.

Belongs here: the frozen shapes that other rooms read. Does not belong here: how they are found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kpi_pipeline.reference.codes import PAGE_STATUSES

STATUSES: Final = PAGE_STATUSES
STATUS_OK, STATUS_UNDECODABLE, STATUS_NO_TEXT, STATUS_NOT_VIETNAMESE, STATUS_FAILED, STATUS_SKIPPED = STATUSES

CUE_SITE_NAME: Final = "site_name"
CUE_SOURCE_LINE: Final = "source_line"
CUE_CANONICAL_URL: Final = "canonical_url"
CUE_DATELINE: Final = "dateline"
CUE_KINDS: Final = (CUE_SITE_NAME, CUE_SOURCE_LINE, CUE_CANONICAL_URL, CUE_DATELINE)


@dataclass(frozen=True, slots=True)
class Cue:
    """Something the page says about where it comes from; `kind` is one of `CUE_KINDS`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One page as text: NFC throughout, no paragraph holds a line feed.

    `status` is one of `STATUSES`; with any other than "ok", `reason` is a sentence that ends in a remedy, and
    whatever text there is stays readable. The cells of a table row stand in one paragraph, joined by " | ".
    """

    title: str | None
    paragraphs: tuple[str, ...]
    language: str | None
    encoding: str | None
    status: str
    reason: str | None = None
    cues: tuple[Cue, ...] = ()

    @property
    def text(self) -> str:
        """Title (if any) and paragraphs joined by line feeds: the string that every span of a fact points into."""
        return "\n".join((self.title, *self.paragraphs) if self.title else self.paragraphs)
