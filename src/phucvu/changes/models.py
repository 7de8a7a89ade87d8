"""Table of the change log."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

__all__ = ["Change"]


class Change(models.Model):
    """Units whose figures one transaction changed; deleted after an hour.

    `stated` tells whether reported values are among what changed.
    """

    moment = models.DateTimeField(auto_now_add=True, db_index=True)
    unit_ids = models.JSONField()
    stated = models.BooleanField(default=False)

    class Meta:
        # Few of many.
        indexes = [models.Index(fields=["id"], condition=Q(stated=True), name="change_of_stated")]

    def __str__(self) -> str:
        return f"{self.pk} {self.moment:%H:%M:%S}"
