"""Who publishes under which host: the table of source domains and its look-up.

Belongs here: hosts, their kind and province. Does not belong here: what a page says about its source.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from kpi_pipeline.reference.provinces import is_province_code, spelled_names
from kpi_pipeline.reference.tables import DATA, ReferenceDataError, rows

SOURCE_KINDS = (
    "government_portal",
    "party_committee",
    "party_paper",
    "provincial_newspaper",
    "provincial_broadcaster",
    "national",
)
"""What a source may be; a page whose host the table does not have is `unknown`."""
_FILE = "source_domains.csv"
_HOST = re.compile(r"(?!www\.)[a-z0-9]+(?:[.-][a-z0-9]+)*\.[a-z]{2,}")
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
    """Every source of the project's table by its domain."""
    return load_sources(DATA / _FILE)


def load_sources(path: Path) -> dict[str, Source]:
    """Every source of a table by its domain.

    Raises `ReferenceDataError` naming file and line for a domain that is no bare host or stands twice, an unknown
    province or kind, and a `seen` that is neither yes nor no.
    """
    table: dict[str, Source] = {}
    lines: dict[str, int] = {}
    for line, row in rows(path, _COLUMNS):
        where = f"{path.name}, line {line}"
        domain, province, kind, seen = row["domain"], row["province"], row["kind"], row["seen"]
        if _HOST.fullmatch(domain) is None:
            raise ReferenceDataError(f"{where}: {domain!r} is no bare host; write it like 'baomuongpha.vn'.")
        if domain in table:
            raise ReferenceDataError(f"{where}: {domain!r} stands twice (see line {lines[domain]}); keep one of them.")
        if province and not is_province_code(province):
            raise ReferenceDataError(f"{where}: {province!r} is no code of provinces.csv; use one, or leave it empty.")
        if kind not in SOURCE_KINDS:
            raise ReferenceDataError(f"{where}: kind {kind!r} is unknown; use one of {', '.join(SOURCE_KINDS)}.")
        if seen not in ("yes", "no"):
            raise ReferenceDataError(f"{where}: seen is {seen!r}; write yes or no.")
        lines[domain] = line
        table[domain] = Source(domain, province or None, kind, seen == "yes", row["evidence"], row["note"])
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
