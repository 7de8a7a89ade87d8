"""Loading the example: the provinces as published, and the simulated city of Vũng Tàu."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timedelta
from importlib.resources import files
from itertools import chain, islice
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connections
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from phucvu.example.keys import example_key
from phucvu.example.sending import Sender
from phucvu.example.vungtau import CITY
from phucvu.example.vungtau.catalogue import profiles
from phucvu.example.vungtau.listing import city_catalogue
from phucvu.example.vungtau.lives import Life
from phucvu.example.vungtau.reorganising import reorganise
from phucvu.example.vungtau.simulation import Batch, events, expected_number, first_day, history
from phucvu.example.vungtau.typed import FLAG, typed_figures
from phucvu.intake import models as intake
from phucvu.intake.actions import receive
from phucvu.intake.catalogue_file import import_catalogue
from phucvu.intake.kinds import FIGURES
from phucvu.register.models import Dossier, Source, StatedFigure, Status
from phucvu.register.tables import ImportReport
from phucvu.register.walltime import from_wall
from phucvu.units.loading import load_units
from phucvu.units.tree import load_eras

__all__ = ["ExampleError", "city_now", "load_history", "load_static", "open_lives", "run_live"]

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_PUBLISHED = ("provinces-2026-09-17.csv", "provinces-2026-10-10.csv")
_BATCH = 500
# The city's last half-year, to be seen beside what became of it. What came in on its very last
# day may have been received on the next, when the city was no more.
_BEFORE = (date(2025, 1, 1), date(2025, 6, 29))
_PATIENCE = 60.0
_LAG = timedelta(seconds=60)
# The journal remembers how far the history has been sent.
_MARK = "example: history until "
_STILL_OPEN = (
    Status.REGISTERED,
    Status.RECEIVED,
    Status.IN_PROCESS,
    Status.SUPPLEMENT_REQUESTED,
    Status.FINISHED,
)
_OURS = re.compile(r"(?P<unit>.+)-\d{6}-\d{5}")

Tell = Callable[[datetime, Batch, dict[str, Any]], None]


class ExampleError(Exception):
    """The example's own data was refused: a mistake in the program."""


def city_now() -> datetime:
    """The moment on the city's clock, to the second, without a zone."""
    return datetime.now(_ZONE).replace(tzinfo=None, microsecond=0)


def load_static() -> None:
    """Units, the published figures of the provinces; the city's catalogue and typed-in figures.

    Loading again changes nothing; the city's figures are typed in anew once a month.
    """
    load_units(_lines("units.csv"), "units.csv")
    if not load_eras().knows(CITY):
        load_units(_lines("vungtau/units.csv"), "units.csv")
    reorganise()
    for name in _PUBLISHED:
        _state(_lines(name), name)
    _accept(import_catalogue(city_catalogue(city_now().date()).splitlines(), "catalogue"))
    today = city_now().date()
    if not _typed_since(today.replace(day=1)):
        _state(typed_figures(today).splitlines(), "typed figures")


def load_history(
    base_url: str,
    key: str | None = None,
    progress: Progress | None = None,
    *,
    stop_event: Event | None = None,
    scale: float = 1.0,
) -> int:
    """Send the dossiers of the city's last half-year and of this year; return how many were sent.

    What an earlier call has sent is not sent again; whole days that passed since are added.
    """
    now = city_now()
    done = _sent_until()
    if done is not None and done.date() >= now.date():
        return 0
    first = max(first_day(now.date()), done.date() if done else date.min)
    sent: Iterator[dict[str, Any]] = (
        message
        for message in history(first, now, scale)
        if done is None or message["NgayNopHoSo"] > f"{done:%Y%m%d%H%M%S}"
    )
    expected = expected_number(first, now.date(), scale)
    if done is None:
        sent = chain(history(_BEFORE[0], now, scale, _BEFORE[1]), sent)
        expected += expected_number(*_BEFORE, scale)
    stop = stop_event or Event()
    with (
        Sender(base_url, key or example_key(), stop, _PATIENCE) as sender,
        _shown(progress) as bar,
    ):
        counts = _send(sent, expected, sender, bar)
    if not stop.is_set():
        _mark_sent(now, counts)
    return sum(counts.values())


