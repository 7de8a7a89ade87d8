"""Mandate of a reorganisation: its decision, the day from which it holds, and its actor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from phucvu.units.models import Act, Decision, Reorganisation, Unit
from phucvu.units.signals import reorganised

__all__ = ["Mandate", "ReorganisationError", "decision_of"]


class ReorganisationError(ValueError):
    """Error of a change that contradicts what is stored or is not allowed; nothing was changed."""


@dataclass(frozen=True)
class Mandate:
    """Decision behind a change, the day it takes effect, and who enters it.

    `actor` is None for the operator on the server's command line. `may` tells whether the actor may
    change a unit or put another under it; it is called with None for a unit at the top. Without
    `may` everything is allowed, so whoever makes a mandate for an account passes it.
    """

    decision: Decision
    on: date
    actor: Any = None
    note: str = ""
    may: Callable[[Unit | None], bool] | None = None

    def check(self, unit: Unit | None) -> None:
        """Raise ReorganisationError where the actor may not reorganise the unit."""
        if self.may is None or self.may(unit):
            return
        if unit is None:
            raise ReorganisationError(_("You may not put a unit above all others."))
        raise ReorganisationError(
            _("%(unit)s lies outside what was granted to you.") % {"unit": unit}
        )

    def record(self, act: Act, *units: Unit) -> Reorganisation:
        """Record a change with its decision and units, and send the signal `reorganised`."""
        row = Reorganisation.objects.create(
            act=act, effective=self.on, decision=self.decision, actor=self.actor, note=self.note
        )
        row.units.set(units)
        if units:
            reorganised.send(type(self), unit_ids=[unit.pk for unit in units])
        return row


def decision_of(
    number: str, *, title: str = "", issued_by: str = "", issued_on: date | None = None
) -> Decision:
    """Find or create the decision with this number, and fill in details it did not have.

    Raises ReorganisationError without a number.
    """
    number = number.strip()
    if not number:
        raise ReorganisationError(_("Name the decision: its number is missing."))
    found, _new = Decision.objects.get_or_create(number=number)
    given = {"title": title, "issued_by": issued_by, "issued_on": issued_on}
    news = {name: value for name, value in given.items() if value and not getattr(found, name)}
    for name, value in news.items():
        setattr(found, name, value)
    if news:
        found.save(update_fields=list(news))
    return found
