"""Actions that reorganise units: the one way in which units are changed.

Each action refuses a change that the mandate does not cover or that contradicts what is stored;
otherwise it changes the units and records the change with its decision, all in one transaction.
Every action raises ReorganisationError when it refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import transaction
from django.utils.translation import gettext as _

from phucvu.units import checks
from phucvu.units.mandate import Mandate, ReorganisationError
from phucvu.units.models import Act, PastState, Reorganisation, Succession, Unit

__all__ = [
    "Newcomer",
    "change_code",
    "change_kind",
    "create",
    "end",
    "merge",
    "move",
    "rename",
    "split",
]

P = ParamSpec("P")


@dataclass(frozen=True)
class Newcomer:
    """A unit that a reorganisation creates; latitude and longitude (degrees, WGS 84) may be
    unknown.
    """

    code: str
    name: str
    kind: str
    parent: Unit | None
    latitude: float | None = None
    longitude: float | None = None


def _action(
    work: Callable[Concatenate[Mandate, P], Reorganisation],
) -> Callable[Concatenate[Mandate, P], Reorganisation]:
    @wraps(work)
    def done(mandate: Mandate, /, *args: P.args, **kwargs: P.kwargs) -> Reorganisation:
        with transaction.atomic():
            return work(mandate, *args, **kwargs)

    return done


@_action
def create(mandate: Mandate, new: Newcomer) -> Reorganisation:
    """Create a unit that begins on the mandate's day."""
    return mandate.record(Act.CREATE, _begin(mandate, new))


@_action
def rename(mandate: Mandate, unit: Unit, name: str) -> Reorganisation:
    """Give the unit another name from the mandate's day on."""
    checks.is_name(name)
    return _change(mandate, Act.RENAME, unit, name=name.strip())


@_action
def change_kind(mandate: Mandate, unit: Unit, kind: str) -> Reorganisation:
    """Give the unit another kind from the mandate's day on, as when a province becomes a city."""
    checks.kind_is_known(kind)
    return _change(mandate, Act.CHANGE_KIND, unit, kind=kind)


@_action
def change_code(mandate: Mandate, unit: Unit, code: str) -> Reorganisation:
    """Give the unit another code from the mandate's day on."""
    checks.code_is_free(code, mandate.on, but=unit)
    return _change(mandate, Act.CHANGE_CODE, unit, code=code)


@_action
def move(mandate: Mandate, unit: Unit, parent: Unit | None) -> Reorganisation:
    """Put the unit, with all units below it, under another parent from the mandate's day on."""
    parent = _above(mandate, parent)
    checks.is_under(parent, mandate.on, unit)
    return _change(mandate, Act.MOVE, unit, parent=parent)


@_action
def merge(mandate: Mandate, sources: Sequence[Unit], into: Unit | Newcomer) -> Reorganisation:
    """End whole units and let one unit take them over, a new one or one that goes on."""
    if len({unit.pk for unit in sources}) != len(sources) or not sources:
        raise ReorganisationError(_("Name the units to merge, each once."))
    if isinstance(into, Unit) and into.pk in {unit.pk for unit in sources}:
        raise ReorganisationError(
            _("%(unit)s goes on: name only the units that end.") % {"unit": into}
        )
    ended = [_finish(mandate, unit, sources) for unit in sources]
    after = _taking_over(mandate, into)
    done = mandate.record(Act.MERGE, *ended, after)
    Succession.objects.bulk_create(
        Succession(before=unit, after=after, reorganisation=done) for unit in ended
    )
    return done


@_action
def split(
    mandate: Mandate, unit: Unit, into: Sequence[tuple[Unit | Newcomer, Fraction]]
) -> Reorganisation:
    """End a unit and let others take it over, each an exact share; the shares add up to 1.

    A part that keeps the old name is a new unit: what was counted before belongs to all parts.
    """
    checks.whole([share for _part, share in into])
    _finish(mandate, unit, [unit])
    parts = [(_taking_over(mandate, part), share) for part, share in into]
    if len({part.pk for part, _share in parts}) != len(parts) or unit.pk in {
        part.pk for part, _share in parts
    }:
        raise ReorganisationError(_("Name each part of the split once."))
    done = mandate.record(Act.SPLIT, unit, *(part for part, _share in parts))
    Succession.objects.bulk_create(
        Succession(
            before=unit,
            after=part,
            share=share.numerator,
            share_of=share.denominator,
            reorganisation=done,
        )
        for part, share in parts
    )
    return done


