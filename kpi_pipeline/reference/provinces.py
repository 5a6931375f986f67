"""Vietnam's provinces through time: which code stood for which territory on a day.

Belongs here: look-ups over provinces.csv and non_provinces.csv. Does not belong here: finding names in a text
(place_names), deciding which of the provinces a page names is its own (extraction).
"""

from dataclasses import dataclass
from functools import cache

from kpi_pipeline.reference.folding import bare, fold
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
def is_municipality(code: str, month: str | None = None) -> bool:
    """Whether the code is, or has become, a city under the centre: to this day, or by an ISO month."""
    rows = [province for province in _by_code().get(code, ()) if province.type == "municipality"]
    return any(month is None or province.valid_from[:7] <= month for province in rows)


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
def spelled_names() -> dict[str, str]:
    """The names as addresses spell them, without marks and spaces ("gialai"), with their codes."""
    spelled = {bare(name).replace(" ", "").replace("-", ""): code for name, code in province_names().items()}
    return {name: code for name, code in spelled.items() if name.isalpha() and len(name) > 4}


@cache
def not_provinces() -> dict[str, str | None]:
    """Folded names that lists of provinces contain though they are none, with the code they resolve to, if any."""
    table = data_rows("non_provinces.csv", ("name_vi", "kind", "belongs_to", "resolve_to"))
    return {fold(row["name_vi"]): row["resolve_to"] or None for row in table}
