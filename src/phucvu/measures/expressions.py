"""Compiler from an expression's text to its checked, typed tree.

The text passes three gates: its words and signs (``tokens``), SQLGlot's parser with a list of the
node kinds that are allowed, and the types. Nulls follow SQL's three-valued logic; a condition that
comes out null does not hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from phucvu.measures.dossiers import DOSSIER
from phucvu.measures.errors import MeasureError, MeasureErrors
from phucvu.measures.tokens import FUNCTIONS, scan
from phucvu.measures.tree import BROKEN, NULL, Node, Op, column_names, expanded, is_broken, make
from phucvu.measures.typing_rules import arithmetic_type, common_type
from phucvu.measures.vocabulary import BOUND, Type, Vocabulary

MAX_SIZE = 5_000
"""Nodes of an expression with its definitions inlined."""
MAX_DEPTH = 100
"""Levels of an expression with its definitions inlined."""

_COMPARISONS: dict[type[exp.Expr], Op] = {
    exp.EQ: Op.EQ,
    exp.NEQ: Op.NE,
    exp.LT: Op.LT,
    exp.LTE: Op.LE,
    exp.GT: Op.GT,
    exp.GTE: Op.GE,
}
_ARITHMETIC: dict[type[exp.Expr], Op] = {exp.Add: Op.ADD, exp.Sub: Op.SUB, exp.Mul: Op.MUL}
_JUNCTIONS: dict[type[exp.Expr], Op] = {exp.And: Op.AND, exp.Or: Op.OR}

_PARTS: dict[type[exp.Expr], frozenset[str]] = {
    exp.Paren: frozenset({"this"}),
    exp.Column: frozenset({"this"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Boolean: frozenset({"this"}),
    exp.Null: frozenset(),
    exp.Not: frozenset({"this"}),
    exp.Neg: frozenset({"this"}),
    exp.Is: frozenset({"this", "expression"}),
    exp.In: frozenset({"this", "expressions"}),
    exp.Between: frozenset({"this", "low", "high"}),
    exp.Case: frozenset({"ifs", "default"}),
    exp.Coalesce: frozenset({"this", "expressions"}),
    exp.Nullif: frozenset({"this", "expression"}),
    exp.Abs: frozenset({"this"}),
    exp.Day: frozenset({"this"}),
    exp.Month: frozenset({"this"}),
    **dict.fromkeys((*_COMPARISONS, *_ARITHMETIC, *_JUNCTIONS), frozenset({"this", "expression"})),
}
"""The node kinds of SQLGlot that are allowed, with the only parts each may have."""


@dataclass(frozen=True)
class Expression:
    """A checked expression.

    ``where`` names the entry it comes from and ``text`` is what was written there; ``written`` is
    its tree, with the definitions it names.
    """

    where: str
    text: str
    written: Node

    @cached_property
    def root(self) -> Node:
        """Return the tree with every definition written out, as engines are told it."""
        return expanded(self.written)

    @property
    def type(self) -> Type:
        """Return the expression's type, never UNKNOWN."""
        return self.root.type

    @property
    def nullable(self) -> bool:
        """Tell whether it can come out null for some row."""
        return self.root.nullable

    @cached_property
    def columns(self) -> frozenset[str]:
        """Return the fact's columns it reads, through its definitions too; without ``bound``."""
        return column_names(self.root) - {BOUND.name}

    @cached_property
    def mentions_bound(self) -> bool:
        """Tell whether it needs a cut-off."""
        return BOUND.name in column_names(self.root)


