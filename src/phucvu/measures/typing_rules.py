"""Rules of types: which go together, and what results. Pure lookups; None means they do not."""

from __future__ import annotations

from collections.abc import Sequence

from phucvu.measures.tree import Node, Op, is_written_number
from phucvu.measures.vocabulary import Type

_INTEGER, _TIME, _DURATION, _DAY = Type.INTEGER, Type.WALL_TIME, Type.DURATION, Type.DAY

_RESULTS: dict[Op, dict[tuple[Type, Type], Type]] = {
    Op.ADD: {
        (_INTEGER, _INTEGER): _INTEGER,
        (_DURATION, _DURATION): _DURATION,
        (_TIME, _DURATION): _TIME,
        (_DURATION, _TIME): _TIME,
        (_DAY, _INTEGER): _DAY,
        (_INTEGER, _DAY): _DAY,
    },
    Op.SUB: {
        (_INTEGER, _INTEGER): _INTEGER,
        (_DURATION, _DURATION): _DURATION,
        (_TIME, _TIME): _DURATION,
        (_TIME, _DURATION): _TIME,
        (_DAY, _DAY): _INTEGER,
        (_DAY, _INTEGER): _DAY,
    },
    Op.MUL: {
        (_INTEGER, _INTEGER): _INTEGER,
        (_DURATION, _INTEGER): _DURATION,
        (_INTEGER, _DURATION): _DURATION,
    },
}


def common_type(nodes: Sequence[Node]) -> Type | None:
    """Return the one type of all nodes; a number in the text also serves as milliseconds."""
    types = {node.type for node in nodes} - {Type.UNKNOWN}
    if types == {_DURATION, _INTEGER} and all(
        is_written_number(node) for node in nodes if node.type is _INTEGER
    ):
        return _DURATION
    if len(types) > 1:
        return None
    return types.pop() if types else Type.UNKNOWN


def arithmetic_type(op: Op, left: Node, right: Node) -> Type | None:
    """Return the type of ``left op right``; a number beside a time is milliseconds."""
    if Type.UNKNOWN in (left.type, right.type):
        return Type.UNKNOWN
    first, second = left.type, right.type
    if op is not Op.MUL:
        first = _as_duration(left, second)
        second = _as_duration(right, left.type)
    return _RESULTS[op].get((first, second))


def _as_duration(node: Node, beside: Type) -> Type:
    if beside in (_TIME, _DURATION) and node.type is _INTEGER and is_written_number(node):
        return _DURATION
    return node.type
