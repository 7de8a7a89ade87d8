"""Route permissions of addresses whose views come from libraries; our views carry their own
(`accounts.route_permissions`).
"""

from __future__ import annotations

from django.urls import ResolverMatch

from phucvu.accounts.policy import Resource
from phucvu.accounts.route_permissions import RoutePermission, declared_permission

__all__ = ["route_permission_at"]

_SIGNED_OUT = RoutePermission(Resource.DOOR)
_OWN = RoutePermission(Resource.ACCOUNT)
# Of the sign-in library: what one needs before one is signed in.
_ENTRANCE = frozenset(
    {
        "account_login", "account_logout", "account_signup", "account_inactive",
        "account_confirm_login_code",
        "account_email_verification_sent", "account_confirm_email", "account_reset_password",
        "account_reset_password_done", "account_reset_password_from_key",
        "account_reset_password_from_key_done", "mfa_authenticate",
        "mfa_login_webauthn", "socialaccount_login_cancelled", "socialaccount_login_error",
        "socialaccount_signup", "openid_connect_login", "openid_connect_callback",
    }
)  # fmt: skip
_MANAGED = frozenset(
    {
        "account_reauthenticate", "account_email", "account_change_password",
        "account_set_password", "socialaccount_connections", "usersessions_list", "mfa_index",
        "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
        "mfa_generate_recovery_codes", "mfa_view_recovery_codes", "mfa_download_recovery_codes",
        "mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn",
        "mfa_remove_webauthn", "mfa_edit_webauthn",
    }
)  # fmt: skip


def route_permission_at(match: ResolverMatch) -> RoutePermission | None:
    """Return the route permission of an address; None where nobody declared one."""
    declared = declared_permission(match.func)
    if declared is not None:
        return declared
    name = match.url_name or ""
    if match.app_names == ["admin"]:
        # Its sections ask for themselves (`accounts.administration.Policed`).
        return (
            _SIGNED_OUT
            if name in ("login", "logout", "jsi18n")
            else RoutePermission(Resource.ADMIN)
        )
    if match.app_names:
        return None
    if name == "set_language":
        return RoutePermission(Resource.SERVICE)
    if name in _ENTRANCE:
        return _SIGNED_OUT
    return _OWN if name in _MANAGED else None
