"""Doors: what the view behind an address is about, said where the view is put to its address.

`config.gate` opens or shuts them. An address whose view has no door is open to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied

from phucvu.accounts.policy import Thing
from phucvu.units.models import Unit
from phucvu.units.tree import UnitNode

__all__ = ["Door", "RefusedError", "door", "door_of"]

_View = TypeVar("_View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Door:
    """The thing a view shows or changes; `unit_in`: the part of its address that names the unit.

    `asks`: the parameters its address may have; None where that is nobody's business but its own.
    """

    thing: Thing
    unit_in: str = ""
    asks: frozenset[str] | None = None


class RefusedError(PermissionDenied):
    """The policy said no. Answered with 403, and written to the audit."""

    def __init__(self, thing: Thing, unit: Unit | UnitNode | None = None, **detail: Any) -> None:
        super().__init__(thing.value)
        self.thing = thing
        self.unit = unit
        self.detail = detail


def door(
    thing: Thing, *, unit_in: str = "", asks: Iterable[str] | None = None
) -> Callable[[_View], _View]:
    """Declare what a view is about, and which parameters it knows."""

    def declare(view: _View) -> _View:
        known = None if asks is None else frozenset(asks)
        view.door = Door(thing, unit_in, known)  # type: ignore[attr-defined]
        return view

    return declare


def door_of(view: Callable[..., Any]) -> Door | None:
    """What was declared; None where nothing was."""
    return getattr(view, "door", None)
