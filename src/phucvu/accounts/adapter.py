"""What this site asks of the sign-in library."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

__all__ = ["AccountAdapter"]


class AccountAdapter(DefaultAccountAdapter):
    """Registration may be shut; a new account may nothing until something is granted."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.PHUCVU_REGISTRATION)
