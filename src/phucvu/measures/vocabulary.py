"""Vocabularies: the columns that measures may read, with their types and meanings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
"""How columns and definitions are spelled: safe without quotes on every engine."""


class Type(Enum):
    """The type of a column or of an expression."""

    INTEGER = "integer"
    TEXT = "text"
    BOOLEAN = "boolean"
    WALL_TIME = "wall time"
    """Milliseconds since 1970-01-01 00:00 on the unit's own clock, 64 bits."""
    DURATION = "duration"
    """Milliseconds between two wall times, 64 bits."""
    DAY = "day"
    """Days since 1970-01-01, from ``day()``."""
    UNKNOWN = "unknown"
    """Of ``null``, and of what was already reported as wrong: agrees with every type."""

    @property
    def ordered(self) -> bool:
        """Tell whether ``<`` means the same on every engine (text depends on its collation)."""
        return self not in (Type.TEXT, Type.BOOLEAN)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a fact.

    ``message_field`` is the field of the synchronisation message it is taken from, empty where it
    has none.
    """

    name: str
    type: Type
    nullable: bool
    meaning_en: str
    meaning_vi: str
    message_field: str = ""


class Vocabulary(Mapping[str, Column]):
    """Columns of one kind of fact by name, in the order they are documented.

    Raises ValueError for a name that is not plain lower case, or is given twice.
    """

    def __init__(self, fact: str, columns: Iterable[Column]) -> None:
        self.fact = fact
        self._columns: dict[str, Column] = {}
        for column in columns:
            if not NAME.fullmatch(column.name) or column.name in self._columns:
                raise ValueError(f"column {column.name!r} is misspelled or given twice")
            self._columns[column.name] = column

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


BOUND = Column(
    "bound",
    Type.WALL_TIME,
    False,
    "the last moment of the period, or now if that is earlier; only in measures with clock: true",
    "thời điểm cuối kỳ, hoặc hiện tại nếu sớm hơn; chỉ dùng trong số đo có clock: true",
)
"""Not a column of the fact: a moment that is given when a measure is read."""


def number(name: str, en: str, vi: str, field: str = "") -> Column:
    """Make a column of a whole number, always given."""
    return Column(name, Type.INTEGER, False, en, vi, field)


def text(name: str, en: str, vi: str, field: str = "") -> Column:
    """Make a column of a text, always given."""
    return Column(name, Type.TEXT, False, en, vi, field)


def flag(name: str, en: str, vi: str, field: str = "") -> Column:
    """Make a column of yes or no, always given."""
    return Column(name, Type.BOOLEAN, False, en, vi, field)


def moment(name: str, en: str, vi: str, field: str = "") -> Column:
    """Make a column of a wall time, or null."""
    return Column(name, Type.WALL_TIME, True, en, vi, field)
