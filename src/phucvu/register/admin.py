"""The register in Django's administration site: figures are typed in here, facts only read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from phucvu.accounts.asking import Asker, figures_of
from phucvu.accounts.policy import Thing
from phucvu.register import calendar_admin, fact_admin, indicators
from phucvu.register.announcing import Announcing
from phucvu.register.models import NationalReport, Source, StatedFigure
from phucvu.scoring.periods import Period, PeriodError

# The administration site looks into this module only.
__all__ = ["calendar_admin", "fact_admin"]


class _FigureForm(forms.ModelForm):
    """A unit's figure for a period, as of now unless another moment is given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "as_of" in self.fields:
            self.fields["as_of"].initial = timezone.now
        if "flags" in self.fields:
            self.fields["flags"].help_text = _("codes in capitals, separated by |")

    def clean_period(self) -> str:
        try:
            return str(Period.parse(self.cleaned_data["period"]))
        except PeriodError as error:
            raise ValidationError(
                _("Write a month as 2026-08, a quarter as 2026-Q3, a year as 2026.")
            ) from error


class StatedFigureForm(_FigureForm):
    """The form for figures that people type in."""

    indicator = forms.ChoiceField(label=_("Indicator"))
    asker: Asker
    """who types; set by the section"""

    class Meta:
        model = StatedFigure
        fields = [
            "unit", "period", "indicator", "numerator", "denominator", "ratio", "points",
            "as_of", "flags", "note",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "indicator" in self.fields:
            led = figures_of(self.asker)
            choices = [
                (code, name)
                for code, name in indicators.choices(get_language() or "vi")
                if led is None or code in led
            ]
            self.fields["indicator"] = forms.ChoiceField(label=_("Indicator"), choices=choices)
        # People type; only the portal publishes. Said here so that uniqueness is checked with it.
        if self.instance.pk is None:
            self.instance.source = Source.TYPED

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("numerator", "denominator", "ratio", "points"):
            if (data.get(name) or 0) < 0:
                self.add_error(name, _("A figure cannot be negative."))
        if all(data.get(name) is None for name in ("numerator", "denominator", "ratio", "points")):
            raise ValidationError(
                _("Give numerator and denominator, or a ratio, or points; nothing is not 0.")
            )
        unit, indicator = data.get("unit"), data.get("indicator")
        if unit is not None and indicator is not None:
            led = figures_of(self.asker, unit)
            if led is not None and indicator not in led:
                self.add_error("indicator", _("You do not state this figure of this unit."))
        key = {name: data.get(name) for name in ("unit", "period", "indicator", "as_of")}
        if None not in key.values():
            same = StatedFigure.objects.filter(source=Source.TYPED, **key)
            if same.exclude(pk=self.instance.pk).exists():
                raise ValidationError(_("This figure is stated already; change that one."))
        return data


class NationalReportForm(_FigureForm):
    """The form for the national report's figures."""

    class Meta:
        model = NationalReport
        fields = ["unit", "period", "received", "as_of", "flags"]


@admin.register(StatedFigure)
class StatedFigureAdmin(Announcing):
    """Typed-in figures can be changed; what the portal published stays as it was published."""

    form = StatedFigureForm
    list_display = [
        "unit", "period", "indicator", "numerator", "denominator", "ratio", "points", "source",
        "as_of", "flags",
    ]  # fmt: skip
    list_filter = ["source", "period", "indicator"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"asker": request.user})

    def _may(self, request: HttpRequest, row: Any = None) -> bool:
        if not super()._may(request, row) or row is None:
            return super()._may(request, row)
        led = figures_of(request.user, row.unit)
        return led is None or row.indicator in led

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Figures are public: those of other indicators may be looked at."""
        return super()._may(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _typed(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _typed(obj) and super().has_delete_permission(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset.filter(source=Source.TYPED))


def _typed(figure: StatedFigure | None) -> bool:
    return figure is None or figure.source == Source.TYPED


@admin.register(NationalReport)
class NationalReportAdmin(Announcing):
    """Dossiers received, as typed into the national report."""

    thing = Thing.NATIONAL

    form = NationalReportForm
    list_display = ["unit", "period", "received", "as_of", "flags"]
    list_filter = ["period"]
