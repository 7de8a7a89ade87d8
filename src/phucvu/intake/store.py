"""Tables of the register, read and written by the thousand.

Plain SQL in place of the ORM: building and saving a model object for each fact costs several times
what reading the message does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, get_args, get_type_hints

import msgspec
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

from phucvu.intake.record import NO_CLOCK, FactRecord
from phucvu.register.facts import Fact

__all__ = ["NOTHING_RECKONED", "FactTable", "Reckoned", "Stored", "each"]


class Stored(NamedTuple):
    """Columns of a fact in the register that intake compares."""

    digest: str
    unit_id: int
    clock: int


def each(texts: Sequence[str]) -> tuple[str, str]:
    """Write a SELECT of one row a text, with its only parameter: databases limit their number."""
    function = "json_array_elements_text" if connection.vendor == "postgresql" else "json_each"
    return f"SELECT value FROM {function}(%s)", msgspec.json.encode(texts).decode()  # noqa: S608


class Reckoned(NamedTuple):
    """Derived columns: not sent, but following from what was sent and from other facts.

    `values` returns them for each of many facts.
    """

    columns: tuple[str, ...]
    values: Callable[[Sequence[Any]], Sequence[tuple[Any, ...]]]


NOTHING_RECKONED = Reckoned((), lambda records: [()] * len(records))

# Neither JSON nor every database has these, so they are converted on the way.
_RICH = {datetime, Decimal}


class FactTable:
    """Table of one kind of fact, whose columns from outside are the fields of `record`."""

    def __init__(
        self, fact: Fact, record: type[FactRecord], reckoned: Reckoned = NOTHING_RECKONED
    ) -> None:
        self._fact = fact
        self._record = record
        self._reckoned = reckoned
        self.columns: tuple[str, ...] = record.__struct_fields__
        written = (*self.columns, *reckoned.columns, "digest")
        self._names = ", ".join(written)
        self._marks = ", ".join(["%s"] * len(written))
        update = [f"{name} = excluded.{name}" for name in (*written, "changed_at")]
        update.remove("code = excluded.code")
        self._conflict = f"ON CONFLICT (code) DO UPDATE SET {', '.join(update)}"
        self._rich = [
            name
            for name, kept in get_type_hints(record).items()
            if not _RICH.isdisjoint((kept, *get_args(kept)))
        ]

    def record(self, values: Sequence[Any]) -> FactRecord:
        """Return the fact whose columns have these values, as JSON has them."""
        if not self._rich:
            return self._record(*values)
        return msgspec.convert(dict(zip(self.columns, values, strict=True)), self._record)

    def existing(self, codes: Sequence[str]) -> dict[str, Stored]:
        """Return those of the facts that are in the register, by code."""
        if not codes:
            return {}
        moments = [f"COALESCE({name}, {NO_CLOCK})" for name in self._fact.clock_columns]
        latest = "GREATEST" if connection.vendor == "postgresql" else "MAX"
        clock = f"{latest}({', '.join(moments)})" if len(moments) > 1 else "".join(moments)
        wanted, parameter = each(codes)
        query = f"""
            SELECT code, digest, unit_id, {clock or NO_CLOCK}
            FROM {self._fact.table} WHERE code IN ({wanted})
        """  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(query, [parameter])
            return {code: Stored(*rest) for code, *rest in cursor}

    def rows(self, codes: Sequence[str]) -> dict[str, tuple[FactRecord, str]]:
        """Return those of the facts that are in the register, whole and with their digest, by
        code.
        """
        wanted, parameter = each(codes)
        # Not by plain SQL: what a column holds is to come back as it went in.
        stored = self._fact.model._default_manager.order_by()
        found = stored.filter(code__in=RawSQL(wanted, [parameter]))  # noqa: S611 - no input in it
        return {
            values[0]: (self._record(*values), digest)
            for *values, digest in found.values_list(*self.columns, "digest")
        }

    def upsert(
        self,
        records: Sequence[tuple[FactRecord, str]],
        moment: datetime,
        into: BaseDatabaseWrapper | None = None,
    ) -> None:
        """Insert or overwrite facts by code; each comes with its digest. No code may come twice.

        `into` is the store to write to, where it is not our own.
        """
        if not records:
            return
        target = into or connection
        reckoned = self._reckoned.values([record for record, _digest in records])
        with target.cursor() as cursor:
            if target.vendor == "postgresql":
                self._copy(cursor, self._rows(records, reckoned, target), moment)
            else:
                changed_at = target.ops.adapt_datetimefield_value(moment)
                cursor.executemany(
                    f"INSERT INTO {self._fact.table} ({self._names}, changed_at)"  # noqa: S608
                    f" VALUES ({self._marks}, %s) {self._conflict}",
                    [(*row, changed_at) for row in self._rows(records, reckoned, target)],
                )

    def _rows(
        self,
        records: Sequence[tuple[FactRecord, str]],
        reckoned: Sequence[tuple[Any, ...]],
        target: BaseDatabaseWrapper,
    ) -> Iterator[tuple[Any, ...]]:
        for (record, digest), more in zip(records, reckoned, strict=True):
            yield (*self._values(record, target), *more, digest)

    def _copy(self, cursor: Any, rows: Iterator[tuple[Any, ...]], moment: datetime) -> None:
        """Copy a batch into a table of the connection's own, and that into the facts (PostgreSQL).

        It takes half the time of thousands of values, or of a JSON text of them.
        """
        sent = f"sent_{self._fact.table}"
        cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS {sent} ON COMMIT DELETE ROWS"  # noqa: S608
            f" AS SELECT {self._names} FROM {self._fact.table} LIMIT 0"
        )
        with cursor.copy(f"COPY {sent} ({self._names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"INSERT INTO {self._fact.table} ({self._names}, changed_at)"  # noqa: S608
            f" SELECT {self._names}, %s FROM {sent} {self._conflict}",
            [moment],
        )
        cursor.execute(f"DELETE FROM {sent}")  # noqa: S608 - for the next in this transaction

    def _values(self, record: FactRecord, target: BaseDatabaseWrapper) -> Sequence[Any]:
        """Return the columns as `target` takes them in plain SQL."""
        if not self._rich:
            return msgspec.structs.astuple(record)
        values = msgspec.structs.asdict(record)
        for name in self._rich:
            column = self._fact.model._meta.get_field(name)
            # No relation: a record's rich columns are moments and decimals.
            values[name] = column.get_db_prep_save(values[name], target)  # type: ignore[union-attr]
        return list(values.values())

    def remove(self, codes: Sequence[str]) -> None:
        """Delete facts by code."""
        if codes:
            wanted, parameter = each(codes)
            with connection.cursor() as cursor:
                cursor.execute(
                    f"DELETE FROM {self._fact.table} WHERE code IN ({wanted})",  # noqa: S608
                    [parameter],
                )
