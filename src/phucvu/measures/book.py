"""Book of a scorecard's measures, compiled: definitions inlined, every mistake found at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

import sqlglot
from sqlglot import exp

from phucvu.measures.dossiers import DOSSIER
from phucvu.measures.errors import MeasureError, MeasureErrors, did_you_mean
from phucvu.measures.expressions import Expression, compile_expression
from phucvu.measures.measure import Measure
from phucvu.measures.tokens import FUNCTIONS, RESERVED, scan
from phucvu.measures.tree import is_broken
from phucvu.measures.turning import SHAPES, turning_of
from phucvu.measures.vocabulary import NAME, Type, Vocabulary


class MeasureBook(Mapping[str, Measure]):
    """Measures of a scorecard by name, in the order they were written.

    Looking up a name that is not there raises KeyError with the nearest one that is.
    """

    def __init__(
        self, measures: Mapping[str, Measure], definitions: Mapping[str, Expression]
    ) -> None:
        self._measures = dict(measures)
        self.definitions = dict(definitions)
        self._by_fact: dict[str, Mapping[str, Expression]] = {}

    @classmethod
    def joined(cls, books: Iterable[MeasureBook]) -> MeasureBook:
        """Join books of several kinds of fact; the definitions stay with their own kind.

        Raises ValueError for a name that is in two of them.
        """
        measures: dict[str, Measure] = {}
        by_fact: dict[str, Mapping[str, Expression]] = {}
        for book in books:
            by_fact |= dict.fromkeys(book.facts, book.definitions)
            if twice := measures.keys() & book.keys():
                raise ValueError(f"measures of the same name: {', '.join(sorted(twice))}")
            measures |= book
        joined = cls(measures, {})
        joined._by_fact = by_fact
        return joined

    def definitions_of(self, fact: str) -> Mapping[str, Expression]:
        """Return the definitions over the columns of a kind of fact."""
        return self._by_fact.get(fact, self.definitions)

    def __getitem__(self, name: str) -> Measure:
        try:
            return self._measures[name]
        except KeyError:
            near = did_you_mean(str(name), self.names)
            raise KeyError(f"no measure '{name}'{near}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._measures

    def __iter__(self) -> Iterator[str]:
        return iter(self._measures)

    def __len__(self) -> int:
        return len(self._measures)

    @property
    def names(self) -> tuple[str, ...]:
        """Return every measure's name."""
        return tuple(self._measures)

    @property
    def facts(self) -> tuple[str, ...]:
        """Return the kinds of fact that are counted, each once."""
        return tuple(dict.fromkeys(measure.fact for measure in self.values()))

    @property
    def counted(self) -> tuple[Measure, ...]:
        """Return the measures that are stored as counts."""
        return tuple(measure for measure in self.values() if not measure.clock)

    @property
    def clock(self) -> tuple[Measure, ...]:
        """Return the measures that depend on the clock and are read when asked for."""
        return tuple(measure for measure in self.values() if measure.clock)


def compile_book(
    definitions: Mapping[str, str],
    measures: Mapping[str, object],
    calendar: Mapping[str, str],
    vocabulary: Vocabulary = DOSSIER,
) -> MeasureBook:
    """Compile a scorecard's definitions, calendar and measures.

    A measure is a mapping or an object with ``when``, and optionally ``sum`` and ``clock``;
    the calendar has ``placed`` and ``ended``. Raises MeasureErrors with every mistake in all.
    """
    return _Compiler(vocabulary).book(definitions, measures, calendar)


def compile_conditions(
    definitions: Mapping[str, str], measures: Mapping[str, object], vocabulary: Vocabulary
) -> dict[str, Expression]:
    """Compile measures of the present state: conditions, without calendar or clock.

    A measure is a mapping or an object with ``when``. Raises MeasureErrors with every mistake.
    """
    return _Compiler(vocabulary).conditions(definitions, measures)


