"""Matching territories to units by code and date, simplifying and storing them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, mapping
from shapely.geometry.polygon import orient

from phucvu.units.boundaries.giving import LEVELS
from phucvu.units.boundaries.islands import lacking
from phucvu.units.boundaries.reading import BoundaryError, Shape
from phucvu.units.models import Boundary, Kind, Unit
from phucvu.units.stamp import bump
from phucvu.units.tree import UnitNode, UnitTree, load_tree

__all__ = ["BoundaryReport", "load"]

_PLACES = 6  # decimals of a degree: about 0.1 m
_PLACES_OF_LEVEL = (6, 5, 4, 3)  # a tenth of what the level leaves out, or finer


@dataclass
class BoundaryReport:
    """Report of which territories of a file were stored, mended and refused."""

    stored: list[UnitNode] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    other_names: list[str] = field(default_factory=list)
    without: list[UnitNode] = field(default_factory=list)
    """units beside those stored that have no boundary still"""


def load(shapes: Sequence[Shape], on: date, islands: Sequence[Shape] = ()) -> BoundaryReport:
    """Store the boundaries of the units that bear these codes on `on`, valid from that day.

    `islands` are added to the unit of `shapes` they lie below, as both archipelagos are to their
    provinces. Sound boundaries are stored, the others are listed in the report. Raises
    BoundaryError where a map of the country lacks an archipelago: then nothing is stored.
    """
    tree, report = load_tree(on), BoundaryReport()
    found: dict[int, MultiPolygon] = {}
    for shape in shapes:
        node = tree.by_code(shape.code) if shape.code else None
        if node is None or shape.territory is None or node.id in found:
            report.refused.append(_refusal(shape, node, on, node is not None and node.id in found))
            continue
        found[node.id] = shape.territory
        report.stored.append(node)
        if shape.mended:
            report.mended.append(str(node.name))
        if shape.name and shape.name != node.name:
            report.other_names.append(f"{shape.code}: {shape.name} / {node.name}")
    _add_islands(tree, found, islands, report, on)
    _check_country(report.stored, found)
    report.without = _without(tree, report.stored, set(found))
    with transaction.atomic():
        _store(report.stored, found, on)
    return report


def _refusal(shape: Shape, node: UnitNode | None, on: date, twice: bool) -> str:
    if shape.trouble:
        why = shape.trouble
    elif twice:
        why = _("comes twice in the file")
    else:
        why = _("no unit has this code on %(on)s") % {"on": on}
    return f"{shape.code or '?'} {shape.name}: {why}"


def _add_islands(
    tree: UnitTree,
    found: dict[int, MultiPolygon],
    islands: Sequence[Shape],
    report: BoundaryReport,
    on: date,
) -> None:
    for shape in islands:
        node = tree.by_code(shape.code) if shape.code else None
        above = [] if node is None else [node, *tree.ancestors(node.id)]
        home = next((unit for unit in above if unit.id in found), None)
        if home is None or shape.territory is None:
            report.refused.append(_refusal(shape, node, on, False))
            continue
        joined = shapely.union_all([found[home.id], shape.territory])
        parts = list(getattr(joined, "geoms", [joined]))
        found[home.id] = MultiPolygon([orient(part) for part in parts])


def _check_country(nodes: Sequence[UnitNode], found: dict[int, MultiPolygon]) -> None:
    of_country = [found[n.id] for n in nodes if n.kind in (Kind.PROVINCE, Kind.COUNTRY)]
    if len(of_country) < 2 and not any(n.kind == Kind.COUNTRY for n in nodes):
        return  # a province's own map
    missing = lacking(of_country)
    if missing:
        raise BoundaryError(
            _("The map of the country lacks %(names)s. Take a file that shows them, or add them "
              "with --islands. Nothing was stored.") % {"names": ", ".join(missing)}
        )  # fmt: skip


def _without(tree: UnitTree, nodes: Sequence[UnitNode], found: set[int]) -> list[UnitNode]:
    parents = {(node.parent_id, node.kind) for node in nodes}
    return [
        node
        for parent, kind in sorted(parents, key=str)
        for node in tree.children(parent)
        if node.kind == kind and node.id not in found
    ]


def _store(nodes: Sequence[UnitNode], found: dict[int, MultiPolygon], on: date) -> None:
    rows: list[Boundary] = []
    for level, tolerance in enumerate(LEVELS):
        territories = [found[node.id] for node in nodes]
        if tolerance:
            # All at once: neighbours keep one border between them.
            territories = list(shapely.coverage_simplify(territories, tolerance))
        for node, territory in zip(nodes, territories, strict=True):
            west, south, east, north = territory.bounds
            rows.append(
                Boundary(
                    unit_id=node.id, valid_from=on, level=level,
                    geometry=_written(territory, _PLACES_OF_LEVEL[level]),
                    west=west, south=south, east=east, north=north,
                )
            )  # fmt: skip
    ids = [node.id for node in nodes]
    Boundary.objects.filter(unit_id__in=ids, valid_from=on).delete()
    Boundary.objects.bulk_create(rows, batch_size=200)
    placed = []
    for unit in Unit.objects.filter(pk__in=ids, latitude=None):
        point = found[unit.pk].representative_point()
        unit.latitude, unit.longitude = round(point.y, _PLACES), round(point.x, _PLACES)
        placed.append(unit)
    Unit.objects.bulk_update(placed, ["latitude", "longitude"], batch_size=500)
    bump()


def _written(territory: Any, places: int) -> str:
    grid = 10.0**-places
    geometry = mapping(shapely.set_precision(territory, grid))
    if geometry["type"] == "GeometryCollection" or not geometry["coordinates"]:
        geometry = mapping(territory)  # smaller than the grid: it must not vanish
        places = _PLACES
    return json.dumps(_rounded(geometry, places), separators=(",", ":"))


def _rounded(value: Any, places: int) -> Any:
    if isinstance(value, float):
        return round(value, places)
    if isinstance(value, list | tuple):
        return [_rounded(item, places) for item in value]
    if isinstance(value, dict):
        return {key: _rounded(item, places) for key, item in value.items()}
    return value
