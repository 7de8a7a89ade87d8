"""Comparison of the stored counts with counts made anew from the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from django.db import connection
from duckdb import DuckDBPyConnection

from phucvu.accounts.noted_head import Head
from phucvu.counters import active
from phucvu.counters.models import CountedMeasure
from phucvu.counters.verify import Difference
from phucvu.engines import duck, register
from phucvu.engines.archive import Archive, ArchiveError
from phucvu.intake.integrity.hashing import in_journal
from phucvu.register.facts import DOSSIERS, FACTS
from phucvu.units.models import Unit

__all__ = ["ArchiveComparison", "compare"]

_MOST = 1_000  # differences of a table: whoever has more will not read them one by one
_AT_ONCE = 50_000


@dataclass(frozen=True)
class ArchiveComparison:
    """Result of a comparison; `rows` is the number of facts of each kind, by its plural."""

    rows: Mapping[str, int]
    measures: int
    differences: tuple[Difference, ...]


def compare(folder: Path) -> ArchiveComparison:
    """Count the archives anew with DuckDB and compare every stored count with them.

    Raises ArchiveError where the register has changed since the archives were written, where a file
    is not the one that was written, and where the journal has not the batch they go up to.
    """
    rows = {}
    differences: list[Difference] = []
    # Of one moment: what came in between would show as a difference.
    with register.one_moment():
        active.slots_of(active.active_measures().values())  # one without counts is no proof
        names = dict(CountedMeasure.objects.values_list("slot", "name"))
        for fact in FACTS.values():
            archive = register.archive_of(fact, folder)
            parts = archive.parts()
            if not parts and fact is DOSSIERS:
                archive.files()  # says that there is none
            if {month: part.state for month, part in parts.items()} != register.states(fact):
                raise ArchiveError(
                    f"{archive.folder}: the register has changed since."
                    " `phucvu archive write` brings the archive up to it."
                )
            _require_whole(archive)
            rows[fact.plural] = sum(part.rows for part in parts.values())
            with duck.counting(archive, fact.table) as engine:
                for tally in active.tallies_in("duckdb", fact):
                    differences += _differences(engine, tally, names)
    return ArchiveComparison(rows, len(names), tuple(differences))


def _require_whole(archive: Archive) -> None:
    if faults := archive.faults():
        raise ArchiveError("\n".join([*faults, "`phucvu archive write` into a new folder."]))
    at = archive.position()
    if at is not None and not in_journal(Head(at.batch, at.link)):
        raise ArchiveError(
            f"{archive.folder}: goes up to batch {at.batch} ({at.link}), which is not in the"
            " journal. Either batches were deleted (`phucvu verify`), or it is another store's."
        )


def _differences(
    engine: DuckDBPyConnection, tally: active.Tally, names: Mapping[int, str]
) -> Iterator[Difference]:
    codes = dict(Unit.objects.values_list("id", "code"))
    engine.execute(f"CREATE OR REPLACE TEMP TABLE tally AS {tally.query('1 = 1')}")
    for table in tally.tables:
        stored = _stored(table, tally.columns)
        for key, wanted, counted in duck.differing(
            engine, "SELECT * FROM tally", stored, table.keys, tally.columns, _MOST
        ):
            cell = dict(zip(table.keys, key, strict=True))
            unit = int(cell["unit_id"])
            for number, want, have in zip(tally.slots, wanted, counted, strict=True):
                if want != have:
                    yield Difference(
                        names[number],
                        codes.get(unit, str(unit)),
                        str(cell["procedure_code"]) if "procedure_code" in cell else None,
                        int(cell["placed_month"]),
                        int(cell["ended_month"]),
                        have,
                        want,
                    )


def _stored(table: active.CountTable, columns: list[str]) -> pa.Table:
    """Read the stored counts into a table that DuckDB reads in place."""
    schema = pa.schema(
        [(key, pa.string() if key == "procedure_code" else pa.int64()) for key in table.keys]
        + [(column, pa.int64()) for column in columns]
    )
    batches = []
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {', '.join((*table.keys, *columns))} FROM {table.name}")  # noqa: S608
        while chunk := cursor.fetchmany(_AT_ONCE):
            arrays = [
                pa.array(column, kind)
                for column, kind in zip(zip(*chunk, strict=True), schema.types, strict=True)
            ]
            batches.append(pa.record_batch(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema)
