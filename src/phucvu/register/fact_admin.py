"""Facts in Django's administration site: they come in through intake only, here they are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.formats import date_format

from phucvu.register.facts import CERTIFIED_COPIES, DOSSIERS, LOOKUPS, PETITIONS, Fact
from phucvu.register.walltime import WallTimeField, from_wall

__all__ = ["FactAdmin"]


class FactAdmin(admin.ModelAdmin):
    """A kind of fact: looked up by its code, shown whole, changed by nobody."""

    list_select_related = ["unit"]
    search_fields = ["^code"]
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        dates = {column.name: f"{column.name}_date" for column in _wall_times(self.model)}
        columns = [f.name for f in self.model._meta.concrete_fields]
        return [dates.get(name, name) for name in columns if name not in {"id", "digest"}]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self.get_fields(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _wall_times(model: type[Model]) -> list[WallTimeField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, WallTimeField)]


def _as_date(column: WallTimeField) -> Callable[[FactAdmin, Model], str]:
    """A display of a wall time as the date and time it is."""

    def show(self: FactAdmin, fact: Model) -> str:
        wall = getattr(fact, column.name)
        return "" if wall is None else date_format(from_wall(wall), "SHORT_DATETIME_FORMAT")

    return admin.display(description=column.verbose_name, ordering=column.name)(show)


def _register(fact: Fact, listed: Sequence[str], filters: Sequence[str] = ()) -> None:
    """Show a kind of fact, with `received_at_date` and so on for each of its wall times."""
    shown: dict[str, Any] = {
        f"{column.name}_date": _as_date(column) for column in _wall_times(fact.model)
    }
    shown |= {"list_display": ["code", "unit", *listed], "list_filter": list(filters)}
    shown["__doc__"] = f"The {fact.plural}."
    made = type(f"{fact.model.__name__}Admin", (FactAdmin,), shown)
    admin.site.register(fact.model, made)


_register(
    DOSSIERS,
    [
        "procedure_code", "channel", "status", "received_at_date", "promised_at_date",
        "finished_at_date", "changed_at",
    ],
    ["status", "channel"],
)  # fmt: skip
_register(
    PETITIONS,
    [
        "about", "state", "received_at_date", "process_due_at_date", "processed_at_date",
        "complained_again", "changed_at",
    ],
    ["state", "about", "complained_again"],
)  # fmt: skip
_register(CERTIFIED_COPIES, ["certified_at_date", "copies", "dossier_code", "changed_at"])
_register(LOOKUPS, ["looked_up_at_date", "account", "dossier_code", "changed_at"])
