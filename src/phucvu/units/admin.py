"""Units in Django's administration site."""

from django.contrib import admin

from phucvu.units.models import Unit


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    """Ending a unit means giving it a last day: rows with facts cannot be deleted."""

    list_display = ["code", "name", "kind", "parent", "valid_from", "valid_to", "simulated"]
    list_filter = ["kind", "simulated", ("valid_to", admin.EmptyFieldListFilter)]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["parent"]
