"""Facts that name a dossier are counted on it, so that its measures can speak of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from phucvu.counters import deltas
from phucvu.intake.record import FactRecord
from phucvu.intake.store import each
from phucvu.register.facts import DOSSIERS, FACTS, Fact

__all__ = ["COLUMNS", "counted_on", "follow", "named", "put_right"]

_LINKED = tuple(fact for fact in FACTS.values() if fact.counted_on_dossiers)
COLUMNS = tuple(fact.counted_on_dossiers for fact in _LINKED)
"""The columns of dossiers that are counted so."""


def counted_on(codes: Sequence[str]) -> list[tuple[int, ...]]:
    """The values of `COLUMNS` for each of these dossiers."""
    found: list[dict[str, int]] = []
    wanted, parameter = each(codes)
    with connection.cursor() as cursor:
        for fact in _LINKED:
            cursor.execute(
                f"SELECT dossier_code, COUNT(*) FROM {fact.table}"  # noqa: S608
                f" WHERE dossier_code <> '' AND dossier_code IN ({wanted}) GROUP BY dossier_code",
                [parameter],
            )
            found.append(dict(cursor.fetchall()))
    return [tuple(counts.get(code, 0) for counts in found) for code in codes]


def named(fact: Fact, codes: Sequence[str], records: Iterable[FactRecord]) -> set[str]:
    """The dossiers that facts name, those in the register under `codes` and those of `records`."""
    if not fact.counted_on_dossiers:
        return set()
    wanted, parameter = each(codes)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT dossier_code FROM {fact.table} WHERE code IN ({wanted})",  # noqa: S608
            [parameter],
        )
        before = {code for (code,) in cursor.fetchall()}
    return (before | {getattr(record, "dossier_code", "") for record in records}) - {""}


def follow(fact: Fact, dossiers: Iterable[str]) -> None:
    """Inside a transaction: count these facts anew on the dossiers they name, or named."""
    codes = sorted(dossiers)
    if codes:
        wanted, parameter = each(codes)
        with deltas.following(codes, DOSSIERS), connection.cursor() as cursor:
            cursor.execute(f"{_update(fact)} WHERE code IN ({wanted})", [parameter])


def put_right(store: BaseDatabaseWrapper | None = None) -> None:
    """Count all of them anew on every dossier, without the counts following."""
    with (store or connection).cursor() as cursor:
        for fact in _LINKED:
            cursor.execute(
                f"{_update(fact)} WHERE {fact.counted_on_dossiers} <> 0"  # noqa: S608
                f" OR code IN (SELECT dossier_code FROM {fact.table})"
            )


def _update(fact: Fact) -> str:
    return (
        f"UPDATE {DOSSIERS.table} SET {fact.counted_on_dossiers} ="  # noqa: S608
        f" (SELECT COUNT(*) FROM {fact.table} AS fact WHERE fact.dossier_code <> ''"
        f" AND fact.dossier_code = {DOSSIERS.table}.code)"
    )
