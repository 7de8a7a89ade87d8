"""Event logs by their beginning: the columns of events and times, and the meaning of events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from phucvu.intake.cells import DateError, moment_of, text_of
from phucvu.intake.formats.base import Cell
from phucvu.intake.sample import Sample
from phucvu.intake.synonyms import header_names, plain

__all__ = ["EventLog", "are_apart", "event_log_in", "fields_at_events", "is_moment"]

# The most usual first.
_EVENT = (
    "concept name", "activity", "activity name", "activity id", "event", "event name", "task",
    "task name", "su kien", "ten su kien", "hoat dong", "ten hoat dong", "buoc", "ten buoc",
    "buoc xu ly", "cong doan", "cong viec", "thao tac", "action",
)  # fmt: skip
_TIME = (
    "time timestamp", "timestamp", "complete timestamp", "completion time", "event time",
    "end timestamp", "end time", "time", "datetime", "date time", "date", "thoi gian",
    "thoi diem", "thoi gian thuc hien", "ngay thuc hien", "ngay", "ngay gio", "start timestamp",
    "start time",
)  # fmt: skip
# By the words of its name, which date of the dossier an event is; the first that fits.
_WORDS: Mapping[str, Sequence[str]] = {
    "NgayTuChoi": (
        "tu choi", "rut", "dung xu ly", "huy", "reject", "rejected", "refuse", "refused",
        "withdraw", "withdrawn", "cancel", "cancelled",
    ),
    "NgayTra": (
        "tra ket qua", "tra ho so", "ban giao ket qua", "handed over", "hand over", "deliver",
        "delivered", "return result",
    ),
    "NgayKetThucXuLy": (
        "hoan thanh", "hoan tat", "ket thuc", "xu ly xong", "giai quyet xong", "da giai quyet",
        "da xu ly", "co ket qua", "complete", "completed", "finish", "finished", "close",
        "closed", "case end",
    ),
    "NgayTiepNhan": (
        "tiep nhan", "nhan ho so", "thu ly", "receive application", "received", "receipt",
        "receive", "register", "registered", "create", "created", "accept", "accepted",
    ),
    "NgayNopHoSo": ("nop", "dang ky", "submit", "submitted", "apply"),
}  # fmt: skip
_ENDS = ("NgayKetThucXuLy", "NgayTra")
_MOST_EVENTS = 200


@dataclass(frozen=True)
class EventLog:
    """Columns of a log's events, their names, and the events of each case in their order."""

    event: str
    time: str
    names: Sequence[str]
    courses: Sequence[Sequence[str]]


def event_log_in(sample: Sample, case: str, taken: Collection[str]) -> EventLog | None:
    """Return the event log that a table is, or None; columns `taken` have another meaning."""
    free = [
        name
        for name in sample.header
        if name and name not in taken and name != case and sample.header.count(name) == 1
    ]
    event = next((c for c in _called(_EVENT, free) if _are_names(sample.values(c))), None)
    if event is None:
        return None
    rest = [name for name in free if name != event and _are_moments(sample.values(name))]
    time = next(iter(_called(_TIME, rest)), None)
    if time is None and len(rest) == 1:
        time = rest[0]
    if time is None:
        return None
    names = dict.fromkeys(text_of(cell) for cell in sample.values(event))
    return EventLog(event, time, list(names), _courses(sample, case, event, time))


def fields_at_events(log: EventLog, wanted: Iterable[str]) -> dict[str, list[str]]:
    """Return the events that the wanted dates of a dossier are taken from, by their words.

    Where no word tells, the event that nearly every case begins with is its reception, and the
    events that cases nearly always end with are their end.
    """
    found: dict[str, list[str]] = {}
    for name in log.names:
        words = f" {plain(name)} "
        for field, phrases in _WORDS.items():
            if any(f" {phrase} " in words for phrase in phrases):
                found.setdefault(field, []).append(name)
                break
    first = _beginning(log)
    if first is not None and len(found.get("NgayTiepNhan", ())) != 1:
        found["NgayTiepNhan"] = [first]
        # One event is one date.
        found = {
            field: [name for name in names if name != first or field == "NgayTiepNhan"]
            for field, names in found.items()
        }
    if not any(found.get(field) for field in _ENDS):
        found["NgayKetThucXuLy"] = [name for name in _endings(log) if name != first]
    return {field: found[field] for field in wanted if found.get(field)}


def are_apart(cases: Sequence[str]) -> bool:
    """Tell whether the rows of some case do not follow each other."""
    seen: set[str] = set()
    for before, case in zip(("", *cases), cases, strict=False):
        if case != before and case in seen:
            return True
        seen.add(case)
    return False


def is_moment(cell: Cell) -> bool:
    """Tell whether a cell holds a date, with or without a time."""
    return _moment(cell) is not None


def _moment(cell: Cell) -> datetime | None:
    try:
        moment = moment_of(cell)
    except DateError:
        return None
    return None if moment is None else moment.replace(tzinfo=None)


def _called(names: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Return the columns with one of the names, the most usual first."""
    ranks = {
        column: min(
            (names.index(name) for name in header_names(column) if name in names), default=-1
        )
        for column in columns
    }
    return sorted((c for c, rank in ranks.items() if rank >= 0), key=lambda column: ranks[column])


def _are_names(cells: Sequence[Cell]) -> bool:
    """Tell whether the cells are names that come again, as those of events do."""
    texts = {text_of(cell) for cell in cells}
    return 0 < len(texts) <= _MOST_EVENTS and not _are_moments(cells)


def _are_moments(cells: Sequence[Cell]) -> bool:
    return bool(cells) and sum(is_moment(cell) for cell in cells) * 2 > len(cells)


def _courses(sample: Sample, case: str, event: str, time: str) -> list[list[str]]:
    places = [sample.header.index(column) for column in (case, event, time)]
    rows = [[row[at] if at < len(row) else "" for at in places] for row in sample.rows]
    by_case: dict[str, list[tuple[datetime, str]]] = {}
    for number, name, cell in rows:
        moment = _moment(cell)
        if text_of(number) and text_of(name) and moment is not None:
            by_case.setdefault(text_of(number), []).append((moment, text_of(name)))
    return [
        [name for _moment, name in sorted(steps, key=lambda step: step[0])]
        for steps in by_case.values()
    ]


def _beginning(log: EventLog) -> str | None:
    """Return the event that at least nine of ten cases begin with, or None."""
    if not log.courses:
        return None
    name, times = Counter(course[0] for course in log.courses).most_common(1)[0]
    return name if times * 10 >= len(log.courses) * 9 else None


def _endings(log: EventLog) -> list[str]:
    """Return the events after which, four times of five, nothing more happens."""
    last = Counter(course[-1] for course in log.courses)
    had = Counter(name for course in log.courses for name in set(course))
    most = max(last.values(), default=0)
    return [
        name for name in log.names if last[name] * 5 >= had[name] * 4 and last[name] * 10 >= most
    ]
