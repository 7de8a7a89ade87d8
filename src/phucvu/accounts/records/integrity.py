"""The keys that the store was keyed with, by their marks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["IntegrityKey"]


class IntegrityKey(models.Model):
    """Mark of a key with which something in this store was keyed; the key itself lies outside.

    `mark` tells keys apart and says nothing of them (`accounts.integrity_key`).
    """

    mark = models.CharField(max_length=8, unique=True)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("integrity key")
        verbose_name_plural = _("integrity keys")

    def __str__(self) -> str:
        return self.mark
