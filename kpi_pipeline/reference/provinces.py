"""Vietnam's provinces through time: which code stood for which territory on a day, and where a text names one.

Belongs here: look-ups over provinces.csv and non_provinces.csv. Does not belong here: deciding which of the
provinces a page names is the page's own (that is extraction's).
"""

import re
from dataclasses import dataclass
from functools import cache

from kpi_pipeline.reference.folding import fold
from kpi_pipeline.reference.tables import data_rows

_COLUMNS = (
    "iso_3166_2", "gso_code", "name_vi", "type", "region", "valid_from", "valid_to", "successor", "aliases",
)  # fmt: skip


@dataclass(frozen=True)
class Province:
    """One territory under one code from `valid_from` to `valid_to` (both inclusive ISO days; None: to this day)."""

    code: str
    valid_from: str
    valid_to: str | None
    name: str
    type: str
    region: str
    successors: tuple[str, ...]
    aliases: tuple[str, ...]
    gso_code: str | None


@cache
def all_provinces() -> tuple[Province, ...]:
    """Every territory of the table, ordered by code and first day."""
    found = [
        Province(
            code=row["iso_3166_2"],
            valid_from=row["valid_from"],
            valid_to=row["valid_to"] or None,
            name=row["name_vi"],
            type=row["type"],
            region=row["region"],
            successors=tuple(part for part in row["successor"].split("|") if part),
            aliases=tuple(part for part in row["aliases"].split("|") if part),
            gso_code=row["gso_code"] or None,
        )
        for row in data_rows("provinces.csv", _COLUMNS)
    ]
    return tuple(sorted(found, key=lambda province: (province.code, province.valid_from)))


@cache
def _by_code() -> dict[str, tuple[Province, ...]]:
    table: dict[str, list[Province]] = {}
    for province in all_provinces():
        table.setdefault(province.code, []).append(province)
    return {code: tuple(rows) for code, rows in table.items()}


def is_province_code(text: str) -> bool:
    """Whether the text is a code of the table, of any time."""
    return text in _by_code()


def province_at(code: str, day_iso: str) -> Province | None:
    """The territory a code stood for on an ISO day, or None when the code is unknown or did not stand that day."""
    for province in _by_code().get(code, ()):
        if province.valid_from <= day_iso and (province.valid_to is None or day_iso <= province.valid_to):
            return province
    return None


@cache
def code_at(code: str, day_iso: str) -> str:
    """The code under which a named province stood on a day, where one name kept two codes (VN-48 and VN-CT).

    A day outside every validity of the name gives the code unchanged.
    """
    if province_at(code, day_iso) is not None:
        return code
    names = {province.name for province in _by_code().get(code, ())}
    for province in all_provinces():
        if province.name in names and province_at(province.code, day_iso) is province:
            return province.code
    return code


@cache
def is_municipality(code: str) -> bool:
    """Whether the code is, or has become, a city under the centre."""
    return any(province.type == "municipality" for province in _by_code().get(code, ()))


@cache
def province_names() -> dict[str, str]:
    """Every name and alias, folded, with its code; a name that two codes share carries the later code."""
    names: dict[str, tuple[str, str]] = {}
    for province in all_provinces():
        for name in (province.name, *province.aliases):
            key = fold(name)
            if key not in names or names[key][0] < province.valid_from:
                names[key] = (province.valid_from, province.code)
    return {key: code for key, (_, code) in sorted(names.items())}


@cache
def not_provinces() -> dict[str, str | None]:
    """Folded names that lists of provinces contain though they are none, with the code they resolve to, if any."""
    table = data_rows("non_provinces.csv", ("name_vi", "kind", "belongs_to", "resolve_to"))
    return {fold(row["name_vi"]): row["resolve_to"] or None for row in table}


@cache
def _names_by_first_word() -> dict[str, tuple[str, ...]]:
    """The names by their first word, longest first."""
    table: dict[str, list[str]] = {}
    for name in sorted(province_names(), key=lambda name: (-len(name), name)):
        table.setdefault(_WORD.match(name).group(), []).append(name)  # type: ignore[union-attr]
    return {word: tuple(names) for word, names in table.items()}


_WORD = re.compile(r"\w+")
_CAPITAL = re.compile(r"(?<!\w)[A-Z\u00c0-\u00de\u0102-\u01b0\u1ea0-\u1ef9]\w*")


_TRAPS = re.compile(
    r"thái bình dương|(?:chủ tịch|bác|tư tưởng|đạo đức|phong cách|học viện|lăng|cộng sản|thiếu niên tiền phong) "
    r"hồ chí minh|đường hồ chí minh|huân chương hồ chí minh|giải thưởng hồ chí minh"
)


def find_names(text: str) -> list[tuple[int, int, str]]:
    """Where the text names a province: start, end and code, in the order of the text.

    Names must begin with a capital letter, so that "hoà bình" (peace) is none; Hồ Chí Minh the man and the ocean
    Thái Bình Dương are left out.
    """
    return find_names_folded(text, fold(text))


def find_names_folded(text: str, folded: str) -> list[tuple[int, int, str]]:
    """`find_names` for a text whose folded copy is at hand."""
    names = province_names()
    first_words = _names_by_first_word()
    found: list[tuple[int, int, str]] = []
    reached = 0
    for match in _CAPITAL.finditer(text):
        start = match.start()
        candidates = first_words.get(folded[start : match.end()])
        if candidates is None or start < reached or not text[start].isupper():
            continue
        name = next((name for name in candidates if _stands(folded, name, start)), None)
        if name is None:
            continue
        end = start + len(name)
        words = text[start:end].split()
        trapped = _TRAPS.search(folded, max(0, start - 24), min(len(folded), end + 8))
        if trapped is not None and trapped.start() <= start and end <= trapped.end():
            continue
        if all(word[0].isupper() for word in words if word[0].isalpha()):
            found.append((start, end, names[name]))
            reached = end
    return found


def _stands(folded: str, name: str, start: int) -> bool:
    return folded.startswith(name, start) and not folded[start + len(name) : start + len(name) + 1].isalnum()
