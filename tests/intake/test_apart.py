"""Files are read in a process of their own: whatever they hold, it ends, and ends in words."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from phucvu.intake.apart import asking, frames
from phucvu.intake.apart.asking import look, parts
from phucvu.intake.formats.base import Entry, FileError
from phucvu.intake.record import MappedRecord, Problem

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts processes in /proc")
_MIB = 1 << 20


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def readers(of: int | None = None) -> list[int]:
    """The processes that read files now: the children of this program's keeper."""
    keeper = asking._KEEPER._process
    number = of or (keeper.pid if keeper else 0)
    try:
        return [int(n) for n in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
    except FileNotFoundError:
        return []


def until(what: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def packed(path: Path, *pieces: tuple[bytes, int]) -> Path:
    with gzip.open(path, "wb", compresslevel=1) as file:
        for piece, times in pieces:
            for _number in range(times):
                file.write(piece)
    return path


# --- files that unfold --------------------------------------------------------------------------

_LOG = b'<?xml version="1.0"?><log><trace>'
_EVENT = b'<event><string key="a" value="'


def _attribute(folder: Path) -> Path:
    return packed(
        folder / "a.xes.gz",
        (_LOG + _EVENT, 1),
        (b"x" * _MIB, 600),
        (b'"/></event></trace></log>', 1),
    )


def _entities(folder: Path) -> Path:
    kinds = b'<!ENTITY a0 "xxxxxxxxxx">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)
    )
    text = b"<!DOCTYPE log [%s]><log><trace>%s&a9;" % (kinds, _EVENT)
    return packed(folder / "b.xes.gz", (text, 1))


def _deep(folder: Path) -> Path:
    return packed(folder / "c.xes.gz", (b"<log>", 1), (b"<a>" * _MIB, 50))


def _column(folder: Path) -> Path:
    path = folder / "d.parquet"
    table = pyarrow.table({"a": pyarrow.array(["x" * _MIB] * 600)})
    parquet.write_table(table, path, compression="zstd", row_group_size=2_000)
    return path


def _line(folder: Path) -> Path:
    return packed(folder / "e.csv.gz", (b"a,b\n", 1), (b"x" * _MIB, 300))


UNFOLDING = {
    "an attribute of 600 MiB": (_attribute, "longer than 4 MiB"),
    "entities": (_entities, "document type"),
    "elements": (_deep, "deep in each other"),
    "a column": (_column, "more than 700 MiB of memory"),
    "a line": (_line, "longer than"),
}


@pytest.mark.parametrize("name", UNFOLDING)
def test_a_small_file_that_unfolds_is_answered_in_words(
    tmp_path: Path, settings: Any, name: str
) -> None:
    settings.PHUCVU_FILE_MIB = 700
    make, words = UNFOLDING[name]
    path = make(tmp_path)
    assert path.stat().st_size < 4 * _MIB
    before = _own_memory()

    with pytest.raises(FileError, match=words) as fault:
        look(path, "sample", "dossiers")

    assert str(path) in str(fault.value)
    assert _own_memory() - before < 100 * _MIB
    until(lambda: not readers())


def _own_memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize(
    "content",
    [b"[" * 5 * _MIB, b'{"a":' * _MIB, b"[" + b"9" * 5 * _MIB, b'[{"a":' + b"[" * 900],
    ids=["lists", "objects", "a number", "a record"],
)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_messages_nested_without_end(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    try:
        read = [entry for part in parts(path, "messages", at_once=10, whole=True) for entry in part]
    except FileError as error:
        assert name in str(error)
    else:
        assert all(entry.record.problems for entry in read)


def test_a_deep_record_is_refused_and_the_next_one_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"a":{"[" * 500}{"]" * 500}}}\n{{"MaHoSo":"1"}}\n')
    (read,) = parts(path, "messages", at_once=10, whole=True)
    assert [type(entry.record) for entry in read] == [MappedRecord, dict]
    assert "nested" in read[0].record.problems[0].reason


# --- limits ---------------------------------------------------------------------------------------


def _busy(folder: Path) -> Path:
    """A log that keeps its reader busy for half a minute and longer."""
    attributes = b'<string key="k" value="v"/>' * 10_000
    return packed(folder / "busy.xes.gz", (_LOG, 1), (attributes, 3_000))


def test_what_takes_too_long_ends_with_everything_it_started(tmp_path: Path, settings: Any) -> None:
    settings.PHUCVU_FILE_SECONDS = 2
    path = _busy(tmp_path)
    begun = time.monotonic()

    with pytest.raises(FileError, match="more than 2 seconds"):
        look(path, "sample", "dossiers")

    assert time.monotonic() - begun < 15
    until(lambda: not readers())


def test_the_words_are_those_of_the_officer(tmp_path: Path, settings: Any) -> None:
    settings.PHUCVU_FILE_SECONDS = 1
    with translation.override("vi"), pytest.raises(FileError, match="giây"):
        look(_busy(tmp_path), "sample", "dossiers")
    with translation.override("vi"), pytest.raises(FileError, match="dài hơn 4 MiB"):
        look(_attribute(tmp_path), "sample", "dossiers")


def test_a_reader_has_its_limits_and_a_group_of_its_own(tmp_path: Path) -> None:
    reading = parts(_many(tmp_path), "messages", at_once=1_000, whole=False)
    next(reading)
    (child,) = readers()
    limits = Path(f"/proc/{child}/limits").read_text()
    assert f"Max address space         {1024 * _MIB}" in limits
    assert "Max file size             0 " in limits
    assert "Max cpu time              60 " in limits
    assert os.getpgid(child) == child
    reading.close()
    until(lambda: not readers())


