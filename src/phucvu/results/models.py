"""Scores as pages showed them, kept once a day.

What is counted has no history of its own: a late correction changes last week's counts too, and
an open dossier falls overdue by the clock. So what a page said on a day has to be kept on that day.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from phucvu.units.models import Unit

__all__ = ["KeptDay", "KeptScore"]


class KeptDay(models.Model):
    """A day of which the scores were kept, and the moment they are of."""

    day = models.DateField(unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.day)


class KeptScore(models.Model):
    """What a unit's score of a period was from the day `kept` until the day `until`.

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
