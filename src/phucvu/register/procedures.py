"""Catalogue of procedures (TTHC): what each is, and which units apply it, through time.

Each row holds from its `from_at` (empty: as far back as anybody asks) until its `until_at`, or
until another row of the same procedure begins. So the catalogue can be read as it was at any
moment.
"""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from phucvu.register.walltime import WallTimeField
from phucvu.units.models import Unit

__all__ = [
    "LONGEST_TERM",
    "OnlineLevel",
    "Procedure",
    "ProcedureAtUnit",
    "ResultKind",
    "TermUnit",
    "holds_at",
    "spans",
    "standing_at",
]


class OnlineLevel(models.IntegerChoices):
    """Level at which a procedure is offered online (mức độ dịch vụ công trực tuyến)."""

    INFORMATION = 2, _("information only")
    PARTIAL = 3, _("partial online service")
    FULL = 4, _("full online service")


LONGEST_TERM = 9_999


class TermUnit(models.TextChoices):
    """Unit of a procedure's longest term."""

    WORKING_DAYS = "working_days", _("working days")
    DAYS = "days", _("days")
    HOURS = "hours", _("working hours")


class ResultKind(models.TextChoices):
    """Kind of result that the applicant is given at the end."""

    DOCUMENT = "document", _("a document")
    NONE = "none", _("no document")


class Dated(models.QuerySet[Any]):
    """Query set of rows that hold for a time."""

    def newest_last(self) -> Dated:
        """Order the rows of one procedure by the time they take effect."""
        return self.order_by(F("from_at").asc(nulls_first=True), "pk")


