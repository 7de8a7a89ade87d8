"""Limits on repeated attempts, counted in the store, so for all processes together."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict

from django.db import connection
from django.db.models import F

from phucvu.accounts.records.attempts import AttemptCount

__all__ = ["FailureLimit", "Pace"]

_TABLE = AttemptCount._meta.db_table
_LONGEST_KEPT = 3_600.0


class FailureLimit:
    """Limit on failed attempts by an address and a name, of a key or of an account.

    It hits no other: another address, or another name, is counted apart. Asking costs one look-up
    by primary key, a failure one write.
    """

    def __init__(self, name: str, most: int = 20, seconds: float = 60.0) -> None:
        self._name = name
        self._most = most
        self._seconds = seconds

    def wait(self, who: tuple[str, str]) -> float:
        """Return the seconds until `who` may try again; 0 for at once."""
        # Asked with every request that bears a key: by hand, which takes a fifth of the time.
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count, since FROM {_TABLE} WHERE who = %s",  # noqa: S608
                [self._key(who)],
            )
            found = cursor.fetchone()
        return 0.0 if found is None else self._left(*found)

    def take(self, who: tuple[str, str]) -> bool:
        """Count an attempt before it is made, so that many at once do not pass together.

        Returns False where there were too many already. A success has to be given back.
        """
        if self.wait(who) > 0:
            return False
        self.note(who)
        return True

    def give_back(self, who: tuple[str, str]) -> None:
        """Take back an attempt that was no failure."""
        AttemptCount.objects.filter(who=self._key(who), count__gt=0).update(count=F("count") - 1)

    def forget(self, who: tuple[str, str]) -> None:
        """Forget the failures of `who`."""
        AttemptCount.objects.filter(who=self._key(who)).delete()

    def note(self, who: tuple[str, str], times: int = 1) -> float:
        """Count a failure (or several); return the seconds that `wait` would return now."""
        now = time.time()
        over = now - self._seconds
        with connection.cursor() as cursor:
            # One statement: of two processes at the same moment none is lost.
            cursor.execute(
                f"INSERT INTO {_TABLE} (who, count, since) VALUES (%s, %s, %s)"  # noqa: S608
                f" ON CONFLICT (who) DO UPDATE SET"
                f" count = excluded.count + CASE WHEN {_TABLE}.since <= %s"
                f" THEN 0 ELSE {_TABLE}.count END,"
                f" since = CASE WHEN {_TABLE}.since <= %s THEN excluded.since"
                f" ELSE {_TABLE}.since END RETURNING count, since",
                [self._key(who), times, now, over, over],
            )
            count, since = cursor.fetchone()
        if count == times:
            AttemptCount.objects.filter(since__lt=now - _LONGEST_KEPT).delete()
        return self._left(count, since)

    def _left(self, count: int, since: float) -> float:
        left = since + self._seconds - time.time()
        return left if count >= self._most and left > 0 else 0.0

    def _key(self, who: tuple[str, str]) -> str:
        return hashlib.sha256("\0".join((self._name, *who)).encode()).hexdigest()


class Pace:
    """Limit on how often an address may ask, for all processes together.

    A process reports to the store once in `reports` parts of the limit, so an address that asks now
    and then costs the store nothing; the limit is exact to within such a part for each process.
    """

    def __init__(
        self,
        name: str,
        most: int,
        seconds: float = 60.0,
        remembered: int = 10_000,
        reports: int = 20,
    ) -> None:
        self._shared = FailureLimit(name, most, seconds)
        self._seconds = seconds
        self._part = max(1, most // reports)
        self._remembered = remembered
        self._asked: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._shut: dict[str, float] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Forget what this process alone remembers."""
        with self._lock:
            self._asked.clear()
            self._shut.clear()

    def ask(self, address: str) -> float:
        """Count a request; return the seconds until the address may ask again, 0 where it may."""
        now = time.monotonic()
        with self._lock:
            left = self._shut.get(address, now) - now
            if left > 0:
                return left
            self._shut.pop(address, None)
            count, since = self._asked.pop(address, (0, now))
            count, since = (1, now) if now - since >= self._seconds else (count + 1, since)
            if count < self._part:
                self._asked[address] = count, since
                while len(self._asked) > self._remembered:
                    self._asked.popitem(last=False)
                return 0.0
        left = self._shared.note((address, ""), count)
        if left > 0:
            with self._lock:
                self._shut[address] = now + left
                if len(self._shut) > self._remembered:
                    self._shut = {who: end for who, end in self._shut.items() if end > now}
        return 0.0
