"""Table of access requests: the way from a registered officer to a grant."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from phucvu.accounts.records.grants import Grant
from phucvu.accounts.words import RoleChoice
from phucvu.units.models import Unit

__all__ = ["AccessRequest"]


class AccessRequest(models.Model):
    """Request for a role: made by the officer, passed on by the head, granted or refused."""

    class State(models.TextChoices):
        REGISTERED = "registered", _("waits for the head of the unit")
        ASKED = "asked", _("waits for the IT centre")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        TAKEN_BACK = "taken_back", _("taken back")

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        related_name="access_requests",
        on_delete=models.CASCADE,
    )
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT)
    role = models.CharField(_("role"), max_length=16, choices=RoleChoice.choices)
    reason = models.CharField(_("what for"), max_length=300)
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.REGISTERED
    )
    made_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    asked_by = models.CharField(_("asked for by"), max_length=150, blank=True)
    settled_by = models.CharField(_("settled by"), max_length=150, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    grant = models.OneToOneField(
        Grant, verbose_name=_("grant"), null=True, blank=True, on_delete=models.PROTECT
    )

    class Meta:
        verbose_name = _("request for access")
        verbose_name_plural = _("requests for access")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_role_display()}, {self.unit}"

    @property
    def open(self) -> bool:
        """Tell whether somebody still has to act on it."""
        return self.state in (self.State.REGISTERED, self.State.ASKED)
