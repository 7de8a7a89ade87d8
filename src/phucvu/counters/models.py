"""Tables of counts, written in the same transaction as each change of the register.

A row is a cell: a unit (and procedure), the month its dossiers were placed in and the month they
ended in. Its columns `v0` … are slots, each given to one measure: so a dossier costs one row of
counts, however many measures there are.
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models

from phucvu.units.models import Unit

__all__ = [
    "COUNTS",
    "NOT_ENDED",
    "SLOTS",
    "ClockCount",
    "ClockMonthCount",
    "CountedMeasure",
    "ProcedureCount",
    "ReckonedLaw",
    "UnitCount",
    "slot",
]

# The month under which a dossier that has not ended is counted: later than any other.
NOT_ENDED = 9999_12
# How many measures can be counted at once, over all editions.
SLOTS = 64


def slot(number: int) -> str:
    """Return the column of a slot."""
    return f"v{number}"


class CountedMeasure(models.Model):
    """A measure that is counted, with its slot.

    Editions with the same compiled measure share its counts.
    """

    digest = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=100)
    slot = models.SmallIntegerField(unique=True, validators=[MaxValueValidator(SLOTS - 1)])

    def __str__(self) -> str:
        return self.name


class ReckonedLaw(models.Model):
    """Law by which the stored deadlines of a kind of fact were computed."""

    kind = models.CharField(max_length=32, unique=True)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.kind} {self.digest}"


class _Cell(models.Model):
    """Counts of one unit's own facts, by month placed x month ended (yyyymm).

    The index of each table's constraint begins with the unit, so the unit needs none of its own.
    Nor does the store check the unit of each row: rows follow from facts, whose units it has
    checked.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    placed_month = models.IntegerField()
    ended_month = models.IntegerField()

    class Meta:
        abstract = True


class UnitCount(_Cell):
    """Counts over one unit's own dossiers."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "placed_month", "ended_month"], name="unit_count_once"
            )
        ]
        # A period needs the months that end in it or later: few, however long the history is.
        indexes = [models.Index(fields=["ended_month", "placed_month"], name="unit_count_ended")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.placed_month} {self.ended_month}"


class ProcedureCount(_Cell):
    """Counts over one unit's own dossiers under one procedure."""

    procedure_code = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "procedure_code", "placed_month", "ended_month"],
                name="procedure_count_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.procedure_code} {self.placed_month} {self.ended_month}"


class ClockCount(_Cell):
    """Counts of one unit's facts by their activation time.

    `since` is the activation time (wall time, ms). The count at a cut-off is the sum over rows that
    are not later, however much time has passed.
    """

    since_month = models.IntegerField()
    since = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "since_month", "since", "placed_month", "ended_month"],
                name="clock_count_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.since} {self.placed_month} {self.ended_month}"


class ClockMonthCount(_Cell):
    """Counts by the month of the activation time, so that past months are read as one row each."""

    since_month = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "since_month", "placed_month", "ended_month"],
                name="clock_month_count_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.since_month} {self.placed_month} {self.ended_month}"


COUNTS = (ProcedureCount, UnitCount, ClockCount, ClockMonthCount)
"""Every table of counts."""

for _model in COUNTS:
    for _number in range(SLOTS):
        # Null where nothing was ever counted: an unused slot takes no room.
        models.BigIntegerField(null=True).contribute_to_class(_model, slot(_number))
