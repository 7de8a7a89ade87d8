"""The short way through a record that is as it should be.

Nearly every record is. This reader takes plain values of the expected type and form and raises
`OddError` at anything else, wrong or merely unusual; `message.MessageReader` then reads the
record strictly, and its word counts. What is read here, the strict reader would read alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar
from unicodedata import normalize

from phucvu.intake.values import FLAGS, wall_of

__all__ = [
    "OddError",
    "choice_of",
    "code_of",
    "components_of",
    "fees_of",
    "moment_of",
    "name_of",
    "rows_of",
]

Choice = TypeVar("Choice")
_MOST_ROWS = 1_000
_MOST_DIGITS = 15


class OddError(Exception):
    """Not for the short way."""


def code_of(value: Any, longest: int) -> str:
    """A code of printable ASCII without space around it; "" where it is not given."""
    if value is None or value == "":
        return ""
    if (
        type(value) is not str
        or len(value) > longest
        or not value.isascii()
        or not value.isprintable()
        or value[0] == " "
        or value[-1] == " "
    ):
        raise OddError
    return value


def choice_of(value: Any, choices: Mapping[str, Choice]) -> Choice:
    """What `choices` has for a code written as text, or for one that is not given."""
    if value is None:
        value = ""
    if type(value) is not str or value not in choices:
        raise OddError
    return choices[value]


@lru_cache(maxsize=16_384)  # the names of procedures and fields come again and again
def _clean(text: str) -> str:
    return normalize("NFC", text).strip()


def name_of(value: Any, longest: int) -> str:
    """A name for people to read, short enough to be kept whole."""
    if value is None or value == "":
        return ""
    if type(value) is not str or len(value) > longest or not value.isprintable():
        raise OddError
    return _clean(value)


def moment_of(value: Any) -> int | None:
    """The wall time of digits; None where it is not given."""
    if value is None or value == "":
        return None
    wall = wall_of(value) if type(value) is str else None
    if wall is None:
        raise OddError
    return wall


def rows_of(value: Any) -> list[dict[str, Any]]:
    """A list of objects; an empty one where it is not given."""
    if not value and value in (None, "", []):
        return []
    if type(value) is not list or len(value) > _MOST_ROWS:
        raise OddError
    for row in value:
        if type(row) is not dict:
            raise OddError
    return value


def components_of(value: Any, reused_codes: Mapping[Any, bool]) -> tuple[int, int, int, int]:
    """All components, and those digitised, re-used, taken from the citizen's store."""
    rows = rows_of(value)
    digitised = reused = from_store = 0
    for row in rows:
        flags = (
            FLAGS.get(row.get("DuocSoHoa")),
            reused_codes.get(row.get("DuocTaiSuDung")),
            FLAGS.get(row.get("DuocLayTuKhoDMQG")),
        )
        if None in flags:
            raise OddError
        digitised += flags[0]  # type: ignore[operator]
        reused += flags[1]  # type: ignore[operator]
        from_store += flags[2]  # type: ignore[operator]
    return len(rows), digitised, reused, from_store


def fees_of(value: Any) -> tuple[int, int]:
    """How many fees, and their sum in VND."""
    rows = rows_of(value)
    total = 0
    for row in rows:
        fee = row.get("Gia")
        if type(fee) is int:
            fee = str(fee)
        if type(fee) is not str or not (fee.isdecimal() and fee.isascii()):
            raise OddError
        if len(fee) > _MOST_DIGITS:
            raise OddError
        total += int(fee)
    return len(rows), total
