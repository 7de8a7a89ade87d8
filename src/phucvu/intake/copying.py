"""Tables that a copy of the register as of a moment takes over unchanged, beside the facts.

Every table of the installation is accounted for here: copied, made anew from the journal, derived
from the register, or left out. `tests/intake/test_as_of.py` holds that none is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

from phucvu.units.models import Reorganisation

__all__ = ["LEFT_OUT", "RECKONED", "copied", "copy_beside_facts"]

_AT_ONCE = 1_000


@runtime_checkable
class Keeping(Protocol):
    """Room with rows of its own that a copy takes over."""

    def as_known_at(self, moment: datetime) -> Iterable[QuerySet[Any]]:
        """Yield the rows that were known at `moment`."""


RECKONED = (
    "counters.CountedMeasure",
    "counters.UnitCount",
    "counters.ProcedureCount",
    "counters.ClockCount",
    "counters.ClockMonthCount",
    "counters.ReckonedLaw",
)
"""Counts, which `phucvu recount` makes in the copy from its facts."""

LEFT_OUT = (
    # What comes in goes to the store that lives; the copy is looked into.
    "intake.Batch", "intake.BatchContent", "intake.FactVersion", "intake.RefusedRecord",
    "intake.BatchHash", "intake.Upload", "intake.SealedPersonal", "intake.CodeRelease",
    "changes.Change",
    # Whoever may look into the copy was given the file.
    "accounts.ApiKey", "accounts.AttemptCount", "accounts.AuditEntry", "accounts.Grant",
    "accounts.AccessRequest", "accounts.IntegrityKey", "admin", "auth", "contenttypes", "sessions",
    "account", "socialaccount", "mfa", "usersessions",
)  # fmt: skip
"""Tables, or all of an application's, of which the copy needs nothing but names."""


def copied(moment: datetime) -> Iterator[QuerySet[Any]]:
    """Yield the rows that are taken over: those each room knows of its own at `moment`.

    A room declares them by `as_known_at` of its `AppConfig`.
    """
    for room in apps.get_app_configs():
        if isinstance(room, Keeping):
            yield from room.as_known_at(moment)


def copy_beside_facts(into: BaseDatabaseWrapper, moment: datetime) -> None:
    """Copy the tables beside the facts, in one transaction of `into`; its tables are emptied.

    Of accounts only the names of those who entered reorganisations: nobody can sign in by them.
    """
    _copy_rows(_actors(), into, _NAMES_ONLY)
    for rows in copied(moment):
        _copy_rows(rows, into)


def _actors() -> QuerySet[Any]:
    accounts = apps.get_model(settings.AUTH_USER_MODEL)._default_manager
    named = Reorganisation.objects.exclude(actor=None).values("actor")
    return accounts.filter(pk__in=named).order_by("pk")


_NAMES_ONLY = {"password": "!", "email": "", "is_active": False, "is_staff": False,
               "is_superuser": False, "last_login": None}  # fmt: skip
"""What an account that is only a name holds, by column."""


_NOTHING_CHANGED: Mapping[str, object] = MappingProxyType({})


def _copy_rows(
    rows: QuerySet[Any],
    into: BaseDatabaseWrapper,
    changed: Mapping[str, object] = _NOTHING_CHANGED,
) -> None:
    """Copy rows unchanged, moments that a model sets by itself among them.

    An annotation named `copied_…` stands in for the column it names; `changed` for any row's.
    """
    table, fields = rows.model._meta.db_table, rows.model._meta.concrete_fields
    quoted = ", ".join(into.ops.quote_name(field.column) for field in fields)
    names = [
        told if (told := f"copied_{field.attname}") in rows.query.annotations else field.attname
        for field in fields
    ]

    def values(row: Sequence[Any]) -> list[Any]:
        return [
            field.get_db_prep_save(changed.get(field.attname, value), into)
            for field, value in zip(fields, row, strict=True)
        ]

    read = rows.values_list(*names).iterator(_AT_ONCE)
    with into.cursor() as cursor:
        cursor.execute(f"DELETE FROM {into.ops.quote_name(table)}")  # noqa: S608
        for part in _parts(map(values, read)):
            cursor.executemany(
                f"INSERT INTO {into.ops.quote_name(table)} ({quoted})"  # noqa: S608
                f" VALUES ({', '.join(['%s'] * len(fields))})",
                part,
            )


def _parts(rows: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    part: list[list[Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == _AT_ONCE:
            yield part
            part = []
    if part:
        yield part
