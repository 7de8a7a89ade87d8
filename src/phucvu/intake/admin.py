"""What came in, in Django's administration site: to read and to withdraw, not to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from phucvu.intake.journal import JournalError
from phucvu.intake.models import Batch, RefusedRecord
from phucvu.intake.withdraw import withdraw


class _ReadOnly(admin.ModelAdmin):
    """The journal is evidence; nobody edits it here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Batch)
class BatchAdmin(_ReadOnly):
    """One delivery a row."""

    list_display = [
        "id", "received_at", "kind", "key", "origin", "accepted", "unchanged", "superseded",
        "refused", "withdrawn_at",
    ]  # fmt: skip
    list_filter = ["received_at", "kind", ("withdrawn_at", admin.EmptyFieldListFilter)]
    list_select_related = ["key"]
    search_fields = ["origin", "digest"]
    show_full_result_count = False
    readonly_fields = ["received_at"]
    actions = ["withdraw"]

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        """Asked by the action; a right of its own, since nobody may change a batch."""
        return request.user.has_perm("intake.withdraw_batch")

    @admin.action(description=_("Withdraw the chosen batches"), permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Batch]) -> HttpResponse | None:
        """Ask for the reason, then undo the chosen batches, each in its own transaction."""
        chosen = queryset.select_related("key").order_by("pk")
        reason = request.POST.get("reason", "").strip()
        if "confirmed" not in request.POST or not reason:
            context = {
                **self.admin_site.each_context(request),
                "title": _("Withdraw batches"),
                "opts": self.model._meta,
                "batches": chosen,
                "reason_missing": "confirmed" in request.POST,
            }
            return TemplateResponse(request, "admin/intake/batch/withdraw.html", context)
        for batch in chosen:
            try:
                done = withdraw(batch.pk, request.user.get_username(), reason)
            except JournalError as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                told = _(
                    "Batch %(number)d is withdrawn: %(restored)d records restored,"
                    " %(removed)d removed."
                )
                numbers = {"restored": done.restored, "removed": done.removed}
                self.message_user(request, told % {"number": batch.pk, **numbers})
        return None


@admin.register(RefusedRecord)
class RefusedRecordAdmin(_ReadOnly):
    """One refused record a row."""

    list_display = ["id", "batch", "position", "code", "field", "reason", "repaired_at"]
    list_filter = [("repaired_at", admin.EmptyFieldListFilter), "field"]
    list_select_related = ["batch"]
    search_fields = ["^code"]
    show_full_result_count = False
