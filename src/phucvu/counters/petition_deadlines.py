"""Deadlines of petitions, which follow the law and the calendar; the counts follow them."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, transaction
from django.utils import timezone

from phucvu.changes.publishing import take_write_lock
from phucvu.counters.deltas import following
from phucvu.counters.models import ReckonedLaw
from phucvu.register.facts import PETITIONS
from phucvu.register.models import Petition
from phucvu.register.petition_terms import DUE_COLUMNS, PetitionDates, law_digest, petition_dues

__all__ = ["follow_the_law", "reckon_petitions"]

_AT_ONCE = 2_000


def follow_the_law() -> int:
    """Compute the deadlines of petitions anew where a new or gone edition changes them.

    Inside a transaction; returns how many petitions moved.
    """
    digest = law_digest()
    if ReckonedLaw.objects.filter(kind=PETITIONS.name, digest=digest).exists():
        return 0
    moved = reckon_petitions()
    ReckonedLaw.objects.update_or_create(kind=PETITIONS.name, defaults={"digest": digest})
    return moved


def reckon_petitions(unit_ids: Collection[int] | None = None) -> int:
    """Compute the deadlines of petitions anew, in one transaction; return how many moved.

    `unit_ids` selects petitions of these units.
    """
    petitions = Petition.objects.order_by("pk")
    if unit_ids is not None:
        petitions = petitions.filter(unit__in=unit_ids)
    columns = ("pk", "code", *PetitionDates._fields, *DUE_COLUMNS)
    dates = 2 + len(PetitionDates._fields)
    moved = last = 0
    with transaction.atomic():
        take_write_lock()  # before the register is looked at, as `deadlines.reckon_anew` says
        while part := list(petitions.filter(pk__gt=last).values_list(*columns)[:_AT_ONCE]):
            dues = petition_dues([PetitionDates(*row[2:dates]) for row in part])
            changed = {
                row[1]: due for row, due in zip(part, dues, strict=True) if row[dates:] != due
            }
            _write(changed)
            moved += len(changed)
            last = part[-1][0]
    return moved


def _write(changed: dict[str, tuple[int | None, ...]]) -> None:
    if changed:
        sets = ", ".join(f"{column} = %s" for column in (*DUE_COLUMNS, "changed_at"))
        changed_at = connection.ops.adapt_datetimefield_value(timezone.now())
        with following(list(changed), PETITIONS), connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {PETITIONS.table} SET {sets} WHERE code = %s",  # noqa: S608
                [(*due, changed_at, code) for code, due in changed.items()],
            )
