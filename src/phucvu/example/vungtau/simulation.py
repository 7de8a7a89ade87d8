"""Dossiers of the simulated city: those of the year so far, and those that arrive from now on."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import count, islice
from typing import Any

from phucvu.example.vungtau.calendar import arrival, in_office_hours, is_working_day
from phucvu.example.vungtau.catalogue import Profile, profiles
from phucvu.example.vungtau.chance import draw, poisson
from phucvu.example.vungtau.dossiers import SimulatedDossier, live_number
from phucvu.example.vungtau.messages import message_at

__all__ = [
    "Batch",
    "arrivals",
    "events",
    "expected_number",
    "first_day",
    "history",
    "simulated_dossiers",
]

Batch = list[dict[str, Any]]

# People apply on days off too, online, but few do.
_DAY_OFF = 0.06
# Seconds between two things that happen live: at the busiest hour, and at night.
_BUSY, _QUIET = 1.0, 3.0
_NEW_SHARE = 0.12
_CATCH_UP = 200
_IN_ARREARS = timedelta(seconds=60)


def first_day(today: date) -> date:
    """Return the day on which the history begins: New Year, or 1 October before it until March."""
    return date(today.year, 1, 1) if today.month > 3 else date(today.year - 1, 10, 1)


def arrivals(profile: Profile, day: date, scale: float = 1.0) -> int:
    """Draw the number of dossiers an office receives on a day."""
    mean = profile.per_day * scale * (1 if is_working_day(day) else _DAY_OFF)
    return poisson(draw("arrivals", profile.unit, day), mean)


def expected_number(first: date, last: date, scale: float = 1.0) -> int:
    """Count the dossiers submitted from `first` to the end of `last`."""
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    return sum(arrivals(profile, day, scale) for day in days for profile in profiles(day).values())


def simulated_dossiers(first: date, last: date, scale: float = 1.0) -> Iterator[SimulatedDossier]:
    """Yield every dossier submitted from `first` to `last`, day by day."""
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        for profile in profiles(day).values():
            chance = draw("moments", profile.unit, day)
            moments = sorted(
                arrival(day, profile.online, chance) for _ in range(arrivals(profile, day, scale))
            )
            for number, moment in enumerate(moments, start=1):
                yield SimulatedDossier.of(_code(profile.unit, day, number), moment)


def history(
    dossiers: Iterable[SimulatedDossier], until: datetime, since: datetime | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the latest message of each of these dossiers, as of `until`.

    With `since`, only of those that changed after it.
    """
    for dossier in dossiers:
        if since is not None:
            change = dossier.next_change(since)
            if change is None or change > until:
                continue
        message = message_at(dossier, until)
        if message is not None:
            yield message


def events(
    start: datetime, speed: float = 1.0, going: Iterable[SimulatedDossier] = ()
) -> Iterator[tuple[datetime, Batch]]:
    """Yield the changes from `start` on, without end, as (moment, messages to send at that moment).

    `going` are dossiers that had not ended; their changes up to `start` come first. The rhythm of
    the day is compressed, so that at `speed` 1 something moves every one to three seconds, at night
    too. No message holds anything later than its moment.
    """
    chance = draw("live", start.isoformat())
    tie = count()
    queue: list[tuple[datetime, int, SimulatedDossier]] = []

    def wait(dossier: SimulatedDossier, after: datetime) -> None:
        change = dossier.next_change(after)
        if change is not None:
            heapq.heappush(queue, (change, next(tie), dossier))

    arrears = iter(going)
    while some := list(islice(arrears, _CATCH_UP)):
        yield start, _messages(some, start)
        for dossier in some:
            wait(dossier, start)
    used: set[str] = set()
    moment = start
    while True:
        moment += timedelta(seconds=_interval(moment) * chance.uniform(0.8, 1.2) / speed)
        due: list[SimulatedDossier] = []
        while queue and queue[0][0] <= moment:
            # One at a time is enough, unless much has piled up.
            if due and queue[0][0] > moment - _IN_ARREARS:
                break
            due.append(heapq.heappop(queue)[2])
            if len(due) == _CATCH_UP:
                break
        if not due or chance.random() < _NEW_SHARE:
            offices = list(profiles(moment.date()).values())
            office = chance.choices(offices, [item.per_day for item in offices])[0]
            due.append(_newcomer(office.unit, moment.replace(microsecond=0), used))
        yield moment, _messages(due, moment)
        for dossier in due:
            wait(dossier, moment)


def _interval(moment: datetime) -> float:
    """Return the seconds to the next event: shorter in busy hours, longer at night."""
    if in_office_hours(moment):
        return _BUSY if moment.hour in {8, 9, 10, 14, 15} else (_BUSY + _QUIET) / 2.5
    return (_BUSY + _QUIET) / 2 if 7 <= moment.hour < 22 else _QUIET / 1.2


def _newcomer(unit: str, submitted: datetime, used: set[str]) -> SimulatedDossier:
    number = live_number(submitted)
    code = _code(unit, submitted.date(), number)
    while code in used:  # two in one second, at a high speed
        number += 1
        code = _code(unit, submitted.date(), number)
    used.add(code)
    return SimulatedDossier.of(code, submitted)


def _messages(some: Iterable[SimulatedDossier], moment: datetime) -> Batch:
    messages = (message_at(dossier, moment) for dossier in some)
    return [message for message in messages if message is not None]


def _code(unit: str, day: date, number: int) -> str:
    return f"{unit}-{day:%y%m%d}-{number:05d}"
