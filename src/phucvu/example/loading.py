"""Loading of the example: the provinces as published, and the simulated city of Vũng Tàu."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib.resources import files
from itertools import islice
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connections

from phucvu.example.keys import example_key
from phucvu.example.sending import Sender
from phucvu.example.vungtau import CITY
from phucvu.example.vungtau.catalogue import profiles
from phucvu.example.vungtau.dossiers import SimulatedDossier
from phucvu.example.vungtau.listing import city_catalogue
from phucvu.example.vungtau.reorganising import reorganise
from phucvu.example.vungtau.simulation import Batch, events
from phucvu.example.vungtau.typed import FLAG, typed_figures
from phucvu.facts.figures import Source
from phucvu.intake.actions import receive
from phucvu.intake.catalogue_file import import_catalogue
from phucvu.intake.kinds import FIGURES
from phucvu.register.models import Dossier, StatedFigure, Status
from phucvu.register.tables import ImportReport
from phucvu.register.walltime import from_wall
from phucvu.units.loading import load_units
from phucvu.units.tree import load_eras

__all__ = ["ZONE", "ExampleError", "city_now", "load_static", "open_dossiers", "run_live"]

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_PUBLISHED = ("provinces-2026-09-17.csv", "provinces-2026-10-10.csv")
_LAG = timedelta(seconds=60)
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
    """Error of the example's own data being refused: a mistake in the program."""


def city_now() -> datetime:
    """Return the moment on the city's clock, to the second, without a zone."""
    return datetime.now(ZONE).replace(tzinfo=None, microsecond=0)


def load_static() -> None:
    """Load units, published figures of the provinces, the city's catalogue and typed-in figures.

    Loading again changes nothing, but the city's figures are typed in anew once a month.
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


def run_live(
    base_url: str,
    key: str | None = None,
    stop_event: Event | None = None,
    *,
    speed: float = 1.0,
    tell: Tell | None = None,
) -> None:
    """Keep the city at work on the running server until `stop_event` is set.

    It waits while the server is away for some time. `tell` is called with everything that was sent.
    """
    stop = stop_event or Event()
    with Sender(base_url, key or example_key(), stop) as sender:
        while not stop.is_set():
            going = open_dossiers()
            _close_the_store()
            for moment, batch in events(city_now(), speed, going):
                wait = (moment - datetime.now(ZONE).replace(tzinfo=None)).total_seconds()
                if wait > 0 and stop.wait(wait):
                    return
                if wait < -_LAG.total_seconds():
                    break  # the computer slept or the server was away: go on from now
                answer = sender.post(batch)
                if answer is None:
                    return
                if tell is not None:
                    tell(moment, batch, answer)


def open_dossiers() -> list[SimulatedDossier]:
    """Return the example's dossiers in the register that have not ended, each with its course.

    The course is drawn again from the dossier's code and moment of submission.
    """
    rows = Dossier.objects.filter(
        code__startswith=f"{CITY}.",
        status__in=_STILL_OPEN,
        handed_over_at=None,
    ).values_list("code", "submitted_at")
    found = [
        SimulatedDossier.of(code, from_wall(submitted))
        for code, submitted in rows
        if submitted is not None
        and (match := _OURS.fullmatch(code))
        and match["unit"] in profiles(from_wall(submitted).date())
    ]
    return found


def _close_the_store() -> None:
    """Close the store's connections: the loop that follows may last for days without one."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def _typed_since(day: date) -> bool:
    return StatedFigure.objects.filter(
        unit__code=CITY,
        source=Source.TYPED,
        flags=FLAG,
        as_of__gte=datetime(day.year, day.month, day.day, tzinfo=ZONE),
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
