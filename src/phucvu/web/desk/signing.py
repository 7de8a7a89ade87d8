"""Signing in to the desk, and out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView

from phucvu.accounts.signing_in import SignInForm

__all__ = ["sign_in", "sign_out"]


class _SignIn(LoginView):
    template_name = "desk/sign_in.html"
    authentication_form = SignInForm
    next_page = "desk:home"
    redirect_authenticated_user = True

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(fragment=False, **more)


sign_in = _SignIn.as_view()
sign_out = LogoutView.as_view(next_page="desk:sign_in")
