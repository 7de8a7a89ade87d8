"""Units in Django's administration site."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest

from phucvu.units.models import Decision, PastState, Reorganisation, Succession, Unit

__all__ = ["DecisionAdmin", "ReorganisationAdmin", "UnitAdmin"]


class _ReadOnly:
    """Admin section that nobody edits by hand: actions alone write a unit's history."""

    def has_add_permission(self, *args: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any) -> bool:
        return False


class _Inline(_ReadOnly, admin.TabularInline):
    """Part of a unit's page that everybody sees who may see the unit: its section has checked
    that.
    """

    def has_view_permission(self, *args: Any) -> bool:
        return True


class _Past(_Inline):
    model = PastState
    fk_name = "unit"
    fields = ["code", "name", "kind", "parent", "valid_from", "valid_to", "ended_by"]
    extra = 0


class _Successors(_Inline):
    model = Succession
    fk_name = "before"
    fields = ["after", "share", "share_of", "reorganisation"]
    extra = 0


class _Origins(_Successors):
    fk_name = "after"
    fields = ["before", "share", "share_of", "reorganisation"]


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    """Admin section of units, each with its past and successors.

    Changes in time are entered with `phucvu units`, by a decision; this section corrects what was
    entered wrongly. Rows with facts cannot be deleted. The administration site of `accounts` asks
    the policy who may change a unit.
    """

    thing = "units"
    unit_path = "id"
    public = True

    list_display = ["code", "name", "kind", "parent", "valid_from", "valid_to", "simulated"]
    list_filter = ["kind", "simulated", ("valid_to", admin.EmptyFieldListFilter)]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["parent"]
    inlines = [_Past, _Origins, _Successors]

    def view_on_site(self, unit: Unit) -> str:
        """Return the address of the tree around the unit, on the unit's last day."""
        words = {"tim": unit.code}
        if unit.valid_to is not None:
            words["ngay"] = str(unit.valid_to - timedelta(days=1))
        return f"/cay-don-vi/?{urlencode(words)}"


@admin.register(Reorganisation)
class ReorganisationAdmin(_ReadOnly, admin.ModelAdmin):
    """Admin section of reorganisations: the record of all changes to units, read only."""

    list_display = ["effective", "act", "decision", "note", "actor", "recorded_at"]
    list_filter = ["act"]
    list_select_related = ["decision", "actor"]
    date_hierarchy = "effective"
    search_fields = ["decision__number", "units__code", "units__name"]


@admin.register(Decision)
class DecisionAdmin(admin.ModelAdmin):
    """Admin section of decisions on units: number, title, issuer and day of issue."""

    list_display = ["number", "title", "issued_by", "issued_on"]
    search_fields = ["number", "title"]

    def has_delete_permission(self, request: HttpRequest, obj: Decision | None = None) -> bool:
        return False
