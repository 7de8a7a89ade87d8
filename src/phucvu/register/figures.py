"""Table of reported values: indicators, and the dossiers of the national report."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from phucvu.register.indicators import NATIONAL_REPORT
from phucvu.units.models import Unit

__all__ = ["Source", "StatedFigure"]


class Source(models.TextChoices):
    """Source of a reported value."""

    TYPED = "typed", _("typed in")
    PUBLISHED = "published", _("published by the portal")


class _Figures(models.QuerySet["StatedFigure"]):
    """Query set of reported values."""

    def of_indicators(self) -> _Figures:
        """Select the values of components, groups and the total."""
        return self.exclude(indicator=NATIONAL_REPORT)

    def of_national_report(self) -> _Figures:
        """Select the values of the national report: dossiers received, in `denominator`."""
        return self.filter(indicator=NATIONAL_REPORT)


class StatedFigure(models.Model):
    """Reported value of an indicator, a group or the total of a unit at a moment.

    `indicator` is a component ("1.1"), a group's code ("CKMB"), "TOTAL", or "BCQG": the dossiers
    received by the national report, in `denominator`, with which 1.4 compares the synchronised
    ones. The moment belongs to the `code`: a later value supersedes an earlier one, which stays as
    history.
    """

    code = models.CharField(_("code"), max_length=64)
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="stated_figures"
    )
    period = models.CharField(
        _("period"), max_length=20, help_text=_("2026, 2026-Q3 or 2026-08, for example")
    )
    indicator = models.CharField(_("indicator"), max_length=20)
    numerator = models.BigIntegerField(_("numerator"), null=True, blank=True)
    denominator = models.BigIntegerField(_("denominator"), null=True, blank=True)
    ratio = models.DecimalField(_("ratio"), max_digits=12, decimal_places=2, null=True, blank=True)
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2, null=True, blank=True)
    source = models.CharField(
        _("source"), max_length=10, choices=Source.choices, default=Source.TYPED
    )
    as_of = models.DateTimeField(_("as of"))
    flags = models.CharField(
        _("quality flags"), max_length=200, blank=True, help_text=_("separated by |")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    digest = models.CharField(max_length=32, editable=False)
    changed_at = models.DateTimeField(_("last changed at"), editable=False)

    objects = _Figures.as_manager()

    class Meta:
        verbose_name = _("stated figure")
        verbose_name_plural = _("stated figures")
        ordering = ["unit", "period", "indicator", "-as_of"]
        constraints = [models.UniqueConstraint(fields=["code"], name="stated_figure_code_once")]
        indexes = [
            models.Index(
                fields=["unit", "period", "indicator", "as_of"], name="stated_figure_of_unit"
            ),
            models.Index(fields=["period", "as_of"], name="stated_figure_by_moment"),
        ]

    def __str__(self) -> str:
        return self.code
