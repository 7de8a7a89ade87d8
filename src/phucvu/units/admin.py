"""Units in Django's administration site."""

from django.contrib import admin

from phucvu.units.models import Unit


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    """Ending a unit means giving it a last day: rows with facts cannot be deleted.

    Who may change it is said to the administration site of `accounts`, which asks the policy.
    """

    thing = "units"
    unit_path = "id"
    public = True

    list_display = ["code", "name", "kind", "parent", "valid_from", "valid_to", "simulated"]
    list_filter = ["kind", "simulated", ("valid_to", admin.EmptyFieldListFilter)]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["parent"]
