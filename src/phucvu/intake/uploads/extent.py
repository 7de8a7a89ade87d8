"""Length of a file before it is read through, for a progress bar that tells the truth."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from phucvu.intake.formats.base import FileError, chunks, kind_of, opened

__all__ = ["MOST_UNPACKED", "lines_of"]

# A packed file of zeros is a thousand times smaller; a table of real rows at most some thirty.
MOST_UNPACKED = 4 << 30
_SIGNS = {".csv": b"\n", ".jsonl": b"\n", ".json": b'"MaHoSo"'}


def lines_of(path: Path, most: int = MOST_UNPACKED) -> int | None:
    """Estimate the number of lines (of messages: records); None where only reading tells.

    A packed file is unpacked for it: one larger than `most` bytes raises `FileError`.
    """
    kind = kind_of(path)
    sign = _SIGNS.get(kind)
    if kind == ".parquet":
        return _parquet_rows(path)
    if sign is None and path.suffix.lower() != ".gz":
        return None
    found = size = 0
    rest = b""
    with opened(path) as file:
        for chunk in chunks(file):
            size += len(chunk)
            if size > most:
                raise FileError(
                    _("%(file)s unpacks to more than %(most)d GiB; split it into several files")
                    % {"file": path, "most": most >> 30}
                )
            if sign is not None:
                piece = rest + chunk
                found += piece.count(sign)
                rest = piece[-(len(sign) - 1) :] if len(sign) > 1 else b""
    return None if sign is None else found or None


def _parquet_rows(path: Path) -> int | None:
    import pyarrow
    from pyarrow import parquet

    try:
        rows: int = parquet.read_metadata(path).num_rows
    except (pyarrow.ArrowException, OSError):
        return None  # reading it says what is wrong
    return rows
