"""Which editions are in use, and which of them an operator chose for a period."""

from __future__ import annotations

from django.db import models

__all__ = ["AdoptedEdition", "EditionChoice"]


class AdoptedEdition(models.Model):
    """An edition whose measures are counted, so that it may score.

    `since`: from when; null of those that were there when this began to be written down. `digest`:
    of its text then.
    """

    edition = models.CharField(max_length=100, unique=True)
    digest = models.CharField(max_length=64)
    since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.edition


class EditionChoice(models.Model):
    """An operator's choice of an edition for one period, in place of the one in force.

    Choices are only added: the newest for a period and kind of unit stands, one without an edition
    takes the choice before back. `kind`: of unit; '' is every kind for which nothing else is
    chosen. `by` is for the audit's readers, `reason` for everybody.
    """

    period = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, blank=True)
    edition = models.CharField(max_length=100, blank=True)
    reason = models.TextField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["period", "kind"], name="edition_choice_period")]

    def __str__(self) -> str:
        return f"{self.period} {self.kind} {self.edition}"
