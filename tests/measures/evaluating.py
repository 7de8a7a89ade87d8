"""Evaluation of an expression for one fact, without an engine.

Written out by hand, so that the tests can hold every engine to it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from phucvu.measures import Value
from phucvu.measures.expressions import Expression
from phucvu.measures.rendering import DAY_MS
from phucvu.measures.tree import Node, Op
from phucvu.measures.vocabulary import BOUND

__all__ = ["evaluate", "evaluate_node"]

_EPOCH = date(1970, 1, 1).toordinal()
_COMPARE: dict[Op, Callable[[Any, Any], bool]] = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}
_CALCULATE: dict[Op, Callable[[int, int], int]] = {
    Op.ADD: operator.add,
    Op.SUB: operator.sub,
    Op.MUL: operator.mul,
}


def evaluate(expression: Expression, row: Mapping[str, Value], bound: int | None = None) -> Value:
    """Return the value for a fact given by its columns; None is SQL's null.

    `bound` is the cut-off (wall time, ms) that `bound` stands for in the expression. Raises
    ValueError where one is needed and not given, and KeyError for a column the row lacks.
    """
    return evaluate_node(expression.root, row, bound)


def evaluate_node(node: Node, row: Mapping[str, Value], bound: int | None = None) -> Value:
    """Return the value of a part of an expression, as `evaluate` does."""
    return _Evaluator(row, bound).value(node)


class _Evaluator:
    def __init__(self, row: Mapping[str, Value], bound: int | None) -> None:
        self.row = row
        self.bound = bound

    def value(self, node: Node) -> Value:
        match node.op:
            case Op.COLUMN:
                return self._column(str(node.value))
            case Op.NUMBER | Op.TEXT | Op.BOOLEAN:
                return node.value
            case Op.NULL:
                return None
            case Op.AND | Op.OR:
                return self._junction(node)
            case Op.CASE:
                return self._case(node.args)
            case Op.COALESCE:
                found = (value for arg in node.args if (value := self.value(arg)) is not None)
                return next(found, None)
            case Op.IS_NULL:
                return self.value(node.args[0]) is None
        return self._strict(node)

    def _strict(self, node: Node) -> Value:
        """Evaluate operations that look at every argument; null makes most of them null."""
        values = [self.value(arg) for arg in node.args]
        first = values[0]
        match node.op:
            case Op.IN:
                return _in(first, values[1:])
            case Op.BETWEEN:
                low, high = _compare(Op.GE, first, values[1]), _compare(Op.LE, first, values[2])
                return False if low is False or high is False else _both(low, high)
            case Op.NULLIF:
                return None if first is not None and first == values[1] else first
        if op := _COMPARE.get(node.op):
            return None if None in values else op(first, values[1])
        if None in values:
            return None
        whole = [value for value in values if isinstance(value, int)]
        match node.op:
            case Op.NOT:
                return not first
            case Op.NEG:
                return -whole[0]
            case Op.ABS:
                return abs(whole[0])
            case Op.DAY:
                return whole[0] // DAY_MS
            case Op.MONTH:
                day = date.fromordinal(_EPOCH + whole[0] // DAY_MS)
                return day.year * 100 + day.month
        return _CALCULATE[node.op](whole[0], whole[1])

    def _column(self, name: str) -> Value:
        if name != BOUND.name:
            return self.row[name]
        if self.bound is None:
            raise ValueError("the expression depends on the clock: give its bound")
        return self.bound

    def _junction(self, node: Node) -> bool | None:
        decisive = node.op is Op.OR
        unknown = False
        for arg in node.args:
            value = self.value(arg)
            if value is None:
                unknown = True
            elif bool(value) is decisive:
                return decisive
        return None if unknown else not decisive

    def _case(self, args: tuple[Node, ...]) -> Value:
        for when, then in zip(args[0::2], args[1::2], strict=False):
            if self.value(when):
                return self.value(then)
        return self.value(args[-1]) if len(args) % 2 else None


def _compare(op: Op, left: Value, right: Value) -> bool | None:
    return None if left is None or right is None else _COMPARE[op](left, right)


def _both(left: bool | None, right: bool | None) -> bool | None:
    return None if left is None or right is None else left and right


def _in(subject: Value, others: list[Value]) -> bool | None:
    if subject is None:
        return None
    if subject in [other for other in others if other is not None]:
        return True
    return None if None in others else False
