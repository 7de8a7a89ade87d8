"""Receivers that write sign-ins, and failed ones, to the audit."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from phucvu.accounts import audit
from phucvu.accounts.models import AuditEntry
from phucvu.accounts.policy import Resource

__all__ = ["failed", "signed_in"]


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest | None, user: Any, **more: Any) -> None:
    """Note that somebody signed in, by whatever way."""
    audit.note(user.get_username(), "account.signed_in", Resource.DOOR, address=_address(request))


@receiver(user_login_failed)
def failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any
) -> None:
    """Note a wrong password, with the name that was tried, cut short."""
    tried = str(credentials.get("username") or credentials.get("email") or "")
    audit.note(
        "-", "account.failed", Resource.DOOR, outcome=AuditEntry.Outcome.REFUSED,
        address=_address(request), tried=tried[:150],
    )  # fmt: skip


def _address(request: HttpRequest | None) -> str:
    return str(request.META.get("REMOTE_ADDR", "")) if request is not None else ""
