"""What a kind of fact is: its record's columns, and what is said of the kind as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, get_type_hints

from phucvu.facts.columns import Column, Moment
from phucvu.facts.record import FactRecord
from phucvu.measures.vocabulary import Column as Word
from phucvu.measures.vocabulary import Vocabulary, number

__all__ = ["Check", "Index", "Kind", "OnDossiers", "Sheet", "lies_before", "optional"]

Refuse = Callable[[str, str], None]
"""Notes of a field, by its column, what is wrong with it: a text that `locale` translates."""

Check = Callable[[Mapping[str, Any], Refuse], None]
"""Notes what is wrong with the values of a record's columns, moments as wall times."""

DAY_MS = 86_400_000


@dataclass(frozen=True)
class OnDossiers:
    """Column of a dossier for what the facts that name it come to.

    `column`: of dossiers. `value`: SQL of what those of one dossier come to; `nothing`: what stands
    where there are none. Only facts that speak for their dossier (`register.linked`) are asked.
    """

    column: str
    value: str = "COUNT(*)"
    nothing: int | str = 0


@dataclass(frozen=True)
class Index:
    """An index of the table.

    `given`, `known`, `unknown`: only over rows in which the text is not empty, the number or
    moment is there, or is not there.
    """

    name: str
    columns: Sequence[str]
    given: str = ""
    known: str = ""
    unknown: str = ""


@dataclass(frozen=True)
class Sheet:
    """The template that is filled in: its name, what its guide says, and the order of its columns.

    `first`, `last`: the columns that do not stand where the record has them.
    """

    name: str
    guide: Sequence[str]
    first: Sequence[str] = ("code", "unit_id")
    last: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of fact: one table, one row a fact, known by its `code` and booked on a `unit`.

    `name`: in scorecards and in the journal. `plural`: what commands and addresses call it.
    `titles`: one, and several, on the site; texts that `locale` translates.
    `model`: the class of its table; `related`: what a unit calls its facts of this kind.
    `record`: what is kept of a fact as it was sent, column by column.
    `derived`: columns that follow from what was sent and from what else is known.
    `clock`: the moments that only ever get later while such a fact lives; the latest of them is a
    version's own clock. Without any, no version is older than another.
    `placed`: the moment whose day decides which units are in force.
    `made_of`: the columns that make up the code of a record that has none.
    `restated`: whether it is put right by saying it again, so that of versions of one clock the
    last to come stands; else content that came before is a repeat, and no news.
    `by_procedure`: whether it has a `procedure_code`, and is counted by it too.
    `one_feed`: whether one feed brings those of a whole tree of units, so that where any unit of
    the tree has one, the others are known to have none. Otherwise nothing is known of a unit
    without any.
    `measured`: whether measures speak of its columns.
    `names_dossier`: the column that holds the code of the dossier such a fact is about.
    `on_dossiers`: what dossiers say of such facts.
    `check`: what may be wrong with the values of one record, beside their shapes.
    `guarded_as`: who may bring and see them: as facts, as the catalogue, or as figures.
    `listed`, `filters`: the columns of its list on the administration site.
    `ordering`: by which columns its table is sorted, where nothing else is asked.
    `once`, `indexes`: what the store calls the constraint of the code, and the indexes.
    """

    name: str
    plural: str
    titles: tuple[str, str]
    model: str
    related: str
    record: type[FactRecord]
    sheet: Sheet
    clock: Sequence[str]
    placed: str
    derived: Mapping[str, Column] = field(default_factory=dict)
    made_of: Sequence[str] = ()
    restated: bool = False
    by_procedure: bool = False
    one_feed: bool = False
    measured: bool = True
    names_dossier: str = ""
    on_dossiers: tuple[OnDossiers, ...] = ()
    check: Check | None = None
    guarded_as: Literal["facts", "catalogue", "figures"] = "facts"
    listed: Sequence[str] = ()
    filters: Sequence[str] = ()
    ordering: Sequence[str] = ("-id",)
    once: str = ""
    indexes: Sequence[Index] = ()

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """Give the columns of its record by name, in order."""
        hints = get_type_hints(self.record, include_extras=True)
        return {name: hints[name].__metadata__[0] for name in self.record.__struct_fields__}

    @cached_property
    def sent(self) -> Mapping[str, Column]:
        """Give the columns of its template by the field each is sent as, in order."""
        last = [*self.sheet.first, *self.sheet.last]
        between = [name for name in self.columns if name not in last]
        names = [*self.sheet.first, *between, *self.sheet.last]
        columns = {name: self.columns[name] for name in names}
        return {c.field or name: c for name, c in columns.items() if c.heading}

    @cached_property
    def unit_field(self) -> str:
        """Name the field of the unit."""
        return self.columns["unit_id"].field

    @cached_property
    def code_field(self) -> str:
        """Name the field of the code, or the first of those that make it up."""
        return next(iter(self.sent))

    @cached_property
    def ahead(self) -> frozenset[str]:
        """Give the moments that may lie in the future."""
        moments = {n: c for n, c in self.columns.items() if isinstance(c, Moment) and c.ahead}
        return frozenset(moments)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Give the columns that measures may speak of."""
        if not self.measured:
            return Vocabulary(self.name, ())
        columns = {"unit_id": self.columns["unit_id"], **self.columns, **self.derived}
        words = [self._word(name, c) for name, c in columns.items() if c.vi]
        return Vocabulary(
            self.name, [number("id", "the register's own number", "số thứ tự trong sổ"), *words]
        )

    def _word(self, name: str, column: Column) -> Word:
        nullable = isinstance(column, Moment) or optional(self.record, name)
        field = column.field or (name if column.heading else "")
        return Word(name, column.type, nullable, column.en, column.vi, field)


def optional(record: type[FactRecord], name: str) -> bool:
    """Tell whether a column of the record may be null."""
    hint = get_type_hints(record).get(name)
    return type(None) in getattr(hint, "__args__", ())


def lies_before(values: Mapping[str, Any], name: str, other: str) -> bool:
    """Tell whether a moment lies before the day of another one, both of them given."""
    moment, since = values[name], values[other]
    return moment is not None and since is not None and moment // DAY_MS < since // DAY_MS
