"""Points of units on the map: a unit's own, or one taken from its relatives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from phucvu.units.models import Unit
from phucvu.units.tree import load_eras

__all__ = ["Place", "places"]

Place = tuple[float, float]
"""latitude and longitude in degrees"""


def places(on: date) -> Mapping[int, Place]:
    """Return a point (latitude, longitude in degrees) for each unit in force, as far as one is
    known.

    It is the unit's own point; else the middle of the units below; else the point of a successor;
    else that of the parent.
    """
    eras = load_eras()
    tree = eras.on(on)
    rows = Unit.objects.exclude(latitude=None)
    own: dict[int, Place] = {}
    for pk, latitude, longitude in rows.values_list("pk", "latitude", "longitude"):
        if latitude is not None and longitude is not None:
            own[pk] = (latitude, longitude)
    found: dict[int, Place] = {}
    order = [node for root in tree.roots for node in (root, *tree.descendants(root.id))]
    for node in reversed(order):  # those below come first
        later = [own[after] for after, _share in eras.successors.get(node.id, ()) if after in own]
        below = [found[child.id] for child in tree.children(node.id) if child.id in found]
        if node.id in own:
            found[node.id] = own[node.id]
        elif below or later:
            found[node.id] = _middle(below or later)
    for node in order:
        if node.id not in found and node.parent_id in found:
            found[node.id] = found[node.parent_id]
    return found


def _middle(points: list[Place]) -> Place:
    """Return the mean of the points; no unit spans the date line."""
    latitudes, longitudes = zip(*points, strict=True)
    return round(sum(latitudes) / len(points), 6), round(sum(longitudes) / len(points), 6)
