"""Folders of generated pages, as a collector would hand them over, with the facts they state beside them.

Belongs here: files, the manifest, the expected facts. Does not belong here: the pages (`pages`).
"""

import csv
import json
from datetime import date
from pathlib import Path

from kpi_pipeline_tests.page_generator.pages import FIRST_DAY, LAST_DAY, generate_pages

KINDS = ("html", "text", "mixed")
_IN_ONE_FOLDER = 1000
_EVERY_TEXT = 4


def write_folder(
    path: Path,
    seed: int,
    n: int,
    kind: str = "html",
    size: str = "realistic",
    *,
    relevant: float = 1.0,
    first_day: date = FIRST_DAY,
    last_day: date = LAST_DAY,
) -> Path:
    """Writes `n` pages below `path`, a thousand a folder, with manifest.csv and expected_facts.jsonl; returns `path`.

    `kind` is one of `KINDS`; in "mixed" every fourth page is a text capture. One page at a time is held in memory. A
    line of expected_facts.jsonl is a fact with its `page`, the file's name without the ending. Raises `ValueError` for
    an unknown kind or size, `OSError` where nothing can be written.
    """
    if kind not in KINDS:
        raise ValueError(f"A folder's kind is one of {', '.join(KINDS)}, not {kind!r}.")
    path.mkdir(parents=True, exist_ok=True)
    pages = generate_pages(seed, n, size=size, relevant=relevant, first_day=first_day, last_day=last_day)
    with (
        (path / "manifest.csv").open("w", encoding="utf-8", newline="") as manifest,
        (path / "expected_facts.jsonl").open("w", encoding="utf-8") as expected,
    ):
        rows = csv.writer(manifest, lineterminator="\n")
        rows.writerow(("file", "url", "captured_at", "published_on", "source_province"))
        for number, page in enumerate(pages):
            as_text = kind == "text" or (kind == "mixed" and number % _EVERY_TEXT == _EVERY_TEXT - 1)
            name = f"{number // _IN_ONE_FOLDER:04d}/{page.page_id}.{'txt' if as_text else 'html'}"
            (path / name).parent.mkdir(exist_ok=True)
            (path / name).write_bytes(page.capture.encode() if as_text else page.html)
            rows.writerow((name, page.url, page.published_on, page.published_on, page.source_province or ""))
            for fact in page.facts:
                expected.write(json.dumps({"page": page.page_id, **fact}, ensure_ascii=False, sort_keys=True) + "\n")
    return path
