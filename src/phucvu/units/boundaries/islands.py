"""Check that a map of the country shows both archipelagos, Hoàng Sa and Trường Sa."""

from __future__ import annotations

from collections.abc import Iterable

from shapely.geometry import MultiPolygon, box

__all__ = ["lacking"]

# West, south, east, north in degrees: waters in which nothing else of the country lies.
_ARCHIPELAGOS = {
    "Hoàng Sa": box(111.0, 15.5, 113.0, 17.3),
    "Trường Sa": box(111.3, 6.3, 117.6, 12.2),
}


def lacking(territories: Iterable[MultiPolygon]) -> list[str]:
    """Name the archipelagos of which none of the territories has an island."""
    islands = [part for territory in territories for part in territory.geoms]
    return [
        name
        for name, waters in _ARCHIPELAGOS.items()
        if not any(waters.contains(island.representative_point()) for island in islands)
    ]
