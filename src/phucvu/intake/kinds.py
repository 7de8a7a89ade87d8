"""Kinds of fact that are taken in: how the records of each are read, stored and told apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any, Protocol

from phucvu import facts
from phucvu.accounts.policy import Resource, Scope
from phucvu.facts.kind import Kind
from phucvu.intake.declared_reading import DeclaredReader
from phucvu.intake.excel.columns import Form, load_form
from phucvu.intake.figures import FigureReader, figure_code, figures_follow
from phucvu.intake.form_reading import code_made_of, keep_form
from phucvu.intake.kept import keep
from phucvu.intake.message import MessageReader
from phucvu.intake.petitions import PetitionReader, petition_stage
from phucvu.intake.procedures import (
    AppliedReader,
    ProcedureReader,
    applied_follow,
    procedures_follow,
)
from phucvu.intake.reckoning import ABOUT_DOSSIERS, OF_DOSSIERS, OF_PETITIONS
from phucvu.intake.record import (
    NO_CLOCK,
    DossierRecord,
    FactRecord,
    Problem,
    clock,
    dossier_stage,
)
from phucvu.intake.shapes import is_shape
from phucvu.intake.steps import StepReader, step_code
from phucvu.intake.store import NOTHING_RECKONED, FactTable, Reckoned
from phucvu.register.facts import DECLARED, Fact
from phucvu.register.facts import DOSSIERS as DOSSIER_FACTS
from phucvu.units.tree import UnitEras

__all__ = [
    "ANNOUNCEMENTS",
    "APPLIED_PROCEDURES",
    "CERTIFIED_COPIES",
    "DOSSIERS",
    "FIGURES",
    "KINDS",
    "LOOKUPS",
    "PAYMENTS",
    "PETITIONS",
    "PROCEDURES",
    "PROGRESS_STEPS",
    "RATINGS",
    "FactKind",
    "Reader",
    "kind_called",
    "kind_of",
]


class Reader(Protocol):
    """Reader of the records of one batch."""

    def read_all(self, records: Sequence[object]) -> Sequence[FactRecord | list[Problem]]:
        """Return the fact of each record, or all its problems."""


class MakeReader(Protocol):
    """Maker of the reader of a batch; `within` limits the units."""

    def __call__(self, units: UnitEras, *, within: Scope | int | None = None) -> Reader: ...


Follow = Callable[[Sequence[str]], AbstractContextManager[None]]
CodeMade = Callable[[Mapping[str, Any]], str]
Stage = Callable[[Any], int]


def _nothing_follows(_codes: Sequence[str]) -> AbstractContextManager[None]:
    return nullcontext()


def _no_stage(_version: FactRecord) -> int:
    return 0


@dataclass(frozen=True)
class FactKind:
    """Kind of fact, with the way in which its facts come in.

    `record`: the reader's form of one; its fields are columns of the table. `clock`: a version's
    own clock, of `fact.clock_columns`. `stage`: how far the fact is, where versions of one clock
    differ in it. `keep`: the part of a refused record that may be stored. `code_field`: the field
    of a record that holds the code, or the first of those that make it up. `code_made`: makes up
    the code of a record without one of its own, from its stored part. `reckoned`: derived columns.
    `thing`: the resource that an account needs to bring them in a file. `follow`: stands around
    every change of facts, by their codes, for what else follows from it.
    """

    fact: Fact
    record: type[FactRecord]
    clock: Callable[[Any], int]
    reader: MakeReader
    keep: Callable[[object], dict[str, Any]]
    code_field: str
    reckoned: Reckoned = NOTHING_RECKONED
    follow: Follow = _nothing_follows
    thing: Resource = Resource.BRING
    code_made: CodeMade | None = None
    stage: Stage = _no_stage

    def code_of(self, kept: Mapping[str, Any], record: object = None) -> str:
        """Return the code of a refused record, so that a good one closes it; "" where it has none.

        A code that is made up may hold the mark of a name, which is not stored: so it is made of
        the record as it was sent, without values that lack their declared shape.
        """
        known = {name: value for name, value in kept.items() if not is_shape(value)}
        if self.code_made is None:
            return _text(known.get(self.code_field))
        if known.get("code"):
            return _text(known["code"])
        if isinstance(record, dict):
            known |= {name: _text(record.get(name)) for name in self._names if name in record}
        return self.code_made(known)

    @cached_property
    def _names(self) -> frozenset[str]:
        columns = self.form.columns
        return frozenset(c.name for c in columns if c.kind == "name" and not c.private)

    @property
    def name(self) -> str:
        """Return the kind's name in the journal and in scorecards."""
        return self.fact.name

    @property
    def plural(self) -> str:
        """Return the kind's name in commands, templates and addresses."""
        return self.fact.plural

    @cached_property
    def table(self) -> FactTable:
        """Return the register's table."""
        return FactTable(self.fact, self.record, self.reckoned)

    @property
    def dossier_field(self) -> str:
        """Return the field that names the dossier such a fact is about."""
        column = self.fact.names_dossier
        own = any(column == each.name for each in self.form.columns)
        return column if own else self.code_field

    @property
    def form(self) -> Form:
        """Return its template."""
        return load_form(self.plural)


