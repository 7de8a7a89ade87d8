"""What came in: each batch, and the records that were refused, kept for repair."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from phucvu.accounts.models import ApiKey

__all__ = ["Batch", "RefusedRecord"]


class Batch(models.Model):
    """One delivery: who sent it, when, from where, and what became of it."""

    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    key = models.ForeignKey(
        ApiKey, verbose_name=_("API key"), null=True, blank=True, on_delete=models.SET_NULL
    )
    origin = models.CharField(_("origin"), max_length=200)
    digest = models.CharField(_("SHA-256 of the content"), max_length=64, db_index=True)
    accepted = models.IntegerField(_("accepted"), default=0)
    unchanged = models.IntegerField(_("unchanged"), default=0)
    refused = models.IntegerField(_("refused"), default=0)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk} ({self.origin})"


class RefusedRecord(models.Model):
    """A record that was not taken, with the field and the reason; personal data left out."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="refusals")
    position = models.IntegerField(_("position in the batch"))
    code = models.CharField(_("dossier code"), max_length=64, blank=True)
    field = models.CharField(_("field"), max_length=60)
    reason = models.CharField(_("reason"), max_length=500)
    content = models.JSONField(_("content"))

    class Meta:
        verbose_name = _("refused record")
        verbose_name_plural = _("refused records")
        ordering = ["-batch", "position"]
        indexes = [models.Index(fields=["code"], name="refused_by_code")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.position} {self.field}"
