"""Signing in with a name and a password, slowed down after failures."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phucvu.accounts.failures import FailureLimit

__all__ = ["SignInForm", "sign_in_failures"]

# Five guesses a quarter of an hour for one name from one address.
sign_in_failures = FailureLimit(most=5, seconds=900.0)


class SignInForm(AuthenticationForm):
    """Name and password; after five failures the name has to wait, right password or not."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": gettext_lazy("The account name or the password is wrong."),
    }

    def clean(self) -> dict[str, Any]:
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        who = (str(address), str(self.cleaned_data.get("username", "")).lower())
        wait = sign_in_failures.wait(who)
        if wait:
            raise ValidationError(
                _("Too many failed attempts. Try again in %(minutes)d minutes.")
                % {"minutes": int(wait // 60) + 1},
                code="too_many",
            )
        try:
            return super().clean()
        except ValidationError:
            sign_in_failures.note(who)
            raise
