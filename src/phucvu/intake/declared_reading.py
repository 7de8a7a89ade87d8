"""Reader of records of a declared kind of fact, with its own checks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from phucvu.accounts.policy import Scope
from phucvu.facts.columns import Column, Level, Pseudonym
from phucvu.facts.kind import Kind
from phucvu.facts.record import FactRecord
from phucvu.intake.excel.columns import load_form
from phucvu.intake.form_reading import FormFields, FormReader
from phucvu.units.tree import UnitEras, UnitNode

__all__ = ["DeclaredReader", "pseudonym"]

_LONGEST_CODE = 64


class DeclaredReader(FormReader):
    """Reader of the records of one batch of a kind."""

    def __init__(
        self,
        kind: Kind,
        units: UnitEras,
        *,
        within: Scope | int | None = None,
        now: datetime | None = None,
    ) -> None:
        super().__init__(units, within=within, now=now)
        self._kind = kind
        self.form = load_form(kind.plural)
        self.placed = kind.placed
        self.may_lie_ahead = kind.ahead
        # Columns that may be kept otherwise than they are sent: few of them.
        self._otherwise = {
            name: column
            for name, column in kind.sent.items()
            if column.default is not None or isinstance(column, Level | Pseudonym)
        }

    def make(
        self, values: Mapping[str, Any], unit: UnitNode | None, fields: FormFields
    ) -> FactRecord | None:
        """Make the fact, with what stands where nothing is given."""
        kind = self._kind
        sent = dict(values)
        for name, column in self._otherwise.items():
            sent[name] = kept_of(column, sent[name])
        if kind.check is not None:
            kind.check(sent, lambda name, reason: fields.refuse(name, _(reason)))
        if unit is None:
            return None
        code = self.code(sent, unit, fields)
        return kind.record(**{**sent, "code": code, "unit_id": unit.id})

    def code(self, values: Mapping[str, Any], unit: UnitNode, fields: FormFields) -> str:
        """Give the fact's own code, or what makes it up."""
        own = str(values["code"])
        if own or not self._kind.made_of:
            return own
        parts = {**values, "unit_id": unit.code}
        made = " ".join(str(parts[name]) for name in self._kind.made_of)
        if len(made) > _LONGEST_CODE:
            fields.refuse("code", _("is required where what makes it up is so long"))
        return made


def kept_of(column: Column, value: Any) -> Any:
    """Return the stored form of a value that was sent."""
    if isinstance(column, Pseudonym):
        return pseudonym(value)
    if value in (None, "") and column.default is not None:
        return column.default
    return int(value) if isinstance(column, Level) else value


def pseudonym(account: str) -> str:
    """Make a mark, of the same account in this installation the same; "" of none."""
    if not account:
        return ""
    return salted_hmac("phucvu.intake.account", account, algorithm="sha256").hexdigest()[:16]
