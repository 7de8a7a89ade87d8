"""Where units lie: a point for every unit, its own or told by others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from phucvu.units.models import Unit
from phucvu.units.tree import load_eras

__all__ = ["Place", "places"]

Place = tuple[float, float]
"""latitude and longitude in degrees"""


def places(on: date) -> Mapping[int, Place]:
    """A point for each unit in force on the day, as far as anything is known.

    Its own; else the middle of those below it; else that of who took it over; else that of what
    it belongs to.
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
    """The mean of the points; no unit spans the date line."""
    latitudes, longitudes = zip(*points, strict=True)
    return round(sum(latitudes) / len(points), 6), round(sum(longitudes) / len(points), 6)
