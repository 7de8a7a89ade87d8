"""Table of releases of codes that others held without a right: earlier versions no longer count."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from phucvu.units.models import Unit

__all__ = ["CodeRelease"]


class CodeRelease(models.Model):
    """Release of a fact's code for a unit.

    Versions of the fact in batches up to `last_batch` do not count from `released_at` on; later
    ones under the code are taken only from senders for `unit`.
    """

    kind = models.CharField(_("kind of fact"), max_length=20)
    code = models.CharField(_("code"), max_length=64)
    unit = models.ForeignKey(
        Unit, verbose_name=_("released for"), on_delete=models.PROTECT, related_name="+"
    )
    last_batch = models.BigIntegerField(_("last batch that does not count"))
    released_at = models.DateTimeField(_("released at"))
    released_by = models.CharField(_("released by"), max_length=150)
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        verbose_name = _("released code")
        verbose_name_plural = _("released codes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["code"], name="released_by_code")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
