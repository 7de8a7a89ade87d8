"""Import of one file: its form, its records a thousand at a time, and the outcome."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from phucvu.accounts.policy import Scope
from phucvu.intake import refusals
from phucvu.intake.actions import Receipt, receive, rehearse
from phucvu.intake.apart.asking import look, parts
from phucvu.intake.excel.reading import FORMS
from phucvu.intake.files import MESSAGES, SUFFIXES, FileError
from phucvu.intake.formats.base import Entry, kind_of
from phucvu.intake.kinds import DOSSIERS, KINDS, FactKind, kind_called
from phucvu.intake.mapping import Mapping, MappingError
from phucvu.intake.refusals import MakeWriter, RefusedFile
from phucvu.intake.sheet_shapes import Fits, of_form, of_mapping
from phucvu.units.tree import UnitEras, load_tree

__all__ = [
    "Outcome",
    "Plan",
    "StoppedError",
    "Terms",
    "UnitError",
    "UsageError",
    "closing_parts",
    "import_file",
    "plan",
    "template_of",
]

_AT_ONCE = 1_000


class UsageError(ValueError):
    """Error of a file that needs a mapping, or was given one it has no use for."""


class UnitError(ValueError):
    """Error of a unit for which facts come and which is not in force."""


class StoppedError(Exception):
    """Error of an import that was asked to stop; records taken in until then stay."""


@dataclass(frozen=True)
class Terms:
    """Meaning of the columns of tables, and the unit their facts are for, where it is given.

    `kind`: the kind of fact; without it a template and a mapping name it themselves, and messages
    are dossiers. `correction`: the records stand even where a version with later moments is known.
    """

    mapping: Mapping | None = None
    unit_code: str | None = None
    correction: bool = False
    kind: FactKind | None = None


@dataclass
class Outcome:
    """Outcome of the records of a file; `refused_file` lists those refused."""

    name: str
    accepted: int = 0
    unchanged: int = 0
    superseded: int = 0
    refused: int = 0
    refused_file: Path | None = None

    def __str__(self) -> str:
        superseded = f" {self.superseded:,} superseded," if self.superseded else ""
        return (
            f"{self.name}: {self.accepted:,} accepted, {self.unchanged:,} unchanged,{superseded}"
            f" {self.refused:,} refused"
        )

    def add(self, receipt: Receipt) -> None:
        """Count a batch."""
        self.accepted += receipt.accepted
        self.unchanged += receipt.unchanged
        self.superseded += receipt.superseded
        self.refused += receipt.refused


@dataclass(frozen=True)
class Plan:
    """Plan of how a file is read, and how its refused rows are written down.

    `fits`: of each column, which cells may be written back for repair. `parts`: its records by the
    thousand, read in a process of their own, which ends with the iterator; when reading fails,
    those read until then come first.
    """

    path: Path
    kind: FactKind
    parts: Iterator[list[Entry]]
    suffix: str
    make: MakeWriter
    correction: bool
    fits: Fits = field(default_factory=dict)


def plan(path: Path, terms: Terms, *, whole: bool = True) -> Plan:
    """Find out what a file is; nothing is taken in yet.

    `whole`: to take it in; else only its beginning is looked at, by whoever waits for it.

    Raises `FileError`, `UsageError`, `UnitError` or `MappingError`.
    """
    read = partial(parts, path, at_once=_AT_ONCE, whole=whole)
    suffix = kind_of(path)
    if suffix not in SUFFIXES:
        raise FileError(
            _("%(file)s: expected .json, .jsonl, .csv or .xes (also with .gz), .xlsx or .parquet")
            % {"file": path}
        )
    if suffix in MESSAGES:
        _refuse_terms(path, terms, _("is a message"))
        kind, found = terms.kind or DOSSIERS, read("messages")
        return Plan(path, kind, found, ".csv", refusals.as_list, terms.correction)
    mapping = terms.mapping
    if mapping is None and (filled := template_of(path, terms.kind)) is not None:
        named = filled.fact.model._meta.verbose_name_plural
        _refuse_terms(path, terms, _("is the template for %(kind)s") % {"kind": named})
        found = read("filled", filled.plural)
        if suffix == ".xlsx":
            book = refusals.as_template(filled.form)
            return Plan(path, filled, found, ".xlsx", book, terms.correction, of_form(filled.form))
        table = refusals.as_table(filled.form.names)
        return Plan(path, filled, found, ".csv", table, terms.correction, of_form(filled.form))
    if mapping is None:
        raise UsageError(
            _(
                "%(file)s is a table: say with --mapping what its columns mean;"
                " `phucvu mapping propose` writes a first one"
            )
            % {"file": path.name}
        )
    kind = kind_called(mapping.kind)
    if terms.kind not in (None, kind):
        raise UsageError(
            _("%(mapping)s is a mapping for %(kind)s")
            % {"mapping": mapping.path, "kind": kind.plural}
        )
    found = read("table", mapping, *_clock(terms))
    columns = [*mapping.columns(), *mapping.at_events()]
    if suffix == ".xlsx":
        workbook = refusals.as_workbook(columns, mapping.sheet, mapping.header_row)
        return Plan(path, kind, found, ".xlsx", workbook, terms.correction, of_mapping(mapping))
    table = refusals.as_table(columns, mapping.encoding, mapping.delimiter)
    return Plan(path, kind, found, ".csv", table, terms.correction, of_mapping(mapping))


def template_of(path: Path, wanted: FactKind | None) -> FactKind | None:
    """Return the kind of fact whose filled template a file is. Raises `FileError`."""
    if kind_of(path) not in FORMS:
        return None
    kinds = list(KINDS) if wanted is None else [wanted.plural]
    found = look(path, "template", kinds)
    return None if found is None else kind_called(found)


def _refuse_terms(path: Path, terms: Terms, what: str) -> None:
    if terms.mapping is not None or terms.unit_code is not None:
        raise UsageError(
            _("%(file)s %(what)s: --mapping and --unit are for other tables")
            % {"file": path.name, "what": what}
        )


def _clock(terms: Terms) -> tuple[str | None, str | None]:
    """Return the code of the unit all facts go to, which has to exist, and its time zone."""
    mapping = terms.mapping
    if mapping is None:
        raise UsageError(_("a table needs a mapping"))
    constant = mapping.unit.get("constant") if mapping.unit else None
    code = terms.unit_code or (str(constant) if constant is not None else None)
    if code is None:  # the unit stands in a column, or in the fact's code
        return None, mapping.time_zone
    node = load_tree().by_code(code)
    if node is None:
        raise UnitError(f"no unit in force has the code {code!r}; `phucvu units add` adds one")
    if mapping.time_zone and mapping.time_zone != node.time_zone:
        raise MappingError(
            f"{mapping.path}, line {mapping.lines.get(('time_zone',), 1)}, time_zone:"
            f" {mapping.time_zone}, but the clocks of {code} show {node.time_zone}"
        )
    return terms.unit_code, node.time_zone


def import_file(
    planned: Plan,
    units: UnitEras,
    *,
    origin: str = "",
    reach: Scope | None = None,
    skip: int = 0,
    note: Callable[[Receipt, list[Entry]], object] = lambda _receipt, _part: None,
    advance: Callable[[int], object] = lambda _count: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Take in one file; running it again changes nothing.

    `origin` is what the journal calls it, its name by default.
    `reach`: for which units records are taken; None is everywhere.
    `skip`: so many records were taken in before, by this same plan: they are read again only for
    those refused.
    `note` is called with each batch in the transaction that takes it in: what it writes stands
    exactly where the batch does.

    Raises `FileError` where the file cannot be read further; what came before stays taken in, and
    the message says so. Raises `StoppedError` when `stopping` says so between two batches.
    """
    outcome = Outcome(planned.path.name)
    refused = RefusedFile(planned.path, planned.suffix, planned.make, planned.fits)
    passed = 0
    with closing(refused), closing_parts(planned):
        try:
            for part in planned.parts:
                records = [entry.record for entry in part]
                if passed + len(part) <= skip:
                    rehearsed = rehearse(records, units, kind=planned.kind, reach=reach)
                    answers = [answer for answer, _record in rehearsed]
                else:
                    with transaction.atomic():
                        receipt = receive(
                            records,
                            origin=origin or outcome.name,
                            units=units,
                            correction=planned.correction,
                            kind=planned.kind,
                            reach=reach,
                        )
                        note(receipt, part)
                    outcome.add(receipt)
                    answers = receipt.results
                passed += len(part)
                for answer in answers:
                    if answer.result == "refused":
                        refused.add(part[answer.position], answer)
                advance(len(part))
                if stopping():
                    raise StoppedError(outcome.name)
        except FileError as error:
            if outcome == Outcome(outcome.name):
                raise
            so_far = _("%(error)s\nWhat stands before it was taken in: %(outcome)s")
            raise FileError(so_far % {"error": error, "outcome": outcome}) from error
    if outcome.refused:
        outcome.refused_file = refused.path
    return outcome


def closing_parts(planned: Plan) -> AbstractContextManager[object]:
    """End reading with the block, also where not all was read."""
    if isinstance(planned.parts, Generator):
        return closing(planned.parts)
    return nullcontext()
