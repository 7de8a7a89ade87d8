"""Admin section of API keys, to look at and to revoke; `phucvu key` makes them."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from phucvu.accounts import key_actions
from phucvu.accounts.administration import Policed
from phucvu.accounts.models import ApiKey
from phucvu.accounts.policy import Resource

__all__ = ["ApiKeyAdmin"]


@admin.register(ApiKey)
class ApiKeyAdmin(Policed):
    """Admin section of API keys with the action *revoke*. The desk and `phucvu key` make keys."""

    thing = Resource.KEYS
    unit_path = "unit"
    list_display = [
        "name", "unit", "purpose", "prefix", "created_at", "last_used_at", "expires_at",
        "revoked_at",
    ]  # fmt: skip
    list_filter = [("revoked_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "prefix", "unit__code", "unit__name"]
    list_select_related = ["unit"]
    fields = [
        "name", "unit", "purpose", "prefix", "created_at", "last_used_at", "expires_at",
        "revoked_at", "replaces",
    ]  # fmt: skip
    readonly_fields = [
        "unit", "purpose", "prefix", "created_at", "last_used_at", "expires_at", "revoked_at",
        "replaces",
    ]  # fmt: skip
    actions = ["revoke"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    # A revoked key stays, so that the batches it sent keep their sender.
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Revoke the chosen keys"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        chosen = list(queryset.filter(revoked_at=None))
        account = cast(User, request.user)
        for key in chosen:
            key_actions.end(account, key, str(request.META.get("REMOTE_ADDR", "")))
        self.message_user(
            request,
            ngettext("%(count)d key revoked.", "%(count)d keys revoked.", len(chosen))
            % {"count": len(chosen)},
            messages.SUCCESS,
        )
