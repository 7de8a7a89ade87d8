"""Reader of Parquet by record batches, so that a file of any length passes through little
memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from phucvu.intake.formats.base import Cell, FileError, Row, Table, normal

__all__ = ["open_parquet"]

_AT_ONCE = 1_000


@contextmanager
def open_parquet(path: Path, columns: frozenset[str] | None = None) -> Iterator[Table]:
    """Open a Parquet file as a table; `columns` selects some of its columns.

    Raises `FileError`. The rows are counted from 1.
    """
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path, memory_map=False, pre_buffer=False) as file:
            names = file.schema_arrow.names
            wanted = [name for name in names if columns is None or normal(name) in columns]
            yield Table([normal(name) for name in wanted], _rows(path, file, wanted))
    except MemoryError:  # which Arrow has of its own, as one of its faults
        raise
    except (pyarrow.ArrowException, OSError) as error:
        raise FileError(f"{path}: {error}") from error


def _rows(path: Path, file: Any, wanted: list[str]) -> Iterator[Row]:
    import pyarrow

    line = 0
    try:
        for batch in file.iter_batches(batch_size=_AT_ONCE, columns=wanted, use_threads=False):
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                line += 1
                yield Row(line, [_cell(value) for value in cells])
    except MemoryError:
        raise
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise FileError(f"{path}, row {line + 1}: {error}") from error


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str | int | date | time | timedelta):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return str(value)
