"""Midnights: the moments at which time alone changes what pages say.

At a zone's midnight dossiers fall overdue, a period ends and another begins, a unit's next state
comes into force. Nothing is written then: each process works out from the clock which midnight was
the last, and what was made before it is old. No timer can miss one, however many processes there
are and whenever they were started.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from phucvu import clock
from phucvu.units.tree import UnitEras, load_eras

__all__ = ["last_midnight", "seconds_to_midnight", "zones_of", "zones_past_midnight"]

_DAY = timedelta(days=1)


def zones_of(eras: UnitEras) -> frozenset[str]:
    """Return the time zones whose midnights matter: the site's own and those of units."""
    return eras.time_zones | {settings.TIME_ZONE}


def last_midnight(zones: Iterable[str] | None = None, now: datetime | None = None) -> int:
    """Return the last midnight of any of the zones (of all in use), in seconds since 1970 UTC."""
    now = now or clock.now()
    return max(_midnight(zone, now) for zone in _zones(zones))


def seconds_to_midnight(zones: Iterable[str] | None = None, now: datetime | None = None) -> float:
    """Return the seconds until the next midnight of any of the zones (of all in use)."""
    now = now or clock.now()
    following = min(_midnight(zone, now, days=1) for zone in _zones(zones))
    return following - now.timestamp()


def zones_past_midnight(zones: Collection[str], after: int, until: int) -> set[str]:
    """Return the zones in which a midnight came after the moment `after`, and by `until`."""
    by_then = datetime.fromtimestamp(until, UTC)
    return {zone for zone in zones if _midnight(zone, by_then) > after}


def _zones(zones: Iterable[str] | None) -> Iterable[str]:
    return zones_of(load_eras()) if zones is None else zones


def _midnight(zone: str, now: datetime, days: int = 0) -> int:
    """Return the second at which today, or the day so many days later, begins in a zone.

    Where clocks are put forward at midnight, the day begins with the hour after it.
    """
    here = now.astimezone(ZoneInfo(zone)).date() + days * _DAY
    begins = datetime.combine(here, time.min, tzinfo=ZoneInfo(zone))
    return int(begins.timestamp())