def _text(code: object) -> str:
    return code if isinstance(code, str) else ""


def _latest(columns: Sequence[str]) -> Callable[[FactRecord], int]:
    """Make a function that returns the latest of these moments of a version."""

    def latest(version: FactRecord) -> int:
        moments = (getattr(version, name) for name in columns)
        return max((moment for moment in moments if moment is not None), default=NO_CLOCK)

    return latest


def _declared(kind: Kind) -> FactKind:
    """Make a kind as it is declared, with what its reading needs beside."""
    form = load_form(kind.plural)
    parts = [kind.unit_field if name == "unit_id" else name for name in kind.made_of]
    kept = FactKind(
        DECLARED[kind.name],
        kind.record,
        _latest(kind.clock),
        partial(DeclaredReader, kind),
        partial(keep_form, form),
        form.code,
        ABOUT_DOSSIERS if kind.on_dossiers else NOTHING_RECKONED,
        thing=_THINGS[kind.guarded_as],
        code_made=partial(code_made_of, parts) if parts else None,
    )
    return replace(kept, **_OWN.get(kind.plural, {}))


# What a kind does not only say, but does by itself.
_OWN: Mapping[str, dict[str, Any]] = {
    "petitions": {
        "reader": partial(PetitionReader, facts.KINDS["petitions"]),
        "reckoned": OF_PETITIONS,
        "stage": petition_stage,
    },
    "progress-steps": {"reader": StepReader, "code_made": step_code},
    "procedures": {
        "reader": partial(ProcedureReader, facts.KINDS["procedures"]),
        "follow": procedures_follow,
    },
    "applied-procedures": {
        "reader": partial(AppliedReader, facts.KINDS["applied-procedures"]),
        "follow": applied_follow,
    },
    "figures": {
        "reader": partial(FigureReader, facts.KINDS["figures"]),
        "follow": figures_follow,
        "code_made": figure_code,
    },
}
_THINGS = {"facts": Resource.BRING, "catalogue": Resource.CATALOGUE, "figures": Resource.FIGURES}
_KINDS = (
    FactKind(
        DOSSIER_FACTS,
        DossierRecord,
        clock,
        MessageReader,
        keep,
        "MaHoSo",
        OF_DOSSIERS,
        stage=dossier_stage,
    ),
    *(_declared(kind) for kind in facts.KINDS.values()),
)
KINDS: Mapping[str, FactKind] = MappingProxyType({kind.plural: kind for kind in _KINDS})
"""Every kind by its plural, dossiers first."""

DOSSIERS = KINDS["dossiers"]
PETITIONS = KINDS["petitions"]
CERTIFIED_COPIES = KINDS["certified-copies"]
LOOKUPS = KINDS["lookups"]
RATINGS = KINDS["ratings"]
ANNOUNCEMENTS = KINDS["announcements"]
PROGRESS_STEPS = KINDS["progress-steps"]
PAYMENTS = KINDS["payments"]
PROCEDURES = KINDS["procedures"]
APPLIED_PROCEDURES = KINDS["applied-procedures"]
FIGURES = KINDS["figures"]


def kind_called(plural: str) -> FactKind:
    """Return the kind of this name in commands. Raises `KeyError`."""
    return KINDS[plural]


def kind_of(name: str) -> FactKind:
    """Return the kind of this name in the journal. Raises `KeyError`."""
    return next(kind for kind in KINDS.values() if kind.name == name)
