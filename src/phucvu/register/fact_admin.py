"""Admin sections of facts: they come in through intake only and are read here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from phucvu.accounts.administration import ReadOnly
from phucvu.accounts.policy import Resource
from phucvu.facts import KINDS
from phucvu.facts.kind import Kind
from phucvu.register.models import MODELS, Dossier, ProgressStep, Status
from phucvu.register.walltime import WallTimeField, from_wall

__all__ = ["FactAdmin"]


class FactAdmin(ReadOnly):
    """Admin section of a kind of fact: looked up by code, shown whole, never changed."""

    thing = Resource.DOSSIERS
    unit_path = "unit"

    list_select_related = ["unit"]
    search_fields = ["^code"]
    show_full_result_count = False
    more: Sequence[str] = ()
    """what is shown of a fact beside its columns"""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        dates = {column.name: f"{column.name}_date" for column in _wall_times(self.model)}
        columns = [f.name for f in self.model._meta.concrete_fields]
        shown = [dates.get(name, name) for name in columns if name not in _INNER]
        return [*shown, *self.more]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self.get_fields(request, obj)


def _wall_times(model: type[Model]) -> list[WallTimeField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, WallTimeField)]


def _as_date(column: WallTimeField) -> Callable[[FactAdmin, Model], str]:
    """Make a display of a wall time as date and time."""

    def show(self: FactAdmin, fact: Model) -> str:
        return _moment(getattr(fact, column.name))

    return admin.display(description=column.verbose_name, ordering=column.name)(show)


_THINGS = {"facts": Resource.DOSSIERS, "catalogue": Resource.CATALOGUE, "figures": Resource.FIGURES}

# What says nothing to whoever looks a fact up.
_INNER = frozenset({"id", "digest", "sent_for"})


@admin.display(description=_("progress"))
def _progress(self: FactAdmin, dossier: Dossier) -> str:
    """Show the dossier's steps, the earliest first."""
    steps = ProgressStep.objects.filter(dossier_code=dossier.code)
    lines = [(_moment(step.processed_at), _told(step)) for step in steps]
    return format_html_join("", "<div><b>{}</b> {}</div>", lines) or "–"


def _told(step: Any) -> str:
    states = dict(Status.choices)
    parts = [str(states.get(step.status, step.status)), step.department, step.position]
    if step.due_at is not None:
        parts.append(gettext("due %(moment)s") % {"moment": _moment(step.due_at)})
    return " · ".join(part for part in parts if part)


def _moment(wall: int | None) -> str:
    return "" if wall is None else date_format(from_wall(wall), "SHORT_DATETIME_FORMAT")


def _register(
    model: type[Model],
    listed: Sequence[str],
    filters: Sequence[str] = (),
    *,
    thing: Resource = Resource.DOSSIERS,
    **more: Callable[..., str],
) -> None:
    """Show a kind of fact, with `received_at_date` and so on for each of its wall times."""
    shown: dict[str, Any] = {
        f"{column.name}_date": _as_date(column) for column in _wall_times(model)
    }
    shown |= {**more, "more": list(more)}
    shown |= {"thing": thing}
    shown |= {"list_display": ["code", "unit", *listed], "list_filter": list(filters)}
    shown["__doc__"] = f"{model.__name__} as it is shown."
    made = type(f"{model.__name__}Admin", (FactAdmin,), shown)
    admin.site.register(model, made)


_register(
    Dossier,
    [
        "procedure_code", "channel", "status", "received_at_date", "promised_at_date",
        "finished_at_date", "changed_at",
    ],
    ["status", "channel"],
    progress=_progress,
)  # fmt: skip


def _register_declared(kind: Kind) -> None:
    """Show a kind of fact as it is declared."""
    walls = {column.name for column in _wall_times(MODELS[kind.name])}
    listed = [f"{name}_date" if name in walls else name for name in kind.listed]
    _register(MODELS[kind.name], listed, kind.filters, thing=_THINGS[kind.guarded_as])


for _kind in KINDS.values():
    _register_declared(_kind)
