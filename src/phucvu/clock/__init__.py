"""The clock by which everything is judged: dossiers, scores, which units are in force.

In a store in use it shows the wall clock's time. A copy that was rebuilt as of a moment stands at
that moment, however much later it is read: `now` is the earlier of the two.

What is only noted (a sign-in, a key's last use, when a file was brought) has the wall clock's own
time (`django.utils.timezone`), and so has access, which is granted to people living now.
`tests/clock/test_one_clock.py` holds which module uses which.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

__all__ = ["at_most", "forget", "now", "stand_at", "stands_at", "today"]

_TABLE, _ONLY = "clock_standsat", 1

_Store = tuple[str, ...]
# A store is made as a copy or never becomes one, so each is asked once by a process.
_known: dict[_Store, datetime | None] = {}


def now() -> datetime:
    """Return the moment, with its zone, at which facts and scores are judged."""
    return at_most(timezone.now())


def today() -> date:
    """Return the day of `now` in the current time zone."""
    return timezone.localdate(now())


def at_most(moment: datetime) -> datetime:
    """Return `moment`, or the moment the store stands at, whichever is earlier."""
    held = stands_at()
    return moment if held is None else min(moment, held)


def stands_at() -> datetime | None:
    """Return the moment of which this store is a copy; None for a store in use."""
    store = _name(connection)
    if store not in _known:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT moment FROM {_TABLE} WHERE id = %s", [_ONLY])  # noqa: S608
            row = cursor.fetchone()
        _known[store] = None if row is None else _aware(row[0])
    return _known[store]


def stand_at(moment: datetime, store: BaseDatabaseWrapper) -> None:
    """Make a store stand at a moment for good, in the transaction that fills it."""
    with store.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_TABLE} (id, moment) VALUES (%s, %s)",  # noqa: S608
            [_ONLY, store.ops.adapt_datetimefield_value(moment)],
        )
    forget()


def forget() -> None:
    """Forget the moments read from stores, so that the next call reads them again."""
    _known.clear()


def _name(store: BaseDatabaseWrapper) -> _Store:
    given = store.settings_dict
    return tuple(str(given.get(part, "")) for part in ("ENGINE", "NAME", "HOST", "PORT"))


def _aware(read: datetime | str) -> datetime:
    """Return a moment read by plain SQL with its zone; SQLite gives it as text, in UTC."""
    moment = datetime.fromisoformat(read) if isinstance(read, str) else read
    return moment if moment.tzinfo else timezone.make_aware(moment, timezone.get_fixed_timezone(0))
