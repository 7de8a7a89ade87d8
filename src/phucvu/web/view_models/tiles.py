"""Schematic map: a square for each unit, laid out as the units lie to each other.

It is used where no boundaries are loaded, and is said to be schematic wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, cos, radians, sqrt
from typing import Any

__all__ = ["lay_out", "tiles"]

# Latitude and longitude, in degrees.
Point = tuple[float, float]
_NARROWEST, _WIDEST = 0.6, 1.6  # width ÷ height: what a phone and a desk can both show
_GAP = 0.06  # of a square's side


def tiles(units: Sequence[tuple[str, Point | None]]) -> dict[str, Any]:
    """Write GeoJSON of a square for each unit, given by its code and its point.

    Its coordinates are rows and columns, not degrees.
    """
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code},
                "geometry": {"type": "Polygon", "coordinates": [_square(column, -row)]},
            }
            for code, (column, row) in lay_out(units).items()
        ],
    }


def lay_out(units: Sequence[tuple[str, Point | None]]) -> dict[str, tuple[int, int]]:
    """Place the units in columns and rows, counted from the north-west.

    Of two units in a row the one further east stands further right, and no unit stands in a row
    below one that lies south of it. Units without a point follow in their own order.
    """
    placed = [(code, point) for code, point in units if point is not None]
    nowhere = [code for code, point in units if point is None]
    columns = max(1, round(sqrt(len(units) * _proportion([point for _, point in placed]))))
    found: dict[str, tuple[int, int]] = {}
    row = 0
    by_latitude = sorted(placed, key=lambda each: -each[1][0])
    for row, part in enumerate(_evenly(by_latitude, columns), start=1):
        by_longitude = sorted(part, key=lambda each: each[1][1])
        # A row that is not full stands in the middle.
        first = (columns - len(part)) // 2
        found |= {code: (first + at, row - 1) for at, (code, _) in enumerate(by_longitude)}
    for at, code in enumerate(nowhere):
        found[code] = (at % columns, row + at // columns)
    return found


def _evenly(units: Sequence[tuple[str, Point]], most: int) -> Iterator[Sequence[tuple[str, Point]]]:
    """Divide the units into as few rows as possible, whose lengths differ by one at most."""
    if not units:
        return
    rows = ceil(len(units) / most)
    for row in range(rows):
        yield units[row * len(units) // rows : (row + 1) * len(units) // rows]


def _proportion(points: Sequence[Point]) -> float:
    """Return width ÷ height of the area, within the limits of a page."""
    if len(points) < 2:
        return 1.0
    latitudes, longitudes = zip(*points, strict=True)
    height = max(latitudes) - min(latitudes)
    width = (max(longitudes) - min(longitudes)) * cos(radians(sum(latitudes) / len(latitudes)))
    return min(_WIDEST, max(_NARROWEST, width / height if height else _WIDEST))


def _square(x: float, y: float) -> list[list[float]]:
    low, high = _GAP, 1 - _GAP
    return [
        [x + low, y + low],
        [x + high, y + low],
        [x + high, y + high],
        [x + low, y + high],
        [x + low, y + low],
    ]
