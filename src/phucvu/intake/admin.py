"""What came in, in Django's administration site: to read, not to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from phucvu.intake.models import Batch, RefusedRecord


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

    list_display = ["id", "received_at", "key", "origin", "accepted", "unchanged", "refused"]
    list_filter = ["received_at"]
    list_select_related = ["key"]
    search_fields = ["origin", "digest"]
    show_full_result_count = False


@admin.register(RefusedRecord)
class RefusedRecordAdmin(_ReadOnly):
    """One refused record a row."""

    list_display = ["id", "batch", "position", "code", "field", "reason"]
    list_filter = ["field"]
    list_select_related = ["batch"]
    search_fields = ["^code"]
    show_full_result_count = False
