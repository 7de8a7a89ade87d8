"""Working time of each unit: the known calendar with the days entered for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache

from django.conf import settings
from django.db.models import Q

from phucvu.register.calendar_day import CalendarDay
from phucvu.workdays import WorkDays, WorkTime

__all__ = ["work_time_of_all", "work_times"]


def work_times(unit_ids: Collection[int]) -> Mapping[int, WorkTime]:
    """Return the working time of each of these units. A unit's own day goes before one of all."""
    told: dict[int | None, dict[date, bool]] = defaultdict(dict)
    days = CalendarDay.objects.filter(Q(unit=None) | Q(unit__in=set(unit_ids))).order_by()
    for unit, day, worked in days.values_list("unit_id", "day", "worked"):
        told[unit][day] = worked
    return {unit: _work({**told[None], **told.get(unit, {})}) for unit in unit_ids}


def work_time_of_all() -> WorkTime:
    """Return the working time without any unit's own days."""
    days = CalendarDay.objects.filter(unit=None).order_by()
    return _work(dict(days.values_list("day", "worked")))


def _work(told: Mapping[date, bool]) -> WorkTime:
    return _kept_work(tuple(sorted(told.items())))


@lru_cache(maxsize=256)
def _kept_work(told: tuple[tuple[date, bool], ...]) -> WorkTime:
    off = [day for day, worked in told if not worked]
    days = WorkDays(off, [day for day, worked in told if worked])
    return WorkTime(days, settings.PHUCVU_WORKING_HOURS)
