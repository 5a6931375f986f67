"""The constructions: every way in which pages state a rating, or seem to, that the extractor must understand.

Belongs here: the catalogue `gold/constructions.csv` and which authored cases each of them has. Does not belong here:
comparing what is read with the cases (`matching`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from kpi_pipeline.accuracy.cases import GoldError, json_lines
from kpi_pipeline.accuracy.gold import REGISTRY
from kpi_pipeline.reference.tables import rows

CATALOGUE = REGISTRY / "constructions.csv"
AUTHORED = REGISTRY / "authored.jsonl"

_COLUMNS = ("construction", "group", "rating_pages", "all_pages", "what", "but")


@dataclass(frozen=True)
class Construction:
    """One construction and the ids of its authored cases.

    `rating_pages` and `all_pages` are the percentages of pages on which it was seen, of those that state a rating and
    of all that were read; None where it was not counted. `but` says why it has no case, or which of its cases are not
    read in full and why; it is empty where all is well.
    """

    code: str
    group: str
    rating_pages: int | None
    all_pages: int | None
    what: str
    but: str
    cases: tuple[str, ...]


def constructions(catalogue: Path = CATALOGUE, authored: Path = AUTHORED) -> tuple[Construction, ...]:
    """The catalogue in its order. Raises `GoldError` for a construction said twice, a percentage that is none, and a
    case of a construction that the catalogue does not have."""
    cases = _cases(authored)
    found: dict[str, Construction] = {}
    for line, row in rows(catalogue, _COLUMNS):
        where, code = f"{catalogue.name}, line {line}", row["construction"]
        if code in found:
            raise GoldError(f"{where}: {code} stands there twice; keep one line.")
        found[code] = Construction(
            code,
            row["group"],
            _percent(row["rating_pages"], where),
            _percent(row["all_pages"], where),
            row["what"],
            row["but"],
            tuple(cases.get(code, ())),
        )
    unknown = sorted(set(cases) - set(found))
    if unknown:
        raise GoldError(f"{authored.name} has cases of {', '.join(unknown)}; add the construction to {catalogue.name}.")
    return tuple(found.values())


def _cases(authored: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    problems: list[str] = []
    for number, record in json_lines(authored, problems):
        if not record.get("construction"):
            problems.append(f"{authored.name}, line {number}: the case names no construction; add it.")
        else:
            found[str(record["construction"])].append(str(record.get("id")))
    if problems:
        raise GoldError(problems[0])
    return found


def _percent(text: str, where: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) > 100:
        raise GoldError(f"{where}: {text!r} is no whole percentage; write 0 to 100 or nothing.")
    return int(text)
