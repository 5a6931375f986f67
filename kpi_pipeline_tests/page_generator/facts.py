"""What a page states: random ratings that add up, and the fact records they give.

Belongs here: populations, ratings, records with the fields of the fact record. Does not belong here: any wording of
a sentence (`prose`); the names of what is counted are kept with it, since they decide its code.
"""

from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

from kpi_pipeline_tests.page_generator.places import Body

Record = dict[str, Any]

TASK = "task_completion_rating"
CLEAN = "clean_strong_rating"
NEW_LEVELS = ("excellent", "good", "completed", "not_completed")
OLD_LEVELS = ("exemplary", "clean_strong", "good", "completed", "weak")
LAST_OLD_YEAR = 2017
_WEIGHTS = {"excellent": 0.17, "good": 0.6, "completed": 0.1, "not_completed": 0.02,
            "exemplary": 0.12, "clean_strong": 0.55, "weak": 0.02}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """Something that is counted: its code, its full names, what later mentions call it, and how many there may be."""

    code: str
    names: tuple[str, ...]
    nouns: tuple[str, ...]
    low: int
    high: int
    party_organisation: bool = False


_TCCSD = (
    "tổ chức cơ sở đảng", "tổ chức cơ sở đảng", "tổ chức cơ sở Đảng", "TCCSĐ", "chi, đảng bộ cơ sở", "tổ chức đảng",
    "chi bộ, đảng bộ cơ sở",
)  # fmt: skip
ORGANISATIONS = Kind("grassroots_party_organisation", _TCCSD, ("tổ chức",), 40, 900, True)
MEMBERS = Kind("party_member", ("đảng viên",), ("đảng viên", "đảng viên", "đồng chí", "đồng chí", "đ/c"), 1200, 70000)
_COMMITTEES = Kind("grassroots_party_committee", ("đảng bộ cơ sở",), ("đảng bộ",), 40, 400, True)
_CELLS = Kind("grassroots_party_cell", ("chi bộ cơ sở",), ("chi bộ",), 40, 400, True)
_SUB = Kind(
    "subordinate_party_cell", ("chi bộ trực thuộc đảng ủy cơ sở", "chi bộ trực thuộc"), ("chi bộ",), 200, 3000, True
)
_UPPER = Kind("upper_party_committee", ("đảng bộ trực thuộc Tỉnh ủy",), ("đảng bộ",), 12, 24, True)
_CIVIL = Kind(
    "civil_servant",
    ("cán bộ, công chức, viên chức", "công chức, viên chức", "cán bộ, công chức, viên chức và người lao động"),
    ("người",),
    900,
    40000,
)
_TEAMS = Kind(
    "leadership_collective",
    ("tập thể lãnh đạo, quản lý", "tập thể lãnh đạo, quản lý thuộc diện Ban Thường vụ Tỉnh ủy quản lý"),
    ("tập thể",), 30, 150,
)  # fmt: skip
_LEADERS = Kind(
    "leader",
    ("cán bộ lãnh đạo, quản lý", "cán bộ thuộc diện Ban Thường vụ Tỉnh ủy quản lý"),
    ("đồng chí", "cán bộ"), 80, 600,
)  # fmt: skip
_DEPARTMENTS = Kind(
    "provincial_department",
    ("sở, ban, ngành", "sở, ngành", "sở, ban, ngành cấp tỉnh", "cơ quan chuyên môn thuộc UBND tỉnh"),
    ("đơn vị", "cơ quan"), 17, 28,
)  # fmt: skip
_SERVICES = Kind(
    "public_service_unit", ("đơn vị sự nghiệp công lập", "đơn vị sự nghiệp thuộc UBND tỉnh"), ("đơn vị",), 5, 80
)
_DISTRICTS = Kind(
    "district_government",
    ("UBND các huyện, thị xã, thành phố", "UBND huyện, thị xã, thành phố", "UBND cấp huyện"),
    ("đơn vị",), 8, 20,
)  # fmt: skip
_COMMUNES = Kind(
    "commune_government",
    ("UBND xã, phường, thị trấn", "UBND các xã, phường, thị trấn", "UBND cấp xã"),
    ("đơn vị",), 60, 300,
)  # fmt: skip
_UNIONS = Kind("mass_organisation", ("công đoàn cơ sở",), ("công đoàn cơ sở",), 60, 600)
_FRONT = Kind(
    "mass_organisation",
    ("tổ chức Mặt trận, đoàn thể", "tổ chức Mặt trận Tổ quốc và đoàn thể chính trị - xã hội"),
    ("tổ chức",), 60, 900,
)  # fmt: skip
_LOCAL = Kind("local_government", ("chính quyền cơ sở",), ("đơn vị",), 60, 300)
_AGENCIES = Kind("agency", ("cơ quan, đơn vị", "cơ quan, đơn vị, doanh nghiệp"), ("đơn vị",), 30, 400)