def compile_expression(
    text: str,
    where: str = "expression",
    *,
    vocabulary: Vocabulary = DOSSIER,
    definitions: Mapping[str, Expression | None] | None = None,
    expect: Iterable[Type] = (),
) -> Expression:
    """Read and check one expression.

    A definition that maps to None is known but was already found wrong: what uses it is
    checked as far as it goes. ``expect`` lists the types it may have (any, if empty).
    Raises MeasureErrors with every mistake found.
    """
    known = dict(definitions or {})
    found = scan(text, where, known.keys() | vocabulary.keys() | {BOUND.name})
    if found.errors:
        raise MeasureErrors(found.errors)
    reader = _Reader(where, vocabulary, known)
    root = reader.read(text)
    expected = tuple(expect)
    if not reader.errors and not is_broken(root):
        if root.type is Type.UNKNOWN:
            reader.errors.append(MeasureError(where, "it is always null"))
        elif expected and root.type not in expected:
            wanted = " or ".join(type.value for type in expected)
            reader.errors.append(MeasureError(where, f"must be {wanted}, not {root.type.value}"))
        elif (whole := expanded(root)).size > MAX_SIZE or whole.depth > MAX_DEPTH:
            reader.errors.append(MeasureError(where, "too large with its definitions inlined"))
    if reader.errors:
        raise MeasureErrors(reader.errors)
    return Expression(where, text, root)


