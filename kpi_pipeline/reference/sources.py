"""Who publishes under which host: the table of source domains and its look-up.

Belongs here: hosts, their kind and province. Does not belong here: what a page says about its source.
"""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from kpi_pipeline.reference.provinces import spelled_names
from kpi_pipeline.reference.tables import data_rows

_COLUMNS = ("domain", "province", "kind", "seen", "evidence", "note")


@dataclass(frozen=True)
class Source:
    """One domain; `province` is None for national sources and aggregators."""

    domain: str
    province: str | None
    kind: str
    seen: bool
    evidence: str
    note: str


@cache
def all_sources() -> dict[str, Source]:
    """Every source of the table by its domain."""
    table = {}
    for row in data_rows("source_domains.csv", _COLUMNS):
        table[row["domain"]] = Source(
            domain=row["domain"],
            province=row["province"] or None,
            kind=row["kind"],
            seen=row["seen"] == "yes",
            evidence=row["evidence"],
            note=row["note"],
        )
    return table


def source_of_host(host: str | None) -> Source | None:
    """The source of a host: its own entry, else the nearest parent domain's; None when the table has neither."""
    if not host:
        return None
    labels = host.strip(".").lower().split(".")
    sources = all_sources()
    for first in range(len(labels) - 1):
        source = sources.get(".".join(labels[first:]))
        if source is not None:
            return source
    return None


def province_of_address(url: str | None) -> tuple[str, str] | None:
    """The province that an address spells out, with the part that does so; None where none does.

    A part of a Vietnamese host ("gialai.baohiemxahoi.gov.vn", "tinhuygialai.org.vn", "canthotv.vn"), the one nearest
    its end where two do, as that is the owner's; or the folder of a province's committee on a shared host
    ("dangcongsan.org.vn/tinhuybaclieu/").
    """
    host = host_of(url)
    if host is None or url is None:
        return None
    names = spelled_names()
    if host.endswith(".vn"):
        for label in reversed(re.split(r"[.-]", host)[:-1]):
            code = _spelled_in(label, names)
            if code is not None:
                return code, host
    folder = _FOLDER.search(url.lower())
    if folder is not None and folder.group(1) in names:
        return names[folder.group(1)], folder.group(0).strip("/")
    return None


def _spelled_in(label: str, names: dict[str, str]) -> str | None:
    """The province a part of a host spells: alone, behind who publishes ("mattranhaiphong"), or before ("canthotv")."""
    known = [
        name
        for name in names
        if (label.endswith(name) and _PUBLISHER.fullmatch(label, 0, len(label) - len(name)))
        or label in [name + end for end in _ENDS]
    ]
    return names[max(known, key=len)] if known else None


_ENDS = ("tv", "ptth", "cpv", "rtv", "radio", "portal", "online")
_PUBLISHER = re.compile(
    r"|bao|tinh|tp|tinhuy|thanhuy|tinhdoan|thanhdoan|congan|ca|mattran|mttq|ubmttq|ubnd|hdnd|dbnd|doandbqh|dangbo|bdt"
    r"|ldld|bhxh|ptth|vks|tand|dai|truyenhinh|phatthanh|baohiemxahoi|(?:hoi|so|ban|cuc|chicuc|truong|lienminh|liendoan"
    r"|toaan|vien|cong|thong|xaydung)[a-z]*"
)
"""Who publishes, before a province's name in one part of a host ("mattranhaiphong")."""
_FOLDER = re.compile(r"/(?:tinhuy|thanhuy|tinh-uy-|thanh-uy-)([a-z]{3,20})(?=/|$)")


_PLAIN_ADDRESS = re.compile(r"https?://([a-z0-9.-]+)(?:[/?#]|\Z)")
"""An address that needs no parsing: a host in small letters without port or name of a user."""


def host_of(url: str | None) -> str | None:
    """The host of a web address in small letters, without `www.`; None for no or no readable address."""
    if not url:
        return None
    plain = _PLAIN_ADDRESS.match(url)
    if plain is not None:
        return plain.group(1).removeprefix("www.")
    try:
        host = urlsplit(url if "//" in url else "//" + url).hostname
    except ValueError:
        return None
    if not host:
        return None
    return host.lower().removeprefix("www.")
