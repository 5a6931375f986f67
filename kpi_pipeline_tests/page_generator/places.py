"""Who a page speaks of: real provinces, and districts, communes and organisations with invented names.

Belongs here: bodies and how prose names them. Does not belong here: what is counted in them (`facts`).
"""

from dataclasses import dataclass
from functools import cache
from random import Random

from kpi_pipeline.reference.provinces import all_provinces
from kpi_pipeline.reference.sources import all_sources

_FIRST = ("Tân", "Thạnh", "Vĩnh", "Phước", "Đông", "Mường", "Nậm", "Xuân", "Ngọc", "Đức", "Kim", "Diên", "Lộc", "Hòa")
_SECOND = ("Khê", "Pha", "Trạch", "Điền", "Cương", "Lĩnh", "Khoa", "Mộc", "Vĩ", "Trà", "Thủy", "Uyên")


@dataclass(frozen=True)
class Body:
    """A body whose results are told: its scope, its name in a headline, the ways a sentence names it.

    `owner` stands after "của", `place` names the territory or whole as a subject of "có", both inside a sentence.
    """

    scope: str
    title: str
    owners: tuple[str, ...]

    def named(self, rng: Random) -> str:
        """One of the names, in small letters where the name allows it."""
        return rng.choice(self.owners)


@dataclass(frozen=True)
class Home:
    """The province of a page."""

    code: str
    name: str
    city: bool
    hosts: tuple[str, ...]

    @property
    def whole(self) -> Body:
        """The province itself."""
        if self.city:
            return Body("province", f"Đảng bộ thành phố {self.name}", ("toàn thành phố", "toàn Đảng bộ thành phố"))
        names = ("toàn tỉnh", "Đảng bộ tỉnh", "toàn Đảng bộ tỉnh", f"Đảng bộ tỉnh {self.name}", f"tỉnh {self.name}")
        return Body("province", f"Đảng bộ tỉnh {self.name}", names)


@cache
def homes() -> tuple[Home, ...]:
    """Every province that stood from 2013 to June 2025 under one code and name."""
    hosts: dict[str, list[str]] = {}
    for domain, source in sorted(all_sources().items()):
        if source.province:
            hosts.setdefault(source.province, []).append(domain)
    found = []
    for province in all_provinces():
        stood = province.valid_from <= "2013-01-01" and (province.valid_to or "9") >= "2025-06-30"
        if stood:
            city = province.type == "municipality"
            found.append(Home(province.code, province.name, city, tuple(hosts.get(province.code, ()))))
    return tuple(sorted(found, key=lambda home: home.code))


def invented_name(rng: Random) -> str:
    """A place name of two syllables; no province is called so."""
    return f"{rng.choice(_FIRST)} {rng.choice(_SECOND)}"


def make_body(rng: Random, home: Home, scope: str) -> Body:
    """A body of the scope in the province."""
    name = invented_name(rng)
    if scope == "province":
        return home.whole
    if scope == "provincial_bloc":
        where = "thành phố" if home.city else "tỉnh"
        kinds = (
            "Khối các cơ quan",
            "Khối Doanh nghiệp",
            "Khối Cơ quan và Doanh nghiệp",
            "Khối các cơ quan và doanh nghiệp",
        )
        bloc = f"Đảng bộ {rng.choice(kinds)} {where}"
        return Body(scope, bloc, (bloc,))
    if scope == "district":
        kind = rng.choice(("huyện", "huyện", "thị xã", "quận" if home.city else "thành phố"))
        title = f"Đảng bộ {kind} {name}"
        return Body(scope, title, (title, f"{kind} {name}"))
    if scope == "commune":
        kind = rng.choice(("xã", "phường", "thị trấn"))
        title = f"Đảng bộ {kind} {name}"
        return Body(scope, title, (title, f"{kind} {name}"))
    organisations: tuple[str, ...] = (
        f"Bệnh viện Đa khoa {name}", f"Công ty Cổ phần {name}", f"Trường Cao đẳng {name}", "Quân sự tỉnh", "Công"
        " an tỉnh",
        "Sở Nội vụ", "Sở Y tế", f"Công an huyện {name}", f"Trường THPT {name}", "Bộ đội Biên phòng tỉnh",
    )  # fmt: skip
    if home.city:
        organisations = tuple(o for o in organisations if not o.endswith("tỉnh"))
    title = f"Đảng bộ {rng.choice(organisations)}"
    return Body("organisation", title, (title,))
