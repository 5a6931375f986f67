"""Gold sets: texts whose facts are known. The registry of those that ship with the project, and reading any other.

Belongs here: where a set stands, and whether its facts are fact records. Does not belong here: the comparison
(`matching`) and what a set must reach (`floors`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpi_pipeline.accuracy.cases import GoldError, json_lines, read_cases
from kpi_pipeline.accuracy.matching import Facts
from kpi_pipeline.accuracy.said import Said, said_of_cases, said_of_pages
from kpi_pipeline.landing.folder import ENDINGS, MANIFEST_NAME
from kpi_pipeline.reference import codes
from kpi_pipeline.reference.provinces import is_province_code
from kpi_pipeline.reference.tables import rows

REGISTRY = Path(__file__).resolve().parent / "gold"
"""The folder of the sets that ship with the project: `sets.csv` names them, `floors.csv` what they must reach."""

SETS = "sets.csv"
KINDS = ("cases", "pages")
GOLD_FILES = ("gold.jsonl", "expected_facts.jsonl")
"""What the file of facts in a folder of pages is called."""

_COLUMNS = ("name", "path", "kind", "tuned", "about")
_LARGEST = 1e15
_PERIOD = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_CODES: dict[str, tuple[str, ...]] = {
    "scope": codes.SCOPES,
    "subject": codes.SUBJECTS,
    "indicator": codes.INDICATORS,
    "measure": codes.MEASURES,
    "modality": codes.MODALITIES,
    "comparator": codes.COMPARATORS,
}
_MAY_BE_MISSING = ("base", "comparator", "annual", "doubt")
_FIELDS = ("province", "scope", "subject", "indicator", "levels", "measure", "value", "period_start", "period_end",
           "modality")  # fmt: skip


@dataclass(frozen=True)
class GoldSet:
    """Texts and their facts by text; every text is in `facts`, also one that states nothing.

    `tuned` says whether the extractor was shaped on these very texts; None where nobody said.
    """

    name: str
    path: Path
    kind: str
    tuned: bool | None
    about: str
    facts: Facts
    digest: str

    def said(self) -> Said:
        """What the extractor says now about each text."""
        if self.kind == "cases":
            return said_of_cases(read_cases(self.path)[0])
        manifest = self.path / MANIFEST_NAME
        return said_of_pages(_pages_of(self.path), manifest if manifest.is_file() else None)


def registered(registry: Path = REGISTRY) -> tuple[GoldSet, ...]:
    """The gold sets that a registry names, in its order.

    Raises `GoldError` for a line or a set that is not as it must be, `ReferenceDataError` for a malformed table.
    """
    table = registry / SETS
    found: dict[str, GoldSet] = {}
    for line, row in rows(table, _COLUMNS):
        where = f"{table.name}, line {line}"
        if not re.fullmatch(r"[a-z][a-z0-9_]*", row["name"]) or row["name"] in found:
            raise GoldError(f"{where}: {row['name']!r} is no new name of small letters, digits and _; give another.")
        if row["tuned"] not in ("yes", "no"):
            raise GoldError(f"{where}: `tuned` is yes or no, not {row['tuned']!r}; say which.")
        gold = gold_at(registry / row["path"], row["name"], row["tuned"] == "yes", row["about"])
        if gold.kind != row["kind"]:
            raise GoldError(f"{where}: {row['path']} is of the kind {gold.kind}, not {row['kind']!r}; mend the line.")
        found[gold.name] = gold
    return tuple(found.values())


def gold_at(path: Path, name: str | None = None, tuned: bool | None = None, about: str = "") -> GoldSet:
    """The gold set at a path: a file of cases (JSON lines), or a folder of pages with `gold.jsonl` and a manifest.

    The pages stand in the folder or in its subfolder `pages`. Raises `GoldError` naming what is not as it must be.
    """
    path = path.resolve()
    kind = "pages" if path.is_dir() else "cases"
    facts, inputs = _read_pages(path) if kind == "pages" else _read_cases(path)
    digest = hashlib.sha256()
    for file in inputs:
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return GoldSet(name or path.stem, path, kind, tuned, about, facts, digest.hexdigest()[:32])


def _read_cases(path: Path) -> tuple[Facts, list[Path]]:
    cases, problems = read_cases(path)
    found = [*problems]
    for case in cases:
        for number, fact in enumerate(case.facts, start=1):
            found += [f"{path.name}, line {case.line}, fact {number}: {said}" for said in problems_of(fact)]
    _refuse(path, found)
    return {case.id: case.facts for case in cases}, [path]


def _read_pages(folder: Path) -> tuple[Facts, list[Path]]:
    gold = next((folder / name for name in GOLD_FILES if (folder / name).is_file()), None)
    if gold is None:
        raise GoldError(f"{folder} holds no {GOLD_FILES[0]}: write its pages' facts there, one a line.")
    files = _pages_of(folder)
    facts: dict[str, list[dict[str, Any]]] = {}
    problems: list[str] = []
    for file in files:
        if file.stem in facts:
            problems.append(f"two pages of {folder} are called {file.stem}; rename one.")
        facts.setdefault(file.stem, [])
    for line, fact in json_lines(gold, problems):
        page = str(fact.get("page"))
        found = problems_of(fact)
        if page not in facts:
            found = [f"there is no page {page} in {folder}; mend the name or add the page.", *found]
        problems += [f"{gold.name}, line {line}: {said}" for said in found]
        facts.setdefault(page, []).append(fact)
    _refuse(gold, problems)
    manifest = folder / MANIFEST_NAME
    return facts, [*files, gold, *([manifest] if manifest.is_file() else [])]


def _pages_of(folder: Path) -> list[Path]:
    place = folder / "pages" if (folder / "pages").is_dir() else folder
    return sorted(
        file
        for file in place.iterdir()
        if file.suffix.lower() in ENDINGS and not file.name.upper().startswith(("README", "."))
    )


def _refuse(path: Path, problems: list[str]) -> None:
    if problems:
        more = f" ({len(problems) - 1} more lines are wrong)" if problems[1:] else ""
        raise GoldError(f"The gold set {path} cannot be used: {problems[0]}{more}")


def problems_of(fact: Mapping[str, Any]) -> list[str]:
    """What is wrong with a gold fact, a sentence each; empty for a fact record with the closed codes."""
    if missing := [field for field in _FIELDS if field not in fact]:
        return [f"the fact lacks {', '.join(missing)}; add them (null where nothing tells)."]
    return list(_problems(fact))


def _problems(fact: Mapping[str, Any]) -> Iterator[str]:
    for field, known in _CODES.items():
        if (field in fact or field not in _MAY_BE_MISSING) and fact[field] not in known:
            yield f"{field} {fact[field]!r} is none of {', '.join(known)}; mend it."
    levels, value = fact["levels"], fact["value"]
    scale = codes.LEVELS.get(str(fact["indicator"]), ())
    allowed = (*scale, codes.NOT_ASSESSED) if scale else ()
    if not isinstance(levels, list) or any(level not in allowed for level in levels):
        yield f"levels {levels!r}: {fact['indicator']} has the levels {', '.join(allowed) or '(none)'}; mend the list."
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= _LARGEST:
        yield f"value {value!r} is no number; write it in plain decimal."
    if fact["province"] is not None and not is_province_code(str(fact["province"])):
        yield f"province {fact['province']!r} is no ISO 3166-2:VN code such as VN-14; mend it, or null."
    for field in ("period_start", "period_end"):
        if fact[field] is not None and not _PERIOD.fullmatch(str(fact[field])):
            yield f"{field} {fact[field]!r} is no ISO year, month or day; mend it, or null."
    if not isinstance(fact.get("base", codes.BASE_ASSESSED), str):
        yield f"base {fact['base']!r} is no text; leave it out for {codes.BASE_ASSESSED}."
    if not isinstance(fact.get("doubt", False), bool):
        yield f"doubt {fact['doubt']!r} is neither true nor false; mend it."
