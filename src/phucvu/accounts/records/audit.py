"""The record of who did and who saw what."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["AuditEntry"]


class AuditEntry(models.Model):
    """Line of the audit. The store refuses to change or remove it (triggers, migration 0003).

    `hash` covers the line and the hash of the one before, `keyed_hash` is that under the integrity
    key (`accounts.audit.chain`); it is null of lines from before there was a key. Names are stored
    as text, so that a line reads the same after an account or a unit is gone.
    """

    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        SEEN = "seen", _("seen")
        REFUSED = "refused", _("refused")

    moment = models.DateTimeField(_("moment"), db_index=True)
    actor = models.CharField(_("who"), max_length=150, db_index=True)
    address = models.CharField(_("from where"), max_length=45, blank=True)
    action = models.CharField(_("action"), max_length=60)
    thing = models.CharField(_("about"), max_length=20)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    unit_id = models.BigIntegerField(null=True, db_index=True)
    unit_code = models.CharField(_("unit"), max_length=40, blank=True)
    detail = models.JSONField(_("detail"), default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    # Null, not empty: SQLite then adds the column without making the table, and its triggers, anew.
    keyed_hash = models.CharField(max_length=80, null=True)  # noqa: DJ001

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.moment:%Y-%m-%d %H:%M:%S} {self.actor} {self.action}"
