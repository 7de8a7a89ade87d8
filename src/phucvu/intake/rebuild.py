"""Register from the journal: anew in place, or as it was known at a past moment elsewhere.

One batch at a time is in memory, and each fact is written once: from the batch whose version of it
stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from phucvu import clock
from phucvu.changes.publishing import publish, take_write_lock
from phucvu.counters.deadlines import reckon_anew
from phucvu.counters.recount import recount
from phucvu.intake import journal, links
from phucvu.intake.copying import copy_beside_facts
from phucvu.intake.journal import JournalError, Place
from phucvu.intake.kinds import KINDS, FactKind, kind_of
from phucvu.intake.models import Batch, BatchContent, FactVersion
from phucvu.intake.record import FactRecord, digest

__all__ = ["Rebuilt", "compare", "rebuild", "write_as_of"]

_AT_ONCE = 1_000


@dataclass(frozen=True)
class Rebuilt:
    """Comparison of the journal with the register.

    `facts`: how many the journal has; `written`: those the register lacked or held otherwise;
    `removed`: those it held without a batch that brought them.
    """

    facts: int
    written: int
    removed: int

    @property
    def clean(self) -> bool:
        """Tell whether the register was what the journal says."""
        return not self.written and not self.removed


def compare() -> Rebuilt:
    """Compare the register with the journal; nothing is changed."""
    with transaction.atomic():
        take_write_lock()
        return _bring_in_line(write=False)


def rebuild() -> Rebuilt:
    """Make the register what the journal says and count it anew, in one transaction.

    Raises `JournalError` where the journal is empty and the register is not: such a register
    came from elsewhere, and would be lost.
    """
    with transaction.atomic():
        take_write_lock()
        if not BatchContent.objects.exists() and _units():
            raise JournalError(_("The journal is empty: there is nothing to rebuild from."))
        journal.complete()
        units = _units()
        rebuilt = _bring_in_line(write=True)
        links.put_right()
        reckon_anew()
        recount()
        publish(units | _units(), stated=True)
    return rebuilt


def _units() -> set[int]:
    """Return the units that have facts in the register."""
    found: set[int] = set()
    for kind in KINDS.values():
        facts = kind.fact.model._default_manager.order_by()
        found.update(facts.values_list("unit", flat=True).distinct())
    return found


def write_as_of(moment: datetime, into: BaseDatabaseWrapper) -> int:
    """Write the register as it was known at `moment` into an empty store; returns the facts.

    The store stands at that moment from then on (`phucvu.clock`). A batch withdrawn later still
    counts. The units are those known today, with all that became of them, and so is the calendar.
    Neither the counts nor the deadlines by procedures' terms are of that moment: `phucvu recount`
    there makes them so.
    """
    with transaction.atomic(using=into.alias):
        copy_beside_facts(into, moment)
        clock.stand_at(moment, into)
    facts = 0
    for batch, kind, records in _standing_by_batch(moment):
        stands = [(record, digest(record)) for record in records]
        kind.table.upsert(stands, batch.received_at, into)
        facts += len(records)
    links.put_right(into)
    return facts


def _bring_in_line(*, write: bool) -> Rebuilt:
    facts = written = 0
    for batch, kind, records in _standing_by_batch():
        stored = kind.table.rows([record.code for record in records])
        stands = [(record, digest(record)) for record in records]
        wrong = [version for version in stands if stored.get(version[0].code) != version]
        if write:
            kind.table.upsert(wrong, batch.received_at)
        facts += len(records)
        written += len(wrong)
    removed = 0
    for kind in KINDS.values():
        for codes in _unfounded(kind):
            if write:
                kind.table.remove(codes)
            removed += len(codes)
    return Rebuilt(facts, written, removed)


def _standing_by_batch(
    moment: datetime | None = None,
) -> Iterator[tuple[Batch, FactKind, list[FactRecord]]]:
    """Yield each batch, its kind, and those of its facts whose version stands."""
    for batch, brought in journal.contents(moment):
        kind = kind_of(batch.kind)
        places = journal.standing(kind, {record.code for record in brought.values()}, moment)
        yield (
            batch,
            kind,
            [
                record
                for position, record in brought.items()
                if places.get(record.code) == Place(batch.pk, position)
            ],
        )


def _unfounded(kind: FactKind) -> Iterator[list[str]]:
    """Yield codes in the register that no remaining batch brought, some at a time."""
    version, batch = FactVersion._meta.db_table, Batch._meta.db_table
    query = f"""
        SELECT f.code FROM {kind.fact.table} f
        WHERE f.code > %s AND NOT EXISTS (
            SELECT 1 FROM {version} v JOIN {batch} b ON b.id = v.batch_id
            WHERE v.code = f.code AND b.kind = %s AND b.withdrawn_at IS NULL
              AND {journal.unreleased()}
        )
        ORDER BY f.code LIMIT {_AT_ONCE}
    """  # noqa: S608
    last = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(query, [last, kind.name])
            codes = [code for (code,) in cursor]
        if not codes:
            return
        yield codes
        last = codes[-1]
