"""The moment a copy of the register stands at."""

from __future__ import annotations

from django.db import models

__all__ = ["StandsAt"]


class StandsAt(models.Model):
    """In a store that was rebuilt as of a moment: that moment, its only row. Else there is none."""

    moment = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="stands_at_once")]

    def __str__(self) -> str:
        return self.moment.isoformat()
