"""Settings of signing in: passwords, second factors, passkeys, single sign-on, mail."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from phucvu.config import environment

COMMAND = "phucvu"

__all__ = ["form_targets", "settings"]


def settings(data: Path, tls: bool) -> dict[str, Any]:
    """Return the settings of Django and allauth, from the environment."""
    smtp = environment.text("PHUCVU_SMTP_HOST")
    return {
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "desk:home",
        "ACCOUNT_ADAPTER": "phucvu.accounts.adapter.AccountAdapter",
        "ACCOUNT_LOGIN_METHODS": {"username", "email"},
        # The audit's name for what a command on the server did.
        "ACCOUNT_USERNAME_BLACKLIST": [COMMAND],
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "email*", "password1*", "password2*"],
        # A mail proves the address where mail is really sent; else it could never be proved.
        "ACCOUNT_EMAIL_VERIFICATION": "mandatory" if smtp else "optional",
        "ACCOUNT_LOGOUT_REDIRECT_URL": "account_login",
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https" if tls else "http",
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
        # Guessing the second factor; of passwords see `accounts.adapter`.
        "ACCOUNT_RATE_LIMITS": {"login_failed": "20/m/ip,5/15m/key"},
        "ACCOUNT_SESSION_REMEMBER": False,
        "SESSION_COOKIE_AGE": 12 * 60 * 60,
        "USERSESSIONS_TRACK_ACTIVITY": True,
        "MFA_ADAPTER": "phucvu.accounts.factor_sealing.FactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        # Where addresses cannot be verified, nobody would get a second factor otherwise.
        "MFA_ALLOW_UNVERIFIED_EMAIL": not smtp,
        "MFA_TOTP_ISSUER": "Phục Vụ",
        # Telephones' clocks are half a minute out at times.
        "MFA_TOTP_TOLERANCE": 1,
        # Without TLS a browser offers passkeys on localhost only.
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not tls,
        **_single_sign_on(),
        **_mail(smtp, data),
    }


def _single_sign_on() -> dict[str, Any]:
    address = environment.text("PHUCVU_OIDC_URL")
    if not address:
        return {"SOCIALACCOUNT_PROVIDERS": {}}
    app = {
        "provider_id": "sso",
        "name": environment.text("PHUCVU_OIDC_NAME") or str(_("Single sign-on")),
        "client_id": environment.text("PHUCVU_OIDC_CLIENT"),
        "secret": environment.text("PHUCVU_OIDC_SECRET"),
        "settings": {"server_url": address},
    }
    provider = {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    return {"SOCIALACCOUNT_PROVIDERS": {"openid_connect": provider}}


def form_targets() -> list[str]:
    """Return other sites to which a form may lead: the single sign-on's."""
    parts = urlsplit(environment.text("PHUCVU_OIDC_URL"))
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def _mail(smtp: str, data: Path) -> dict[str, Any]:
    sender = {"DEFAULT_FROM_EMAIL": environment.text("PHUCVU_MAIL_FROM") or "phucvu@localhost"}
    if not smtp:
        return {
            **sender,
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": data / "mail",
        }
    port = int(environment.text("PHUCVU_SMTP_PORT") or 587)
    return {
        **sender,
        "EMAIL_HOST": smtp,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": environment.text("PHUCVU_SMTP_USER"),
        "EMAIL_HOST_PASSWORD": environment.text("PHUCVU_SMTP_PASSWORD"),
        "EMAIL_USE_SSL": port == 465,
        "EMAIL_USE_TLS": port == 587,
        "EMAIL_TIMEOUT": 20,
    }
