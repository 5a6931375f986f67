"""The provinces on the map: a tile each, by the boundaries of a year. Where a tile stands is written in tiles.csv."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kpi_pipeline.reference.provinces import province_at
from kpi_pipeline.reference.tables import rows

TILES = Path(__file__).parent / "tiles.csv"


@dataclass(frozen=True)
class Tile:
    """A province's place: column and row from 1, north and west first; `layout` is the first year it is for.

    `short` stands for a name that has no room on a narrow screen; empty for others.
    """

    layout: int
    code: str
    column: int
    row: int
    short: str


@cache
def tiles() -> tuple[Tile, ...]:
    """All tiles of all layouts, from north to south."""
    columns = ("layout", "ref_area", "column", "row", "short")
    found = [
        Tile(int(row["layout"]), row["ref_area"], int(row["column"]), int(row["row"]), row["short"])
        for _, row in rows(TILES, columns)
    ]
    return tuple(sorted(found, key=lambda tile: (tile.layout, tile.row, tile.column, tile.code)))


def layout_of(year: int) -> int:
    """The layout that serves for a year; the earliest for years before all."""
    layouts = sorted({tile.layout for tile in tiles()})
    return max((layout for layout in layouts if layout <= year), default=layouts[0])


def stands_in(code: str, since: str, year: int) -> bool:
    """Whether the map of a year shows the territory that a code stands for since a day."""
    province = province_at(code, f"{year}-12-31")
    return province is not None and province.valid_from == since


def tiles_in(year: int) -> list[tuple[Tile, str]]:
    """The tiles that a year shows, with the names of the provinces on its last day."""
    found = []
    for tile in tiles():
        province = province_at(tile.code, f"{year}-12-31")
        if tile.layout == layout_of(year) and province is not None:
            found.append((tile, province.name))
    return found
