"""What applicants think of how their dossier was handled."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from phucvu.register.linked import AboutDossier
from phucvu.register.walltime import WallTimeField
from phucvu.units.models import Unit

__all__ = ["DossierRating", "Rating"]


class Rating(models.TextChoices):
    """What the applicant thinks of how the dossier was handled."""

    VERY_SATISFIED = "very_satisfied", _("very satisfied")
    SATISFIED = "satisfied", _("satisfied")
    NOT_SATISFIED = "not_satisfied", _("not satisfied")


class DossierRating(AboutDossier):
    """The rating of one dossier, under the dossier's code; it may come before its dossier.

    Who gave it is never kept.
    """

    code = models.CharField(_("dossier code"), max_length=64)
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="ratings"
    )
    rated_at = WallTimeField(_("rated at"), null=True, blank=True)
    level = models.CharField(_("rating"), max_length=16, choices=Rating.choices)
    digest = models.CharField(max_length=32, editable=False)
    changed_at = models.DateTimeField(_("last changed at"), editable=False)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["code"], name="rating_once")]
        indexes = [models.Index(fields=["unit"], name="rating_unit")]

    def __str__(self) -> str:
        return self.code
