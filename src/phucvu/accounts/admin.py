"""API keys in the administration pages: to look at and to revoke; `phucvu key` makes them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from phucvu.accounts import keys
from phucvu.accounts.models import ApiKey
from phucvu.accounts.signing_in import SignInForm

__all__ = ["ApiKeyAdmin"]


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """A list with the action *revoke*. A key is never made here: its text would be stored."""

    list_display = ["name", "unit", "prefix", "created_at", "last_used_at", "revoked_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "prefix", "unit__code", "unit__name"]
    list_select_related = ["unit"]
    fields = ["name", "unit", "prefix", "created_at", "last_used_at", "revoked_at"]
    readonly_fields = ["unit", "prefix", "created_at", "last_used_at", "revoked_at"]
    actions = ["revoke"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    # A revoked key stays, so that the batches it sent keep their sender.
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Revoke the chosen keys"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        chosen = list(queryset.filter(revoked_at=None))
        for key in chosen:
            keys.revoke(key)
            self.log_change(request, key, "Revoked.")
        self.message_user(
            request,
            ngettext("%(count)d key revoked.", "%(count)d keys revoked.", len(chosen))
            % {"count": len(chosen)},
            messages.SUCCESS,
        )


class AdminSignInForm(SignInForm, AdminAuthenticationForm):
    """The administration's own check (staff only), as slow after failures as the desk's."""


admin.site.login_form = AdminSignInForm
