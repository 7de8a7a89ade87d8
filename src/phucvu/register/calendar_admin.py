"""Admin section of calendar days."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from phucvu.accounts.administration import Policed
from phucvu.accounts.policy import Resource
from phucvu.register.calendar_store import moved
from phucvu.register.models import CalendarDay

__all__: list[str] = []


@admin.register(CalendarDay)
class CalendarDayAdmin(Policed):
    """Admin section of days off and days worked that the calendar does not know.

    A change moves stored deadlines.
    """

    thing = Resource.CALENDAR
    unit_path = "unit"

    autocomplete_fields = ["unit"]
    date_hierarchy = "day"
    list_display = ["day", "worked", "unit", "note"]
    list_filter = ["worked"]
    list_select_related = ["unit"]
    search_fields = ["unit__code", "note"]

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            moved({obj.unit_id, form.initial.get("unit", obj.unit_id)})

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        with transaction.atomic():
            super().delete_model(request, obj)
            moved({obj.unit_id})

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        with transaction.atomic():
            units = set(queryset.order_by().values_list("unit_id", flat=True))
            super().delete_queryset(request, queryset)
            moved(units)