def _sized(kind: Kind, low: int, high: int, names: tuple[str, ...] = ()) -> Kind:
    return Kind(kind.code, names or kind.names, kind.nouns, low, high, kind.party_organisation)


KINDS: dict[str, tuple[Kind, ...]] = {
    "province": (
        ORGANISATIONS, ORGANISATIONS, MEMBERS, MEMBERS, _COMMITTEES, _CELLS, _SUB, _UPPER, _CIVIL, _TEAMS, _LEADERS,
        _DEPARTMENTS, _SERVICES, _DISTRICTS, _COMMUNES, _UNIONS, _FRONT, _LOCAL, _AGENCIES,
    ),
    "provincial_bloc": (
        _sized(ORGANISATIONS, 30, 140), _sized(MEMBERS, 1500, 9000), _sized(_SUB, 60, 400), _sized(_CIVIL, 900, 5000),
        _sized(_COMMITTEES, 10, 60), _sized(_CELLS, 10, 80), _sized(_AGENCIES, 20, 90),
    ),
    "district": (
        _sized(ORGANISATIONS, 25, 90), _sized(MEMBERS, 1100, 9000), _sized(_SUB, 100, 500), _sized(_UNIONS, 20, 90),
        _sized(_COMMUNES, 8, 30), _sized(_CIVIL, 400, 3000), _sized(_FRONT, 30, 120), _sized(_AGENCIES, 20, 120),
    ),
    "commune": (
        _sized(_SUB, 8, 35, ("chi bộ", "chi bộ trực thuộc")), _sized(MEMBERS, 120, 900),
    ),
    "organisation": (
        _sized(_SUB, 5, 40, ("chi bộ trực thuộc", "chi bộ")), _sized(MEMBERS, 60, 1500),
        _sized(_CIVIL, 60, 900, ("viên chức", "cán bộ, công chức, viên chức")),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Rating:
    """One population of one body rated in one year: levels best first, how many at each, and their sum."""

    body: Body
    kind: Kind
    year: int
    indicator: str
    levels: tuple[str, ...]
    counts: tuple[int, ...]
    province: str | None

    @property
    def total(self) -> int:
        """How many were assessed."""
        return sum(self.counts)

    def share(self, count: int, digits: int) -> float:
        """`count` in percent of the total."""
        return round(100 * count / self.total + 1e-9, digits)

    def fact(self, measure: str, value: float, *levels: str, **fields: Any) -> Record:
        """A record about this rating; other fields of the record by name."""
        year = str(self.year)
        record = {
            "province": self.province, "scope": self.body.scope, "subject": self.kind.code, "indicator": self.indicator,
            "levels": sorted(levels), "measure": measure, "value": value, "comparator": "eq", "base": "assessed",
            "period_start": year, "period_end": year, "annual": False, "modality": "actual",
        }  # fmt: skip
        return record | fields


_CITY_WORDS = (("Tỉnh ủy", "Thành ủy"), ("UBND tỉnh", "UBND thành phố"),
               ("UBND các huyện, thị xã, thành phố", "UBND các quận, huyện"))  # fmt: skip


@cache
def _in_city(kind: Kind) -> Kind:
    joined = "|".join(kind.names)
    for word, other in _CITY_WORDS:
        joined = joined.replace(word, other)
    return replace(kind, names=tuple(joined.split("|")))


def kinds_of(body: Body, year: int, city: bool = False) -> tuple[Kind, ...]:
    """What may be counted in a body; to 2017 only what was rated on a known scale then."""
    kinds = tuple(_in_city(kind) for kind in KINDS[body.scope]) if city else KINDS[body.scope]
    if year > LAST_OLD_YEAR:
        return kinds
    return tuple(kind for kind in kinds if kind.party_organisation or kind.code == "party_member")


def pick_levels(rng: Random, kind: Kind, year: int, n_levels: int = 0) -> tuple[str, ...]:
    """Levels best first on the scale of the year: `n_levels`, or from two to all."""
    if not (kind.party_organisation and year <= LAST_OLD_YEAR):
        return NEW_LEVELS[: n_levels or rng.randint(2, 4)]
    scale = OLD_LEVELS if rng.random() < 0.3 else OLD_LEVELS[1:]
    return scale[: n_levels or rng.randint(2, len(scale))]


def make_rating(
    rng: Random, body: Body, kind: Kind, year: int, province: str | None, levels: tuple[str, ...]
) -> Rating:
    """A rating in which nearly all are good or better, as such results are."""
    total = rng.randint(kind.low, kind.high)
    counts = [max(1, round(total * _WEIGHTS[level] * rng.uniform(0.7, 1.3))) for level in levels]
    old = kind.party_organisation and year <= LAST_OLD_YEAR
    return Rating(body, kind, year, CLEAN if old else TASK, levels, tuple(counts), province)
