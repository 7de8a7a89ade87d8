"""Wall time: a moment as the clock on a unit's own wall shows it.

It is stored as a whole number: milliseconds since 1970-01-01 00:00 on that clock. The same number
means the same date on every database and engine, and dates, months and durations are plain integer
arithmetic. Vietnam has had one offset since 1975, so there a difference of two wall times is a true
duration.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db import models

__all__ = ["DAY_MS", "WallTimeField", "from_wall", "to_wall"]

DAY_MS = 86_400_000
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock has no zone
_MS = timedelta(milliseconds=1)


def to_wall(moment: datetime) -> int:
    """Return the milliseconds of a wall-clock `moment`; its zone, if any, is ignored."""
    return (moment.replace(tzinfo=None) - _EPOCH) // _MS


def from_wall(wall: int) -> datetime:
    """Return the wall-clock moment, without a zone."""
    return _EPOCH + timedelta(milliseconds=wall)


class WallTimeField(models.BigIntegerField):
    """A `BigIntegerField` of wall time that forms show as a date and time."""

    def formfield(self, **kwargs: Any) -> Any:
        return _WallTimeFormField(
            required=not self.blank, label=self.verbose_name, help_text=self.help_text
        )


class _WallTimeFormField(forms.DateTimeField):
    def prepare_value(self, value: Any) -> Any:
        return from_wall(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        moment = super().to_python(value)
        return None if moment is None else to_wall(moment)


def wall_now(moment: datetime | None = None) -> int:
    """Return now (`phucvu.clock`), or `moment`, on the clock of the current time zone."""
    from django.utils import timezone

    from phucvu import clock

    return to_wall(timezone.localtime(moment or clock.now()))
