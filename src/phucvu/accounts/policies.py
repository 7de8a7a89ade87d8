"""Who may do what at the desk: the one place that decides."""

from __future__ import annotations

from typing import Literal

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin

__all__ = ["DeskRight", "may"]

DeskRight = Literal["look", "bring", "withdraw"]
"""Look at what came in, bring files in, withdraw a batch."""

_PERMISSIONS: dict[DeskRight, str] = {
    "look": "intake.view_batch",
    "bring": "intake.add_batch",
    "withdraw": "intake.withdraw_batch",
}


def may(user: AbstractBaseUser | AnonymousUser, right: DeskRight) -> bool:
    """Whether the account may do it: active staff with the permission."""
    return (
        isinstance(user, PermissionsMixin)
        and bool(getattr(user, "is_staff", False))
        and user.has_perm(_PERMISSIONS[right])
    )
