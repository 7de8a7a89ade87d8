"""Second person: access to a unit's dossiers is agreed to by the unit's own head.

Whoever manages accounts and keys sees no dossier, but could make a key that reads, or give a role
to an account that is nobody's. So such a key waits, and such a request is passed on, by a head of
the unit or of one above: never by the one who grants, and never by the one it is for.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from phucvu.accounts import audit
from phucvu.accounts.asking import path_of
from phucvu.accounts.grants import AccessError, in_force
from phucvu.accounts.mails import tell
from phucvu.accounts.models import ApiKey
from phucvu.accounts.operator import at_server, name_of
from phucvu.accounts.policy import Resource, Role
from phucvu.units.models import Unit

__all__ = ["confirm_key", "heads_of", "is_head_of", "keys_waiting", "tell_heads"]


def heads_of(unit: Unit | int) -> list[User]:
    """Return the heads of a unit, and of those above it."""
    unit_id = unit if isinstance(unit, int) else unit.pk
    rows = in_force().filter(role=Role.HEAD, unit_id__in=path_of(unit_id), account__is_active=True)
    return list({row.account_id: row.account for row in rows}.values())


def is_head_of(account: User, unit: Unit | int) -> bool:
    """Tell whether the account is a head of the unit or of one above it, today."""
    return any(head.pk == account.pk for head in heads_of(unit))


def tell_heads(key: ApiKey, by: str) -> None:
    """Send a mail to those who can agree to a key that reads."""
    names = {"name": by, "unit": key.unit.name, "key": key.name}
    tell(
        heads_of(key.unit),
        _("A key to read dossiers waits for you: %(unit)s") % names,
        _("%(name)s made the key “%(key)s”, which opens no dossier until you agree.") % names,
        _("Open the desk to decide on it."),
    )


def keys_waiting(units: set[int] | None) -> list[ApiKey]:
    """Return keys that no head has agreed to yet; `units` selects keys of these (None: all)."""
    rows = ApiKey.objects.select_related("unit").filter(waits=True, revoked_at=None)
    rows = rows if units is None else rows.filter(unit_id__in=units)
    return list(rows.order_by("created_at", "pk"))


def confirm_key(by: User | None, key: ApiKey, address: str = "") -> None:
    """Agree to a key that reads: from now on it opens what it was made for.

    `by` is None for a command on the server. Raises `AccessError` where `by` is no head of the unit
    or of one above, made the key, or where it does not wait.
    """
    with transaction.atomic():
        row = ApiKey.objects.select_for_update(of=("self",)).select_related("unit").get(pk=key.pk)
        if not row.waits or row.revoked_at is not None:
            raise AccessError(_("This key does not wait for anybody."))
        name = name_of(by)
        if by is not None and not is_head_of(by, row.unit):
            raise AccessError(_("Only a head of the unit, or of one above it, can agree to this."))
        if by is not None and row.made_by == name:
            raise AccessError(_("Somebody else has to agree: you made this key."))
        row.waits, row.confirmed_by, row.confirmed_at = False, name, timezone.now()
        row.save(update_fields=["waits", "confirmed_by", "confirmed_at"])
        audit.note(
            name, "key.confirmed", Resource.KEYS, unit=row.unit, address=address,
            key=row.prefix, purpose=row.purpose, made_by=row.made_by, **at_server(by),
        )  # fmt: skip
