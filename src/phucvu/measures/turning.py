"""Activation times of measures that depend on the clock.

An open dossier is not overdue until a moment that follows from its own columns, and is overdue from
then on. So a condition that mentions `bound` is split into the part that does not depend on time,
and the activation time from which the rest holds: both can be counted as facts come, and a fact
counts at any cut-off from its activation time on.
"""

from __future__ import annotations

from dataclasses import dataclass

from phucvu.measures.expressions import Expression
from phucvu.measures.rendering import DAY_MS
from phucvu.measures.tree import Node, Op, column_names, make
from phucvu.measures.vocabulary import BOUND, Type

__all__ = ["SHAPES", "Turning", "turning_of"]

SHAPES = "`x < bound`, `x <= bound - y` or `day(x) < day(bound - y)`"
"""What conditions on the bound may look like, joined to others by `and`."""

_MIRRORED = {Op.GT: Op.LT, Op.GE: Op.LE}


@dataclass(frozen=True)
class Turning:
    """Condition split in two: it holds for a fact of which `still` holds, from `since` on.

    `still` does not mention the cut-off; `since` is the activation time (wall time, ms).
    """

    still: Expression
    since: Expression


def turning_of(when: Expression) -> Turning | None:
    """Split a condition that mentions the cut-off; None where it cannot be split."""
    parts = when.root.args if when.root.op is Op.AND else (when.root,)
    still, moments = [], []
    for part in parts:
        if not _mentions_bound(part):
            still.append(part)
        elif (moment := _since(part)) is None:
            return None
        else:
            moments.append(moment)
    if not moments:
        return None
    # Where one of the moments is not given, the condition never holds.
    given = (moment for moment in moments if moment.nullable)
    still += [_not(make(Op.IS_NULL, Type.BOOLEAN, False, moment)) for moment in given]
    since = moments[0]
    for moment in moments[1:]:
        since = _later(since, moment)
    if not still:
        still = [make(Op.BOOLEAN, Type.BOOLEAN, False, value=True)]
    holds = still[0]
    if len(still) > 1:
        holds = make(Op.AND, Type.BOOLEAN, any(part.nullable for part in still), *still)
    return Turning(
        Expression(when.where, when.text, holds),
        Expression(f"{when.where}, since", when.text, since),
    )


def _since(comparison: Node) -> Node | None:
    """Return the first cut-off at which a comparison with it holds; None for another shape."""
    if comparison.op not in (Op.LT, Op.LE, *_MIRRORED):
        return None
    before, after = comparison.args
    op = comparison.op
    if op in _MIRRORED:
        before, after, op = after, before, _MIRRORED[op]
    if _mentions_bound(before):
        return None
    by_day = after.op is Op.DAY
    waited = _taken_off(after.args[0] if by_day else after)
    if waited is None:
        return None
    moment = _sum(before, _number(1)) if op is Op.LT else before
    if by_day:
        moment = make(Op.MUL, Type.WALL_TIME, moment.nullable, moment, _number(DAY_MS))
    return moment if waited is _NOTHING else _sum(moment, waited)


def _taken_off(node: Node) -> Node | None:
    """Return the amount taken off in `bound` or `bound - y`; None where it is neither."""
    if _is_bound(node):
        return _NOTHING
    if node.op is Op.SUB and _is_bound(node.args[0]) and not _mentions_bound(node.args[1]):
        return node.args[1]
    return None


def _later(one: Node, other: Node) -> Node:
    is_later = make(Op.GE, Type.BOOLEAN, one.nullable or other.nullable, one, other)
    return make(Op.CASE, Type.WALL_TIME, one.nullable or other.nullable, is_later, one, other)


def _not(condition: Node) -> Node:
    return make(Op.NOT, Type.BOOLEAN, condition.nullable, condition)


def _sum(one: Node, other: Node) -> Node:
    return make(Op.ADD, Type.WALL_TIME, one.nullable or other.nullable, one, other)


def _number(value: int) -> Node:
    return make(Op.NUMBER, Type.INTEGER, False, value=value)


def _mentions_bound(node: Node) -> bool:
    return BOUND.name in column_names(node)


def _is_bound(node: Node) -> bool:
    return node.op is Op.COLUMN and node.value == BOUND.name


_NOTHING = _number(0)
