"""Table of days on which offices work, or do not, otherwise than the known calendar says."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from phucvu.units.models import Unit

__all__ = ["CalendarDay"]


class CalendarDay(models.Model):
    """Day off or day worked by decree or decision; one of a unit goes before one of all."""

    day = models.DateField(_("day"))
    worked = models.BooleanField(
        _("is worked"), default=False, help_text=_("unticked: the offices are closed")
    )
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("unit"),
        on_delete=models.CASCADE,
        related_name="calendar_days",
        null=True,
        blank=True,
        help_text=_("empty: all units"),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["day", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["day", "unit"], name="calendar_day_once"),
            models.UniqueConstraint(
                fields=["day"], condition=Q(unit=None), name="calendar_day_of_all_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"
