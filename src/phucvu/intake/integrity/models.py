"""Where the keyed hashes of batches lie: beside the journal, one row a batch."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["BatchHash"]


class BatchHash(models.Model):
    """A batch's place in the chain of batches and what it holds, under the integrity key.

    `link` covers what is written of the batch once for all, and the link of the one before
    (`previous`); `content` covers what it holds as it stands (`intake.integrity.hashing`).
    `later_at` is null of a batch that was hashed as it came; else when that was done afterwards:
    what was edited before that moment does not show.
    """

    batch = models.OneToOneField(
        "intake.Batch", primary_key=True, on_delete=models.CASCADE, related_name="hashed"
    )
    previous = models.CharField(max_length=80)
    link = models.CharField(max_length=80)
    content = models.CharField(max_length=80)
    later_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("keyed hash of a batch")
        verbose_name_plural = _("keyed hashes of batches")

    def __str__(self) -> str:
        return self.link
