"""The register: the current image of every fact the scorecard is counted from."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from phucvu.register.calendar_day import CalendarDay
from phucvu.register.digital import CertifiedCopy, Lookup
from phucvu.register.petitions import Petition
from phucvu.register.walltime import WallTimeField
from phucvu.units.models import Unit

__all__ = [
    "LONGEST_TERM",
    "CalendarDay",
    "CertifiedCopy",
    "Channel",
    "Dossier",
    "Lookup",
    "NationalReport",
    "OnlineLevel",
    "Petition",
    "Procedure",
    "ProcedureAtUnit",
    "Rating",
    "Source",
    "StatedFigure",
    "Status",
    "Subject",
    "TermUnit",
]


class Channel(models.TextChoices):
    """KenhThucHien: how the dossier was handed in."""

    COUNTER = "counter", _("at the counter")
    ONLINE = "online", _("online")
    POST = "post", _("by public post")


class Subject(models.TextChoices):
    """LoaiDoiTuong: who asks."""

    PERSON = "person", _("person")
    BUSINESS = "business", _("business")
    STATE = "state", _("state body")
    OTHER = "other", _("other")


class Status(models.IntegerChoices):
    """TrangThaiHoSo. "Received" is every state but 1 and 3."""

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


class Rating(models.TextChoices):
    """What the applicant thinks of how the dossier was handled."""

    VERY_SATISFIED = "very_satisfied", _("very satisfied")
    SATISFIED = "satisfied", _("satisfied")
    NOT_SATISFIED = "not_satisfied", _("not satisfied")


class Dossier(models.Model):
    """One application under a procedure (hồ sơ), as last synchronised.

    The columns are the vocabulary of measures (`phucvu.measures.DOSSIER`). No personal data:
    names, identity numbers and addresses are dropped at intake.

    What no message says of it: `term_due_at` follows from the catalogue and the calendar,
    `petitions` and `rating` from facts of their own, which may come before their dossier.
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
        _("rating"), max_length=16, choices=Rating.choices, blank=True, default="", db_default=""
    )

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


class Source(models.TextChoices):
    """Where a figure that is not counted here comes from."""

    TYPED = "typed", _("typed in")
    PUBLISHED = "published", _("published by the portal")


class StatedFigure(models.Model):
    """What somebody states an indicator, a group or the total of a unit to be.

    `indicator` is a component ("1.1"), a group's code ("CKMB") or "TOTAL".
    A later `as_of` supersedes an earlier one; the earlier ones stay, as history.
    """

    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.CASCADE, related_name="stated_figures"
    )
    period = models.CharField(
        _("period"), max_length=20, help_text=_("2026, 2026-Q3 or 2026-08, for example")
    )
    indicator = models.CharField(_("indicator"), max_length=20)
    numerator = models.BigIntegerField(_("numerator"), null=True, blank=True)
    denominator = models.BigIntegerField(_("denominator"), null=True, blank=True)
    ratio = models.DecimalField(_("ratio"), max_digits=12, decimal_places=2, null=True, blank=True)
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2, null=True, blank=True)
    source = models.CharField(
        _("source"), max_length=10, choices=Source.choices, default=Source.TYPED
    )
    as_of = models.DateTimeField(_("as of"))
    flags = models.CharField(
        _("quality flags"), max_length=200, blank=True, help_text=_("separated by |")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("stated figure")
        verbose_name_plural = _("stated figures")
        ordering = ["unit", "period", "indicator", "-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period", "indicator", "source", "as_of"],
                name="stated_figure_once",
            )
        ]
        indexes = [models.Index(fields=["period", "indicator"], name="stated_figure_period")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period} {self.indicator}"


class NationalReport(models.Model):
    """Dossiers received by a unit in a period, as typed into the national report (BCQG).

    The denominator of 1.4 is the larger of this and what was synchronised.
    """

    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.CASCADE, related_name="national_reports"
    )
    period = models.CharField(_("period"), max_length=20)
    received = models.BigIntegerField(_("dossiers received"))
    as_of = models.DateTimeField(_("as of"))
    flags = models.CharField(_("quality flags"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("national report figure")
        verbose_name_plural = _("national report figures")
        ordering = ["unit", "period", "-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period", "as_of"], name="national_report_once"
            ),
            models.CheckConstraint(
                condition=Q(received__gte=0), name="national_report_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period}"


class OnlineLevel(models.IntegerChoices):
    """How far a procedure can be done online (mức độ dịch vụ công trực tuyến)."""

    INFORMATION = 2, _("information only")
    PARTIAL = 3, _("partial online service")
    FULL = 4, _("full online service")


LONGEST_TERM = 9_999


class TermUnit(models.TextChoices):
    """What a procedure's longest term is counted in."""

    WORKING_DAYS = "working_days", _("working days")
    DAYS = "days", _("days")
    HOURS = "hours", _("working hours")


class Procedure(models.Model):
    """An administrative procedure of the catalogue (TTHC), as it stands now.

    With `ProcedureAtUnit` its columns are the vocabulary of catalogue measures
    (`phucvu.measures.CATALOGUE`).
    """

    code = models.CharField(_("procedure code"), max_length=40, unique=True)
    name = models.CharField(_("procedure"), max_length=1000)
    field_name = models.CharField(_("field"), max_length=300, blank=True)
    fee = models.BigIntegerField(
        _("highest fee (VND)"), default=0, help_text=_("0 where there is nothing to pay")
    )
    term = models.PositiveSmallIntegerField(
        _("longest term"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_TERM)],
        help_text=_("empty where it is not known"),
    )
    term_unit = models.CharField(
        _("counted in"),
        max_length=12,
        choices=TermUnit.choices,
        default=TermUnit.WORKING_DAYS,
    )
    for_citizen = models.BooleanField(_("for citizens"), default=False)
    for_overseas = models.BooleanField(_("for Vietnamese living abroad"), default=False)
    for_foreigner = models.BooleanField(_("for foreigners"), default=False)
    for_business = models.BooleanField(_("for businesses"), default=False)
    for_organisation = models.BooleanField(_("for organisations"), default=False)
    for_state = models.BooleanField(_("for state bodies"), default=False)

    class Meta:
        verbose_name = _("administrative procedure")
        verbose_name_plural = _("administrative procedures")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(fee__gte=0), name="procedure_fee_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ProcedureAtUnit(models.Model):
    """A procedure under the authority of a unit, and how far it can be done online there."""

    procedure = models.ForeignKey(
        Procedure,
        verbose_name=_("administrative procedure"),
        on_delete=models.CASCADE,
        related_name="at_units",
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.CASCADE, related_name="procedures"
    )
    online_level = models.SmallIntegerField(
        _("online service"), choices=OnlineLevel.choices, default=OnlineLevel.INFORMATION
    )

    class Meta:
        verbose_name = _("procedure at a unit")
        verbose_name_plural = _("procedures at units")
        ordering = ["unit", "procedure"]
        constraints = [
            # The unit first: a catalogue is read for units.
            models.UniqueConstraint(fields=["unit", "procedure"], name="procedure_at_unit_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.procedure_id}"
