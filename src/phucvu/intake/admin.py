"""Admin sections of batches and refused records: to read and to withdraw, not to change."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from phucvu.accounts.administration import ReadOnly
from phucvu.accounts.asking import may
from phucvu.accounts.policy import Resource
from phucvu.accounts.route_permissions import RefusedError
from phucvu.intake.journal import JournalError
from phucvu.intake.models import Batch, RefusedRecord
from phucvu.intake.visible import may_withdraw
from phucvu.intake.withdraw import withdraw


@admin.register(Batch)
class BatchAdmin(ReadOnly):
    """Admin section of batches, one delivery a row."""

    thing = Resource.BATCHES
    unit_path = "unit"

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
        """Tell whether the account may withdraw; a permission of its own, as nobody may change a
        batch.
        """
        return may(request.user, Resource.WITHDRAW)

    @admin.action(description=_("Withdraw the chosen batches"), permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Batch]) -> HttpResponse | None:
        """Ask for the reason, then undo the chosen batches, each in its own transaction."""
        chosen = queryset.select_related("key", "unit").order_by("pk")
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
            if not may_withdraw(request.user, batch):
                raise RefusedError(Resource.WITHDRAW, batch.unit, batch=batch.pk)
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
class RefusedRecordAdmin(ReadOnly):
    """Admin section of refused records, one a row."""

    thing = Resource.REFUSALS
    unit_path = "batch__unit"

    list_display = ["id", "batch", "position", "code", "field", "reason", "repaired_at"]
    list_filter = [("repaired_at", admin.EmptyFieldListFilter), "field"]
    list_select_related = ["batch"]
    search_fields = ["^code"]
    show_full_result_count = False
