"""News of changes and midnights as events, and the source they are read from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Protocol

from django.conf import settings
from django.db import connection
from django.utils import timezone

from phucvu import clock
from phucvu.changes import following
from phucvu.units.kin import codes_reached
from phucvu.units.midnights import last_midnight, zones_of, zones_past_midnight
from phucvu.units.tree import UnitEras, load_eras
from phucvu.web.live.marks import Mark, newest_mark

__all__ = ["ChangeReader", "News", "NewsSource"]

MOST_MISSED = 2_000
TREE_FOR = 60.0


@dataclass(frozen=True)
class News:
    """Changes up to `mark`: the codes of the changed units; None for too many to list."""

    mark: Mark
    units: frozenset[str] | None
    moment: datetime | None = None
    _written: dict[frozenset[str], bytes | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    def event(self, followed: frozenset[str]) -> bytes | None:
        """Write the event for a listener to these units (to all, where empty); None if it is not
        for it.

        It is written once for all listeners to the same units: a thousand may have one page open.
        """
        if followed not in self._written:
            self._written[followed] = self._write(followed)
        return self._written[followed]

    def _write(self, followed: frozenset[str]) -> bytes | None:
        if self.units is None:
            return f"event: reset\nid: {self.mark}\ndata: {{}}\n\n".encode()
        units = self.units & followed if followed else self.units
        if not units:
            return None
        moment = timezone.localtime(self.moment).isoformat(timespec="seconds")
        data = json.dumps({"units": sorted(units), "moment": moment}, separators=(",", ":"))
        return f"event: change\nid: {self.mark}\ndata: {data}\n\n".encode()


class NewsSource(Protocol):
    """Source from which a hub learns of changes.

    Its methods may block; they run in the watcher's thread.
    """

    newest: Mark
    """the newest that was told, or taken as known"""

    def start(self) -> None:
        """Take the present changes as known; `news` begins after them."""

    def news(self) -> News | None:
        """Return the changes since `start` or the last `news`; None where there are none."""

    def after(self, since: Mark) -> News | None:
        """Return the changes after the mark `since`."""

    def close(self) -> None:
        """Release the source's connections."""


class ChangeReader:
    """Source that reads changes from the database and midnights from the clock.

    The write lock makes writers take turns, so ids appear in their order.
    """

    def __init__(self) -> None:
        self.newest = Mark()
        self._eras: UnitEras | None = None
        self._loaded_at = 0.0

    def start(self) -> None:
        self.newest = newest_mark()

    def news(self) -> News | None:
        news = self._tell(self.newest)
        if news is not None:
            self.newest = news.mark
        return news

    def after(self, since: Mark) -> News | None:
        if following.is_swept(since.change):
            return News(self.newest, None)
        return self._tell(since)

    def close(self) -> None:
        connection.close()

    def _tell(self, since: Mark) -> News | None:
        changes = following.after(since.change, MOST_MISSED)
        zones = zones_of(self._known())
        newest = last_midnight(zones)
        midnight = bool(since.midnight) and newest != since.midnight
        if not changes and not midnight:
            return None
        mark = Mark(changes[-1].number if changes else since.change, newest)
        if len(changes) == MOST_MISSED:
            return News(mark, None)
        codes = self._codes({unit for change in changes for unit in change.units})
        if midnight:
            codes |= self._codes_in(zones_past_midnight(zones, since.midnight, newest))
        return News(mark, frozenset(codes), changes[-1].moment if changes else clock.now())

    def _codes(self, changed: set[int]) -> set[str]:
        """Return the codes under which an open page may count facts of these units, of any period
        and map.

        A unit that is not among the units read last makes them be read anew.
        """
        eras = self._known(changed)
        return set().union(*(codes_reached(eras, unit) for unit in changed))

    def _codes_in(self, zones: set[str]) -> set[str]:
        """Return the codes of units that a midnight of these zones touches.

        Figures are judged by the site's own clock, so its midnight touches every unit.
        """
        eras = self._known()
        if settings.TIME_ZONE in zones:
            return set(eras.codes)
        return self._codes({state.node.id for state in eras if state.node.time_zone in zones})

    def _known(self, units: Iterable[int] = ()) -> UnitEras:
        """Return the units, read anew from time to time and where one of `units` is not among
        them.
        """
        now = monotonic()
        eras = self._eras
        stale = now - self._loaded_at > TREE_FOR
        if eras is None or stale or not all(unit in eras for unit in units):
            eras, self._loaded_at = load_eras(), now
            self._eras = eras
        return eras
