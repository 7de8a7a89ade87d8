"""Checks of a change to units. Each raises ReorganisationError where its rule does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from django.db.models import Q
from django.utils.translation import gettext as _

from phucvu.units import codes
from phucvu.units.mandate import ReorganisationError
from phucvu.units.models import Kind, PastState, Unit
from phucvu.units.tree import load_eras

__all__ = [
    "code_is_free",
    "goes_on",
    "is_name",
    "is_under",
    "kind_is_known",
    "lasts",
    "nothing_left_below",
    "whole",
]


def lasts(unit: Unit, on: date) -> None:
    """Check that the unit is in force, began before `on`, and has no known change from a later
    day.
    """
    if unit.valid_to is not None:
        raise ReorganisationError(
            _("%(unit)s ended on %(day)s: only a unit in force can be changed.")
            % {"unit": unit, "day": unit.valid_to}
        )
    begun = [day for day in (unit.valid_from,) if day is not None]
    latest = unit.past.order_by("-valid_to").values_list("valid_to", flat=True).first()
    # Two changes of one unit may take effect on the same day, as a new kind and a new name do.
    if any(on <= day for day in begun) or (latest is not None and on < latest):
        raise ReorganisationError(
            _("%(unit)s is as it is since %(day)s: a change from %(on)s would come before that. "
              "Give a later day.")
            % {"unit": unit, "day": latest or begun[0], "on": on}
        )  # fmt: skip


def kind_is_known(kind: str) -> None:
    """Check that the kind is one of `Kind`."""
    if kind not in Kind.values:
        raise ReorganisationError(
            _("“%(kind)s” is no kind of unit: expected one of %(kinds)s.")
            % {"kind": kind, "kinds": ", ".join(Kind.values)}
        )


def code_is_free(code: str, on: date, but: Unit | None = None) -> None:
    """Check that the code is legible and that no other unit bears it on that day or later."""
    if not code.strip() or len(code) > 40 or not codes.is_legible(code):
        raise ReorganisationError(_("A code has 1 to 40 characters, none of them invisible."))
    later = Q(valid_to=None) | Q(valid_to__gt=on)
    bearing = Unit.objects.filter(later, code=code)
    was = PastState.objects.filter(code=code, valid_to__gt=on).select_related("unit")
    if but is not None:
        bearing, was = bearing.exclude(pk=but.pk), was.exclude(unit=but)
    others = [*bearing[:1], *(state.unit for state in was[:1])]
    if others:
        raise ReorganisationError(
            _("The code %(code)s belongs to %(unit)s on %(on)s: two units would bear it at once.")
            % {"code": code, "unit": others[0], "on": on}
        )


def is_name(name: str) -> None:
    """Check that a text can be the name of a unit: 1 to 200 characters, no control character."""
    if not name.strip() or len(name) > 200 or not codes.is_name(name):
        raise ReorganisationError(_("A name has 1 to 200 characters, no control characters."))


def goes_on(unit: Unit, on: date) -> None:
    """Check that the unit is in force from `on` without end, so that others can belong to it."""
    if (unit.valid_from is not None and unit.valid_from > on) or unit.valid_to is not None:
        raise ReorganisationError(
            _("%(unit)s is in force %(first)s – %(end)s: from %(on)s on no unit can belong to it "
              "or become part of it, and outlive it.")
            % {"unit": unit, "first": unit.valid_from or "…", "end": unit.valid_to or "…",
               "on": on}
        )  # fmt: skip


def is_under(parent: Unit | None, on: date, unit: Unit | None = None) -> None:
    """Check that the parent is in force from `on` without end, and never lies below the unit.

    Changes are not entered in the order of their days: one that is known from a later day may have
    moved the parent out from below the unit, and until that day the parent is still there.
    """
    if parent is None:
        return
    goes_on(parent, on)
    if unit is None:
        return
    eras = load_eras()
    for day in eras.days_from(on):
        if any(node.id == unit.pk for node in eras.on(day).path(parent.pk)):
            raise ReorganisationError(
                _("%(parent)s lies below %(unit)s on %(day)s: a unit cannot belong to itself.")
                % {"parent": parent, "unit": unit, "day": day}
            )


def nothing_left_below(unit: Unit, on: date, ending: Sequence[Unit] = ()) -> None:
    """Check that no unit below outlives this one; the units in `ending` end on the same day."""
    below = (
        Unit.objects.filter(parent=unit)
        .filter(Q(valid_to=None) | Q(valid_to__gt=on))
        .exclude(pk__in=[each.pk for each in ending])
    )
    # Those that belonged to it until a later day, as is known already, would outlive it too.
    until = PastState.objects.filter(parent=unit, valid_to__gt=on).select_related("unit")
    left = [*below[:4], *(state.unit for state in until[:4])]
    if left:
        raise ReorganisationError(
            _("%(unit)s cannot end on %(on)s while units below it go on: %(below)s. Move, merge "
              "or end them first.")
            % {"unit": unit, "on": on,
               "below": ", ".join(map(str, left[:3])) + (" …" if len(left) > 3 else "")}
        )  # fmt: skip


def whole(shares: Sequence[Fraction]) -> None:
    """Check that the shares of a split are two or more fractions above 0 that add up to 1."""
    if len(shares) < 2 or any(share <= 0 for share in shares) or sum(shares) != 1:
        raise ReorganisationError(
            _("The shares of a split are fractions above 0 that add up to 1, of two units or "
              "more; these add up to %(sum)s.") % {"sum": sum(shares)}
        )  # fmt: skip
