"""What changed, as an event, and where it is read from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Protocol

from django.db import connection
from django.db.models import Max, Min
from django.utils import timezone

from phucvu.counters.models import Change
from phucvu.units.kin import codes_reached
from phucvu.units.tree import UnitEras, load_eras

__all__ = ["News", "Reader", "Source"]

MOST_MISSED = 2_000
TREE_FOR = 60.0


@dataclass(frozen=True)
class News:
    """Changes up to `id`: the codes of the units they touch. Without units: too much to list."""

    id: int
    units: frozenset[str] | None
    moment: datetime | None = None
    _written: dict[frozenset[str], bytes | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    def event(self, followed: frozenset[str]) -> bytes | None:
        """The event for a listener to these units (to all, where empty); None: not for it.

        Written once for all who follow the same: a thousand may have one page open.
        """
        if followed not in self._written:
            self._written[followed] = self._write(followed)
        return self._written[followed]

    def _write(self, followed: frozenset[str]) -> bytes | None:
        if self.units is None:
            return f"event: reset\nid: {self.id}\ndata: {{}}\n\n".encode()
        units = self.units & followed if followed else self.units
        if not units:
            return None
        moment = timezone.localtime(self.moment).isoformat(timespec="seconds")
        data = json.dumps({"units": sorted(units), "moment": moment}, separators=(",", ":"))
        return f"event: change\nid: {self.id}\ndata: {data}\n\n".encode()


class Source(Protocol):
    """Where a hub learns of changes. Its methods may block; they run in the watcher's thread."""

    newest: int
    """the newest change that was told, or taken as known"""

    def start(self) -> None:
        """Take what is there as known; `news` begins after it."""

    def news(self) -> News | None:
        """What changed since `start` or the last `news`; None where nothing did."""

    def after(self, since: int) -> News | None:
        """What changed after the change `since`."""

    def close(self) -> None:
        """Let go of what is held."""


class Reader:
    """Reads changes from the database. Writers take turns, so ids appear in their order."""

    def __init__(self) -> None:
        self.newest = 0
        self._eras: UnitEras | None = None
        self._loaded_at = 0.0

    def start(self) -> None:
        self.newest = Change.objects.aggregate(newest=Max("pk"))["newest"] or 0

    def news(self) -> News | None:
        news = self._tell(self.newest)
        if news is not None:
            self.newest = news.id
        return news

    def after(self, since: int) -> News | None:
        oldest = Change.objects.aggregate(oldest=Min("pk"))["oldest"]
        if oldest is not None and oldest > since + 1:
            # What came between was swept away: nobody can say which units it touched.
            return News(self.newest, None)
        return self._tell(since)

    def close(self) -> None:
        connection.close()

    def _tell(self, since: int) -> News | None:
        rows = list(
            Change.objects.filter(pk__gt=since)
            .order_by("pk")
            .values_list("pk", "unit_ids", "moment")[:MOST_MISSED]
        )
        if not rows:
            return None
        newest, _, moment = rows[-1]
        if len(rows) == MOST_MISSED:
            return News(newest, None)
        changed = {unit for _, units, _ in rows for unit in units}
        return News(newest, frozenset(self._codes(changed)), moment)

    def _codes(self, changed: set[int]) -> set[str]:
        """The codes under which an open page may count facts of these units: of any period and map.

        A unit that nobody knew when the units were last read makes them be read anew.
        """
        now = monotonic()
        eras = self._eras
        known = eras is not None and all(unit in eras for unit in changed)
        if eras is None or not known or now - self._loaded_at > TREE_FOR:
            eras, self._loaded_at = load_eras(), now
            self._eras = eras
        return set().union(*(codes_reached(eras, unit) for unit in changed))
