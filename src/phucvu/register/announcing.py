"""Changes made in the administration site reach open pages."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from phucvu.accounts.administration import Policed
from phucvu.accounts.policy import Thing
from phucvu.register.signals import figures_stated

__all__ = ["Announcing"]


class Announcing(Policed):
    """Every change reaches open pages, in the transaction that makes it."""

    thing = Thing.FIGURES
    unit_path = "unit"

    autocomplete_fields = ["unit"]
    list_select_related = ["unit"]
    search_fields = ["unit__code", "unit__name"]
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with transaction.atomic():
            touched = {obj.unit_id}
            if change:  # a figure moved to another unit changes both
                touched.add(form.initial.get("unit", obj.unit_id))
            super().save_model(request, obj, form, change)
            figures_stated.send(sender=type(obj), unit_ids=touched)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            super().delete_model(request, obj)
            figures_stated.send(sender=type(obj), unit_ids={obj.unit_id})

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            touched = set(queryset.order_by().values_list("unit_id", flat=True))
            super().delete_queryset(request, queryset)
            figures_stated.send(sender=queryset.model, unit_ids=touched)
