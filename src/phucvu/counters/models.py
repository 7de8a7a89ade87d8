"""Counts kept in step with the register, in the same transaction as each change."""

from __future__ import annotations

from django.db import models

from phucvu.units.models import Unit

__all__ = ["NOT_ENDED", "Change", "CountedMeasure", "ProcedureCount", "UnitCount"]

# The month under which a dossier that has not ended is counted: later than any other.
NOT_ENDED = 9999_12


class CountedMeasure(models.Model):
    """A measure that is counted. Editions with the same compiled measure share its counts."""

    digest = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class UnitCount(models.Model):
    """A measure over one unit's own dossiers, by month placed x month ended (yyyymm)."""

    measure = models.ForeignKey(CountedMeasure, on_delete=models.CASCADE)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    placed_month = models.IntegerField()
    ended_month = models.IntegerField()
    value = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "unit", "placed_month", "ended_month"], name="unit_count_once"
            )
        ]
        # A period needs the months that end in it or later: few, however long the history is.
        indexes = [models.Index(fields=["ended_month", "placed_month"], name="unit_count_ended")]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.unit_id} {self.placed_month} {self.ended_month}"


class ProcedureCount(models.Model):
    """The same for one procedure in one unit."""

    measure = models.ForeignKey(CountedMeasure, on_delete=models.CASCADE)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    procedure_code = models.CharField(max_length=40)
    placed_month = models.IntegerField()
    ended_month = models.IntegerField()
    value = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "unit", "procedure_code", "placed_month", "ended_month"],
                name="procedure_count_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.unit_id} {self.procedure_code}"


class Change(models.Model):
    """Which units a transaction changed, for open pages to follow. Kept for an hour."""

    moment = models.DateTimeField(auto_now_add=True, db_index=True)
    unit_ids = models.JSONField()

    def __str__(self) -> str:
        return f"{self.pk} {self.moment:%H:%M:%S}"
