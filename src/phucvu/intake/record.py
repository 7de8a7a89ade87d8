"""Records read by intake: facts ready for the register, or their problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import TypeVar

import msgspec

from phucvu.facts.record import FactRecord

__all__ = [
    "COLUMNS",
    "NO_CLOCK",
    "DossierRecord",
    "FactRecord",
    "MappedRecord",
    "Problem",
    "RefusedError",
    "clock",
    "digest",
    "dossier_stage",
    "mark_of",
    "read_each",
]

Sent = TypeVar("Sent")
Made = TypeVar("Made")


class DossierRecord(FactRecord, frozen=True, gc=False):
    """Columns of `register.Dossier`."""

    procedure_code: str
    procedure_name: str
    field_code: str
    field_name: str
    channel: str
    subject: str
    submitted_through: str
    status: int
    submitted_at: int | None
    received_at: int | None
    promised_at: int | None
    finished_at: int | None
    handed_over_at: int | None
    refused_at: int | None
    supplements: int
    supplement_ms: int
    supplement_open_at: int | None
    return_by_post: bool
    vneid: bool
    payment: int
    databases: int
    population_db: bool
    has_digitised: bool
    components: int
    components_digitised: int
    components_reused: int
    components_from_store: int
    fees: int
    fee_total: int
    results: int
    result_files: int
    results_coded: int


COLUMNS: tuple[str, ...] = DossierRecord.__struct_fields__

# Of a version without any moment: before all others. (A database takes the smallest of its
# integers for a decimal.)
NO_CLOCK = -(2**62)


def clock(record: DossierRecord) -> int:
    """Return the version's own clock: the latest wall time of an event in it.

    It is written out from `register.facts.DOSSIERS.clock_columns`, as it is asked of every dossier.
    """
    return max(
        NO_CLOCK if record.submitted_at is None else record.submitted_at,
        NO_CLOCK if record.received_at is None else record.received_at,
        NO_CLOCK if record.finished_at is None else record.finished_at,
        NO_CLOCK if record.handed_over_at is None else record.handed_over_at,
        NO_CLOCK if record.refused_at is None else record.refused_at,
    )


# Registered; received or not accepted; in hands (in process, a supplement or a fee asked for: these
# follow each other in any order); ended; handed over.
_MOST_SUPPLEMENTS = 1_000
_SUPPLEMENTS, _STATES = 2 * _MOST_SUPPLEMENTS + 2, 11
_STAGES = {1: 0, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2, 7: 3, 8: 3, 9: 3, 10: 4}


def dossier_stage(record: DossierRecord) -> int:
    """Return how far a dossier is: by its state, and while it is worked on by its supplements.

    A request for one more is further than none, an answer further than its request.
    """
    answered = record.supplement_open_at is None
    known = 2 * min(record.supplements, _MOST_SUPPLEMENTS) + answered
    return (_STAGES[record.status] * _SUPPLEMENTS + known) * _STATES + record.status


def digest(record: FactRecord) -> str:
    """Return a fingerprint of the columns, 32 hexadecimal digits: the same content has the same.

    A column added later does not change those of facts that have its default.
    """
    values = msgspec.structs.astuple(record)
    for default in reversed(record.__struct_defaults__):  # columns that facts once had not
        if values[-1] != default:
            break
        values = values[:-1]
    content = msgspec.json.encode(values)
    return blake2b(content, digest_size=16).hexdigest()


def mark_of(fingerprint: str) -> int:
    """Return a digest's first 8 bytes as a signed number, for the journal's index."""
    return int.from_bytes(bytes.fromhex(fingerprint[:16]), signed=True)


class Problem(msgspec.Struct, frozen=True):
    """Problem of a record: the message's field and the reason, in words."""

    field: str
    reason: str


class RefusedError(Exception):
    """Error of a record that is refused; `problems` holds every reason, the main one first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{item.field}: {item.reason}" for item in problems))
        self.problems = list(problems)


class MappedRecord(dict[str, object]):
    """Message that was put together from a table, not sent.

    Its dates may be `datetime` wall times, which keep their milliseconds. `unit_code` names its
    unit where the dossier code does not; `problems` are those already met while mapping.
    """

    def __init__(
        self,
        fields: dict[str, object],
        *,
        unit_code: str | None = None,
        problems: Sequence[Problem] = (),
        line: int | None = None,
    ) -> None:
        super().__init__(fields)
        self.unit_code = unit_code
        self.problems = problems
        self.line = line


def read_each(read: Callable[[Sent], Made], items: Iterable[Sent]) -> list[Made | list[Problem]]:
    """Return for each item what `read` makes of it, or all its problems."""
    made: list[Made | list[Problem]] = []
    for item in items:
        try:
            made.append(read(item))
        except RefusedError as error:
            made.append(error.problems)
    return made
