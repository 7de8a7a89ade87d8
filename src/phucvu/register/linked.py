"""Facts about a dossier, which count for it only where their sender may send for its unit."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["AboutDossier"]


class AboutDossier(models.Model):
    """Columns of a fact about a dossier that concern its sender.

    `sent_for`: the units its sender may send for (`intake.authority.told`); empty is everywhere.
    `speaks`: whether these cover the dossier's unit. A fact that comes before its dossier counts
    for none; it is judged when the dossier comes.
    """

    sent_for = models.TextField(
        _("sent for the units"), blank=True, default="", db_default="", editable=False
    )
    speaks = models.BooleanField(
        _("speaks for its dossier"),
        default=True,
        db_default=True,
        editable=False,
        help_text=_("no: its dossier is not there yet, or its sender may not send for its unit"),
    )

    class Meta:
        abstract = True
