"""Explanation why a fact counts in a measure or does not: its condition, part by part.

A condition keeps the names of the definitions it is made of, so its parts are read off its tree.
What each is for one fact is asked of the store, in one statement with the SQL that counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from phucvu.measures.expressions import Expression
from phucvu.measures.rendering import Dialect, render, written
from phucvu.measures.tree import Node, Op, canonical, innermost
from phucvu.measures.vocabulary import Type

__all__ = ["Answers", "Part", "Value", "chosen", "parts_of", "questions_of"]

Value = int | str | bool | None


@dataclass(frozen=True)
class Part:
    """One of the conditions that all have to hold.

    `name` is the definition it stands for, if any; `text` reads as in the law's file, with the
    names of definitions. `holds` is None where a null leaves it open, and then it does not count.
    `columns` are the fact's own columns it reads, with their values. `inside` are the parts of a
    definition that has several.
    """

    name: str | None
    text: str
    holds: bool | None
    columns: Mapping[str, Value]
    inside: tuple[Part, ...] = ()

    def failing(self) -> Iterator[Part]:
        """Yield the part itself, then the parts inside it that do not hold; nothing where it
        holds.
        """
        if not self.holds:
            yield self
            for part in self.inside:
                yield from part.failing()


class Answers:
    """Values of expressions for one fact, as the store says them."""

    def __init__(
        self,
        expressions: Iterable[Expression],
        ask: Callable[[Sequence[str]], Sequence[Value]],
        dialect: Dialect,
        bound: int,
    ) -> None:
        """Ask for all of them at once: `ask` returns what each SQL expression is for the fact."""
        questions = {canonical(each.root): each for each in expressions}
        asked = [render(each, dialect, bound=bound) for each in questions.values()]
        self._values = dict(zip(questions, ask(asked), strict=True)) if asked else {}

    def __call__(self, expression: Expression) -> Value:
        """Return the value of an expression that was asked for; KeyError for another."""
        value = self._values[canonical(expression.root)]
        return bool(value) if value is not None and expression.type is Type.BOOLEAN else value


Say = Callable[[Expression], Value]


def parts_of(condition: Expression, row: Mapping[str, Value], say: Say) -> tuple[Part, ...]:
    """Return the parts of a condition, in order, and whether each holds for a fact."""
    return tuple(_part(clause, row, say) for clause in _clauses(condition.written))


def chosen(expression: Expression, say: Say) -> str | None:
    """Return which of a `coalesce(…)` gives the value: a definition, a column, or its text.

    None where all are null. An expression of another kind gives its own name.
    """
    options = _options(expression.written)
    return next((name for name, each in options if say(each) is not None), None)


def questions_of(*expressions: Expression) -> Iterator[Expression]:
    """Yield each expression and whatever `parts_of` and `chosen` ask of it."""
    for expression in expressions:
        yield expression
        yield from (each for _name, each in _options(expression.written))
        waiting = list(_clauses(expression.written))
        while waiting:
            clause = waiting.pop()
            yield clause.expression
            waiting += clause.inside


@dataclass(frozen=True)
class _Clause:
    """A part before it is asked of a fact."""

    name: str | None
    text: str
    expression: Expression
    inside: tuple[_Clause, ...] = ()


def _clauses(node: Node) -> tuple[_Clause, ...]:
    if node.op is Op.AND:
        return tuple(clause for arg in node.args for clause in _clauses(arg))
    name, said = _named(node)
    inside = _clauses(said) if said.op is Op.AND else ()
    return (_Clause(name, written(said), _expression(said), inside),)


def _options(node: Node) -> list[tuple[str, Expression]]:
    _name, said = _named(node)
    options = said.args if said.op is Op.COALESCE else (node,)
    return [(_named(each)[0] or written(each), _expression(each)) for each in options]


def _named(node: Node) -> tuple[str | None, Node]:
    """Return a definition's name and what it says; a bare column speaks for itself."""
    said = innermost(node)
    if said.op is not Op.NAMED:
        return None, said
    return (str(said.value) if said.args[0].args else None), said.args[0]


def _expression(node: Node) -> Expression:
    text = written(node)
    return Expression(text, text, node)


def _part(clause: _Clause, row: Mapping[str, Value], say: Say) -> Part:
    value = say(clause.expression)
    columns = {name: row[name] for name in sorted(clause.expression.columns) if name in row}
    inside = tuple(_part(each, row, say) for each in clause.inside)
    return Part(clause.name, clause.text, None if value is None else bool(value), columns, inside)
