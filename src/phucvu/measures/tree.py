"""Checked form of an expression: a small typed tree.

SQLGlot's trees change between its releases and can hold any SQL there is. Ours can hold only the
language of measures, so every node that reaches an engine was built here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from phucvu.measures.vocabulary import Type


class Op(Enum):
    """Operation of a node. The value is its name in the canonical form, so it must never change."""

    COLUMN = "column"
    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    NULL = "null"
    OR = "or"
    AND = "and"
    NOT = "not"
    IS_NULL = "is-null"
    IN = "in"
    BETWEEN = "between"
    EQ = "="
    NE = "<>"
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    ADD = "+"
    SUB = "-"
    MUL = "*"
    NEG = "neg"
    ABS = "abs"
    NULLIF = "nullif"
    COALESCE = "coalesce"
    CASE = "case"
    DAY = "day"
    MONTH = "month"
    NAMED = "named"


ARITHMETIC = frozenset({Op.ADD, Op.SUB, Op.MUL, Op.NEG})


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """An operation on its arguments; subtrees may be shared, so compare ``canonical()`` texts.

    ``value`` holds a column's name or a literal. CASE has its arguments in pairs (condition,
    result), then the ELSE if their number is odd. ``size`` and ``depth`` count the nodes and
    the levels as if nothing were shared: both bound the rendered text. NAMED stands for a
    definition (``value``) with what it says; ``expanded`` takes these out.
    """

    op: Op
    type: Type
    nullable: bool
    args: tuple[Node, ...] = ()
    value: str | int | bool | None = None
    size: int = 1
    depth: int = 1


def make(
    op: Op,
    type: Type,
    nullable: bool,
    *args: Node,
    value: str | int | bool | None = None,
) -> Node:
    """Make a node with its size and depth; nested ANDs and ORs become one with many arguments."""
    if op in (Op.AND, Op.OR):
        args = tuple(part for arg in args for part in (arg.args if arg.op is op else (arg,)))
    return Node(
        op,
        type,
        nullable,
        args,
        value,
        1 + sum(arg.size for arg in args),
        1 + max((arg.depth for arg in args), default=0),
    )


NULL = make(Op.NULL, Type.UNKNOWN, True)
"""A written null."""
BROKEN = make(Op.NULL, Type.UNKNOWN, True)
"""Stands for what was already reported, so that one mistake gives one message."""


def is_broken(node: Node) -> bool:
    """Tell whether a part of the tree was already reported as wrong."""
    return any(part is BROKEN for part in distinct_nodes(node))


def is_written_number(node: Node) -> bool:
    """Tell whether it is made of numbers in the text only, such as ``30 * 86400000``."""
    if node.op is Op.NUMBER:
        return True
    return (node.op in ARITHMETIC or node.op is Op.NAMED) and all(
        is_written_number(arg) for arg in node.args
    )


def innermost(node: Node) -> Node:
    """Return the definition behind one that only gives it another name, else the node itself."""
    while node.op is Op.NAMED and node.args[0].op is Op.NAMED:
        node = node.args[0]
    return node


def expanded(node: Node) -> Node:
    """Write out every definition a tree names, as engines are told it."""
    return _expanded(node, {})


def _expanded(node: Node, done: dict[int, Node]) -> Node:
    if id(node) not in done:
        args = tuple(_expanded(arg, done) for arg in node.args)
        if node.op is Op.NAMED:
            done[id(node)] = args[0]
        elif not args:
            done[id(node)] = node
        else:
            done[id(node)] = make(node.op, node.type, node.nullable, *args, value=node.value)
    return done[id(node)]


def column_names(node: Node) -> frozenset[str]:
    """Return the columns the tree reads, ``bound`` included."""
    return frozenset(str(part.value) for part in distinct_nodes(node) if part.op is Op.COLUMN)


def distinct_nodes(node: Node) -> Iterator[Node]:
    """Yield every node of the tree, a shared one once."""
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if id(part) not in seen:
            seen.add(id(part))
            yield part
            waiting.extend(part.args)


def canonical(node: Node) -> str:
    """Write a text that is equal exactly for equal trees and never depends on an engine."""
    if node.op is Op.TEXT:
        return "'" + str(node.value).replace("'", "''") + "'"
    if node.op in (Op.COLUMN, Op.NUMBER):
        return str(node.value)
    if node.op is Op.BOOLEAN:
        return "true" if node.value else "false"
    if node.op is Op.NULL:
        return "null"
    return f"({' '.join([node.op.value, *(canonical(arg) for arg in node.args)])})"
