"""Operation `GET /units`: the units that are scored, as on a given day. Public."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from phucvu.api.pace import keep_pace
from phucvu.api.parameters import Day
from phucvu.opendata.serving import cache_control, open_to_all
from phucvu.units.tree import UnitNode, load_tree

__all__ = ["router"]

router = Router(tags=["units"])


class UnitOut(Schema):
    """A unit; `parent_code` is null for a root."""

    code: str
    name: str
    kind: str
    parent_code: str | None
    time_zone: str
    simulated: bool


@router.get("/units", response=list[UnitOut], operation_id="listUnits", summary="List units")
def list_units(
    request: HttpRequest, response: HttpResponse, on: Day | None = None
) -> list[UnitOut]:
    """List the units in force on a day (today, by default), a parent before its children."""
    keep_pace(request)
    response.headers["Cache-Control"] = cache_control()
    open_to_all(response)
    tree = load_tree(on)
    nodes: list[UnitNode] = []
    for root in tree.roots:
        nodes += [root, *tree.descendants(root.id)]
    codes = {node.id: node.code for node in nodes}
    return [
        UnitOut(
            code=node.code,
            name=node.name,
            kind=node.kind,
            parent_code=codes[node.parent_id] if node.parent_id is not None else None,
            time_zone=node.time_zone,
            simulated=node.simulated,
        )
        for node in nodes
    ]
