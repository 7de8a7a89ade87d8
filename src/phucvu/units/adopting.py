"""Adoption of a national list, which says which units there are from a day on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from phucvu.units.loading import UnitFileError
from phucvu.units.mandate import Mandate
from phucvu.units.models import Act, Kind, PastState, Reorganisation, Succession, Unit
from phucvu.units.national import Link, Listed
from phucvu.units.signals import reorganised

__all__ = ["Adopted", "adopt"]

_TERRITORIES = (Kind.PROVINCE, Kind.DISTRICT, Kind.COMMUNE)


@dataclass
class Adopted:
    """Report of the units that an adopted list began, moved and ended."""

    begun: list[Unit] = field(default_factory=list)
    going_on: list[Unit] = field(default_factory=list)
    moved: list[Unit] = field(default_factory=list)
    ended: list[Unit] = field(default_factory=list)
    by_mapping: int = 0
    by_rule: int = 0

    @property
    def unexplained(self) -> list[Unit]:
        """Return the units that ended without a successor."""
        ids = set(Succession.objects.values_list("before_id", flat=True))
        return [unit for unit in self.ended if unit.pk not in ids]


def adopt(
    listed: Sequence[Listed],
    country: Unit,
    mandate: Mandate | None = None,
    links: Iterable[Link] = (),
    departments: Iterable[tuple[str, str]] = (),
) -> Adopted:
    """Make the territories below `country` those of the list, from the mandate's day on.

    A unit with the same code and the same name goes on, under its new parent. Every other unit that
    is not in the list ends, with all units below it; every other one in the list begins. `links`
    say what became of those that ended. A province that ended without a link became part of the
    province in which all its commune codes are found again, where there is one such province.

    `departments` (code, name) begin in every province that has none of that code. Without a
    mandate, the list is the first: its units have no first day. Raises UnitFileError where a link
    names a unit in no list, or a list came before.
    """
    with transaction.atomic():
        if mandate is not None:
            mandate.check(None)
        work = _Adoption(listed, country, mandate)
        work.end_missing()
        work.begin()
        work.move()
        work.begin_departments(departments)
        work.link(links)
        work.record()
    return work.done


class _Adoption:
    def __init__(self, listed: Sequence[Listed], country: Unit, mandate: Mandate | None) -> None:
        self.listed, self.country, self.mandate = listed, country, mandate
        self.done = Adopted()
        self.day: date | None = mandate.on if mandate else None
        self.wanted = {item.code: item for item in listed}
        below = _below(country)
        self.old = {unit.code: unit for unit in below if unit.kind in _TERRITORIES}
        self.others = [unit for unit in below if unit.kind not in _TERRITORIES]
        self.provinces_of_old = _provinces_of(below)
        self.now: dict[str, Unit] = {}
        self.successions: list[Succession] = []
        self.row: Reorganisation | None = None
        if mandate is not None:
            self.row = mandate.record(Act.LIST)
        elif self.old:
            raise UnitFileError(
                _("There are units below %(country)s already. Say from which day the list is in "
                  "force and by which decision.") % {"country": country}
            )  # fmt: skip

    def end_missing(self) -> None:
        """End the units that are not in the list, and all units that would be left below them."""
        ended: dict[int, Unit] = {}
        for code, unit in self.old.items():
            item = self.wanted.get(code)
            if item is not None and (item.name, item.kind) == (unit.name, unit.kind):
                self.now[code] = unit
                self.done.going_on.append(unit)
            else:
                ended[unit.pk] = unit
        for unit in self.others:  # a parent before its children
            if unit.parent_id in ended:
                ended[unit.pk] = unit
        for unit in ended.values():
            if self.day is None or (unit.valid_from is not None and unit.valid_from >= self.day):
                raise UnitFileError(
                    _("%(unit)s began on %(first)s: a list of %(day)s cannot end it.")
                    % {"unit": unit, "first": unit.valid_from, "day": self.day}
                )
            unit.valid_to = self.day
        Unit.objects.bulk_update(ended.values(), ["valid_to"], batch_size=500)
        self.done.ended = list(ended.values())

    def begin(self) -> None:
        """Create the units that are new in the list, parents first."""
        for kind in _TERRITORIES:
            new = [
                Unit(
                    code=item.code, name=item.name, kind=kind, parent=self._parent(item),
                    valid_from=self.day, time_zone=self.country.time_zone,
                    simulated=self.country.simulated,
                    latitude=item.latitude, longitude=item.longitude,
                )
                for item in self.listed
                if item.kind == kind and item.code not in self.now
            ]  # fmt: skip
            for unit in Unit.objects.bulk_create(new, batch_size=1000):
                self.now[unit.code] = unit
                self.done.begun.append(unit)

    def move(self) -> None:
        """Put the units that go on under their parent of the list, and store their past states."""
        past, moved, placed = [], [], []
        day, row = self.day, self.row
        if day is None or row is None:
            return  # of a first list nothing went on
        for unit in self.done.going_on:
            item = self.wanted[unit.code]
            if item.latitude is not None and unit.latitude is None:
                unit.latitude, unit.longitude = item.latitude, item.longitude
                placed.append(unit)
            parent = self._parent(item)
            if parent.pk == unit.parent_id:
                continue
            latest = unit.past.order_by("-valid_to").first()
            past.append(
                PastState(
                    unit=unit, code=unit.code, name=unit.name, kind=unit.kind,
                    parent_id=unit.parent_id, valid_from=latest.valid_to if latest else
                    unit.valid_from, valid_to=day, ended_by=row,
                )
            )  # fmt: skip
            unit.parent = parent
            moved.append(unit)
        PastState.objects.bulk_create(past, batch_size=1000)
        Unit.objects.bulk_update(moved, ["parent"], batch_size=500)
        Unit.objects.bulk_update(placed, ["latitude", "longitude"], batch_size=500)
        self.done.moved = moved

    def begin_departments(self, departments: Iterable[tuple[str, str]]) -> None:
        """Give every province the departments it lacks."""
        taken = set(Unit.objects.filter(valid_to=None).values_list("code", flat=True))
        given = list(departments)
        new = [
            Unit(
                code=f"{province.code}.{code}", name=name, kind=Kind.DEPARTMENT, parent=province,
                valid_from=self.day, time_zone=province.time_zone, simulated=province.simulated,
            )
            for province in self.now.values()
            if province.kind == Kind.PROVINCE
            for code, name in given
            if f"{province.code}.{code}" not in taken
        ]  # fmt: skip
        self.done.begun += Unit.objects.bulk_create(new, batch_size=1000)

    def link(self, links: Iterable[Link]) -> None:
        """Record the successors of the ended units: by the links, then by the rule for
        provinces.
        """
        ended = {unit.code: unit for unit in self.done.ended}
        for link in links:
            before, after = self.old.get(link.before), self.now.get(link.after)
            if before is None or after is None:
                code = link.before if before is None else link.after
                raise UnitFileError(
                    _("The mapping names the unit %(code)s, which is in no list.") % {"code": code}
                )
            if before.pk == after.pk:
                continue
            if before.valid_to is None:
                raise UnitFileError(
                    _("The mapping says that %(unit)s became another, but the list has it still.")
                    % {"unit": before}
                )
            self._succeed(before, after, link.share)
        self.done.by_mapping = len(self.successions)
        linked = {each.before.pk for each in self.successions}
        for before_id, after in self._provinces_by_codes().items():
            if before_id not in linked:
                unit = next(unit for unit in ended.values() if unit.pk == before_id)
                self._succeed(unit, after, Fraction(1))
        self.done.by_rule = len(self.successions) - self.done.by_mapping
        Succession.objects.bulk_create(self.successions, batch_size=1000)

    def record(self) -> None:
        """Name every changed unit in the record of the reorganisation."""
        if self.row is None:
            return
        through = Reorganisation.units.through
        touched = {unit.pk for unit in (*self.done.begun, *self.done.moved, *self.done.ended)}
        touched |= {each.after.pk for each in self.successions}
        through.objects.bulk_create(
            [through(reorganisation_id=self.row.pk, unit_id=pk) for pk in sorted(touched)],
            batch_size=1000,
        )
        reorganised.send(type(self), unit_ids=touched)

    def _parent(self, item: Listed) -> Unit:
        return self.now[item.parent] if item.parent else self.country

    def _succeed(self, before: Unit, after: Unit, share: Fraction) -> None:
        if self.row is None:
            raise UnitFileError(
                _("The first list has nothing before it that a mapping could name.")
            )
        self.successions.append(
            Succession(
                before=before, after=after, share=share.numerator, share_of=share.denominator,
                reorganisation=self.row,
            )
        )  # fmt: skip

    def _provinces_by_codes(self) -> Mapping[int, Unit]:
        """Map each ended province (id) to the one province that has all its commune codes."""
        found: dict[int, set[str]] = {}
        for item in self.listed:
            before = self.provinces_of_old.get(item.code)
            if item.kind is Kind.COMMUNE and before is not None and before.valid_to is not None:
                found.setdefault(before.pk, set()).add(self._province_of(item))
        return {pk: self.now[next(iter(codes))] for pk, codes in found.items() if len(codes) == 1}

    def _province_of(self, item: Listed) -> str:
        while item.parent:
            item = self.wanted[item.parent]
        return item.code


def _below(country: Unit) -> list[Unit]:
    """Return the units in force below a unit, a parent before its children."""
    children: dict[int | None, list[Unit]] = {}
    for unit in Unit.objects.filter(Q(valid_to=None)).order_by("code"):
        children.setdefault(unit.parent_id, []).append(unit)
    found = list(children.get(country.pk, ()))
    for unit in found:  # grows as it is walked
        found += children.get(unit.pk, ())
    return found


def _provinces_of(units: Sequence[Unit]) -> dict[str, Unit]:
    """Map the code of each commune to its province."""
    by_id = {unit.pk: unit for unit in units}
    found: dict[str, Unit] = {}
    for unit in units:
        above: Unit | None = unit
        while above is not None and above.kind != Kind.PROVINCE:
            above = by_id.get(above.parent_id or 0)
        if unit.kind == Kind.COMMUNE and above is not None:
            found[unit.code] = above
    return found
