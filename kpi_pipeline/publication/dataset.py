"""The catalogue entry: `dataset.jsonld`, the publication as data portals and search engines know it.

JSON-LD in the words of schema.org, with DCAT's and SPDX's beside them where these differ. It is readable without
network: the terms are given by a vocabulary, not by a context to be fetched. Written last, since it lists the files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kpi_pipeline.publication import about
from kpi_pipeline.publication.files import files_of, sha256_of, write_json
from kpi_pipeline.publication.source import Source

DATASET = "dataset.jsonld"

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".duckdb": "application/vnd.duckdb",
    ".html": "text/html",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".jsonld": "application/ld+json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ANY = "application/octet-stream"
_UNITS = {"PT": {"unitText": "percent", "unitCode": "P1"}, "UNITS": {"unitText": "units", "unitCode": "C62"}}
_CONTEXT = {
    "@vocab": "https://schema.org/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def write_dataset(source: Source, folder: Path) -> None:
    """Write `dataset.jsonld` over all files that are in the folder."""
    said: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": "#dataset",
        "@type": ["Dataset", "dcat:Dataset"],
        "name": about.TITLE,
        "description": about.DESCRIPTION,
        "identifier": about.NAME,
        "version": source.day,
        "datePublished": source.day,
        "license": about.LICENCE_PATH,
        "keywords": list(about.KEYWORDS),
        "inLanguage": list(about.LANGUAGES),
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": about.PUBLISHER},
        "temporalCoverage": _years(source),
        "spatialCoverage": _places(source),
        "variableMeasured": _variables(source),
        "isBasedOn": _sites(source),
        "distribution": [_distribution(path, folder) for path in files_of(folder)],
    }
    write_json(folder / DATASET, {term: value for term, value in said.items() if value not in (None, [])})


def _years(source: Source) -> str | None:
    if not source.has("kpi_province_year", "time_period"):
        return None
    [(first, last)] = source.con.execute(
        "SELECT min(time_period), max(time_period) FROM marts.kpi_province_year"
    ).fetchall()
    return None if first is None else f"{first}/{last}"


def _places(source: Source) -> dict[str, Any]:
    place: dict[str, Any] = {"@type": "Place", "name": "Viet Nam", "identifier": "VN"}
    if source.has("kpi_province_year", "ref_area", "province_name"):
        rows = source.con.execute(
            "SELECT DISTINCT ref_area, province_name FROM marts.kpi_province_year ORDER BY ALL"
        ).fetchall()
        place["containsPlace"] = [{"@type": "Place", "name": name, "identifier": code} for code, name in rows]
    return place


def _variables(source: Source) -> list[dict[str, Any]]:
    if not source.has("kpi_province_year", "indicator", "measure", "unit_measure"):
        return []
    rows = source.con.execute(
        "SELECT DISTINCT indicator, measure, unit_measure FROM marts.kpi_province_year ORDER BY ALL"
    ).fetchall()
    return [
        {"@type": "PropertyValue", "name": f"{indicator}, {measure}", **_UNITS.get(unit, {"unitText": unit})}
        for indicator, measure, unit in rows
    ]


def _sites(source: Source) -> list[dict[str, Any]]:
    """The web sites the pages are from; the pages themselves stand in `dim_page`."""
    if not source.has("dim_page", "source_url"):
        return []
    rows = source.con.execute(
        "SELECT DISTINCT regexp_extract(source_url, '^https?://[^/?#]+') AS site FROM marts.dim_page "
        "WHERE regexp_matches(source_url, '^https?://[^/?#]+') ORDER BY site"
    ).fetchall()
    return [{"@type": "WebSite", "url": site} for (site,) in rows]


def _distribution(path: Path, folder: Path) -> dict[str, Any]:
    name = path.relative_to(folder).as_posix()
    media_type, size, sha256 = MEDIA_TYPES.get(path.suffix, _ANY), path.stat().st_size, sha256_of(path)
    return {
        "@type": ["DataDownload", "dcat:Distribution"],
        "name": name,
        "contentUrl": name,
        "encodingFormat": media_type,
        "contentSize": f"{size} B",
        "sha256": sha256,
        "dcat:downloadURL": {"@id": name},
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(size)},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": sha256,
        },
    }
