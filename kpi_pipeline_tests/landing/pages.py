"""Pages for the landing tests, written into a folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kpi_pipeline.landing import LandingReport, LandingStore, land_folder

TODAY = date(2023, 6, 30)
CAPTURED = date(2023, 6, 1)
SENTENCE = "Năm 2022, toàn tỉnh có {} tổ chức cơ sở đảng hoàn thành xuất sắc nhiệm vụ theo kết quả xếp loại."


def text(number: int) -> str:
    return f"Kết quả xếp loại tổ chức cơ sở đảng của tỉnh\n\n{SENTENCE.format(number)}\n"


def fill(folder: Path, count: int, first: int = 0) -> Path:
    """A folder with `count` different captures."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        (folder / f"page{number:03}.txt").write_text(text(number), "utf-8")
    return folder


def write_manifest(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["file,url,captured_at,published_on,source_province", *rows]) + "\n", "utf-8")
    return path


def land(store: LandingStore, path: Path, manifest: Path | None = None, **options: bool) -> LandingReport:
    return land_folder(store, path, manifest, CAPTURED, TODAY, **options)


def actions(report: LandingReport) -> dict[str, str]:
    return {outcome.name: outcome.action for outcome in report.outcomes}


def state(store: LandingStore) -> object:
    """All that others may read from a store: must not depend on order, company or accidents of landing."""
    pages = store.all_pages()
    bodies = {page.sha256: store.read(page.sha256) for page in pages}
    return (store.days(), pages, [store.pages(day) for day in store.days()], bodies, store.refusals(), store.acts())
