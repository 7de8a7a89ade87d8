"""Frames that a child sends through its pipe, packed and unpacked.

They are pickled, but only plain values and moments are taken back: a child that a file has got the
better of must not reach the program that asked.
"""

from __future__ import annotations

import io
import pickle
import struct
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from phucvu.intake.formats.base import Entry, FileError
from phucvu.intake.record import MappedRecord, Problem

__all__ = ["LARGEST", "FrameError", "packed", "packed_parts", "unpacked", "unpacked_part"]

LARGEST = 64 << 20
"""Bytes of one frame: a part of the records, or all that a look found."""
_ENOUGH = 16 << 20  # a part of so many bytes goes before it has as many records as wanted
_DEEPEST = 60
_COUNT = struct.Struct("=I")
_MOMENTS = {
    ("datetime", "date"), ("datetime", "datetime"), ("datetime", "time"),
    ("datetime", "timedelta"), ("datetime", "timezone"), ("zoneinfo", "ZoneInfo"),
}  # fmt: skip


class FrameError(Exception):
    """Error of a child that sent what it may not send."""


class _Plain(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _MOMENTS:
            raise FrameError(f"{module}.{name}")
        return super().find_class(module, name)


class _Packer(pickle.Pickler):
    # By its name alone: how it packs itself takes more than may come back.
    dispatch_table = {ZoneInfo: lambda zone: (ZoneInfo, (zone.key,))}


def packed(value: Any) -> bytes:
    """Pack a plain value for a frame."""
    buffer = io.BytesIO()
    _Packer(buffer, pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


def unpacked(content: bytes) -> Any:
    """Unpack the plain value of a frame. Raises `FrameError`."""
    return _loaded(_Plain(io.BytesIO(content)))


def packed_parts(entries: Iterable[Entry], at_once: int) -> Iterator[bytes]:
    """Pack the entries, so many at once, fewer where they are large.

    When reading fails, those read until then come first. Raises `FileError`.
    """
    failure: FileError | None = None
    waiting = iter(entries)
    while failure is None:
        # One pickler for the part: names of fields are sent once.
        buffer = io.BytesIO(_COUNT.pack(0))
        buffer.seek(0, io.SEEK_END)
        pickler = _Packer(buffer, pickle.HIGHEST_PROTOCOL)
        count = 0
        try:
            for entry in waiting:
                before = buffer.tell()
                pickler.dump(_flat(entry))
                if buffer.tell() - before > LARGEST - _ENOUGH:
                    buffer.truncate(before)
                    raise FileError(
                        _("line %(line)d: the record is too large") % {"line": entry.line}
                    )
                count += 1
                if count == at_once or buffer.tell() > _ENOUGH:
                    break
        except FileError as error:
            failure = error
        if count:
            buffer.getbuffer()[: _COUNT.size] = _COUNT.pack(count)
            yield buffer.getvalue()
        elif failure is None:
            return
    raise failure


def unpacked_part(content: bytes) -> list[Entry]:
    """Unpack the entries of a part. Raises `FrameError`."""
    loader = _Plain(io.BytesIO(content[_COUNT.size :]))
    (count,) = _COUNT.unpack_from(content)
    return [_entry(*_loaded(loader)) for _number in range(count)]


def _loaded(loader: _Plain) -> Any:
    try:
        return loader.load()
    except FrameError:
        raise
    except Exception as error:  # whatever a spoiled pickle leads to
        raise FrameError(str(error)) from error


_Flat = tuple[int, Any, tuple[Any, ...] | None, Any]


def _flat(entry: Entry) -> _Flat:
    record = entry.record
    if isinstance(record, MappedRecord):
        problems = [(problem.field, problem.reason) for problem in record.problems]
        return entry.line, dict(record), (record.unit_code, problems, record.line), entry.cells
    if _is_deep(record):
        problem = "", _("it is nested too deeply")
        return entry.line, {}, (None, [problem], None), entry.cells
    return entry.line, record, None, entry.cells


def _entry(line: int, record: Any, mapped: tuple[Any, ...] | None, cells: Any) -> Entry:
    if mapped is None:
        return Entry(line, record, cells)
    unit_code, problems, number = mapped
    found = [Problem(field, reason) for field, reason in problems]
    return Entry(
        line, MappedRecord(record, unit_code=unit_code, problems=found, line=number), cells
    )


def _is_deep(value: object) -> bool:
    """Tell whether lists and objects are nested so deeply that packing them might fail."""
    level = [value]
    for _depth in range(_DEEPEST):
        level = [
            below for item in level for below in _below(item) if isinstance(below, dict | list)
        ]
        if not level:
            return False
    return True


def _below(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
