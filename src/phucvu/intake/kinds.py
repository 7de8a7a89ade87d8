"""The kinds of fact that are taken in: of each, how its records are read, kept and told apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any, Protocol

from phucvu.intake.digital import CopyReader, CopyRecord, LookupReader, LookupRecord
from phucvu.intake.excel.columns import Form, load_form
from phucvu.intake.excel.reading import MakeRecord, dossier_row
from phucvu.intake.form_reading import FormReader, form_row, keep_form, unit_codes_in
from phucvu.intake.kept import keep
from phucvu.intake.message import MessageReader, unit_codes_of
from phucvu.intake.petitions import PetitionReader, PetitionRecord
from phucvu.intake.reckoning import OF_DOSSIERS, OF_PETITIONS
from phucvu.intake.record import NO_CLOCK, DossierRecord, FactRecord, Problem, clock
from phucvu.intake.store import NOTHING_RECKONED, FactTable, Reckoned
from phucvu.register import facts
from phucvu.register.facts import Fact
from phucvu.units.tree import UnitEras

__all__ = [
    "CERTIFIED_COPIES",
    "DOSSIERS",
    "KINDS",
    "LOOKUPS",
    "PETITIONS",
    "FactKind",
    "Reader",
    "kind_called",
    "kind_of",
]


class Reader(Protocol):
    """Reads the records of one batch."""

    def read_all(self, records: Sequence[object]) -> Sequence[FactRecord | list[Problem]]:
        """The fact of each record, or everything wrong with it."""


class MakeReader(Protocol):
    """Makes the reader of a batch; `within` limits the units to the subtree of one."""

    def __call__(self, units: UnitEras, *, within: int | None = None) -> Reader: ...


@dataclass(frozen=True)
class FactKind:
    """How facts of one kind come in.

    `record`: what the reader makes of one; its fields are columns of the table.
    `clock`: a version's own clock, of `fact.clock_columns`.
    `unit_codes`: the codes of the units that records belong to.
    `keep`: what may be kept of a refused record.
    `from_row`: the record of a row of the template.
    `code_field`: the field of a record that holds the code.
    `reckoned`: columns that follow from what was sent.
    """

    fact: Fact
    record: type[FactRecord]
    clock: Callable[[Any], int]
    reader: MakeReader
    unit_codes: Callable[[Sequence[object]], set[str]]
    keep: Callable[[object], dict[str, Any]]
    from_row: MakeRecord
    code_field: str
    reckoned: Reckoned = NOTHING_RECKONED

    @property
    def name(self) -> str:
        """The kind's name in the journal and in scorecards."""
        return self.fact.name

    @property
    def plural(self) -> str:
        """What commands, templates and addresses call it."""
        return self.fact.plural

    @cached_property
    def table(self) -> FactTable:
        """The register's table."""
        return FactTable(self.fact, self.record, self.reckoned)

    @property
    def form(self) -> Form:
        """The columns of its template."""
        return load_form(self.plural)


DOSSIERS = FactKind(
    facts.DOSSIERS,
    DossierRecord,
    clock,
    MessageReader,
    unit_codes_of,
    keep,
    dossier_row,
    "MaHoSo",
    OF_DOSSIERS,
)


def _of_form(
    fact: Fact,
    record: type[FactRecord],
    reader: type[FormReader],
    reckoned: Reckoned = NOTHING_RECKONED,
) -> FactKind:
    """A kind whose records have the columns of its template as fields."""

    def latest(version: FactRecord) -> int:
        moments = (getattr(version, name) for name in fact.clock_columns)
        return max((moment for moment in moments if moment is not None), default=NO_CLOCK)

    return FactKind(
        fact,
        record,
        latest,
        reader,
        unit_codes_in,
        partial(keep_form, reader.form),
        form_row,
        reader.form.code,
        reckoned,
    )


PETITIONS = _of_form(facts.PETITIONS, PetitionRecord, PetitionReader, OF_PETITIONS)
CERTIFIED_COPIES = _of_form(facts.CERTIFIED_COPIES, CopyRecord, CopyReader)
LOOKUPS = _of_form(facts.LOOKUPS, LookupRecord, LookupReader)

KINDS: Mapping[str, FactKind] = MappingProxyType(
    {kind.plural: kind for kind in (DOSSIERS, PETITIONS, CERTIFIED_COPIES, LOOKUPS)}
)
"""Every kind by its plural, dossiers first."""


def kind_called(plural: str) -> FactKind:
    """The kind that commands call so. Raises `KeyError`."""
    return KINDS[plural]


def kind_of(name: str) -> FactKind:
    """The kind with this name in the journal. Raises `KeyError`."""
    return next(kind for kind in KINDS.values() if kind.name == name)
