"""The register's table, read and written by the thousand.

Plain SQL in place of the ORM: building and saving a model object for each dossier costs several
times what reading the message does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from phucvu.intake.record import CLOCK_COLUMNS, COLUMNS, NO_CLOCK, DossierRecord
from phucvu.register.models import Dossier
from phucvu.register.terms import Dated, due_by_term

__all__ = ["Stored", "each", "existing", "remove", "rows", "upsert"]

_TABLE = Dossier._meta.db_table
# Beside what was sent: what the catalogue and the calendar make of it, and its fingerprint.
_ADDED = ("term_due_at", "digest")
_WRITTEN = (*COLUMNS, *_ADDED, "changed_at")
_NAMES = ", ".join(_WRITTEN)
_UPDATE = ", ".join(f"{name} = excluded.{name}" for name in _WRITTEN if name != "code")


class Stored(NamedTuple):
    """What the register holds of a dossier already."""

    digest: str
    unit_id: int
    clock: int


def each(texts: Sequence[str]) -> tuple[str, str]:
    """A SELECT of one row a text, and its only parameter: databases limit how many there may be."""
    function = "json_array_elements_text" if connection.vendor == "postgresql" else "json_each"
    return f"SELECT value FROM {function}(%s)", msgspec.json.encode(texts).decode()  # noqa: S608


def existing(codes: Sequence[str]) -> dict[str, Stored]:
    """Those of the dossiers that are in the register, by code."""
    if not codes:
        return {}
    latest = "GREATEST" if connection.vendor == "postgresql" else "MAX"
    moments = ", ".join(f"COALESCE({name}, {NO_CLOCK})" for name in CLOCK_COLUMNS)
    wanted, parameter = each(codes)
    query = f"""
        SELECT code, digest, unit_id, {latest}({moments}) FROM {_TABLE} WHERE code IN ({wanted})
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, [parameter])
        return {code: Stored(*rest) for code, *rest in cursor}


def rows(codes: Sequence[str]) -> dict[str, tuple[DossierRecord, str]]:
    """Those of the dossiers that are in the register, whole and with their digest, by code."""
    wanted, parameter = each(codes)
    names = ", ".join((*COLUMNS, "digest"))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {_TABLE} WHERE code IN ({wanted})", [parameter])  # noqa: S608
        return {row[0]: (DossierRecord(*row[:-1]), row[-1]) for row in cursor}


def upsert(
    records: Sequence[tuple[DossierRecord, str]],
    moment: datetime,
    into: BaseDatabaseWrapper | None = None,
) -> None:
    """Insert or overwrite dossiers by code; each comes with its digest. No code may come twice.

    `into` is the store to write to, where it is not our own.
    """
    if not records:
        return
    target = into or connection
    added = _added(records)
    with target.cursor() as cursor:
        if target.vendor == "postgresql":
            cursor.execute(_from_json(), [moment, _as_json(records, added)])
        else:
            marks = ", ".join(["%s"] * len(_WRITTEN))
            changed_at = target.ops.adapt_datetimefield_value(moment)
            cursor.executemany(
                f"INSERT INTO {_TABLE} ({_NAMES}) VALUES ({marks})"  # noqa: S608
                f" ON CONFLICT (code) DO UPDATE SET {_UPDATE}",
                [
                    (*msgspec.structs.astuple(record), *more, changed_at)
                    for (record, _digest), more in zip(records, added, strict=True)
                ],
            )


def _added(records: Sequence[tuple[DossierRecord, str]]) -> list[tuple[int | None, str]]:
    """The values of `_ADDED` for each record."""
    dues = due_by_term(
        {
            record.code: Dated(record.procedure_code, record.unit_id, record.received_at)
            for record, _digest in records
            if record.promised_at is None and record.received_at is not None
        }
    )
    return [(dues.get(record.code), digest) for record, digest in records]


def remove(codes: Sequence[str]) -> None:
    """Delete dossiers by code."""
    if codes:
        wanted, parameter = each(codes)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {_TABLE} WHERE code IN ({wanted})", [parameter])  # noqa: S608


def _from_json() -> str:
    """PostgreSQL reads a whole batch from one JSON text, faster than from thousands of values."""
    columns = (*COLUMNS, *_ADDED)
    types = {
        field.column: field.db_type(connection)
        for field in Dossier._meta.concrete_fields
        if field.column in columns
    }
    names = ", ".join(columns)
    typed = ", ".join(f"{name} {types[name]}" for name in columns)
    return (
        f"INSERT INTO {_TABLE} ({names}, changed_at)"  # noqa: S608
        f" SELECT {names}, %s FROM json_to_recordset(%s) AS sent({typed})"
        f" ON CONFLICT (code) DO UPDATE SET {_UPDATE}"
    )


def _as_json(
    records: Sequence[tuple[DossierRecord, str]], added: Sequence[tuple[int | None, str]]
) -> str:
    return msgspec.json.encode(
        [
            {**msgspec.structs.asdict(record), **dict(zip(_ADDED, more, strict=True))}
            for (record, _digest), more in zip(records, added, strict=True)
        ]
    ).decode()
