"""Table of petitions: complaints and proposals, and the state of the office's answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from phucvu.register.linked import AboutDossier
from phucvu.register.walltime import WallTimeField
from phucvu.units.models import Unit

__all__ = ["About", "Petition", "PetitionState"]


class About(models.TextChoices):
    """Subject of a petition."""

    RULES = "rules", _("rules and procedures")
    STAFF = "staff", _("conduct of officials")


class PetitionState(models.TextChoices):
    """State of a petition, in the usual order."""

    RECEIVED = "received", _("received")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    SUPPLEMENT_ASKED = "supplement_asked", _("supplement asked")
    SUPPLEMENT_ANSWERED = "supplement_answered", _("supplement answered")
    TRANSFERRED = "transferred", _("transferred")
    PROCESSED = "processed", _("processed")
    WAITING = "waiting", _("waiting to be published")
    PUBLISHED = "published", _("answer published")


class Petition(AboutDossier):
    """One petition (phản ánh, kiến nghị), as last sent.

    The columns are the vocabulary of its measures. Of a state it was in more than once the column
    holds the last time; `history` has them all. The deadlines are computed when it is written
    (`register.petition_terms`). Its sender and its text are never stored.
    """

    code = models.CharField(_("code of the petition"), max_length=64)
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="petitions"
    )
    about = models.CharField(_("about"), max_length=10, choices=About.choices, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=PetitionState.choices)
    received_at = WallTimeField(_("received at"), null=True, blank=True)
    accepted_at = WallTimeField(_("accepted at"), null=True, blank=True)
    refused_at = WallTimeField(_("refused at"), null=True, blank=True)
    supplement_asked_at = WallTimeField(_("supplement asked at"), null=True, blank=True)
    supplement_answered_at = WallTimeField(_("supplement answered at"), null=True, blank=True)
    transferred_at = WallTimeField(_("transferred at"), null=True, blank=True)
    processed_at = WallTimeField(_("processed at"), null=True, blank=True)
    waiting_at = WallTimeField(_("waiting since"), null=True, blank=True)
    published_at = WallTimeField(_("published at"), null=True, blank=True)
    accept_due_at = WallTimeField(_("to be accepted by"), null=True, blank=True)
    supplement_due_at = WallTimeField(_("supplement to be asked by"), null=True, blank=True)
    process_due_at = WallTimeField(_("to be processed by"), null=True, blank=True)
    publish_due_at = WallTimeField(_("to be published by"), null=True, blank=True)
    likes = models.IntegerField(_("likes"), default=0)
    dislikes = models.IntegerField(_("dislikes"), default=0)
    complained_again = models.BooleanField(_("complained of again"), default=False)
    follows_code = models.CharField(_("repeats the petition"), max_length=64, blank=True)
    dossier_code = models.CharField(_("dossier code"), max_length=64, blank=True)
    history = models.TextField(_("history"), blank=True)

    digest = models.CharField(max_length=32, editable=False)
    changed_at = models.DateTimeField(_("last changed at"), editable=False)

    class Meta:
        verbose_name = _("petition")
        verbose_name_plural = _("petitions")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["code"], name="petition_code_once")]
        indexes = [
            # Open ones past their term are read, not counted: they are few and lie here.
            models.Index(
                fields=["unit", "process_due_at"],
                condition=Q(processed_at=None),
                name="petition_open_by_term",
            ),
            models.Index(
                fields=["dossier_code"], condition=~Q(dossier_code=""), name="petition_by_dossier"
            ),
        ]

    def __str__(self) -> str:
        return self.code