class _Reader:
    """Converter of SQLGlot's tree into ours, which collects mistakes as it goes."""

    def __init__(
        self, where: str, vocabulary: Vocabulary, definitions: Mapping[str, Expression | None]
    ) -> None:
        self.where = where
        self.vocabulary = vocabulary
        self.definitions = definitions
        self.errors: list[MeasureError] = []

    def read(self, text: str) -> Node:
        """Convert the whole text to a tree; BROKEN with ``errors`` filled where it is wrong."""
        try:
            statements = sqlglot.parse(text)
            if len(statements) != 1 or not isinstance(statements[0], exp.Expr):
                return self._wrong("an entry is one expression")
            return self._node(statements[0])
        except RecursionError:
            return self._wrong("nested too deeply: use definitions")
        except SqlglotError as error:
            self.errors.append(_syntax_error(self.where, text, error))
            return BROKEN

    def _wrong(self, problem: str, at: exp.Expr | None = None) -> Node:
        position = _position(at) if at is not None else None
        self.errors.append(MeasureError(self.where, problem, position))
        return BROKEN

    def _node(self, source: exp.Expr) -> Node:
        kind = type(source)
        parts = _PARTS.get(kind)
        present = {name for name, part in source.args.items() if part not in (None, [], False)}
        if parts is None or not present <= parts:
            return self._refuse(source)
        if kind in _JUNCTIONS:
            return self._junction(source, _JUNCTIONS[kind])
        if kind in _COMPARISONS:
            left, right = self._operands(source)
            return self._comparison(source, _COMPARISONS[kind], left, right)
        if kind in _ARITHMETIC:
            return self._arithmetic(source, _ARITHMETIC[kind])
        match source:
            case exp.Paren():
                return self._node(source.this)
            case exp.Column():
                return self._name(source)
            case exp.Literal():
                return self._literal(source)
            case exp.Boolean():
                return make(Op.BOOLEAN, Type.BOOLEAN, False, value=bool(source.this))
            case exp.Not():
                arg = self._boolean(source.this, "not")
                return make(Op.NOT, Type.BOOLEAN, arg.nullable, arg)
            case exp.Is():
                return self._is_null(source)
            case exp.In():
                return self._in(source)
            case exp.Between():
                return self._between(source)
            case exp.Case():
                return self._case(source)
            case exp.Coalesce() | exp.Nullif():
                return self._coalesce_or_nullif(source)
            case exp.Neg() | exp.Abs():
                return self._signed(source)
            case exp.Day() | exp.Month():
                return self._calendar(source)
        # The parser keeps no place for null: name where the expression around it begins.
        around = source.parent or source
        return self._wrong("null may stand only after 'is', 'then' or 'else'", around)

    def _refuse(self, source: exp.Expr) -> Node:
        if isinstance(source, exp.Alias):
            alias = source.args["alias"]
            return self._wrong(f"unexpected '{alias.name}'", alias)
        if isinstance(source, exp.Case):
            return self._wrong("write 'case when x = 1 then …', not 'case x when 1 then …'", source)
        return self._wrong(f"{source.sql()!r} is not part of the language", source)

    def _operands(self, source: exp.Expr) -> tuple[Node, Node]:
        return self._node(source.args["this"]), self._node(source.args["expression"])

    def _boolean(self, source: exp.Expr, role: str) -> Node:
        node = self._node(source)
        if node.type not in (Type.BOOLEAN, Type.UNKNOWN):
            return self._wrong(f"'{role}' takes a boolean, not {node.type.value}", source)
        return node

    def _name(self, source: exp.Expr) -> Node:
        name = source.name
        if name in self.definitions:
            definition = self.definitions[name]
            if definition is None:
                return BROKEN
            said = definition.written
            return make(Op.NAMED, said.type, said.nullable, said, value=name)
        column = BOUND if name == BOUND.name else self.vocabulary[name]
        return make(Op.COLUMN, column.type, column.nullable, value=name)

    def _literal(self, source: exp.Expr) -> Node:
        if source.args["is_string"]:
            return make(Op.TEXT, Type.TEXT, False, value=str(source.this))
        return make(Op.NUMBER, Type.INTEGER, False, value=int(source.this))

    def _junction(self, source: exp.Expr, op: Op) -> Node:
        # Long chains lean to the left: walk down them instead of recursing.
        parts: list[exp.Expr] = []
        rest = source
        while type(rest) is type(source):
            parts.append(rest.args["expression"])
            rest = rest.args["this"]
        parts.append(rest)
        args = [self._boolean(part, op.value) for part in reversed(parts)]
        return make(op, Type.BOOLEAN, any(arg.nullable for arg in args), *args)

    def _comparison(self, source: exp.Expr, op: Op, left: Node, right: Node) -> Node:
        shared = common_type([left, right])
        if shared is None:
            return self._wrong(f"compares {left.type.value} with {right.type.value}", source)
        if op not in (Op.EQ, Op.NE) and not shared.ordered:
            return self._wrong(f"{shared.value} has no order here: use = or <>", source)
        return make(op, Type.BOOLEAN, left.nullable or right.nullable, left, right)

    def _arithmetic(self, source: exp.Expr, op: Op) -> Node:
        left, right = self._operands(source)
        result = arithmetic_type(op, left, right)
        if result is None:
            problem = f"'{op.value}' does not go between {left.type.value} and {right.type.value}"
            return self._wrong(problem, source)
        return make(op, result, left.nullable or right.nullable, left, right)

    def _is_null(self, source: exp.Expr) -> Node:
        if not isinstance(source.args["expression"], exp.Null):
            return self._wrong("after 'is' comes null or not null", source)
        return make(Op.IS_NULL, Type.BOOLEAN, False, self._node(source.this))

    def _in(self, source: exp.Expr) -> Node:
        if not source.expressions:
            return self._wrong("'in' needs at least one value", source)
        args = [self._node(part) for part in (source.this, *source.expressions)]
        if common_type(args) is None:
            types = sorted({arg.type.value for arg in args[1:]} - {args[0].type.value})
            mixed = ", ".join(types)
            return self._wrong(f"looks for {mixed} in a list for {args[0].type.value}", source)
        return make(Op.IN, Type.BOOLEAN, any(arg.nullable for arg in args), *args)

    def _between(self, source: exp.Expr) -> Node:
        args = [self._node(source.args[part]) for part in ("this", "low", "high")]
        shared = common_type(args)
        if shared is None:
            types = ", ".join(arg.type.value for arg in args)
            return self._wrong(f"'between' mixes {types}", source)
        if not shared.ordered:
            return self._wrong(f"{shared.value} has no order here: use = or in", source)
        return make(Op.BETWEEN, Type.BOOLEAN, any(arg.nullable for arg in args), *args)

    def _case(self, source: exp.Expr) -> Node:
        args: list[Node] = []
        results: list[Node] = []
        for branch in source.args["ifs"]:
            result = self._result(branch.args["true"])
            args += [self._boolean(branch.this, "when"), result]
            results.append(result)
        default = source.args.get("default")
        if default is not None:
            results.append(self._result(default))
            args.append(results[-1])
        shared = common_type(results)
        if shared is None:
            types = ", ".join(sorted({result.type.value for result in results}))
            return self._wrong(f"the results of 'case' mix {types}", source)
        nullable = default is None or any(result.nullable for result in results)
        return make(Op.CASE, shared, nullable, *args)

    def _result(self, source: exp.Expr) -> Node:
        return NULL if isinstance(source, exp.Null) else self._node(source)

    def _coalesce_or_nullif(self, source: exp.Expr) -> Node:
        op = Op.COALESCE if isinstance(source, exp.Coalesce) else Op.NULLIF
        others = source.expressions or [source.args.get("expression")]
        if others[0] is None or (op is Op.NULLIF and len(others) != 1):
            return self._wrong(f"{op.value}() takes two values", source)
        args = [self._node(part) for part in (source.this, *others)]
        shared = common_type(args)
        if shared is None:
            types = ", ".join(sorted({arg.type.value for arg in args}))
            return self._wrong(f"{op.value}() mixes {types}", source)
        nullable = op is Op.NULLIF or all(arg.nullable for arg in args)
        return make(op, shared, nullable, *args)

    def _signed(self, source: exp.Expr) -> Node:
        op, word = (Op.NEG, "'-'") if isinstance(source, exp.Neg) else (Op.ABS, "abs()")
        arg = self._node(source.this)
        if arg.type not in (Type.INTEGER, Type.DURATION, Type.UNKNOWN):
            return self._wrong(f"{word} takes integer or duration, not {arg.type.value}", source)
        return make(op, arg.type, arg.nullable, arg)

    def _calendar(self, source: exp.Expr) -> Node:
        op, result = (Op.DAY, Type.DAY) if isinstance(source, exp.Day) else (Op.MONTH, Type.INTEGER)
        arg = self._node(source.this)
        if arg.type not in (Type.WALL_TIME, Type.UNKNOWN):
            return self._wrong(f"{op.value}() takes a wall time, not {arg.type.value}", source)
        return make(op, result, arg.nullable, arg)


