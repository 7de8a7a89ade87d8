"""What offices do with data: certified electronic copies, and lookups of the population."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from phucvu.register.linked import AboutDossier
from phucvu.register.walltime import WallTimeField
from phucvu.units.models import Unit

__all__ = ["CertifiedCopy", "Lookup"]


class CertifiedCopy(models.Model):
    """One certification of electronic copies from an original (chứng thực bản sao điện tử)."""

    code = models.CharField(_("number of the certification"), max_length=64)
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="certified_copies"
    )
    certified_at = WallTimeField(_("certified at"), null=True, blank=True)
    copies = models.IntegerField(_("copies"), default=1)
    dossier_code = models.CharField(_("dossier code"), max_length=64, blank=True)
    digest = models.CharField(max_length=32, editable=False)
    changed_at = models.DateTimeField(_("last changed at"), editable=False)

    class Meta:
        verbose_name = _("certified e-copy")
        verbose_name_plural = _("certified e-copies")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["code"], name="certified_copy_code_once")]
        indexes = [models.Index(fields=["unit"], name="certified_copy_unit")]

    def __str__(self) -> str:
        return self.code


class Lookup(AboutDossier):
    """One lookup in the national population database. Whom it was about is never kept."""

    code = models.CharField(_("number of the lookup"), max_length=64)
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="lookups"
    )
    looked_up_at = WallTimeField(_("looked up at"), null=True, blank=True)
    account = models.CharField(_("pseudonym of the account"), max_length=32, blank=True)
    dossier_code = models.CharField(_("dossier code"), max_length=64, blank=True)
    digest = models.CharField(max_length=32, editable=False)
    changed_at = models.DateTimeField(_("last changed at"), editable=False)

    class Meta:
        verbose_name = _("population database lookup")
        verbose_name_plural = _("population database lookups")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["code"], name="lookup_code_once")]
        indexes = [
            models.Index(fields=["unit"], name="lookup_unit"),
            models.Index(
                fields=["dossier_code"], condition=~Q(dossier_code=""), name="lookup_by_dossier"
            ),
        ]

    def __str__(self) -> str:
        return self.code
