"""Table of the keys that let another system send facts or the catalogue, or read dossiers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from phucvu.units.models import Unit

__all__ = ["ApiKey"]


class ApiKey(models.Model):
    """Key of another system, good for one unit and everything below it; only its hash is stored."""

    class Purpose(models.TextChoices):
        SEND = "send", _("to send facts")
        READ = "read", _("to read dossiers")
        CATALOGUE = "catalogue", _("to send the catalogue of procedures")

    name = models.CharField(_("name"), max_length=100)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.CASCADE)
    purpose = models.CharField(
        _("purpose"), max_length=10, choices=Purpose.choices, default=Purpose.SEND
    )
    prefix = models.CharField(_("begins with"), max_length=12, db_index=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(_("good until"), null=True, blank=True)
    made_by = models.CharField(_("made by"), max_length=150, blank=True, editable=False)
    waits = models.BooleanField(_("waits for the unit's head"), default=False, editable=False)
    """good for nothing until a head of the unit agrees to it"""
    confirmed_by = models.CharField(_("agreed to by"), max_length=150, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("agreed to at"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("in the place of"),
        related_name="replaced_by",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
