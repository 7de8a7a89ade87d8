"""Table of sealed personal data: beside the journal, one row a version."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["SealedPersonal"]


class SealedPersonal(models.Model):
    """Personal data of a version of a dossier, sealed (`intake.personal.sealing`).

    It has the version's place in the journal, so whichever version stands, its row is the one that
    is shown; a purge deletes rows and leaves the journal whole. `fields` names its fields, `key`
    tells which key sealed it.
    """

    code = models.CharField(max_length=64)
    batch = models.ForeignKey("intake.Batch", on_delete=models.CASCADE, related_name="+")
    position = models.IntegerField()
    fields = models.CharField(max_length=200)
    key = models.CharField(max_length=12, db_index=True)
    sealed = models.BinaryField()

    class Meta:
        verbose_name = _("sealed personal data")
        verbose_name_plural = _("sealed personal data")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "batch", "position"], name="sealed_once_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.batch_id}:{self.position}"