def run_live(
    base_url: str,
    key: str | None = None,
    stop_event: Event | None = None,
    *,
    speed: float = 1.0,
    tell: Tell | None = None,
) -> None:
    """Keep the city at work on the running server until `stop_event` is set.

    It outlives a server that is away for a while. `tell` hears of everything that was sent.
    """
    stop = stop_event or Event()
    with Sender(base_url, key or example_key(), stop) as sender:
        while not stop.is_set():
            going = open_lives()
            _let_go_of_the_store()
            for moment, batch in events(city_now(), speed, going):
                wait = (moment - datetime.now(_ZONE).replace(tzinfo=None)).total_seconds()
                if wait > 0 and stop.wait(wait):
                    return
                if wait < -_LAG.total_seconds():
                    break  # the computer slept or the server was away: go on from now
                answer = sender.post(batch)
                if answer is None:
                    return
                if tell is not None:
                    tell(moment, batch, answer)


def open_lives() -> list[Life]:
    """The example's dossiers in the register that have not ended, told anew from their codes."""
    rows = Dossier.objects.filter(
        code__startswith=f"{CITY}.",
        status__in=_STILL_OPEN,
        handed_over_at=None,
    ).values_list("code", "submitted_at")
    found = [
        Life.of(code, from_wall(submitted))
        for code, submitted in rows
        if submitted is not None
        and (match := _OURS.fullmatch(code))
        and match["unit"] in profiles(from_wall(submitted).date())
    ]
    return found


def _send(
    messages: Iterator[dict[str, Any]], expected: int, sender: Sender, progress: Progress
) -> dict[str, int]:
    counts = {"accepted": 0, "unchanged": 0, "refused": 0}
    task = progress.add_task("Dossiers of Vũng Tàu (simulated)", total=expected)
    for batch in _batches(messages):
        answer = sender.post(batch)
        if answer is None:
            break
        for name in counts:
            counts[name] += answer[name]
        if answer["refused"]:
            refused = [r for r in answer.get("results", []) if r.get("result") == "refused"]
            raise ExampleError(f"the server refused {answer['refused']} dossiers: {refused[:3]}")
        progress.advance(task, len(batch))
    else:
        # Fewer than expected: the last day is not over yet.
        progress.update(task, total=sum(counts.values()))
    return counts


def _batches(messages: Iterator[dict[str, Any]]) -> Iterator[Batch]:
    while batch := list(islice(messages, _BATCH)):
        yield batch


def _shown(progress: Progress | None) -> AbstractContextManager[Progress]:
    """The caller's progress display, or one of our own while it is needed."""
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
    intake.Batch.objects.create(
        origin=origin, digest=hashlib.sha256(origin.encode()).hexdigest(), **counts
    )


def _let_go_of_the_store() -> None:
    """What follows may last for days and needs no connection."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def _typed_since(day: date) -> bool:
    return StatedFigure.objects.filter(
        unit__code=CITY,
        source=Source.TYPED,
        flags=FLAG,
        as_of__gte=datetime(day.year, day.month, day.day, tzinfo=_ZONE),
    ).exists()


def _state(lines: list[str], name: str) -> None:
    receipt = receive(list(csv.DictReader(lines)), origin=name, kind=FIGURES)
    refused = (f"{each.code}: {each.reason}" for each in receipt.results if each.reason)
    if receipt.refused:
        raise ExampleError("; ".join(islice(refused, 3)))


def _accept(report: ImportReport) -> None:
    if report.refused:
        raise ExampleError("; ".join(islice(report.messages(), 3)))


def _lines(name: str) -> list[str]:
    return (files("phucvu.example") / name).read_text(encoding="utf-8").splitlines()