@_action
def end(mandate: Mandate, unit: Unit, *, with_all_below: bool = False) -> Reorganisation:
    """End the unit without a successor; with `with_all_below`, end the units below it too."""
    ending = [unit, *(_all_below(unit) if with_all_below else ())]
    # Those below first: none may outlive what it belongs to.
    for each in ending[::-1]:
        _finish(mandate, each, ending)
    return mandate.record(Act.END, *ending)


# --- the parts they are made of ---------------------------------------------------------------


def _change(mandate: Mandate, act: Act, unit: Unit, **new: object) -> Reorganisation:
    unit = _locked(mandate, unit)
    checks.lasts(unit, mandate.on)
    _refuse_no_change(unit, new)
    done = mandate.record(act, unit)
    _turn(unit, mandate.on, new, done)
    return done


def _refuse_no_change(unit: Unit, new: Mapping[str, object]) -> None:
    if all(getattr(unit, name) == value for name, value in new.items()):
        raise ReorganisationError(_("%(unit)s is so already.") % {"unit": unit})


def _turn(unit: Unit, on: date, new: Mapping[str, object], done: Reorganisation) -> None:
    """Store the unit's state until `on` as a past state, and write the new values into the unit."""
    latest = unit.past.order_by("-valid_to").first()
    if latest is None or latest.valid_to < on:
        PastState.objects.create(
            unit=unit,
            code=unit.code,
            name=unit.name,
            kind=unit.kind,
            parent=unit.parent,
            valid_from=latest.valid_to if latest else unit.valid_from,
            valid_to=on,
            ended_by=done,
        )
    for name, value in new.items():
        setattr(unit, name, value)
    unit.save(update_fields=list(new))


def _begin(mandate: Mandate, new: Newcomer) -> Unit:
    checks.kind_is_known(new.kind)
    checks.code_is_free(new.code, mandate.on)
    parent = _above(mandate, new.parent)
    checks.is_under(parent, mandate.on)
    checks.is_name(new.name)
    return Unit.objects.create(
        code=new.code,
        name=new.name.strip(),
        kind=new.kind,
        parent=parent,
        valid_from=mandate.on,
        simulated=bool(parent and parent.simulated),
        **({"time_zone": parent.time_zone} if parent else {}),
        latitude=new.latitude,
        longitude=new.longitude,
    )


def _taking_over(mandate: Mandate, into: Unit | Newcomer) -> Unit:
    if isinstance(into, Newcomer):
        return _begin(mandate, into)
    into = _locked(mandate, into)
    checks.goes_on(into, mandate.on)
    return into


def _finish(mandate: Mandate, unit: Unit, ending: Sequence[Unit]) -> Unit:
    unit, on = _locked(mandate, unit), mandate.on
    checks.lasts(unit, on)
    checks.nothing_left_below(unit, on, ending)
    unit.valid_to = on
    unit.save(update_fields=["valid_to"])
    return unit


def _all_below(unit: Unit) -> list[Unit]:
    """Return the units in force below a unit, a parent before its children."""
    found: list[Unit] = []
    level = [unit]
    while level:
        level = list(Unit.objects.filter(parent__in=level, valid_to=None))
        found += level
    return found


def _above(mandate: Mandate, parent: Unit | None) -> Unit | None:
    """Return the locked parent; None, for a unit at the top, needs a mandate without limits."""
    if parent is None:
        mandate.check(None)
        return None
    return _locked(mandate, parent)


def _locked(mandate: Mandate, unit: Unit) -> Unit:
    """Lock the unit until the end of the transaction and return it as it stands now.

    Every change passes through here, so this also checks that the mandate covers the unit.
    """
    mandate.check(unit)
    return Unit.objects.select_for_update(of=("self",)).select_related("parent").get(pk=unit.pk)
