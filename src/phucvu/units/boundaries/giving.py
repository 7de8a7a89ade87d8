"""Boundaries below a unit on a day, as one GeoJSON text."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date

from django.db.models import Q

from phucvu.units.models import Boundary
from phucvu.units.tree import load_tree

__all__ = ["LEVELS", "drawn", "of"]

LEVELS = (0.0, 0.001, 0.005, 0.03)
"""By level, how coarse a border may be (degrees; 0.001 is about 100 m). 0: as it was loaded."""


def drawn(units: Collection[int]) -> set[int]:
    """Return those of the units (ids) that have a stored boundary."""
    rows = Boundary.objects.filter(unit_id__in=units, level=0).order_by()
    return set(rows.values_list("unit_id", flat=True).distinct())


def of(parent: int, on: date, level: int, kind: str = "") -> str:
    """Write a GeoJSON FeatureCollection of the units directly below `parent` (an id) on a day.

    `kind` selects the units of one kind; where none is directly below, those further below. A
    feature's id and `code` are the unit's code; `name` and `kind` follow. A unit without a boundary
    is left out. Raises ValueError on an unknown level.
    """
    if level not in range(len(LEVELS)):
        raise ValueError(f"level {level}: expected 0 to {len(LEVELS) - 1}")
    tree = load_tree(on)
    direct = [node for node in tree.children(parent) if kind in ("", node.kind)]
    found = direct or [node for node in tree.descendants(parent) if kind and node.kind == kind]
    children = {node.id: node for node in found}
    rows = Boundary.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=on), unit_id__in=children, level=level
    ).order_by("valid_from")
    latest = {row.unit_id: row for row in rows}
    features = ",".join(
        json.dumps(
            {
                "type": "Feature",
                "id": node.code,
                "properties": {"code": node.code, "name": node.name, "kind": node.kind},
                "bbox": [row.west, row.south, row.east, row.north],
            },
            ensure_ascii=False,
        )[:-1]
        + f', "geometry": {row.geometry}}}'
        for id_, node in children.items()
        if (row := latest.get(id_)) is not None
    )
    return f'{{"type": "FeatureCollection", "features": [{features}]}}'
