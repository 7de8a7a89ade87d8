"""Administration site of Django under the policy: its entrance, its sections, its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from phucvu.accounts import audit
from phucvu.accounts.asking import ids_within, may
from phucvu.accounts.policy import Resource
from phucvu.units.models import Unit

__all__ = ["Policed", "ReadOnly", "Site"]

_PERMISSIONS = tuple(f"has_{act}_permission" for act in ("view", "add", "change", "delete"))


class Policed(admin.ModelAdmin):
    """Admin section of one resource, shown and changed as far as the policy allows, row by row.

    `unit_path` leads from a row to its unit; where it is empty, rows belong to no unit, and an
    account with the permission has it for all rows. `public` rows may be seen by everybody who may
    enter the site.
    """

    thing: Resource = Resource.SYSTEM
    unit_path: str = ""
    public: bool = False

    def _may(self, request: HttpRequest, row: Any = None) -> bool:
        if row is None or not self.unit_path:
            return may(request.user, self.thing)
        for name in self.unit_path.split("__"):
            row = getattr(row, name) if row is not None else None
        if row is None:
            return ids_within(request.user, self.thing) is None
        return may(request.user, self.thing, row)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (self.public and may(request.user, Resource.ADMIN)) or self._may(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        limited = self.unit_path and not self.public
        ids = ids_within(request.user, self.thing) if limited else None
        return rows if ids is None else rows.filter(**{f"{self.unit_path}__in": ids})

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer only units within the account's scope, and require one of them."""
        if db_field.related_model is Unit and self.unit_path:
            ids = ids_within(request.user, self.thing)
            if ids is not None:
                kwargs |= {"queryset": Unit.objects.filter(pk__in=ids), "required": True}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _note(self, request: HttpRequest, action: str, row: Any) -> None:
        unit = row if isinstance(row, Unit) else getattr(row, "unit", None)
        audit.note(
            request.user.get_username(),
            action,
            self.thing,
            unit=unit if isinstance(unit, Unit) else None,
            address=str(request.META.get("REMOTE_ADDR", "")),
            row=f"{row._meta.label_lower} {row.pk}",
        )

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._note(request, "admin.added", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._note(request, "admin.changed", obj)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for row in queryset:
            self._note(request, "admin.deleted", row)
        return super().log_deletions(request, queryset)


class ReadOnly(Policed):
    """Admin section of rows that actions and intake wrote: nobody edits them here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Site(admin.AdminSite):
    """Administration site; its users sign in at the common sign-in page."""

    def has_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Resource.ADMIN)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        query = urlencode({"next": request.GET.get("next") or reverse("admin:index")})
        return redirect(f"{reverse('account_login')}?{query}")

    def register(
        self,
        model_or_iterable: Any,
        admin_class: type[admin.ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Register a section so that it asks the policy; without a resource, for administrators
        only.
        """
        given = admin_class or admin.ModelAdmin
        if not issubclass(given, Policed):
            thing = Resource(getattr(given, "thing", Resource.SYSTEM))
            said = {"thing": thing, **_said(given), **_forbidden(given)}
            given = type(given.__name__, (Policed, given), said)
        super().register(model_or_iterable, given, **options)

    def sections(self) -> Iterable[tuple[type[Model], Policed]]:
        """Yield every section with its model."""
        for model, section in self._registry.items():
            assert isinstance(section, Policed)  # noqa: S101 - `register` sees to it
            yield model, section


def _said(section: type[admin.ModelAdmin]) -> dict[str, Any]:
    """Return the attributes that a section of a lower room declares for the policy."""
    names = ("unit_path", "public")
    return {name: getattr(section, name) for name in names if hasattr(section, name)}


def _forbidden(section: type[admin.ModelAdmin]) -> dict[str, Callable[..., bool]]:
    """Return the permissions that a section forbids itself, which stay forbidden under the
    policy.
    """

    def both(name: str, own: Callable[..., bool]) -> Callable[..., bool]:
        def ask(self: Policed, request: HttpRequest, *row: Any) -> bool:
            return bool(getattr(Policed, name)(self, request, *row) and own(self, request, *row))

        return ask

    return {
        name: both(name, own)
        for name in _PERMISSIONS
        if (own := getattr(section, name)) is not getattr(admin.ModelAdmin, name)
    }
