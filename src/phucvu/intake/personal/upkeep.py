"""Upkeep of personal data: purging it in time, changing keys, and its state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from phucvu.accounts import audit
from phucvu.accounts.policy import Resource
from phucvu.intake.personal.ending import long_ended_dossiers
from phucvu.intake.personal.models import SealedPersonal
from phucvu.intake.personal.sealing import mark_of, newest_mark, open_sealed, reseal, seal
from phucvu.register.models import Dossier

__all__ = ["Purged", "Standing", "purge", "rotate", "status"]

_AT_ONCE = 1_000


@dataclass(frozen=True)
class Purged:
    """Result of a purge: versions deleted, of how many dossiers; versions that lost a field turned
    off.
    """

    versions: int
    dossiers: int
    stripped: int


@dataclass(frozen=True)
class Standing:
    """State of personal data: versions by the key's mark; versions that a purge would take."""

    versions: int
    dossiers: int
    by_key: dict[str, int]
    due: int
    unreadable: int


def purge(by: str) -> Purged:
    """Delete what is due, belongs to no dossier, or is of fields turned off.

    Raises `UnreadableError` where a field is to be taken out of a version no key opens.
    """
    _overwrite_what_is_deleted()
    with transaction.atomic():
        due = _due()
        dossiers = due.order_by().values("code").distinct().count()
        versions, _by_model = due.delete()
        stripped = sum(_strip(row) for row in _one_by_one(_partly_off()))
        if versions or stripped:
            audit.note(
                by, "personal.purged", Resource.PERSONAL,
                versions=versions, dossiers=dossiers, stripped=stripped,
            )  # fmt: skip
    _empty_the_log()
    return Purged(versions, dossiers, stripped)


def rotate(by: str) -> int:
    """Seal everything under the newest key; how many versions changed. May be run again.

    Raises `UnreadableError` where none of the keys opens a version.
    """
    _overwrite_what_is_deleted()
    newest = newest_mark()
    changed = 0
    with transaction.atomic():
        for row in _one_by_one(SealedPersonal.objects.exclude(key=newest)):
            row.sealed, row.key = reseal(bytes(row.sealed)), newest
            row.save(update_fields=["sealed", "key"])
            changed += 1
        if changed:
            audit.note(by, "personal.rotated", Resource.PERSONAL, versions=changed, key=newest)
    _empty_the_log()
    return changed


def status() -> Standing:
    """Return the present state."""
    rows = SealedPersonal.objects.order_by()
    by_key = dict(rows.values_list("key").annotate(Count("id")))
    known = {mark_of(key) for key in settings.PHUCVU_PERSONAL_KEYS}
    return Standing(
        sum(by_key.values()),
        rows.values("code").distinct().count(),
        by_key,
        _due().count() + _partly_off().count(),
        sum(count for mark, count in by_key.items() if mark not in known),
    )


def _due() -> QuerySet[SealedPersonal]:
    known = Exists(Dossier.objects.filter(code=OuterRef("code")))
    over = Exists(long_ended_dossiers().filter(code=OuterRef("code")))
    return SealedPersonal.objects.filter(~known | Q(over) | Q(fields__in=_off(wholly=True)))


def _partly_off() -> QuerySet[SealedPersonal]:
    return SealedPersonal.objects.filter(fields__in=_off(wholly=False))


def _off(*, wholly: bool) -> list[str]:
    """Return the sets of fields, as rows name them, of which all, or some only, are turned off."""
    on = set(settings.PHUCVU_PERSONAL)
    found = SealedPersonal.objects.order_by().values_list("fields", flat=True).distinct()
    sets = [(text, set(text.split(","))) for text in found]
    if wholly:
        return [text for text, names in sets if names.isdisjoint(on)]
    return [text for text, names in sets if names & on and not names <= on]


def _strip(row: SealedPersonal) -> int:
    values = open_sealed(row.code, bytes(row.sealed))
    kept = {name: values[name] for name in settings.PHUCVU_PERSONAL if name in values}
    row.fields, row.key, row.sealed = ",".join(kept), newest_mark(), seal(row.code, kept)
    row.save(update_fields=["fields", "key", "sealed"])
    return 1


def _one_by_one(rows: QuerySet[SealedPersonal]) -> Iterator[SealedPersonal]:
    """Yield each row, in parts: the caller writes in between."""
    last = 0
    while part := list(rows.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        yield from part
        last = part[-1].pk


def _overwrite_what_is_deleted() -> None:
    """Have SQLite overwrite deleted bytes, which it leaves in its file otherwise."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _empty_the_log() -> None:
    """Empty SQLite's log of writes, which still holds pages as they were."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
