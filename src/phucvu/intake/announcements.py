"""Announcement decisions as they come in: a record for each procedure in one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from phucvu.intake.excel.columns import load_form
from phucvu.intake.form_reading import FormFields, FormReader
from phucvu.intake.record import FactRecord
from phucvu.register.walltime import DAY_MS
from phucvu.units.tree import UnitNode

__all__ = ["AnnouncementReader", "AnnouncementRecord"]

_LONGEST_CODE = 64


class AnnouncementRecord(FactRecord, frozen=True, gc=False):
    """The columns of `register.AnnouncedProcedure` that come from outside."""

    decision: str
    procedure_code: str
    action: str
    issued_at: int | None
    effective_at: int | None
    published_at: int | None


class AnnouncementReader(FormReader):
    """Reads announced procedures.

    Without a `code` of its own, one is known by unit, decision and procedure.
    """

    form = load_form("announcements")
    placed = "issued_at"
    may_lie_ahead = frozenset({"effective_at"})

    def make(
        self, values: Mapping[str, Any], unit: UnitNode | None, fields: FormFields
    ) -> AnnouncementRecord | None:
        """The procedure in its decision."""
        issued, published = values["issued_at"], values["published_at"]
        if None not in (issued, published) and published // DAY_MS < issued // DAY_MS:
            fields.refuse("published_at", _("lies before the day of the decision (issued_at)"))
        if unit is None:
            return None
        code = values["code"] or f"{unit.code} {values['decision']} {values['procedure_code']}"
        if len(code) > _LONGEST_CODE:
            fields.refuse("code", _("is required where the decision's number is so long"))
        return AnnouncementRecord(
            code,
            unit.id,
            values["decision"],
            values["procedure_code"],
            values["action"],
            issued,
            values["effective_at"],
            published,
        )
