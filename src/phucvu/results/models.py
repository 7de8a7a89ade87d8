"""Tables of daily snapshots: scores as pages showed them, stored once a day.

Counted figures have no history of their own: a late correction changes last week's counts too, and
an open dossier falls overdue by the clock. So the score that a page shows on a day has to be stored
on that day.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from phucvu.units.models import Unit

__all__ = ["KeptDay", "KeptScore"]


class KeptDay(models.Model):
    """Daily snapshot: a day of which the scores were stored, and their moment."""

    day = models.DateField(unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.day)


class KeptScore(models.Model):
    """Score of a unit and period from the snapshot `kept` until the snapshot `until`.

    A day on which nothing changed adds no row. `points`: component id → points as text, the known
    ones only. `missing`: how many scored components the total lacks. `edition`: the digest of the
    rule it was scored by.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False)
    period = models.CharField(max_length=20)
    kept = models.ForeignKey(KeptDay, on_delete=models.PROTECT, related_name="+")
    until = models.ForeignKey(KeptDay, on_delete=models.PROTECT, related_name="+", null=True)
    edition = models.CharField(max_length=64)
    total = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    missing = models.PositiveSmallIntegerField()
    counted = models.BooleanField()
    points = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "period", "kept"], name="kept_score_once"),
        ]
        indexes = [
            models.Index(
                fields=["period", "unit"], condition=Q(until=None), name="kept_score_standing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period} {self.kept_id}"
