"""Adapter of the sign-in library to this site."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import filter_users_by_email, filter_users_by_username
from django.conf import settings
from django.http import HttpRequest

from phucvu.accounts.failures import FailureLimit
from phucvu.edge.askers import network_of

__all__ = ["AccountAdapter"]

_of_account = FailureLimit("sign-in", most=5, seconds=15 * 60)
_of_address = FailureLimit("sign-in from", most=20, seconds=60)


class AccountAdapter(DefaultAccountAdapter):
    """Adapter that may shut registration and counts attempts; a new account has no right at all.

    Against guessing, five wrong passwords lock an account for a quarter of an hour, by whichever of
    its names they were given; an address may try twenty times a minute. Attempts are counted in a
    table of their own: the library counts them in a cache, from which many other attempts push them
    out.
    """

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.PHUCVU_REGISTRATION)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt. Raises the form's error where there were too many."""
        account, address = _who(request, credentials)
        if not _of_address.take(address):
            raise self.validation_error("too_many_login_attempts")
        if not _of_account.take(account):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return the account with these credentials, or None; a success gives its attempt back."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            account, address = _who(request, credentials)
            _of_account.give_back(account)
            _of_address.give_back(address)
        return user

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        # Called by the library once a mail has proved whose account it is.
        _of_account.forget(_who(request, credentials)[0])

    def _rollback_login_failed_rl_usage(self) -> None:
        # `authenticate` gives back what it took.
        pass


def _who(
    request: HttpRequest, credentials: dict[str, Any]
) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return under which account and which address an attempt is counted."""
    name = str(credentials.get("username") or "").strip()
    mail = str(credentials.get("email") or "").strip()
    named = [user.pk for user in filter_users_by_username(name)] if name else []
    mailed = [user.pk for user in filter_users_by_email(mail)] if mail else []
    # A name nobody has is counted too: else it would tell that nobody has it.
    found = sorted(named or mailed)
    account = f"account {found[0]}" if found else f"name {(name or mail).casefold()[:200]}"
    return (account, ""), (network_of(str(request.META.get("REMOTE_ADDR", ""))), "")
