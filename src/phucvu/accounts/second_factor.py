"""Second factor, required of accounts that grant access, manage keys or see dossiers."""

from __future__ import annotations

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest

from phucvu.accounts.asking import Asker, may
from phucvu.accounts.policy import Resource

__all__ = ["has_to_enrol", "needs_factor"]

_GUARDED = (
    Resource.DOSSIERS, Resource.PERSONAL, Resource.GRANTS, Resource.REQUESTS, Resource.KEYS,
    Resource.SYSTEM,
)  # fmt: skip


def needs_factor(account: Asker) -> bool:
    """Tell whether the account's grants require a second factor."""
    return bool(settings.PHUCVU_SECOND_FACTOR) and any(may(account, thing) for thing in _GUARDED)


def has_to_enrol(request: HttpRequest) -> bool:
    """Tell whether the signed-in account has to set a second factor up before anything else.

    An account with a second factor is asked for it at sign-in, so a session that began without is
    of an account that had none then.
    """
    records = get_authentication_records(request, request.user)
    if not records or any(record.get("method") == "mfa" for record in records):
        return False
    return needs_factor(request.user) and not get_adapter().is_mfa_enabled(request.user)
