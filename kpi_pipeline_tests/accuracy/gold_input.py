"""Writing gold sets and registries for tests: cases of one sentence, with the facts a reader finds in them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

Record = dict[str, Any]

SENTENCE = "Năm 2021, toàn tỉnh Gia Lai có 40% đảng viên hoàn thành xuất sắc nhiệm vụ."


def fact(**fields: Any) -> Record:
    """What the sentence states; `fields` say otherwise."""
    return {
        "province": "VN-30",
        "scope": "province",
        "subject": "party_member",
        "indicator": "task_completion_rating",
        "levels": ["excellent"],
        "measure": "share",
        "value": 40,
        "comparator": "eq",
        "base": "assessed",
        "period_start": "2021",
        "period_end": "2021",
        "annual": False,
        "modality": "actual",
        **fields,
    }


def case(name: str = "a", *facts: Record, **fields: Any) -> Record:
    """A case of the sentence; without `facts` it states nothing."""
    context = {"url": None, "published_on": "2022-02-02", "province": None}
    return {"id": name, "text": SENTENCE, "context": context, "facts": list(facts), **fields}


def write_lines(path: Path, *records: Record) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def write_registry(folder: Path, floors: list[tuple[object, ...]], **sets: list[Record]) -> Path:
    """A registry of sets of cases; floors are (set, indicator, grade, precision, recall)."""
    folder.mkdir()
    for name, cases in sets.items():
        write_lines(folder / f"{name}.jsonl", *cases)
    _table(
        folder / "sets.csv",
        ("name", "path", "kind", "tuned", "about"),
        [(name, f"{name}.jsonl", "cases", "no", "for a test") for name in sets],
    )
    _table(
        folder / "floors.csv",
        ("gold_set", "indicator", "grade", "precision", "recall", "why"),
        [(*floor, "a test") for floor in floors],
    )
    return folder


def _table(path: Path, head: tuple[str, ...], lines: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *lines])
