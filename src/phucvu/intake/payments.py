"""Payments as they come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from phucvu.intake.excel.columns import load_form
from phucvu.intake.form_reading import FormFields, FormReader
from phucvu.intake.record import FactRecord
from phucvu.register.walltime import DAY_MS
from phucvu.units.tree import UnitNode

__all__ = ["PaymentReader", "PaymentRecord"]


class PaymentRecord(FactRecord, frozen=True, gc=False):
    """The columns of `register.Payment` that come from outside."""

    dossier_code: str
    purpose: str
    amount: int
    requested_at: int | None
    paid_at: int | None
    method: str
    refunded_at: int | None
    cancelled_at: int | None
    exempt: bool
    sent_for: str = ""


class PaymentReader(FormReader):
    """Reads payments."""

    form = load_form("payments")
    placed = "requested_at"

    def make(
        self, values: Mapping[str, Any], unit: UnitNode | None, fields: FormFields
    ) -> PaymentRecord | None:
        """The payment."""
        asked, paid, back = values["requested_at"], values["paid_at"], values["refunded_at"]
        for name in ("paid_at", "cancelled_at"):
            if None not in (asked, values[name]) and values[name] // DAY_MS < asked // DAY_MS:
                fields.refuse(name, _("lies before the day it was asked for (requested_at)"))
        if paid is not None and not values["method"]:
            fields.refuse("method", _("is required where it was paid (paid_at)"))
        if back is not None and unit is not None and (paid is None or back < paid):
            fields.refuse("refunded_at", _("lies before the payment (paid_at)"))
        if unit is None:
            return None
        names = PaymentRecord.__struct_fields__[2:-1]
        return PaymentRecord(values["code"], unit.id, *(values[name] for name in names))
