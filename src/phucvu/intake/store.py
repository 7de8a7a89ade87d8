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

from phucvu.intake.record import COLUMNS, DossierRecord
from phucvu.register.models import Dossier

__all__ = ["Stored", "existing", "upsert"]

_TABLE = Dossier._meta.db_table
_WRITTEN = (*COLUMNS, "digest", "changed_at")
_NAMES = ", ".join(_WRITTEN)
_UPDATE = ", ".join(f"{name} = excluded.{name}" for name in _WRITTEN if name != "code")


class Stored(NamedTuple):
    """What the register holds of a dossier already."""

    digest: str
    unit_id: int


def existing(codes: Sequence[str]) -> dict[str, Stored]:
    """Those of the dossiers that are in the register, by code."""
    if not codes:
        return {}
    # One parameter for all codes: databases limit how many a statement may have.
    each = "json_array_elements_text" if connection.vendor == "postgresql" else "json_each"
    query = f"""
        SELECT code, digest, unit_id FROM {_TABLE}
        WHERE code IN (SELECT value FROM {each}(%s))
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, [msgspec.json.encode(codes).decode()])
        return {code: Stored(digest, unit_id) for code, digest, unit_id in cursor}


def upsert(records: Sequence[tuple[DossierRecord, str]], moment: datetime) -> None:
    """Insert or overwrite dossiers by code; each comes with its digest. No code may come twice."""
    if not records:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_from_json(), [moment, _as_json(records)])
        else:
            marks = ", ".join(["%s"] * len(_WRITTEN))
            changed_at = connection.ops.adapt_datetimefield_value(moment)
            cursor.executemany(
                f"INSERT INTO {_TABLE} ({_NAMES}) VALUES ({marks})"  # noqa: S608
                f" ON CONFLICT (code) DO UPDATE SET {_UPDATE}",
                [
                    (*msgspec.structs.astuple(record), digest, changed_at)
                    for record, digest in records
                ],
            )


def _from_json() -> str:
    """PostgreSQL reads a whole batch from one JSON text, faster than from thousands of values."""
    columns = (*COLUMNS, "digest")
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


def _as_json(records: Sequence[tuple[DossierRecord, str]]) -> str:
    return msgspec.json.encode(
        [{**msgspec.structs.asdict(record), "digest": digest} for record, digest in records]
    ).decode()