class _Compiler:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.known: dict[str, Expression | None] = {}
        self.errors: list[MeasureError] = []

    def book(
        self,
        definitions: Mapping[str, str],
        measures: Mapping[str, object],
        calendar: Mapping[str, str],
    ) -> MeasureBook:
        self._define(definitions)
        placed = self._moment("placed", calendar)
        ended = self._moment("ended", calendar)
        compiled: dict[str, Measure] = {}
        for name, spec in measures.items():
            measure = self._measure(name, spec, placed, ended)
            if measure is not None:
                compiled[name] = measure
        if self.errors:
            raise MeasureErrors(self.errors)
        whole = {name: known for name, known in self.known.items() if known is not None}
        return MeasureBook(compiled, {name: whole[name] for name in definitions})

    def conditions(
        self, definitions: Mapping[str, str], measures: Mapping[str, object]
    ) -> dict[str, Expression]:
        self._define(definitions)
        compiled: dict[str, Expression] = {}
        for name, spec in measures.items():
            where = f"measure {name}"
            condition = self._compile(_entry(spec, "when"), where, (Type.BOOLEAN,))
            if condition is not None and condition.mentions_bound:
                problem = "it is read as things stand, so it may not depend on 'bound'"
                self.errors.append(MeasureError(where, problem))
            if condition is not None:
                compiled[name] = condition
        if self.errors:
            raise MeasureErrors(self.errors)
        return compiled

    def _define(self, definitions: Mapping[str, str]) -> None:
        """Compile the definitions, each after those it uses."""
        self.known = dict.fromkeys(definitions)
        uses: dict[str, list[str]] = {}
        for name, text in definitions.items():
            self._check_name(name)
            names = scan(text, name, self.known.keys()).names if isinstance(text, str) else ()
            uses[name] = sorted(used for used in names if used not in self.vocabulary)
        try:
            order = list(TopologicalSorter(uses).static_order())
        except CycleError as error:
            # graphlib gives each node before the one that uses it; say it from user to used.
            path = " → ".join(reversed(error.args[1]))
            where = f"definition {error.args[1][-1]}"
            self.errors.append(MeasureError(where, f"the definitions go in a circle: {path}"))
            order = list(definitions)
        reported, self.errors = self.errors, []
        found: dict[str, list[MeasureError]] = {}
        for name in order:
            self.known[name] = self._compile(definitions[name], f"definition {name}", ())
            found[name], self.errors = self.errors, []
        self.errors = reported + [error for name in definitions for error in found[name]]

    def _check_name(self, name: str) -> None:
        problem = None
        if not NAME.fullmatch(name):
            problem = "a name has small letters, digits and _, and begins with a letter"
        elif name in RESERVED or name in FUNCTIONS or not _reads_as_name(name):
            problem = f"'{name}' is a word of the language"
        elif name in self.vocabulary:
            problem = f"'{name}' is already a column of the vocabulary"
        if problem is not None:
            self.errors.append(MeasureError(f"definition {name}", problem))

    def _compile(self, text: object, where: str, expect: tuple[Type, ...]) -> Expression | None:
        if not isinstance(text, str):
            self.errors.append(MeasureError(where, f"must be a text, not {text!r}"))
            return None
        try:
            expression = compile_expression(
                text, where, vocabulary=self.vocabulary, definitions=self.known, expect=expect
            )
        except MeasureErrors as found:
            self.errors += found.errors
            return None
        return None if is_broken(expression.root) else expression

    def _moment(self, name: str, calendar: Mapping[str, str]) -> Expression | None:
        where = f"calendar {name}"
        if name not in calendar:
            self.errors.append(MeasureError(where, "is missing"))
            return None
        moment = self._compile(calendar[name], where, (Type.WALL_TIME,))
        if moment is not None and moment.mentions_bound:
            self.errors.append(MeasureError(where, "may not depend on 'bound'"))
        return moment

    def _measure(
        self, name: str, spec: object, placed: Expression | None, ended: Expression | None
    ) -> Measure | None:
        where = f"measure {name}"
        if _entry(spec, "when") is None:
            self.errors.append(MeasureError(where, "has no 'when'"))
            return None
        clock = _entry(spec, "clock") or False
        if not isinstance(clock, bool):
            self.errors.append(MeasureError(where, f"'clock' is true or false, not {clock!r}"))
        when = self._compile(_entry(spec, "when"), where, (Type.BOOLEAN,))
        total = _entry(spec, "sum")
        value = None
        if total is not None:
            value = self._compile(total, f"{where}, sum", (Type.INTEGER, Type.DURATION))
            if value is None:
                return None
        if when is None or not isinstance(clock, bool):
            return None
        self._check_clock(where, clock, when, value)
        if placed is None or ended is None:
            return None
        return Measure(name, when, value, clock, placed, ended, self.vocabulary.fact)

    def _check_clock(
        self, where: str, clock: bool, when: Expression, value: Expression | None
    ) -> None:
        bound = when.mentions_bound or (value is not None and value.mentions_bound)
        if bound and not clock:
            problem = "it depends on 'bound', so it cannot be counted: set clock: true"
            self.errors.append(MeasureError(where, problem))
        elif clock and not bound:
            problem = "it does not depend on 'bound', so it can be counted: drop clock"
            self.errors.append(MeasureError(where, problem))
        elif value is not None and value.mentions_bound:
            self.errors.append(MeasureError(f"{where}, sum", "may not depend on 'bound'"))
        elif clock and turning_of(when) is None:
            problem = f"'bound' may stand only in {SHAPES}, joined to the rest by 'and'"
            self.errors.append(MeasureError(where, problem))


def _entry(spec: object, name: str) -> object:
    if isinstance(spec, Mapping):
        return spec.get(name)
    return getattr(spec, name, None)


def _reads_as_name(name: str) -> bool:
    """Tell whether the parser takes the word for a name and not for a piece of SQL."""
    try:
        return isinstance(sqlglot.parse_one(name), exp.Column)
    except sqlglot.errors.SqlglotError:
        return False
