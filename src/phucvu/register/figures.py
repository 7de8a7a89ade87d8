"""Figures that are stated, not counted: indicators, and the dossiers of the national report."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from phucvu.units.models import Unit

__all__ = ["NationalReport", "Source", "StatedFigure"]


class Source(models.TextChoices):
    """Where a figure that is not counted here comes from."""

    TYPED = "typed", _("typed in")
    PUBLISHED = "published", _("published by the portal")


class StatedFigure(models.Model):
    """What somebody states an indicator, a group or the total of a unit to be.

    `indicator` is a component ("1.1"), a group's code ("CKMB") or "TOTAL".
    A later `as_of` supersedes an earlier one; the earlier ones stay, as history.
    """

    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.CASCADE, related_name="stated_figures"
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

    class Meta:
        verbose_name = _("stated figure")
        verbose_name_plural = _("stated figures")
        ordering = ["unit", "period", "indicator", "-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period", "indicator", "source", "as_of"],
                name="stated_figure_once",
            )
        ]
        indexes = [models.Index(fields=["period", "indicator"], name="stated_figure_period")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period} {self.indicator}"


class NationalReport(models.Model):
    """Dossiers received by a unit in a period, as typed into the national report (BCQG).

    The denominator of 1.4 is the larger of this and what was synchronised.
    """

    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.CASCADE, related_name="national_reports"
    )
    period = models.CharField(_("period"), max_length=20)
    received = models.BigIntegerField(_("dossiers received"))
    as_of = models.DateTimeField(_("as of"))
    flags = models.CharField(_("quality flags"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("national report figure")
        verbose_name_plural = _("national report figures")
        ordering = ["unit", "period", "-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period", "as_of"], name="national_report_once"
            ),
            models.CheckConstraint(
                condition=Q(received__gte=0), name="national_report_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period}"
