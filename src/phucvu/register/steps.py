"""Table of progress steps: a dossier's way from office to office, as it was sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from phucvu.register.walltime import WallTimeField
from phucvu.units.models import Unit

__all__ = ["ProgressStep"]


class ProgressStep(models.Model):
    """Step of a dossier (`CapNhatTienDoHoSoMC`): which office did what, when, until when.

    Names of persons and the free text are never stored. The dossier need not be in the register:
    its steps may come first.
    """

    code = models.CharField(_("code of the step"), max_length=64)
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="progress_steps"
    )
    dossier_code = models.CharField(_("dossier code"), max_length=64)
    processed_at = WallTimeField(_("processed at"), null=True, blank=True)
    status = models.SmallIntegerField(_("status"))
    department = models.CharField(_("department"), max_length=200, blank=True)
    position = models.CharField(_("position held"), max_length=100, blank=True)
    started_at = WallTimeField(_("begun at"), null=True, blank=True)
    due_at = WallTimeField(_("due at by the rules"), null=True, blank=True)
    digest = models.CharField(max_length=32, editable=False)
    changed_at = models.DateTimeField(_("last changed at"), editable=False)

    class Meta:
        verbose_name = _("progress step")
        verbose_name_plural = _("progress steps")
        ordering = ["dossier_code", "processed_at", "id"]
        constraints = [models.UniqueConstraint(fields=["code"], name="progress_step_code_once")]
        indexes = [
            models.Index(fields=["unit"], name="progress_step_unit"),
            models.Index(fields=["dossier_code", "processed_at"], name="progress_step_of_dossier"),
        ]

    def __str__(self) -> str:
        return self.code
