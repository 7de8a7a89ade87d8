"""What other facts say of a dossier stands on it, so that its measures can speak of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from phucvu.counters import deltas
from phucvu.intake import authority
from phucvu.intake.record import FactRecord
from phucvu.intake.store import each
from phucvu.register.facts import DOSSIERS, FACTS, Fact, OnDossiers

__all__ = ["COLUMNS", "follow", "named", "put_right", "said_of"]

_LINKED = tuple((fact, link) for fact in FACTS.values() if (link := fact.on_dossiers) is not None)
COLUMNS = tuple(link.column for _fact, link in _LINKED)
"""The columns of dossiers that hold what other facts say of them."""


def said_of(codes: Sequence[str]) -> list[tuple[int | str, ...]]:
    """The values of `COLUMNS` for each of these dossiers."""
    found: list[dict[str, int | str]] = []
    wanted, parameter = each(codes)
    with connection.cursor() as cursor:
        for fact, link in _LINKED:
            cursor.execute(
                f"SELECT {fact.names_dossier}, {link.value} FROM {fact.table}"  # noqa: S608
                # Of a kind that never came, the codes are not even looked at.
                f" WHERE EXISTS (SELECT 1 FROM {fact.table}) AND {fact.names_dossier} <> ''"
                f" AND {fact.names_dossier} IN ({wanted}) AND speaks"
                f" GROUP BY {fact.names_dossier}",
                [parameter],
            )
            found.append(dict(cursor.fetchall()))
    if not any(found):  # as of dossiers that come for the first time
        return [tuple(link.nothing for _fact, link in _LINKED)] * len(codes)
    return [
        tuple(said.get(code, link.nothing) for said, (_, link) in zip(found, _LINKED, strict=True))
        for code in codes
    ]


def named(fact: Fact, codes: Sequence[str], records: Iterable[FactRecord]) -> set[str]:
    """The dossiers that facts name, those in the register under `codes` and those of `records`."""
    if fact.on_dossiers is None:
        return set()
    wanted, parameter = each(codes)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT {fact.names_dossier} FROM {fact.table}"  # noqa: S608
            f" WHERE code IN ({wanted})",
            [parameter],
        )
        before = {code for (code,) in cursor.fetchall()}
    return (before | {getattr(record, fact.names_dossier) for record in records}) - {""}


def follow(fact: Fact, dossiers: Iterable[str], moment: datetime) -> None:
    """Inside a transaction: say anew of these dossiers what such facts say of them."""
    codes = sorted(dossiers)
    if codes and fact.on_dossiers is not None:
        wanted, parameter = each(codes)
        changed_at = connection.ops.adapt_datetimefield_value(moment)
        with deltas.following(codes, DOSSIERS), connection.cursor() as cursor:
            update = _update(fact, fact.on_dossiers)
            cursor.execute(
                f"{update}, changed_at = %s WHERE code IN ({wanted})", [changed_at, parameter]
            )


def put_right(store: BaseDatabaseWrapper | None = None) -> None:
    """Say all of it anew of every dossier, without the counts following."""
    authority.judge_all(store)
    with (store or connection).cursor() as cursor:
        for fact, link in _LINKED:
            cursor.execute(
                f"{_update(fact, link)} WHERE {link.column} <> {_literal(link.nothing)}"  # noqa: S608
                f" OR code IN (SELECT {fact.names_dossier} FROM {fact.table})"
            )


def _update(fact: Fact, link: OnDossiers) -> str:
    named = fact.names_dossier
    return (
        f"UPDATE {DOSSIERS.table} SET {link.column} = COALESCE("  # noqa: S608
        f"(SELECT {link.value} FROM {fact.table} AS fact WHERE fact.{named} <> '' AND fact.speaks"
        f" AND fact.{named} = {DOSSIERS.table}.code GROUP BY fact.{named}),"
        f" {_literal(link.nothing)})"
    )


def _literal(nothing: int | str) -> str:
    return f"'{nothing}'" if isinstance(nothing, str) else str(nothing)
