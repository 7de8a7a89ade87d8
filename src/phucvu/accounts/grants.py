"""Actions on grants: to give and to end access, each with its permission, audit and mail."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from phucvu.accounts import audit
from phucvu.accounts.asking import forget, may, path_of, who_is
from phucvu.accounts.mails import tell
from phucvu.accounts.models import Grant
from phucvu.accounts.operator import COMMAND, at_server, name_of
from phucvu.accounts.policy import Hindrance, Resource, hindrance
from phucvu.accounts.words import HINDRANCES, RoleChoice
from phucvu.units.models import Unit

__all__ = ["AccessError", "end", "grant", "in_force", "leave"]


class AccessError(ValueError):
    """Error of an action on access that is not allowed; the message says why."""


def in_force(day: date | None = None) -> QuerySet[Grant]:
    """Return the grants in force on a day (today)."""
    day = day or timezone.localdate()
    rows = Grant.objects.select_related("account", "unit")
    return rows.filter(starts_on__lte=day, ends_on__gt=day)


def grant(
    by: User | None,
    account: User,
    role: RoleChoice,
    unit: Unit,
    first: date,
    end: date,
    address: str = "",
) -> Grant:
    """Give an account a role on a unit, from `first` up to but not including `end`.

    `by` is None for a command on the server. Raises `AccessError` where `by` may not give the role.
    """
    if not account.is_active:
        raise AccessError(_("The account %(name)s has left.") % {"name": account.username})
    if by is None:
        if end <= first:
            raise AccessError(_("The access has to end after it begins."))
    else:
        hindered = hindrance(
            who_is(by), path_of(unit.pk), first, end,
            day=timezone.localdate(), to_oneself=by.pk == account.pk,
        )  # fmt: skip
        if hindered is not None:
            raise AccessError(str(HINDRANCES[hindered]))
    name = name_of(by)
    with transaction.atomic():
        made = Grant.objects.create(
            account=account, role=role, unit=unit, starts_on=first, ends_on=end, granted_by=name
        )
        audit.note(
            name, "grant.made", Resource.GRANTS, unit=unit, address=address,
            account=account.get_username(), role=role.value, first=str(first), end=str(end),
            **at_server(by),
        )  # fmt: skip
        tell(
            [account],
            _("Access granted: %(unit)s") % {"unit": unit.name},
            _("%(role)s, %(unit)s, from %(first)s to %(last)s.")
            % {
                "role": role.label,
                "unit": unit.name,
                "first": date_format(first, "SHORT_DATE_FORMAT"),
                "last": date_format(end - timedelta(days=1), "SHORT_DATE_FORMAT"),
            },
            _("Granted by %(name)s.") % {"name": name},
        )
    forget(account)
    return made


def end(by: User | None, given: Grant, because: str, address: str = "") -> None:
    """End a grant today; one that is over already stays unchanged.

    Raises `AccessError` without a reason, or where `by` may not.
    """
    if not because.strip():
        raise AccessError(_("Say why the access ends."))
    if by is not None and not may(by, Resource.GRANTS, given.unit_id):
        raise AccessError(str(HINDRANCES[Hindrance.OTHER_UNIT]))
    _end(name_of(by), given, because.strip()[:300], address)


def _end(name: str, given: Grant, because: str, address: str) -> None:
    today = timezone.localdate()
    with transaction.atomic():
        row = Grant.objects.select_for_update(of=("self",)).get(pk=given.pk)
        if row.ends_on <= today:
            return
        row.ends_on = max(today, row.starts_on)
        row.ended_by, row.ended_because = name, because
        row.save(update_fields=["ends_on", "ended_by", "ended_because"])
        audit.note(
            name, "grant.ended", Resource.GRANTS, unit=row.unit, address=address,
            account=row.account.get_username(), role=row.role, because=because,
            **({} if name != COMMAND else at_server(None)),
        )  # fmt: skip
        tell(
            [row.account],
            _("Access ended: %(unit)s") % {"unit": row.unit.name},
            _("%(role)s, %(unit)s: %(reason)s")
            % {"role": row.get_role_display(), "unit": row.unit.name, "reason": because},
        )


def leave(by: User | None, account: User, because: str, address: str = "") -> int:
    """End an account that leaves, with every grant and session of it.

    Returns how many grants ended. Raises `AccessError` without a reason, or where `by` may not end
    one of them.
    """
    if not because.strip():
        raise AccessError(_("Say why the access ends."))
    today = timezone.localdate()
    name = name_of(by)
    with transaction.atomic():
        held = list(Grant.objects.select_related("unit").filter(account=account, ends_on__gt=today))
        if by is not None:
            within = [may(by, Resource.GRANTS, given.unit_id) for given in held]
            if not all(within) or (not held and not may(by, Resource.SYSTEM)):
                raise AccessError(str(HINDRANCES[Hindrance.OTHER_UNIT]))
        for given in held:
            _end(name, given, because.strip()[:300], address)
        account.is_active = False
        account.save(update_fields=["is_active"])
        audit.note(
            name, "account.left", Resource.GRANTS, address=address,
            account=account.get_username(), because=because.strip()[:300], grants=len(held),
        )  # fmt: skip
    return len(held)
