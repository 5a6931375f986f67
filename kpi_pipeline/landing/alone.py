"""One file landed by itself, on a store as short-lived as the look at it.

Belongs here: what landing knows of a file without a home. Does not belong here: what the page says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from kpi_pipeline.landing.folder import land_folder
from kpi_pipeline.landing.page import LandedPage, LandingError
from kpi_pipeline.landing.store import LandingStore


@dataclass(frozen=True, slots=True)
class LoneFile:
    """A file, its page and bytes; where landing refuses it there is no page, and `refusal` says why."""

    file: Path
    page: LandedPage | None
    content: bytes
    refusal: str | None


def landed_alone(files: Iterable[Path], manifest: Path | None, today: date) -> Iterator[LoneFile]:
    """Each file as landing takes it when no other is there; `today` is the last day a page may be of.

    Raises `LandingError` for a folder, a missing file or a malformed manifest.
    """
    for file in files:
        if file.is_dir():
            raise LandingError(f"{file} is a folder: name the files in it, like {file}/*.html.")
        with TemporaryDirectory(prefix="kpi-extract-") as folder:
            store = LandingStore(Path(folder))
            outcome = land_folder(store, file, manifest, today, today).outcomes[0]
            if outcome.page_id is None:
                yield LoneFile(file, None, b"", outcome.reason)
                continue
            [page] = store.all_pages()
            yield LoneFile(file, page, store.read(page.sha256), None)
