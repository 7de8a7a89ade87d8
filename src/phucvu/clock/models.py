"""Table of the moment at which a copy of the register stands."""

from __future__ import annotations

from django.db import models

__all__ = ["StandsAt"]


class StandsAt(models.Model):
    """Moment as of which a copy was rebuilt, its only row; a store in use has none."""

    moment = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="stands_at_once")]

    def __str__(self) -> str:
        return self.moment.isoformat()
