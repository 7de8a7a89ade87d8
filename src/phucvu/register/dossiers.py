"""Table of dossiers (hồ sơ): the current image of each, as last synchronised."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from phucvu.facts.ratings import LEVELS
from phucvu.register.walltime import WallTimeField
from phucvu.units.models import Unit

__all__ = ["Channel", "Dossier", "Status", "Subject"]


class Channel(models.TextChoices):
    """Channel by which the dossier was handed in (KenhThucHien)."""

    COUNTER = "counter", _("at the counter")
    ONLINE = "online", _("online")
    POST = "post", _("by public post")


class Subject(models.TextChoices):
    """Kind of applicant (LoaiDoiTuong)."""

    PERSON = "person", _("person")
    BUSINESS = "business", _("business")
    STATE = "state", _("state body")
    OTHER = "other", _("other")


class Status(models.IntegerChoices):
    """State of a dossier (TrangThaiHoSo). "Received" is every state but 1 and 3."""

    REGISTERED = 1, _("newly registered")
    RECEIVED = 2, _("received")
    NOT_ACCEPTED = 3, _("not accepted")
    IN_PROCESS = 4, _("in process")
    SUPPLEMENT_REQUESTED = 5, _("supplement requested")
    FEE_REQUESTED = 6, _("fee requested")
    WITHDRAWN = 7, _("withdrawn by the applicant")
    STOPPED = 8, _("stopped")
    FINISHED = 9, _("processing finished")
    HANDED_OVER = 10, _("result handed over")


def _ratings() -> list[tuple[str, Any]]:
    return [(level, _(label)) for level, (label, _vi) in LEVELS.items()]


class Dossier(models.Model):
    """One application under a procedure (hồ sơ), as last synchronised.

    The columns are the vocabulary of measures (`phucvu.measures.DOSSIER`). No personal data: names,
    identity numbers and addresses are dropped at intake.

    Some columns are derived, and in no message: `term_due_at` follows from the catalogue and the
    calendar, `petitions`, `lookups`, `rating` and `settlement` from facts of their own, which may
    come before their dossier.
    """

    code = models.CharField(_("dossier code"), max_length=64)
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="dossiers"
    )
    procedure_code = models.CharField(_("procedure code"), max_length=40)
    procedure_name = models.CharField(_("procedure"), max_length=500, blank=True)
    field_code = models.CharField(_("field code"), max_length=40, blank=True)
    field_name = models.CharField(_("field"), max_length=300, blank=True)
    channel = models.CharField(
        _("channel"), max_length=8, choices=Channel.choices, default=Channel.COUNTER
    )
    subject = models.CharField(_("subject"), max_length=8, choices=Subject.choices, blank=True)
    submitted_through = models.CharField(_("submitted through"), max_length=10, blank=True)
    status = models.SmallIntegerField(_("status"), choices=Status.choices)

    submitted_at = WallTimeField(_("submitted at"), null=True, blank=True)
    received_at = WallTimeField(_("received at"), null=True, blank=True)
    promised_at = WallTimeField(_("promised for"), null=True, blank=True)
    finished_at = WallTimeField(_("processing ended at"), null=True, blank=True)
    handed_over_at = WallTimeField(_("handed over at"), null=True, blank=True)
    refused_at = WallTimeField(_("refused at"), null=True, blank=True)

    supplements = models.IntegerField(_("supplements requested"), default=0)
    supplement_ms = models.BigIntegerField(_("time spent on supplements (ms)"), default=0)
    supplement_open_at = WallTimeField(_("supplement awaited since"), null=True, blank=True)

    return_by_post = models.BooleanField(_("result by post"), default=False)
    vneid = models.BooleanField(_("account verified with VNeID"), default=False)
    payment = models.SmallIntegerField(_("online payment"), default=0)
    databases = models.IntegerField(_("databases consulted"), default=0)
    population_db = models.BooleanField(_("population database consulted"), default=False)
    has_digitised = models.BooleanField(_("has digitised components"), default=False)
    components = models.IntegerField(_("components"), default=0)
    components_digitised = models.IntegerField(_("digitised components"), default=0)
    components_reused = models.IntegerField(_("re-used components"), default=0)
    components_from_store = models.IntegerField(_("components from the store"), default=0)
    fees = models.IntegerField(_("fees"), default=0)
    fee_total = models.BigIntegerField(_("sum of fees (VND)"), default=0)
    results = models.IntegerField(_("results"), default=0)
    result_files = models.IntegerField(_("electronic results"), default=0)
    results_coded = models.IntegerField(_("results with a code"), default=0)

    term_due_at = WallTimeField(
        _("due by the procedure's term"),
        null=True,
        blank=True,
        help_text=_("where no result is promised for a day"),
    )
    petitions = models.IntegerField(_("petitions about it"), default=0, db_default=0)
    lookups = models.IntegerField(_("population lookups for it"), default=0, db_default=0)
    rating = models.CharField(
        _("rating"), max_length=16, choices=_ratings(), blank=True, default="", db_default=""
    )
    payments_free = models.IntegerField(_("payments: nothing to pay"), default=0, db_default=0)
    payments_open = models.IntegerField(_("payments: not paid"), default=0, db_default=0)
    payments_refunded = models.IntegerField(_("payments: paid back"), default=0, db_default=0)
    payments_national = models.IntegerField(
        _("payments: on the national portal"), default=0, db_default=0
    )
    payments_gateway = models.IntegerField(
        _("payments: through another gateway"), default=0, db_default=0
    )
    payments_cash = models.IntegerField(_("payments: in cash"), default=0, db_default=0)
    payments_transfer = models.IntegerField(_("payments: by transfer"), default=0, db_default=0)

    digest = models.CharField(max_length=32, editable=False)
    changed_at = models.DateTimeField(_("last changed at"), editable=False)

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ["-id"]
        constraints = [
            # Not `unique=True`, for which PostgreSQL would keep a second index for LIKE.
            models.UniqueConstraint(fields=["code"], name="dossier_code_once"),
        ]
        indexes = [
            # Open dossiers past their date are read, not counted: they are few and lie here.
            models.Index(
                F("unit"),
                Coalesce("promised_at", "term_due_at"),
                condition=Q(finished_at=None, handed_over_at=None),
                name="dossier_open_by_due",
            ),
            # Those that a change of their procedure's term concerns.
            models.Index(
                fields=["procedure_code"], condition=Q(promised_at=None), name="dossier_by_term"
            ),
        ]

    def __str__(self) -> str:
        return self.code