def _position(source: exp.Expr) -> int | None:
    """Return the column, from 1, where a piece of the text begins."""
    return min(_starts(source), default=None)


def _starts(source: exp.Expr) -> Iterator[int]:
    for part in source.walk():
        if "start" in part.meta:
            yield int(part.meta["start"]) + 1


def _syntax_error(where: str, text: str, error: SqlglotError) -> MeasureError:
    """Write a parser's complaint in our words, at the column of the word it stopped at."""
    details = getattr(error, "errors", None) or [{}]
    word = str(details[0].get("highlight") or "")
    before = str(details[0].get("start_context") or "")
    description = str(details[0].get("description") or "")
    line, column = details[0].get("line"), details[0].get("col")
    position: int | None = None
    if isinstance(line, int) and isinstance(column, int) and word:
        starts_of_lines = [0, *(i + 1 for i, letter in enumerate(text) if letter == "\n")]
        position = starts_of_lines[min(line, len(starts_of_lines)) - 1] + column - len(word) + 1
    if "missing for" in description or "number of provided arguments" in description:
        problem = f"something is missing or too much at '{word}'"
    elif word:
        after = f" after '{before.split()[-1]}'" if before.split() else ""
        problem = f"unexpected '{word}'{after}"
    else:
        problem = "it cannot be read"
    if word.lower() in FUNCTIONS:
        problem += f" ({word} is a function)"
    return MeasureError(where, problem, position)
