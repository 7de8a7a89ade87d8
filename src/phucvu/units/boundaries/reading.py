"""Reading GeoJSON (RFC 7946) and TopoJSON into checked polygons."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

__all__ = ["BoundaryError", "Shape", "read"]

_CODES, _NAMES = ("code", "ma", "id"), ("fullName", "name", "ten")
# A ring that crosses itself may be mended where that changes the area by no more than this.
_MENDED_AT_MOST = 0.001


class BoundaryError(ValueError):
    """Error of a file that cannot be read or lacks what a map must have; nothing was stored."""


@dataclass(frozen=True)
class Shape:
    """Territory of a unit in degrees (WGS 84), outer rings counter-clockwise.

    `trouble` says why it cannot be used; `mended` tells that it was invalid and has been repaired.
    """

    code: str
    name: str
    territory: MultiPolygon | None
    trouble: str = ""
    mended: bool = False


def read(text: str, origin: str) -> list[Shape]:
    """Read the territories of a file; a feature names its unit in `code` or in its `id`.

    Raises BoundaryError where the file is neither GeoJSON nor TopoJSON.
    """
    try:
        given = json.loads(text)
        features = list(_features(given))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise BoundaryError(
            _("%(file)s: neither GeoJSON nor TopoJSON (%(error)s).")
            % {"file": origin, "error": error}
        ) from error
    if not features:
        raise BoundaryError(_("%(file)s holds no territory.") % {"file": origin})
    return [_shape(feature) for feature in features]


def _features(given: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if given["type"] == "FeatureCollection":
        yield from given["features"]
    elif given["type"] == "Topology":
        arcs = _arcs(given)
        for collection in given["objects"].values():
            for item in collection.get("geometries", [collection]):
                yield {**item, "geometry": _from_arcs(item, arcs)}
    else:
        raise ValueError(given["type"])


Ring = list[tuple[float, float]]


def _arcs(topology: Mapping[str, Any]) -> list[Ring]:
    """Return the arcs in degrees; a quantised arc is stored as small steps from point to point."""
    transform = topology.get("transform")
    found: list[Ring] = []
    for arc in topology["arcs"]:
        if transform is None:
            found.append([(point[0], point[1]) for point in arc])
            continue
        (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]
        x = y = 0
        points: Ring = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        found.append(points)
    return found


def _from_arcs(item: Mapping[str, Any], arcs: Sequence[Ring]) -> Mapping[str, Any]:
    def ring(numbers: Sequence[int]) -> Ring:
        points: Ring = []
        for number in numbers:  # ~n is arc n backwards
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            points += arc if not points else arc[1:]
        return points

    if item["type"] == "Polygon":
        return {"type": "Polygon", "coordinates": [ring(part) for part in item["arcs"]]}
    polygons = [[ring(part) for part in polygon] for polygon in item["arcs"]]
    return {"type": "MultiPolygon", "coordinates": polygons}


def _shape(feature: Mapping[str, Any]) -> Shape:
    properties = feature.get("properties") or {}
    named = {**feature, **properties}
    code = next((str(named[key]) for key in _CODES if named.get(key) not in (None, "")), "")
    name = next((str(named[key]) for key in _NAMES if named.get(key)), "")
    if not code:
        return Shape("", name, None, _("the feature names no unit: expected a property “code”"))
    try:
        geometry = shape(feature["geometry"])
    except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError) as error:
        return Shape(code, name, None, _("not a territory: %(error)s") % {"error": error})
    return _checked(code, name, geometry)


def _checked(code: str, name: str, geometry: BaseGeometry) -> Shape:
    if not isinstance(geometry, Polygon | MultiPolygon) or geometry.is_empty:
        fault = _("expected a polygon or several, found %(kind)s") % {"kind": geometry.geom_type}
        return Shape(code, name, None, fault)
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return Shape(code, name, None, _("coordinates beyond the globe: expected degrees"))
    mended = not geometry.is_valid
    whole = _polygons(shapely.make_valid(geometry) if mended else geometry)
    if mended and abs(whole.area - geometry.area) > _MENDED_AT_MOST * whole.area:
        fault = shapely.is_valid_reason(geometry)
        return Shape(code, name, None, _("the polygon is not valid: %(why)s") % {"why": fault})
    return Shape(code, name, MultiPolygon([orient(part) for part in whole.geoms]), mended=mended)


def _polygons(geometry: BaseGeometry) -> MultiPolygon:
    """Return the areas of a geometry; lines and points left over by mending are dropped."""
    if isinstance(geometry, Polygon):
        return MultiPolygon([geometry])
    parts = [part for part in getattr(geometry, "geoms", ()) if part.area > 0]
    return MultiPolygon([p for part in parts for p in getattr(part, "geoms", [part])])
