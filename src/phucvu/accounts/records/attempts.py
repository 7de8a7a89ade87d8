"""Table of recent attempts, shared by all processes and valid after a restart."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["AttemptCount"]


class AttemptCount(models.Model):
    """Number of attempts since a moment (seconds of the epoch); `who` is a hash, not an address."""

    who = models.CharField(primary_key=True, max_length=64)
    count = models.IntegerField()
    since = models.FloatField(db_index=True)

    class Meta:
        verbose_name = _("count of attempts")
        verbose_name_plural = _("counts of attempts")

    def __str__(self) -> str:
        return f"{self.who[:8]} {self.count}"
