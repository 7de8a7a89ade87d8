"""An operator's choice of another edition for a period, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from phucvu.accounts import audit
from phucvu.accounts.operator import at_server, name_of
from phucvu.accounts.policy import Resource
from phucvu.editions.finding import Editions
from phucvu.editions.models import EditionChoice
from phucvu.editions.signals import chosen
from phucvu.scoring import Period

__all__ = ["ChoiceError", "choose", "take_back"]


class ChoiceError(ValueError):
    """A choice cannot be made; the message says why."""


def choose(
    edition: str, periods: Sequence[Period], *, reason: str, kind: str = "", by: User | None = None
) -> None:
    """Let an edition score these periods in place of the one in force, with its reason.

    `kind`: of unit; '' is all. `by`: None for a command on the server. Written to the audit.
    Raises UnknownEditionError, and ChoiceError without a reason.
    """
    Editions.open().named(edition)
    _write(edition, periods, reason, kind, by, "scorecard.chosen")


def take_back(
    periods: Sequence[Period], *, reason: str, kind: str = "", by: User | None = None
) -> None:
    """Let what is in force score these periods again. Raises ChoiceError where nothing is chosen.

    Otherwise as `choose`.
    """
    standing = {(each.period, each.kind): each.edition for each in Editions.open().choices}
    for period in periods:
        if not standing.get((str(period), kind)):
            raise ChoiceError(f"No scorecard was chosen for {period}{_of(kind)}.")
    _write("", periods, reason, kind, by, "scorecard.taken_back")


def _write(
    edition: str, periods: Sequence[Period], reason: str, kind: str, by: User | None, action: str
) -> None:
    reason = " ".join(reason.split())
    if not reason:
        raise ChoiceError("A reason is needed: it is shown on every page of the period.")
    who, at = name_of(by), timezone.now()
    with transaction.atomic():
        # First of all: on PostgreSQL the turn of the facts is taken before the audit's.
        chosen.send(sender=EditionChoice)
        EditionChoice.objects.bulk_create(
            EditionChoice(
                period=str(period), kind=kind, edition=edition, reason=reason, by=who, at=at
            )
            for period in periods
        )
        audit.note(
            who, action, Resource.SYSTEM, edition=edition, kind=kind, reason=reason,
            periods=[str(period) for period in periods], **at_server(by),
        )  # fmt: skip


def _of(kind: str) -> str:
    return f" and units of the kind {kind}" if kind else ""
