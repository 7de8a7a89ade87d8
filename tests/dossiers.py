"""Dossiers for tests: plain rows of the register, without intake."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from phucvu.counters.deltas import following
from phucvu.counters.pooling import Asked, pooled
from phucvu.counters.reading import Window
from phucvu.measures import MeasureBook
from phucvu.register.models import Dossier, Procedure, ProcedureAtUnit, Status
from phucvu.register.walltime import to_wall
from phucvu.scoring import Period
from phucvu.units.models import Kind, Unit

__all__ = ["counts_of", "dossier", "listed", "store", "unit", "wall"]


def wall(text: str) -> int:
    """Wall time of an ISO date or date-time."""
    return to_wall(datetime.fromisoformat(text))


def unit(code: str, parent: Unit | None = None, kind: Kind = Kind.COMMUNE, **more: Any) -> Unit:
    """A unit in force, kept."""
    return Unit.objects.create(code=code, name=f"Đơn vị {code}", parent=parent, kind=kind, **more)


def dossier(code: str, of: Unit, received: str = "2026-03-02T08:00", **columns: Any) -> Dossier:
    """A received dossier, promised ten days after; moments may be given as ISO text."""
    start = wall(received)
    values: dict[str, Any] = {
        "procedure_code": "1.000001",
        "status": Status.IN_PROCESS,
        "submitted_at": start,
        "received_at": start,
        "promised_at": start + to_wall(datetime(1970, 1, 1) + timedelta(days=10)),
        "digest": "",
        "changed_at": timezone.now(),
    }
    for name, value in columns.items():
        is_moment = name.endswith("_at") and isinstance(value, str)
        values[name] = wall(value) if is_moment else value
    return Dossier(code=code, unit=of, **values)


def store(*dossiers: Dossier) -> None:
    """Insert or replace by code, the counts following, in one transaction."""
    codes = [item.code for item in dossiers]
    with transaction.atomic(), following(codes):
        Dossier.objects.filter(code__in=codes).delete()
        Dossier.objects.bulk_create(dossiers)


def listed(code: str, *at: Unit, since: str = "", level: int = 4, **facts: Any) -> None:
    """The procedure `code` in the catalogue of some units, from a day on or since ever."""
    held = {
        "procedure_code": code,
        "from_at": wall(since) if since else None,
        "digest": "",
        "changed_at": timezone.now(),
    }
    named = f"{code} {since}".strip()
    if not Procedure.objects.filter(code=named).exists():
        keeper = at[0] if at else Unit.objects.first()
        values = {"name": code, **facts, **held}
        Procedure.objects.create(code=named, unit=keeper, **values)
    for of in at:
        ProcedureAtUnit.objects.create(
            code=f"{of.code} {named}", unit=of, online_level=level, **held
        )


def counts_of(
    of: Unit, book: MeasureBook, period: Period, window: Window, bound: int | None = None
) -> dict[str, int]:
    """What the unit's own facts come to by measure, read as pages read it.

    Measures that depend on the clock are among them where there is a `bound`.
    """
    names = [name for name, measure in book.items() if bound is not None or not measure.clock]
    asked = Asked(book, {window: names}, period, bound or 0)
    return pooled(asked, {of.pk: [of.pk]})[of.pk][window]
