"""Table of files brought in the browser, and their progress."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

__all__ = ["Upload"]


class Upload(models.Model):
    """File brought in the browser; it lies in a folder of its own (`uploads.folders`) until taken
    in.

    `line` and `lines` tell how far the reading is: `lines` is None where it is not known before the
    end. The counts are those of the batches that stand, written in their transactions.
    """

    class State(models.TextChoices):
        HELD = "held", _("to be confirmed")
        WAITING = "waiting", _("waiting its turn")
        RUNNING = "running", _("being taken in")
        DONE = "done", _("taken in")
        BROKEN = "broken", _("cannot be read further")
        INTERRUPTED = "interrupted", _("interrupted")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("brought by"), on_delete=models.CASCADE
    )
    made_at = models.DateTimeField(_("brought at"), default=timezone.now, editable=False)
    name = models.CharField(_("file"), max_length=150)
    size = models.BigIntegerField(_("size"))
    kind = models.CharField(
        _("kind of fact"),
        max_length=20,
        blank=True,
        help_text=_("as commands call it; empty where the file says so itself"),
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.HELD)
    unit_code = models.CharField(_("unit"), max_length=40, blank=True)
    correction = models.BooleanField(_("correction"), default=False)
    line = models.BigIntegerField(default=0)
    lines = models.BigIntegerField(null=True)
    accepted = models.IntegerField(_("accepted"), default=0)
    unchanged = models.IntegerField(_("unchanged"), default=0)
    superseded = models.IntegerField(_("superseded"), default=0)
    refused = models.IntegerField(_("refused"), default=0)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("file brought in the browser")
        verbose_name_plural = _("files brought in the browser")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def origin(self) -> str:
        """Return the origin that the journal names for its batches."""
        return f"{self.name} ({self.by.get_username()})"

    @property
    def kind_of_table(self) -> str:
        """Return the kind of fact its rows are, where it is a foreign table."""
        return self.kind or "dossiers"

    @property
    def taken(self) -> int:
        """Return how many records were acknowledged: their batches stand in the journal."""
        return self.accepted + self.unchanged + self.superseded + self.refused

    @property
    def good(self) -> int:
        """Return how many of them were not refused."""
        return self.taken - self.refused

    @property
    def open(self) -> bool:
        """Tell whether the worker has it, or will have."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int | None:
        """Return how far it is, of 100; None where nobody can say."""
        if self.state == self.State.DONE:
            return 100
        return min(99, self.line * 100 // self.lines) if self.lines else None
