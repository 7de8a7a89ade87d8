"""Reader of progress steps (`CapNhatTienDoHoSoMC`): one row of it → one step of the register.

A step has no number of its own. It is told from others by its dossier, moment, state, department
and position; sent again it is *unchanged*, with another beginning or term it is overwritten.

`NguoiXuLy` (a person) and `NoiDungXuLy` (free text) are never read, so they cannot be stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from phucvu.facts.progress_steps import STATES, ProgressStep
from phucvu.intake.message import unit_code_of
from phucvu.intake.record import MappedRecord, Problem, RefusedError, read_each
from phucvu.intake.unit_finding import UnitFinder
from phucvu.intake.values import Fields
from phucvu.register.walltime import DAY_MS
from phucvu.units.tree import UnitNode

__all__ = ["StepReader", "step_code"]

_LONGEST_CODE = 64
_MARK_BYTES = 6
_STATUSES = {code: int(code) for code in STATES}


class StepReader(UnitFinder):
    """Reader of the rows of one call, or of a file with these fields."""

    def read_all(self, records: Sequence[object]) -> list[ProgressStep | list[Problem]]:
        """Return the step of each row, or everything wrong with it."""
        return read_each(self.read, records)

    def read(self, record: object) -> ProgressStep:
        """Return the step a row describes. Raises `RefusedError` with everything wrong with it."""
        if not isinstance(record, dict):
            raise RefusedError([Problem("", _("must be an object"))])
        problems = list(record.problems) if isinstance(record, MappedRecord) else []
        fields = Fields(record, problems)
        told = _told(fields)
        processed = told.processed
        started = fields.moment("NgayBatDau")
        due = fields.moment("NgayKetThucTheoQuyDinh")
        if started is not None and due is not None and due // DAY_MS < started // DAY_MS:
            fields.refuse("NgayKetThucTheoQuyDinh", _("lies before the beginning (NgayBatDau)"))
        unit = self._unit(record, told.dossier, processed, fields)
        for name, moment in (("ThoiDiemXuLy", processed), ("NgayBatDau", started)):
            if unit is not None and moment is not None and moment > self._tomorrow(unit.time_zone):
                fields.refuse(name, _("lies in the future"))
        if problems or unit is None or processed is None:
            raise RefusedError(problems)
        return ProgressStep(_code(told), unit.id, *told, started, due)

    def _unit(
        self, record: dict[str, Any], dossier: str, processed: int | None, fields: Fields
    ) -> UnitNode | None:
        code = unit_code_of(record)
        if code is None:
            if dossier:
                fields.refuse("MaHoSo", _("does not begin with a unit code and -yyMMdd-"))
            return None
        found = self._unit_on(code, self._today() if processed is None else processed // DAY_MS)
        if isinstance(found, str):
            fields.refuse("MaHoSo", found)
            return None
        return found


class _Told(NamedTuple):
    """Fields that tell a step from others."""

    dossier: str
    processed: int | None
    status: int
    department: str
    position: str


def _told(fields: Fields) -> _Told:
    dossier = fields.code("MaHoSo", _LONGEST_CODE, required=True)
    before = len(fields.problems)
    processed = fields.moment("ThoiDiemXuLy")
    if processed is None and len(fields.problems) == before:
        fields.refuse("ThoiDiemXuLy", _("is required"))
    status = fields.choice("TrangThai", _STATUSES, gettext_noop("unknown status"))
    return _Told(
        dossier, processed, status, fields.name("PhongBanXuLy", 200), fields.name("ChucDanh", 100)
    )


def step_code(kept: Mapping[str, Any]) -> str:
    """Return the code of the step these fields describe; its dossier's where they do not tell the
    step.
    """
    fields = Fields(dict(kept), [])
    told = _told(fields)
    return told.dossier if fields.problems else _code(told)


def _code(told: _Told) -> str:
    """Return the dossier's code with a mark that tells the step from the dossier's others."""
    mark = blake2b(msgspec.json.encode(told), digest_size=_MARK_BYTES).hexdigest()
    return f"{told.dossier[: _LONGEST_CODE - len(mark) - 1]}~{mark}"
