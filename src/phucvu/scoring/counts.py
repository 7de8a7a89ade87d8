"""The small language of an indicator's `count:`: names joined by + and -, and three functions.

    ended_on_time + open_asked_once_at_most - open_overdue
    max(received, national_report)
    procedures(received_online, online_services)
    units(commune, certified_copies)

`procedures(a, b, …)` is how many procedures of a unit and all below it have every measure named
greater than 0, each procedure once. `units(kind, a, b, …)` is how many units of a kind, itself
and all below it looked at, have every measure named greater than 0; `units(kind)` is how many
there are. Whoever evaluates the count supplies each such number as a quantity of its own
(`Procedures.name`, `Units.name`): those of procedures do not add up over units.

A quantity that is not provided is None, and None is never zero:

* a sum or difference with a part not provided is not provided;
* `max` takes the largest of what *is* provided, and is not provided only where nothing is. That is
  1.4's rule: the denominator is the larger of what the portal received and what the national
  report says. Where the report is missing the caller passes last year's report ÷ 12, ÷ 4 or whole
  under the same name; where there is none of that either and nothing was received, the denominator
  is 0 and the indicator's `empty` (null, 0 points) decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

_Argument = TypeVar("_Argument")

_TOKEN = re.compile(r"\s*(?:(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>[-+(),])|(?P<bad>\S))")


class CountError(ValueError):
    """Error of a count expression that cannot be read; the message says what was expected where."""


@dataclass(frozen=True, slots=True)
class _Name:
    name: str

    def evaluate(self, values: Mapping[str, int | None]) -> int | None:
        return values.get(self.name)

    def leaves(self) -> Iterator[_Leaf]:
        yield self


@dataclass(frozen=True, slots=True)
class Procedures:
    """Number of procedures for which every one of `measures` (sorted, each once) holds."""

    measures: tuple[str, ...]

    @classmethod
    def having(cls, measures: Iterable[str]) -> Procedures:
        """Make the term with all of `measures`, in whatever order and however often named."""
        return cls(tuple(sorted(set(measures))))

    @property
    def name(self) -> str:
        """Return the name of the quantity: equal for terms of equal meaning."""
        return f"procedures({', '.join(self.measures)})"

    def evaluate(self, values: Mapping[str, int | None]) -> int | None:
        """Return the quantity of this name in `values`; None where it is not provided."""
        return values.get(self.name)

    def leaves(self) -> Iterator[_Leaf]:
        """Yield the term itself."""
        yield self


@dataclass(frozen=True, slots=True)
class Units:
    """Number of units of a kind for which every one of `measures` (sorted) is above 0."""

    kind: str
    measures: tuple[str, ...]

    @classmethod
    def having(cls, kind: str, measures: Iterable[str]) -> Units:
        """Make the term with all of `measures`, in whatever order and however often named."""
        return cls(kind, tuple(sorted(set(measures))))

    @property
    def name(self) -> str:
        """Return the name of the quantity: equal for terms of equal meaning."""
        return f"units({', '.join((self.kind, *self.measures))})"

    def evaluate(self, values: Mapping[str, int | None]) -> int | None:
        """Return the quantity of this name in `values`; None where it is not provided."""
        return values.get(self.name)

    def leaves(self) -> Iterator[_Leaf]:
        """Yield the term itself."""
        yield self


@dataclass(frozen=True, slots=True)
class _Sum:
    terms: tuple[tuple[int, _Node], ...]  # (+1 or -1, node)

    def evaluate(self, values: Mapping[str, int | None]) -> int | None:
        total = 0
        for sign, node in self.terms:
            value = node.evaluate(values)
            if value is None:
                return None
            total += sign * value
        return total

    def leaves(self) -> Iterator[_Leaf]:
        for _, node in self.terms:
            yield from node.leaves()


@dataclass(frozen=True, slots=True)
class _Max:
    options: tuple[_Node, ...]

    def evaluate(self, values: Mapping[str, int | None]) -> int | None:
        provided = [v for o in self.options if (v := o.evaluate(values)) is not None]
        return max(provided, default=None)

    def leaves(self) -> Iterator[_Leaf]:
        for option in self.options:
            yield from option.leaves()


_Leaf = _Name | Procedures | Units
_Node = _Leaf | _Sum | _Max


@dataclass(frozen=True, slots=True)
class CountExpression:
    """A parsed `count:`; `text` is the expression as written.

    It needs the quantities `names` (measures and inputs) and those of the terms `procedures` and
    `units`.
    """

    text: str
    names: tuple[str, ...]
    procedures: tuple[Procedures, ...]
    units: tuple[Units, ...]
    _root: _Node

    @classmethod
    def parse(cls, text: str) -> CountExpression:
        """Read a count expression. Raises CountError, naming the place and what was expected."""
        root = _Parser(text).parse()
        leaves = dict.fromkeys(root.leaves())
        return cls(
            text,
            tuple(leaf.name for leaf in leaves if isinstance(leaf, _Name)),
            tuple(leaf for leaf in leaves if isinstance(leaf, Procedures)),
            tuple(leaf for leaf in leaves if isinstance(leaf, Units)),
            root,
        )

    @property
    def mentioned(self) -> frozenset[str]:
        """Return every measure and input the expression uses, inside a function or not."""
        terms: tuple[Procedures | Units, ...] = (*self.procedures, *self.units)
        within = (measure for term in terms for measure in term.measures)
        return frozenset(self.names).union(within)

    def evaluate(self, quantities: Mapping[str, int | None]) -> int | None:
        """Compute the count; None where a quantity it needs is not provided."""
        return self._root.evaluate(quantities)


class _Parser:
    """Recursive descent.

    sum := term (('+' | '-') term)*
    term := name | 'max' '(' sum, … ')' | ('procedures' | 'units') '(' name, … ')'
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, int]] = []
        for match in _TOKEN.finditer(text):
            if match["bad"]:
                raise CountError(
                    f"{match['bad']!r} at position {match.start('bad') + 1} of {text!r}: a count "
                    "is made of names, +, -, max(a, b), procedures(a, b) and units(kind, a)."
                )
            kind = "name" if match["name"] else "sign"
            self._tokens.append((match[kind], match.start(kind) + 1))
        self._at = 0

    def parse(self) -> _Node:
        node = self._sum()
        if self._peek() is not None:
            raise self._expected("+, - or the end")
        return node

    def _sum(self) -> _Node:
        terms: list[tuple[int, _Node]] = [(1, self._term())]
        while (word := self._peek()) in ("+", "-"):
            self._at += 1
            terms.append((1 if word == "+" else -1, self._term()))
        return terms[0][1] if len(terms) == 1 else _Sum(tuple(terms))

    def _term(self) -> _Node:
        word = self._name("a name, max(a, b), procedures(a, b) or units(kind, a)")
        if self._peek() != "(":
            return _Name(word)
        match word:
            case "max":
                return _Max(tuple(self._arguments(self._sum)))
            case "procedures":
                measures = self._arguments(lambda: self._name("the name of a measure"))
                return Procedures.having(measures)
            case "units":
                named = self._arguments(lambda: self._name("a kind of unit, then measures"))
                return Units.having(named[0], named[1:])
        self._at -= 1
        raise self._expected("a name; max, procedures and units are the only functions")

    def _name(self, expected: str) -> str:
        word = self._peek()
        if word is None or not (word[0].isalpha() or word[0] == "_"):
            raise self._expected(expected)
        self._at += 1
        return word

    def _arguments(self, argument: Callable[[], _Argument]) -> list[_Argument]:
        """Read the arguments in brackets; the opening bracket comes next."""
        self._at += 1
        found = [argument()]
        while self._peek() == ",":
            self._at += 1
            found.append(argument())
        if self._peek() != ")":
            raise self._expected("',' or ')'")
        self._at += 1
        return found

    def _peek(self) -> str | None:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else None

    def _expected(self, what: str) -> CountError:
        if self._at < len(self._tokens):
            token, position = self._tokens[self._at]
            return CountError(
                f"{token!r} at position {position} of {self._text!r}: expected {what}."
            )
        return CountError(f"{self._text!r} ends too early: expected {what}.")
