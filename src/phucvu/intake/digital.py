"""Certified e-copies and lookups in the population database as they come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from phucvu.intake.excel.columns import load_form
from phucvu.intake.form_reading import FormFields, FormReader
from phucvu.intake.record import FactRecord
from phucvu.units.tree import UnitNode

__all__ = ["CopyReader", "CopyRecord", "LookupReader", "LookupRecord"]


class CopyRecord(FactRecord, frozen=True, gc=False):
    """The columns of `register.CertifiedCopy` that come from outside."""

    certified_at: int | None
    copies: int
    dossier_code: str


class CopyReader(FormReader):
    """Reads certified e-copies."""

    form = load_form("certified-copies")
    placed = "certified_at"

    def make(
        self, values: Mapping[str, Any], unit: UnitNode | None, fields: FormFields
    ) -> CopyRecord | None:
        """The certification; of one copy where their number is not given."""
        copies = 1 if values["copies"] is None else values["copies"]
        if copies == 0:
            fields.refuse("copies", _("must be at least 1"))
        if unit is None:
            return None
        return CopyRecord(
            values["code"], unit.id, values["certified_at"], copies, values["dossier_code"]
        )


class LookupRecord(FactRecord, frozen=True, gc=False):
    """The columns of `register.Lookup` that come from outside."""

    looked_up_at: int | None
    account: str
    dossier_code: str
    sent_for: str = ""


class LookupReader(FormReader):
    """Reads lookups. Of the account only a pseudonym is kept, which nobody can turn back."""

    form = load_form("lookups")
    placed = "looked_up_at"

    def make(
        self, values: Mapping[str, Any], unit: UnitNode | None, fields: FormFields
    ) -> LookupRecord | None:
        """The lookup."""
        if unit is None:
            return None
        return LookupRecord(
            values["code"],
            unit.id,
            values["looked_up_at"],
            pseudonym(values["account"]),
            values["dossier_code"],
        )


def pseudonym(account: str) -> str:
    """The same for the same account in this installation; "" of none."""
    if not account:
        return ""
    return salted_hmac("phucvu.intake.account", account, algorithm="sha256").hexdigest()[:16]
