"""Precision and recall with their intervals, and the floors they are held to."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_pipeline.accuracy import (
    GoldError,
    gold_at,
    measure,
    read_floors,
    registered,
    shortfalls,
    wilson,
    with_floors,
)
from kpi_pipeline_tests.accuracy.gold_input import case, fact, write_lines, write_registry


@pytest.mark.parametrize(
    ("hit", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (20, 20, 0.8389, 1.0),
        (1, 1, 0.2065, 1),
    ],
)
def test_intervals_are_wilsons(hit: int, n: int, low: float, high: float) -> None:
    assert wilson(hit, n) == pytest.approx((low, high), abs=5e-5)


def test_rates_count_what_was_found_missed_and_invented(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "mine.jsonl",
        case("right", fact()),
        case("missed", fact(), fact(measure="count", value=12)),
        case("invented"),
        case("doubt", fact(doubt=True)),
        case("award", fact(indicator="award", levels=[], measure="count", value=3), text="Không có số nào."),
    )
    rates = {(rate.indicator, rate.grade): rate for rate in measure(gold_at(path)).rates}
    rating = rates["task_completion_rating", "full"]
    assert (rating.n_texts, rating.n_gold, rating.hit, rating.missed, rating.invented, rating.forgiven) == (
        5,
        3,
        2,
        1,
        1,
        1,
    )
    assert (rating.precision, rating.recall) == (0.666667, 0.666667)
    assert rates["ratings", "full"].as_row() == {**rating.as_row(), "indicator": "ratings"}
    award = rates["award", "full"]
    assert (award.precision, award.precision_low, award.recall, award.n_gold) == (None, None, 0.0, 1)
    assert rates["all", "full"].n_gold == 4
    assert ("population", "full") not in rates


def test_the_shipped_sets_hold_their_floors() -> None:
    rates = [rate for gold in registered() for rate in measure(gold).rates]
    rows = with_floors(rates, read_floors())
    assert shortfalls(rows) == ()
    held = {(row["gold_set"], row["grade"]) for row in rows if row["precision_floor"] and row["indicator"] == "all"}
    assert {("authored", "full"), ("mechanisms", "full"), ("samples", "full")} <= held
    assert all(floor.why for floor in read_floors())


def test_what_lies_under_its_floor_is_named(tmp_path: Path) -> None:
    floors = [("mine", "all", "full", 0.6, 0.5), ("mine", "task_completion_rating", "value", 0.1, 0.5)]
    registry = write_registry(tmp_path / "gold", floors, mine=[case("a", fact()), case("b")])
    [gold] = registered(registry)
    rows = with_floors(measure(gold).rates, read_floors(registry))
    assert [str(found) for found in shortfalls(rows)] == [
        "mine, all, full: precision 0.5000 is under its floor 0.6",
    ]
    assert [row["precision_floor"] for row in rows if row["indicator"] == "all"] == [0.6, None, None]
    assert [(row["indicator"], row["grade"]) for row in rows] == sorted((r["indicator"], r["grade"]) for r in rows)


@pytest.mark.parametrize(
    ("floor", "told"),
    [
        (("mine", "award", "full", 0.5, 0.5), "no gold fact"),
        (("yours", "all", "full", 0.5, 0.5), "no gold fact"),
        (("mine", "all", "full", 95, 0.5), "precision '95'"),
        (("mine", "all", "full", 0.5, ""), "recall ''"),
    ],
)
def test_a_floor_over_nothing_is_refused(tmp_path: Path, floor: tuple[object, ...], told: str) -> None:
    registry = write_registry(tmp_path / "gold", [floor], mine=[case("a", fact())])
    with pytest.raises(GoldError) as error:
        with_floors(measure(registered(registry)[0]).rates, read_floors(registry))
    assert told in str(error.value)
    assert "line 2" in str(error.value)


def test_one_place_has_one_floor(tmp_path: Path) -> None:
    place = ("mine", "all", "full", 0.5, 0.5)
    registry = write_registry(tmp_path / "gold", [place, place], mine=[case("a", fact())])
    with pytest.raises(GoldError, match="line 3"):
        read_floors(registry)