class Procedure(models.Model):
    """An administrative procedure of the catalogue, as it is from `from_at` on.

    `unit` is the ministry or province that maintains it in the catalogue. With `ProcedureAtUnit`
    its columns are the vocabulary of catalogue measures (`phucvu.measures.CATALOGUE`).
    """

    code = models.CharField(_("code"), max_length=64)
    unit = models.ForeignKey(
        Unit, verbose_name=_("kept by"), on_delete=models.PROTECT, related_name="catalogue"
    )
    procedure_code = models.CharField(_("procedure code"), max_length=40)
    from_at = WallTimeField(_("in force from"), null=True, blank=True)
    until_at = WallTimeField(_("in force until"), null=True, blank=True)
    name = models.CharField(_("procedure"), max_length=1000)
    field_name = models.CharField(_("field"), max_length=300, blank=True)
    promulgated_by = models.CharField(_("promulgated by"), max_length=300, blank=True)
    executed_by = models.CharField(_("executed by"), max_length=300, blank=True)
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
    result = models.CharField(_("result"), max_length=10, choices=ResultKind.choices, blank=True)
    for_citizen = models.BooleanField(_("for citizens"), default=False)
    for_overseas = models.BooleanField(_("for Vietnamese living abroad"), default=False)
    for_foreigner = models.BooleanField(_("for foreigners"), default=False)
    for_business = models.BooleanField(_("for businesses"), default=False)
    for_organisation = models.BooleanField(_("for organisations"), default=False)
    for_state = models.BooleanField(_("for state bodies"), default=False)
    published = models.BooleanField(_("published now"), default=False)
    has_name = models.BooleanField(_("name given"), default=False)
    has_steps = models.BooleanField(_("steps given"), default=False)
    has_methods = models.BooleanField(_("ways to apply given"), default=False)
    has_components = models.BooleanField(_("papers and number of sets given"), default=False)
    has_term = models.BooleanField(_("term given"), default=False)
    has_subjects = models.BooleanField(_("subjects given"), default=False)
    has_body = models.BooleanField(_("executing body given"), default=False)
    digest = models.CharField(max_length=32, editable=False)
    changed_at = models.DateTimeField(_("last changed at"), editable=False)

    objects = Dated.as_manager()

    class Meta:
        verbose_name = _("administrative procedure")
        verbose_name_plural = _("administrative procedures")
        ordering = ["procedure_code", "from_at"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="procedure_code_once"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="procedure_fee_not_negative"),
        ]
        indexes = [
            models.Index(fields=["procedure_code", "from_at"], name="procedure_in_time"),
            models.Index(fields=["unit"], name="procedure_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_code} {self.name}"


class ProcedureAtUnit(models.Model):
    """A procedure under the authority of a unit, with its online level there."""

    code = models.CharField(_("code"), max_length=64)
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="procedures"
    )
    procedure_code = models.CharField(_("procedure code"), max_length=40)
    from_at = WallTimeField(_("in force from"), null=True, blank=True)
    until_at = WallTimeField(_("in force until"), null=True, blank=True)
    online_level = models.SmallIntegerField(
        _("online service"), choices=OnlineLevel.choices, default=OnlineLevel.INFORMATION
    )
    digest = models.CharField(max_length=32, editable=False)
    changed_at = models.DateTimeField(_("last changed at"), editable=False)

    objects = Dated.as_manager()

    class Meta:
        verbose_name = _("procedure at a unit")
        verbose_name_plural = _("procedures at units")
        ordering = ["unit", "procedure_code", "from_at"]
        constraints = [models.UniqueConstraint(fields=["code"], name="procedure_at_unit_code_once")]
        indexes = [
            # The unit first: a catalogue is read for units.
            models.Index(
                fields=["unit", "procedure_code", "from_at"], name="procedure_at_unit_in_time"
            ),
            models.Index(
                fields=["from_at"],
                condition=Q(from_at__isnull=False),
                name="procedure_at_unit_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.code


_SAME = {Procedure: ("procedure_code",), ProcedureAtUnit: ("procedure_code", "unit_id")}


def holds_at(model: type[Procedure | ProcedureAtUnit], alias: str, wall: int) -> str:
    """Write the SQL condition that a row of the model's table is the one that holds at a moment.

    `alias` names the table in the query; `wall` is on the units' own clocks (`register.walltime`).
    """
    at = int(wall)
    same = " AND ".join(f"later.{name} = earlier.{name}" for name in _SAME[model])
    table = model._meta.db_table
    return (
        f"({alias}.from_at IS NULL OR {alias}.from_at <= {at})"  # noqa: S608
        f" AND ({alias}.until_at IS NULL OR {alias}.until_at > {at})"
        # Found from the rows that begin, which are few, and not asked of every row.
        f" AND {alias}.id NOT IN (SELECT earlier.id FROM {table} AS later"
        f" JOIN {table} AS earlier ON {same} WHERE later.from_at <= {at}"
        f" AND (earlier.from_at IS NULL OR earlier.from_at < later.from_at))"
    )


def spans(model: type[Procedure | ProcedureAtUnit]) -> str:
    """Write a SELECT of the model's rows, each with `next_at`, when another takes its place.

    A row holds from `from_at` (null: ever) until the first of `until_at` and `next_at`: at each
    moment the rows that `holds_at` picks.
    """
    same = " AND ".join(f"later.{name} = earlier.{name}" for name in _SAME[model])
    table = model._meta.db_table
    return (
        f"SELECT held.*, succeeded.next_at FROM {table} AS held LEFT JOIN ("  # noqa: S608
        f"SELECT earlier.id, MIN(later.from_at) AS next_at FROM {table} AS later"
        f" JOIN {table} AS earlier ON {same} WHERE later.from_at IS NOT NULL"
        f" AND (earlier.from_at IS NULL OR earlier.from_at < later.from_at) GROUP BY earlier.id"
        f") AS succeeded ON succeeded.id = held.id"
    )


def standing_at(model: type[Procedure | ProcedureAtUnit], wall: int | None) -> Dated:
    """Return the rows that hold at a moment; without one, those that hold as far back as known."""
    rows = Dated(model).order_by()
    if wall is None:
        return rows.filter(from_at=None)
    table = model._meta.db_table
    inside = f"SELECT held.id FROM {table} AS held WHERE {holds_at(model, 'held', wall)}"  # noqa: S608
    return rows.filter(pk__in=RawSQL(inside, ()))  # noqa: S611 - no text from outside in it
