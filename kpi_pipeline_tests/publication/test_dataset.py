"""The catalogue entry: that it parses, uses terms that exist, and tells the truth about the files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kpi_pipeline_tests.publication.conftest import DAY

TERMS = {
    "Dataset": {
        "name", "description", "identifier", "version", "datePublished", "license", "keywords", "inLanguage",
        "isAccessibleForFree", "creator", "temporalCoverage", "spatialCoverage", "variableMeasured", "isBasedOn",
        "distribution",
    },
    "DataDownload": {"name", "contentUrl", "encodingFormat", "contentSize", "sha256"},
    "Organization": {"name"},
    "Place": {"name", "identifier", "containsPlace"},
    "PropertyValue": {"name", "unitText", "unitCode"},
    "WebSite": {"url"},
}  # fmt: skip
"""Types of schema.org and those of their properties that we use, as the vocabulary (schema.org, 2025) has them."""

OTHER_TERMS = {
    "dcat": {"Dataset", "Distribution", "downloadURL", "byteSize"},
    "spdx": {"Checksum", "checksum", "algorithm", "checksumValue", "checksumAlgorithm_sha256"},
    "xsd": {"nonNegativeInteger"},
}
"""The same of DCAT 3, SPDX 2 and XML Schema."""


def _entry(release: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((release / "dataset.jsonld").read_text(encoding="utf-8"))
    return said


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def test_every_term_exists(release: Path) -> None:
    entry = _entry(release)
    context = entry.pop("@context")
    assert context["@vocab"] == "https://schema.org/"
    assert set(context) - {"@vocab"} >= set(OTHER_TERMS)
    for node in _nodes(entry):
        types = node.get("@type", [])
        types = [types] if isinstance(types, str) else types
        known = {term for name in types for term in TERMS.get(name, set())}
        for term in {*(node.keys()), *types} - {"@id", "@type", "@value"}:
            prefix, _, name = term.partition(":")
            assert name in OTHER_TERMS[prefix] if name else term in known | TERMS.keys(), (types, term)


def test_it_says_what_the_data_are_about(release: Path) -> None:
    entry = _entry(release)
    assert entry["datePublished"] == DAY
    assert entry["temporalCoverage"] == "2020/2021"
    assert [place["identifier"] for place in entry["spatialCoverage"]["containsPlace"]] == ["VN-13", "VN-14"]
    assert {
        "@type": "PropertyValue",
        "name": "task_completion_rating, share",
        "unitText": "percent",
        "unitCode": "P1",
    } in (entry["variableMeasured"])
    assert entry["isBasedOn"] == [{"@type": "WebSite", "url": "https://example.vn"}]


def test_every_file_is_listed_as_it_is(release: Path) -> None:
    listed = {file["contentUrl"]: file for file in _entry(release)["distribution"]}
    there = {path.relative_to(release).as_posix(): path for path in release.rglob("*") if path.is_file()}
    assert listed.keys() == there.keys() - {"manifest.json", "dataset.jsonld"}
    for name, file in listed.items():
        content = there[name].read_bytes()
        assert file["sha256"] == file["spdx:checksum"]["spdx:checksumValue"] == hashlib.sha256(content).hexdigest()
        assert file["contentSize"] == f"{len(content)} B"
        assert "/" in file["encodingFormat"]
    assert listed["csv/dim_page.csv"]["encodingFormat"] == "text/csv"