def _many(folder: Path) -> Path:
    path = folder / "many.jsonl"
    path.write_text('{"MaHoSo":"1"}\n' * 300_000)
    return path


def test_only_so_many_are_looked_at_at_once(tmp_path: Path, settings: Any) -> None:
    settings.PHUCVU_FILES_AT_ONCE = 1
    settings.PHUCVU_FILE_SECONDS = 3
    reading = parts(_many(tmp_path), "messages", at_once=1_000, whole=False)
    next(reading)
    small = tmp_path / "a.csv"
    small.write_text("a,b\n1,2\n")
    with pytest.raises(FileError, match="try again"):
        look(small, "sample", "dossiers")
    reading.close()
    assert look(small, "lines") == 2


def test_many_threads_ask_at_once(tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"{number}.csv").write_text("a,b\n" * (number + 1))
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda n: look(tmp_path / f"{n}.csv", "lines"), range(12)))
    assert found == list(range(1, 13))


# --- ends -----------------------------------------------------------------------------------------


def test_a_keeper_that_ended_is_started_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    assert look(path, "lines") == 2
    os.kill(asking._KEEPER._process.pid, signal.SIGKILL)  # type: ignore[union-attr]
    asking._KEEPER._process.wait()  # type: ignore[union-attr]
    assert look(path, "lines") == 2


def test_a_reader_that_is_killed_is_told_of(tmp_path: Path) -> None:
    reading = parts(_many(tmp_path), "messages", at_once=1_000, whole=True)
    next(reading)
    os.kill(readers()[0], signal.SIGKILL)
    with pytest.raises(FileError, match=r"many\.jsonl"):
        list(reading)


_ASKER = """
import sys
from pathlib import Path
import django
django.setup()
from phucvu.intake.apart.asking import _KEEPER, parts
reading = parts(Path(sys.argv[1]), "messages", at_once=1000, whole=True)
next(reading)
print(_KEEPER._process.pid, flush=True)
sys.stdin.read()
"""


def test_nobody_stays_behind_when_the_program_is_killed(tmp_path: Path) -> None:
    asker = subprocess.Popen(
        [sys.executable, "-c", _ASKER, str(_many(tmp_path))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PHUCVU_DATA": str(tmp_path)},
    )
    keeper = int(asker.stdout.readline())  # type: ignore[union-attr]
    assert len(readers(keeper)) == 1
    asker.kill()
    asker.wait()
    until(lambda: not _runs(keeper))


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


# --- what comes back ------------------------------------------------------------------------------


class _Hostile:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("/tmp/nothing-is-made",)  # noqa: S108 - it is never made


def test_a_spoiled_reader_gets_nothing_done_here() -> None:
    with pytest.raises(frames.FrameError):
        frames.unpacked(pickle.dumps(_Hostile()))
    with pytest.raises(frames.FrameError):
        frames.unpacked(b"\x80\x05garbage")
    assert not Path("/tmp/nothing-is-made").exists()  # noqa: S108


_CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=9),
    st.dates(), st.datetimes(), st.times(), st.timedeltas(),
    st.just(datetime(2026, 3, 1, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))),
    st.just(datetime(2026, 3, 1, 8, tzinfo=UTC)),
)  # fmt: skip
_ROWS = st.dictionaries(st.text(max_size=5), _CELLS, max_size=4)


@given(st.lists(st.tuples(_ROWS, st.booleans(), st.none() | st.text(max_size=4)), max_size=12))
def test_entries_come_back_as_they_were(
    rows: list[tuple[dict[str, Any], bool, str | None]],
) -> None:
    sent = [
        Entry(n, MappedRecord(row, unit_code=unit, problems=[Problem("a", "b")], line=n), row)
        if mapped
        else Entry(n, row)
        for n, (row, mapped, unit) in enumerate(rows)
    ]
    got = [e for part in frames.packed_parts(sent, 5) for e in frames.unpacked_part(part)]
    assert got == sent
    for before, after in zip(sent, got, strict=True):
        assert type(before.record) is type(after.record)
        if isinstance(after.record, MappedRecord):
            assert after.record.unit_code == before.record.unit_code
            assert after.record.problems == before.record.problems


def test_large_records_come_in_smaller_parts() -> None:
    sent = [Entry(n, {"a": "x" * (9 << 20)}) for n in range(5)]
    assert [len(frames.unpacked_part(p)) for p in frames.packed_parts(sent, 1_000)] == [2, 2, 1]
    with pytest.raises(FileError, match="line 7"):
        list(frames.packed_parts([Entry(7, {"a": "x" * (70 << 20)})], 1_000))


def test_moments_of_a_table_come_back(tmp_path: Path) -> None:
    when = pyarrow.array([datetime(2026, 3, 1, 8)], pyarrow.timestamp("us", tz="Asia/Ho_Chi_Minh"))
    path = tmp_path / "a.parquet"
    days = pyarrow.array([date(2026, 3, 1)])
    clock = pyarrow.array([time_of_day(8, 30)])
    parquet.write_table(pyarrow.table({"a": when, "b": days, "c": clock}), path)
    _line, header, rows = look(path, "sample", "dossiers")
    assert header == ["a", "b", "c"]
    assert rows[0][0].utcoffset() == timedelta(hours=7)
    assert rows[0][1:] == [date(2026, 3, 1), time_of_day(8, 30)]


def test_a_fault_nobody_foresaw_is_told_without_what_the_file_holds(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with gzip.open(io.BytesIO(), "wb"):
        path.write_bytes(b"PK\x03\x04" + b"Bi Mat" * 40)
    with pytest.raises(FileError, match=r"a\.xlsx") as fault:
        look(path, "sample", "dossiers")
    assert "Bi Mat" not in str(fault.value)
