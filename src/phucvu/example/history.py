"""Past dossiers of the example city: its last half-year and this year, the last week day by day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, time, timedelta
from itertools import chain, islice, pairwise
from threading import Event
from typing import Any

from django.db import transaction
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from phucvu.changes.publishing import take_write_lock
from phucvu.example.keys import example_key
from phucvu.example.loading import ZONE, ExampleError, city_now
from phucvu.example.sending import Sender
from phucvu.example.vungtau.simulation import (
    Batch,
    expected_number,
    first_day,
    history,
    simulated_dossiers,
)
from phucvu.intake import models as intake
from phucvu.intake.integrity import hashing
from phucvu.results.keeping import WEEK, keep_day

__all__ = ["BEFORE", "load_history"]

BEFORE = (date(2025, 1, 1), date(2025, 6, 29))
"""The city's last half-year, to be seen beside what became of it. What came in on its very last
day may have been received on the next, when the city was no more."""

_BATCH = 500
_PATIENCE = 60.0
# The journal remembers how far the history has been sent.
_MARK = "example: history until "

Messages = Iterator[dict[str, Any]]


def load_history(
    base_url: str,
    key: str | None = None,
    progress: Progress | None = None,
    *,
    stop_event: Event | None = None,
    scale: float = 1.0,
) -> int:
    """Send the dossiers of the city's last half-year and of this year; return the number of
    messages.

    The last seven days are sent one after the other, and before each the daily snapshot is stored
    as the pages show the scores then, as a server that had been running would have done. Dossiers
    sent by an earlier call are not sent again; whole days that passed since are added.
    """
    now, done = city_now(), _sent_until()
    if done is not None and done.date() >= now.date():
        return 0
    first = max(first_day(now.date()), done.date() if done else date.min)
    expected = expected_number(first, now.date(), scale)
    if done is None:
        expected += expected_number(*BEFORE, scale)
    stop = stop_event or Event()
    counts = {"accepted": 0, "unchanged": 0, "refused": 0}
    with (
        Sender(base_url, key or example_key(), stop, _PATIENCE) as sender,
        _shown(progress) as bar,
    ):
        task = bar.add_task("Dossiers of Vũng Tàu (simulated)", total=expected)
        for messages, night in _parts(first, now, done, scale):
            for batch in _batches(messages):
                if not _send(batch, sender, counts):
                    return sum(counts.values())
                bar.advance(task, len(batch))
            if night is not None:
                keep_day(night.replace(tzinfo=ZONE))
        # Not as many as expected: some were sent in two states, and the last day is not over.
        bar.update(task, total=sum(counts.values()), completed=sum(counts.values()))
    _mark_sent(now, counts)
    return sum(counts.values())


def _parts(
    first: date, now: datetime, done: datetime | None, scale: float
) -> Iterator[tuple[Messages, datetime | None]]:
    """Yield the messages in the order of sending, with the moment of the snapshot to store after
    each.
    """
    known = list(simulated_dossiers(first, now.date(), scale))
    if done is not None:
        yield history([dossier for dossier in known if dossier.submitted > done], now), None
        return
    today = datetime.combine(now.date(), time())
    nights = [today - WEEK + timedelta(days=ahead) for ahead in range(WEEK.days)]
    yield (
        chain(history(simulated_dossiers(*BEFORE, scale), now), history(known, nights[0])),
        nights[0],
    )
    for since, night in pairwise(nights):
        yield history(known, night, since), night
    yield history(known, now, nights[-1]), None


def _send(batch: Batch, sender: Sender, counts: dict[str, int]) -> bool:
    """Send a batch and add its results to `counts`; False where the sender was told to stop."""
    answer = sender.post(batch)
    if answer is None:
        return False
    for name in counts:
        counts[name] += answer[name]
    if answer["refused"]:
        refused = [r for r in answer.get("results", []) if r.get("result") == "refused"]
        raise ExampleError(f"the server refused {answer['refused']} dossiers: {refused[:3]}")
    return True


def _batches(messages: Messages) -> Iterator[Batch]:
    while batch := list(islice(messages, _BATCH)):
        yield batch


def _shown(progress: Progress | None) -> AbstractContextManager[Progress]:
    """Return the caller's progress display, or a new one."""
    if progress is not None:
        return nullcontext(progress)
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )


def _sent_until() -> datetime | None:
    mark = intake.Batch.objects.filter(origin__startswith=_MARK).order_by("-id").first()
    return datetime.fromisoformat(mark.origin.removeprefix(_MARK)) if mark else None


def _mark_sent(until: datetime, counts: dict[str, int]) -> None:
    origin = f"{_MARK}{until.isoformat()}"
    with transaction.atomic():
        take_write_lock()
        mark = intake.Batch.objects.create(
            origin=origin, digest=hashlib.sha256(origin.encode()).hexdigest(), **counts
        )
        hashing.add(mark, b"", ())
