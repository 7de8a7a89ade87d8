"""Route permissions: the resource of the view behind an address, declared beside the address.

`config.gate` checks them. An address whose view has none is open to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied

from phucvu.accounts.policy import Resource
from phucvu.units.models import Unit
from phucvu.units.tree import UnitNode

__all__ = ["RefusedError", "RoutePermission", "declared_permission", "route_permission"]

_View = TypeVar("_View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class RoutePermission:
    """Route permission of a view: its resource, and the part of its address that names the unit.

    `asks` are the parameters its address may have; None where the view itself checks them.
    """

    thing: Resource
    unit_in: str = ""
    asks: frozenset[str] | None = None


class RefusedError(PermissionDenied):
    """Refusal by the policy: answered with 403, and written to the audit."""

    def __init__(self, thing: Resource, unit: Unit | UnitNode | None = None, **detail: Any) -> None:
        super().__init__(thing.value)
        self.thing = thing
        self.unit = unit
        self.detail = detail


def route_permission(
    thing: Resource, *, unit_in: str = "", asks: Iterable[str] | None = None
) -> Callable[[_View], _View]:
    """Declare the resource of a view, and the parameters it takes."""

    def declare(view: _View) -> _View:
        known = None if asks is None else frozenset(asks)
        view.route_permission = RoutePermission(thing, unit_in, known)  # type: ignore[attr-defined]
        return view

    return declare


def declared_permission(view: Callable[..., Any]) -> RoutePermission | None:
    """Return the declared route permission; None where there is none."""
    return getattr(view, "route_permission", None)
