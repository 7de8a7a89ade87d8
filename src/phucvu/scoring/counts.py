"""The small language of an indicator's `count:`: names joined by + and -, and max(a, b, …).

    ended_on_time + open_asked_once_at_most - open_overdue
    max(received, national_report)

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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r"\s*(?:(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>[-+(),])|(?P<bad>\S))")


class CountError(ValueError):
    """A count expression cannot be read; the message says what was expected where."""


@dataclass(frozen=True, slots=True)
class _Name:
    name: str

    def evaluate(self, values: Mapping[str, int | None]) -> int | None:
        return values.get(self.name)

    def names(self) -> Iterator[str]:
        yield self.name


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

    def names(self) -> Iterator[str]:
        for _, node in self.terms:
            yield from node.names()


@dataclass(frozen=True, slots=True)
class _Max:
    options: tuple[_Node, ...]

    def evaluate(self, values: Mapping[str, int | None]) -> int | None:
        provided = [v for o in self.options if (v := o.evaluate(values)) is not None]
        return max(provided, default=None)

    def names(self) -> Iterator[str]:
        for option in self.options:
            yield from option.names()


_Node = _Name | _Sum | _Max


@dataclass(frozen=True, slots=True)
class CountExpression:
    """A parsed `count:`. `text` is what was written; `names` are the quantities it needs."""

    text: str
    names: tuple[str, ...]
    _root: _Node

    @classmethod
    def parse(cls, text: str) -> CountExpression:
        """Read a count expression. Raises CountError, naming the place and what was expected."""
        root = _Parser(text).parse()
        return cls(text, tuple(dict.fromkeys(root.names())), root)

    def evaluate(self, quantities: Mapping[str, int | None]) -> int | None:
        """The count, or None where a quantity it cannot do without is not provided."""
        return self._root.evaluate(quantities)


class _Parser:
    """Recursive descent: sum := term (('+' | '-') term)*; term := name | 'max' '(' sum, … ')'."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, int]] = []
        for match in _TOKEN.finditer(text):
            if match["bad"]:
                raise CountError(
                    f"{match['bad']!r} at position {match.start('bad') + 1} of {text!r}: a count "
                    "is made of names, +, - and max(a, b)."
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
        word = self._peek()
        if word is None or not (word[0].isalpha() or word[0] == "_"):
            raise self._expected("a name or max(a, b)")
        self._at += 1
        if self._peek() != "(":
            return _Name(word)
        if word != "max":
            self._at -= 1
            raise self._expected("a name or max(a, b); max is the only function")
        self._at += 1
        options = [self._sum()]
        while self._peek() == ",":
            self._at += 1
            options.append(self._sum())
        if self._peek() != ")":
            raise self._expected("',' or ')'")
        self._at += 1
        return _Max(tuple(options))

    def _peek(self) -> str | None:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else None

    def _expected(self, what: str) -> CountError:
        if self._at < len(self._tokens):
            token, position = self._tokens[self._at]
            return CountError(
                f"{token!r} at position {position} of {self._text!r}: expected {what}."
            )
        return CountError(f"{self._text!r} ends too early: expected {what}.")
