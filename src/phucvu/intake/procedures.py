"""Readers of the catalogue of procedures: what each is, and which units apply it.

A record is known by its procedure, of one at a unit with the unit, and where it names one by the
day from which it holds: a later day is another record, which leaves the earlier one as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from phucvu.changes.publishing import publish
from phucvu.intake.declared_reading import DeclaredReader
from phucvu.intake.form_reading import FormFields, day_written
from phucvu.intake.reaching import covers
from phucvu.intake.record import FactRecord, Problem
from phucvu.intake.values import Fields
from phucvu.register.models import Procedure, ProcedureAtUnit
from phucvu.register.signals import deadlines_moved
from phucvu.register.walltime import to_wall
from phucvu.units.models import Kind
from phucvu.units.tree import UnitNode

__all__ = [
    "AppliedReader",
    "ProcedureReader",
    "applied_follow",
    "procedures_follow",
]

_LONGEST_CODE = 64
_KEEP = frozenset({Kind.COUNTRY, Kind.MINISTRY, Kind.PROVINCE})


class ProcedureReader(DeclaredReader):
    """Reader of procedures.

    A procedure's data hold for all units that apply it. So only a ministry, a province or the root
    of a tree maintains them, and a sender who may not send for the maintaining unit changes nothing
    of it, for no day.
    """

    _kept: Mapping[str, set[int]] = {}

    def read_all(self, records: Sequence[object]) -> list[FactRecord | list[Problem]]:
        """Return the procedure of each record, or all its problems."""
        if self._within is not None:
            self._kept = _keepers(records)
        return super().read_all(records)

    def _unit(
        self, record: dict[str, Any], dated: datetime | None, fields: Fields
    ) -> UnitNode | None:
        unit = super()._unit(record, dated, fields)
        if unit is None:
            return None
        if unit.parent_id is not None and unit.kind not in _KEEP:
            fields.refuse("unit", _("is neither a ministry nor a province: it keeps no procedures"))
        for keeper in self._kept.get(str(record.get("procedure_code")).strip(), ()):
            if self._within is not None and not covers(self._within, self._units, keeper):
                reason = _("is kept by a unit the key is not valid for")
                fields.refuse("procedure_code", reason)
        return unit

    def code(self, values: Mapping[str, Any], unit: UnitNode, fields: FormFields) -> str:
        """Make up the code of procedure and day."""
        return _since(values["procedure_code"], values["from_at"])


class AppliedReader(DeclaredReader):
    """Reader of the procedures that units apply, each with its online level."""

    def code(self, values: Mapping[str, Any], unit: UnitNode, fields: FormFields) -> str:
        """Make up the code of unit, procedure and day."""
        since = values["from_at"]
        named = f"{unit.code} {values['procedure_code']}"
        code = _since(named, self._begun(unit) if since is None else since)
        if len(code) > _LONGEST_CODE:
            reason = _("is too long together with the code of the unit")
            fields.refuse("procedure_code", reason)
        return code

    def _begun(self, unit: UnitNode) -> int | None:
        """Return when the unit began to bear its code, where another one bore it before.

        A record without a first day would otherwise replace those of the earlier unit.
        """
        bearing = self._units.bearing(unit.code)
        first = next((state.first for state in bearing if state.node.id == unit.id), None)
        if first is None or bearing[0].node.id == unit.id:
            return None
        return to_wall(datetime.combine(first, datetime.min.time()))


def _keepers(records: Sequence[object]) -> dict[str, set[int]]:
    """Return the units that maintain the procedures that records name, by their codes."""
    codes = {
        str(record.get("procedure_code")).strip() for record in records if isinstance(record, dict)
    }
    # PostgreSQL takes no such text to compare with; the record is refused when it is read.
    codes = {code for code in codes if "\x00" not in code}
    kept: dict[str, set[int]] = {}
    rows = Procedure.objects.filter(procedure_code__in=codes).order_by()
    for code, unit in rows.values_list("procedure_code", "unit_id"):
        kept.setdefault(code, set()).add(unit)
    return kept


def _since(code: str, begun: int | None) -> str:
    """Return the record's code: with the day from which it holds, and with the time where it has
    one.
    """
    if begun is None:
        return code
    return f"{code} {day_written(begun)}"


# --- what follows from a change --------------------------------------------------------------


@contextmanager
def procedures_follow(codes: Sequence[str]) -> Iterator[None]:
    """Let deadlines by term follow a change of these rows, and open pages look again."""
    before = _procedures(codes)
    yield
    procedures = before | _procedures(codes)
    deadlines_moved.send(sender=Procedure, procedure_codes=procedures, unit_ids=None)
    at_units = ProcedureAtUnit.objects.filter(procedure_code__in=procedures).order_by()
    publish(at_units.values_list("unit_id", flat=True).distinct())


@contextmanager
def applied_follow(codes: Sequence[str]) -> Iterator[None]:
    """Publish a change of these rows: open pages of their units look again."""
    before = _units(codes)
    yield
    publish(before | _units(codes))


def _procedures(codes: Sequence[str]) -> set[str]:
    rows = Procedure.objects.filter(code__in=codes).order_by()
    return set(rows.values_list("procedure_code", flat=True))


def _units(codes: Sequence[str]) -> set[int]:
    rows = ProcedureAtUnit.objects.filter(code__in=codes).order_by()
    return set(rows.values_list("unit_id", flat=True))
