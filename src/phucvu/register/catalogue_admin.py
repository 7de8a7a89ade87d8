"""The catalogue of procedures in Django's administration site."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from phucvu.register.announcing import Announcing
from phucvu.register.models import Procedure, ProcedureAtUnit
from phucvu.register.signals import deadlines_moved, figures_stated

__all__: list[str] = []


@admin.register(Procedure)
class ProcedureAdmin(admin.ModelAdmin):
    """Procedures; a change touches every unit that applies them."""

    list_display = [
        "code", "name", "field_name", "fee", "term", "term_unit", "for_citizen", "for_business",
    ]  # fmt: skip
    list_filter = ["for_citizen", "for_overseas", "for_foreigner", "for_business"]
    search_fields = ["^code", "name"]
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Procedure, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            _announce(Procedure.objects.filter(pk=obj.pk))
            if not change or {"code", "term", "term_unit"}.intersection(form.changed_data):
                _move_deadlines({obj.code, form.initial.get("code", obj.code)})

    def delete_model(self, request: HttpRequest, obj: Procedure) -> None:
        with transaction.atomic():
            _announce(Procedure.objects.filter(pk=obj.pk))
            super().delete_model(request, obj)
            _move_deadlines({obj.code})

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Procedure]) -> None:
        with transaction.atomic():
            _announce(queryset)
            codes = set(queryset.order_by().values_list("code", flat=True))
            super().delete_queryset(request, queryset)
            _move_deadlines(codes)


def _announce(procedures: QuerySet[Procedure]) -> None:
    """Open pages of the units that apply any of these will look again."""
    at_units = ProcedureAtUnit.objects.filter(procedure__in=procedures).order_by()
    figures_stated.send(sender=Procedure, unit_ids=set(at_units.values_list("unit_id", flat=True)))


def _move_deadlines(codes: set[str]) -> None:
    deadlines_moved.send(sender=Procedure, procedure_codes=codes, unit_ids=None)


@admin.register(ProcedureAtUnit)
class ProcedureAtUnitAdmin(Announcing):
    """Which unit applies which procedure, and how far online."""

    autocomplete_fields = ["unit", "procedure"]
    list_display = ["unit", "procedure", "online_level"]
    list_filter = ["online_level"]
    list_select_related = ["unit", "procedure"]
    search_fields = ["unit__code", "^procedure__code"]
