"""Derived columns of dossiers from facts about them, so that measures of dossiers can read
these.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from phucvu.counters import deltas
from phucvu.intake import authority
from phucvu.intake.record import FactRecord
from phucvu.intake.store import each
from phucvu.register.facts import DOSSIERS, FACTS, Fact

__all__ = ["COLUMNS", "follow", "named", "put_right", "said_of"]

_LINKED = tuple(fact for fact in FACTS.values() if fact.on_dossiers)
_LINKS = tuple(link for fact in _LINKED for link in fact.on_dossiers)
COLUMNS = tuple(link.column for link in _LINKS)
"""The columns of dossiers that hold what other facts say of them."""


def said_of(codes: Sequence[str]) -> list[tuple[int | str, ...]]:
    """Return the derived columns `COLUMNS` of each of these dossiers."""
    found: list[tuple[Fact, dict[str, tuple[int | str, ...]]]] = []
    wanted, parameter = each(codes)
    with connection.cursor() as cursor:
        for fact in _LINKED:
            values = ", ".join(link.value for link in fact.on_dossiers)
            cursor.execute(
                f"SELECT {fact.names_dossier}, {values} FROM {fact.table}"  # noqa: S608
                # Of a kind that never came, the codes are not even looked at.
                f" WHERE EXISTS (SELECT 1 FROM {fact.table}) AND {fact.names_dossier} <> ''"
                f" AND {fact.names_dossier} IN ({wanted}) AND speaks"
                f" GROUP BY {fact.names_dossier}",
                [parameter],
            )
            found.append((fact, {code: tuple(said) for code, *said in cursor.fetchall()}))
    if not any(said for _fact, said in found):  # as of dossiers that come for the first time
        return [tuple(link.nothing for link in _LINKS)] * len(codes)
    nothing = {fact.name: tuple(link.nothing for link in fact.on_dossiers) for fact in _LINKED}
    return [
        tuple(value for fact, said in found for value in said.get(code, nothing[fact.name]))
        for code in codes
    ]


def named(fact: Fact, codes: Sequence[str], records: Iterable[FactRecord]) -> set[str]:
    """Return the dossiers that facts name, those in the register under `codes` and those of
    `records`.
    """
    if not fact.on_dossiers:
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
    """Derive the columns of these dossiers anew from such facts, inside a transaction."""
    codes = sorted(dossiers)
    if codes and fact.on_dossiers:
        wanted, parameter = each(codes)
        changed_at = connection.ops.adapt_datetimefield_value(moment)
        with deltas.following(codes, DOSSIERS), connection.cursor() as cursor:
            cursor.execute(
                f"{_update(fact)}, changed_at = %s WHERE code IN ({wanted})",
                [changed_at, parameter],
            )


def put_right(store: BaseDatabaseWrapper | None = None) -> None:
    """Derive all of these columns of every dossier anew, without the counts following."""
    authority.judge_all(store)
    with (store or connection).cursor() as cursor:
        for fact in _LINKED:
            said = (f"{link.column} <> {_literal(link.nothing)}" for link in fact.on_dossiers)
            cursor.execute(
                f"{_update(fact)} WHERE {' OR '.join(said)}"  # noqa: S608
                f" OR code IN (SELECT {fact.names_dossier} FROM {fact.table})"
            )


def _update(fact: Fact) -> str:
    """Return an UPDATE of dossiers by all that such facts say of each."""
    named = fact.names_dossier
    columns = ", ".join(link.column for link in fact.on_dossiers)
    # Over no rows an aggregate is null.
    values = ", ".join(f"COALESCE({v.value}, {_literal(v.nothing)})" for v in fact.on_dossiers)
    return (
        f"UPDATE {DOSSIERS.table} SET ({columns}) = (SELECT {values}"  # noqa: S608
        f" FROM {fact.table} AS fact WHERE fact.{named} <> '' AND fact.speaks"
        f" AND fact.{named} = {DOSSIERS.table}.code)"
    )


def _literal(nothing: int | str) -> str:
    return f"'{nothing}'" if isinstance(nothing, str) else str(nothing)
