"""The counts as the archive has them, beside those that followed each change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
from django.db import connection
from duckdb import DuckDBPyConnection

from phucvu.counters import active
from phucvu.counters.models import CountedMeasure, ProcedureCount, UnitCount
from phucvu.counters.verify import Difference
from phucvu.engines import duck, register
from phucvu.engines.archive import Archive, ArchiveError
from phucvu.register.models import Dossier
from phucvu.units.models import Unit

__all__ = ["Comparison", "compare"]

_MOST = 1_000  # differences of a table: whoever has more will not read them one by one
_AT_ONCE = 50_000
_TABLES = {
    UnitCount._meta.db_table: ("unit_id", "placed_month", "ended_month"),
    ProcedureCount._meta.db_table: ("unit_id", "procedure_code", "placed_month", "ended_month"),
}


@dataclass(frozen=True)
class Comparison:
    """What was compared and where it differs."""

    rows: int
    measures: int
    differences: tuple[Difference, ...]


def compare(archive: Archive) -> Comparison:
    """Count the archive anew with DuckDB and compare every count of the store with it.

    Raises ArchiveError where the archive is not of the register as it stands.
    """
    files, parts = archive.files(), archive.parts()
    # Of one moment: what came in between would show as a difference.
    with (
        register.one_moment(),
        duck.counting(files, Dossier._meta.db_table) as engine,
    ):
        if {month: part.state for month, part in parts.items()} != register.states():
            raise ArchiveError(
                f"{archive.folder}: the register has changed since."
                " `phucvu archive write` brings the archive up to it."
            )
        names = dict(CountedMeasure.objects.values_list("slot", "name"))
        differences = tuple(_differences(engine, names))
    rows = sum(part.rows for part in parts.values())
    return Comparison(rows, len(names), differences)


def _differences(engine: DuckDBPyConnection, names: Mapping[int, str]) -> Iterator[Difference]:
    codes = dict(Unit.objects.values_list("id", "code"))
    for tally in active.tallies_in("duckdb"):
        engine.execute(f"CREATE OR REPLACE TEMP TABLE tally AS {tally.query('1 = 1')}")
        for table, keys in _TABLES.items():
            stored = _stored(table, keys, tally.columns)
            for key, wanted, counted in duck.differing(
                engine, "SELECT * FROM tally", stored, keys, tally.columns, _MOST
            ):
                cell = dict(zip(keys, key, strict=True))
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


def _stored(table: str, keys: tuple[str, ...], columns: list[str]) -> pa.Table:
    """The counts that are kept, as a table DuckDB reads in place."""
    schema = pa.schema(
        [(key, pa.string() if key == "procedure_code" else pa.int64()) for key in keys]
        + [(column, pa.int64()) for column in columns]
    )
    batches = []
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {', '.join((*keys, *columns))} FROM {table}")  # noqa: S608
        while chunk := cursor.fetchmany(_AT_ONCE):
            arrays = [
                pa.array(column, kind)
                for column, kind in zip(zip(*chunk, strict=True), schema.types, strict=True)
            ]
            batches.append(pa.record_batch(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema)
