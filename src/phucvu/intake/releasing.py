"""Release of a code: its earlier versions no longer count, and the rightful sender's go in.

A fact is known by its code over the whole installation, so the first sender under a code holds it.
Where that was a stranger, the code is released *for a unit*: the versions brought until then are as
if never sent (they stay in the journal), and from then on the code is taken only from senders for
that unit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from phucvu.accounts import audit
from phucvu.accounts.asking import may
from phucvu.accounts.grants import COMMAND
from phucvu.accounts.policy import Resource, Scope
from phucvu.changes.publishing import take_write_lock
from phucvu.intake import authority
from phucvu.intake.codes import unit_code_in
from phucvu.intake.journal import JournalError
from phucvu.intake.kinds import DOSSIERS, FactKind
from phucvu.intake.models import FactVersion
from phucvu.intake.reaching import covers
from phucvu.intake.releases import CodeRelease
from phucvu.intake.store import each
from phucvu.intake.writing import write
from phucvu.units.models import Unit
from phucvu.units.tree import UnitEras, load_eras

__all__ = ["INTAKE", "held_by", "kept_for_others", "note_release", "release", "released_until"]

INTAKE = "intake"
"""Who releases a code where the rightful sender's fact comes in."""


@dataclass(frozen=True)
class Holder:
    """Holder of a code: the unit its fact stands under, and the unit that fact is about.

    `about` is the unit of the dossier it names, where it does not count for that dossier; for a
    dossier, the unit its own code names where it stands under another one.
    """

    unit_id: int
    about: frozenset[int]


def held_by(kind: FactKind, code: str) -> Holder | None:
    """Return the holder of a code; None where no fact of the kind has it."""
    stands = kind.table.existing([code]).get(code)
    if stands is None:
        return None
    if kind is DOSSIERS:
        units = load_eras()
        bearers = {state.node.id for state in units.bearing(unit_code_in(code) or "")}
        about = set() if stands.unit_id in bearers else bearers
    else:
        about = set(authority.unentitled(kind.fact, [code]).values())
    return Holder(stands.unit_id, frozenset(about))


def release(
    by: User | None, kind: FactKind, code: str, unit: Unit, reason: str, address: str = ""
) -> CodeRelease:
    """Release a code for `unit`, in one transaction; the counts and the dossiers named follow.

    `by` is None for a command on the server. An account may where it may withdraw batches of
    `unit`, and either of the unit that the fact stands under, or of the one it is about though its
    sender may not speak for that. Raises `JournalError` without a reason, where there is no such
    fact, or where `by` may not.
    """
    if not reason.strip():
        raise JournalError(_("A release needs a reason."))
    with transaction.atomic():
        take_write_lock()
        holder = held_by(kind, code)
        if holder is None:
            raise JournalError(_("No fact of this kind has the code %(code)s.") % {"code": code})
        if by is not None and not _may(by, holder, unit):
            raise JournalError(
                _("The code is released by who may withdraw batches of the unit it stands under, "
                  "or of the unit whose dossier it names without a right to.")
            )  # fmt: skip
        moment = timezone.now()
        actor = by.get_username() if by else COMMAND
        made = note_release(kind, code, unit.pk, actor, reason.strip(), moment, address)
        write(kind, [], [code], moment)
    return made


def _may(by: User, holder: Holder, unit: Unit) -> bool:
    of_holder = may(by, Resource.WITHDRAW, holder.unit_id)
    of_rightful = any(may(by, Resource.WITHDRAW, about) for about in holder.about)
    return may(by, Resource.WITHDRAW, unit) and (of_holder or of_rightful)


def note_release(
    kind: FactKind,
    code: str,
    unit_id: int,
    by: str,
    reason: str,
    moment: datetime,
    address: str = "",
) -> CodeRelease:
    """Write a release, and the line of the audit; the caller changes the register."""
    brought = FactVersion.objects.filter(code=code, batch__kind=kind.name)
    made = CodeRelease.objects.create(
        kind=kind.name,
        code=code,
        unit_id=unit_id,
        last_batch=brought.aggregate(last=Max("batch_id"))["last"] or 0,
        released_at=moment,
        released_by=by[:150],
        reason=reason[:500],
    )
    audit.note(
        by, "code.released", Resource.WITHDRAW, unit=made.unit, address=address,
        kind=kind.plural, code=code, last_batch=made.last_batch, reason=made.reason,
    )  # fmt: skip
    return made


def kept_for_others(
    kind: FactKind, codes: Sequence[str], reach: Scope | None, units: UnitEras
) -> Collection[str]:
    """Return those of these codes that were released for a unit the sender may not send for."""
    if reach is None or reach.everywhere:
        return ()
    return {code for code, unit in _kept(kind, codes).items() if not covers(reach, units, unit)}


def released_until(kind: FactKind, code: str) -> int:
    """Return the last batch whose version under this code does not count; 0 without a release."""
    released = CodeRelease.objects.filter(kind=kind.name, code=code)
    return released.aggregate(last=Max("last_batch"))["last"] or 0


def _kept(kind: FactKind, codes: Sequence[str]) -> Mapping[str, int]:
    """Return for which unit each of these codes was released last."""
    released = CodeRelease.objects.filter(kind=kind.name).order_by("pk")
    if not released.exists():  # as nearly always: then the codes are not even looked at
        return {}
    wanted, parameter = each(codes)
    among = RawSQL(wanted, [parameter])  # noqa: S611 - no input in it
    return dict(released.filter(code__in=among).values_list("code", "unit_id"))
