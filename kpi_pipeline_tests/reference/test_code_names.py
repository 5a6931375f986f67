"""The names of codes and the arithmetic of levels: every code once, every sum and complement true to the scales."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from kpi_pipeline.contracts import mart_fields
from kpi_pipeline.reference import codes
from kpi_pipeline.reference.provinces import all_provinces
from kpi_pipeline.reference.tables import data_rows

LEVELS = data_rows("levels.csv", ("indicator", "level", "position", "parts", "wanted", "name_vi", "name_en"))
NAMES = data_rows("codes.csv", ("list", "code", "name_vi", "name_en"))
SUBJECTS = data_rows("subjects.csv", ("subject", "subject_group", "part_of", "name_vi", "name_en"))
ARITHMETIC = data_rows("level_arithmetic.csv", ("indicator", "level", "computed_how", "way", "parts"))

LISTS = {
    "indicator": codes.INDICATORS,
    "scope": codes.SCOPES,
    "measure": codes.MEASURES,
    "comparator": codes.COMPARATORS,
    "modality": codes.MODALITIES,
    "method": mart_fields.METHODS,
    "computed_how": mart_fields.COMPUTED_HOW,
    "obs_status": mart_fields.OBS_STATUS,
    "unit_measure": mart_fields.UNITS,
    "region": tuple({province.region for province in all_provinces()}),
}


@pytest.mark.parametrize("name", LISTS)
def test_every_code_of_a_list_has_its_names_once(name: str) -> None:
    assert Counter(row["code"] for row in NAMES if row["list"] == name) == Counter(LISTS[name])


def test_there_is_no_other_list() -> None:
    assert {row["list"] for row in NAMES} == set(LISTS)


def test_every_subject_is_there_once_in_a_known_group() -> None:
    assert Counter(row["subject"] for row in SUBJECTS) == Counter(codes.SUBJECTS)
    assert {row["subject_group"] for row in SUBJECTS} == set(mart_fields.SUBJECT_GROUPS)
    assert {row["part_of"] for row in SUBJECTS} - {""} <= set(codes.SUBJECTS)


def test_every_level_of_every_scale_is_there_once() -> None:
    found = defaultdict(list)
    for row in LEVELS:
        if "+" not in row["parts"]:
            found[row["indicator"]].append(row["level"])
    for indicator in codes.INDICATORS:
        scale = (*codes.LEVELS[indicator], codes.NOT_ASSESSED) if indicator in codes.RATINGS else ()
        assert sorted(found[indicator]) == sorted([*scale, "_T"])


def test_positions_follow_the_scale_and_parts_are_its_levels() -> None:
    for indicator, scale in codes.LEVELS.items():
        rows = {row["level"]: row for row in LEVELS if row["indicator"] == indicator}
        assert len({row["position"] for row in rows.values()}) == len(rows)
        assert sorted(scale, key=lambda level: int(rows[level]["position"])) == list(scale)
        for level, row in rows.items():
            parts = codes.split_levels(row["parts"])
            assert row["parts"] == codes.join_levels(parts)
            assert parts in {(), (level,)} or (level.endswith("_or_better") and set(parts) <= set(scale))


@pytest.mark.parametrize("table", [LEVELS, NAMES, SUBJECTS], ids=["levels", "codes", "subjects"])
def test_both_names_are_given(table: tuple[dict[str, str], ...]) -> None:
    assert all(row["name_vi"].strip() and row["name_en"].strip() for row in table)


@pytest.mark.parametrize("row", ARITHMETIC, ids=lambda row: f"{row['level']}-{row['computed_how']}-{row['parts']}")
def test_what_is_added_or_left_over_is_the_level_and_nothing_else(row: dict[str, str]) -> None:
    covered = {r["level"]: codes.split_levels(r["parts"]) for r in LEVELS if r["indicator"] == row["indicator"]}
    parts = [level for part in row["parts"].split("|") for level in covered[part]]
    assert len(parts) == len(set(parts))
    rest = set(codes.LEVELS[row["indicator"]]) - set(parts)
    assert set(covered[row["level"]]) == (set(parts) if row["computed_how"] == "sum_of_levels" else rest)


def test_ways_to_compute_a_level_are_tried_in_a_fixed_order() -> None:
    ways = Counter((row["indicator"], row["level"], row["computed_how"], row["way"]) for row in ARITHMETIC)
    assert set(ways.values()) == {1}
    assert {row["computed_how"] for row in ARITHMETIC} <= set(mart_fields.COMPUTED_HOW)


@pytest.mark.parametrize("row", ARITHMETIC, ids=lambda row: f"{row['level']}-{row['computed_how']}-{row['parts']}")
def test_a_way_has_no_more_parts_than_computed_cell_joins(row: dict[str, str]) -> None:
    assert 1 <= len(row["parts"].split("|")) <= 3
