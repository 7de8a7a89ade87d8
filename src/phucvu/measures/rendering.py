"""Renderer of a checked tree as the SQL of an engine.

The text is the same for the same expression, reads as a person would write it, and means the same
on every engine: whole numbers have 64 bits, ``day()`` floors (also before 1970), and booleans are
stored as the engine stores them, 0 and 1 on SQLite. It holds no ``%``, so it may be part of a
statement with parameters of any style.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from phucvu.measures.expressions import Expression
from phucvu.measures.tree import ARITHMETIC, Node, Op, innermost
from phucvu.measures.vocabulary import BOUND, Type

Dialect = Literal["sqlite", "postgresql", "duckdb"]

DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgresql", "duckdb")

DAY_MS = 86_400_000
_SHIFT_DAYS = 1_000_000
"""Engines divide towards zero. Adding 2,700 years before and taking them off after makes the
quotient positive, and so the floor, without naming the argument twice."""

_ALIAS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLACEHOLDER = re.compile(r"\?|%s|%\([a-z_]+\)s|[:$@][a-z_]+|\$[0-9]+")
_MAX_BOUND = 10**15


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Placeholder in the SQL for a cut-off that the driver binds.

    ``text`` is in the driver's style, such as ``%(bound)s``, ``:bound`` or ``$bound``; prefer a
    named one, as an expression may use the cut-off more than once. Raises ValueError for any other
    text.
    """

    text: str

    def __post_init__(self) -> None:
        if not _PLACEHOLDER.fullmatch(self.text):
            raise ValueError(f"{self.text!r} is not a placeholder")


@dataclass(frozen=True, slots=True)
class _Engine:
    """Dialect of an engine, as far as it differs; ``{0}`` stands for the argument."""

    true: str
    false: str
    divide: str
    month: str
    widens: bool
    """Whether arithmetic of 32-bit operands would overflow at 32 bits."""


_ENGINES: dict[str, _Engine] = {
    # SQLite's and PostgreSQL's month go by the floored day; DuckDB's epoch_ms floors by itself,
    # and naming the argument twice is five times as fast there as making a text of the date.
    "sqlite": _Engine(
        true="1",
        false="0",
        divide="/",
        month="CAST(replace(substr(date(({day}) * 86400, 'unixepoch'), 1, 7), '-', '') AS INTEGER)",
        widens=False,
    ),
    "postgresql": _Engine(
        true="TRUE",
        false="FALSE",
        divide="/",
        month="CAST(to_char(TIMESTAMP '1970-01-01' + ({day}) * INTERVAL '1 day', 'YYYYMM')"
        " AS BIGINT)",
        widens=True,
    ),
    "duckdb": _Engine(
        true="TRUE",
        false="FALSE",
        divide="//",
        month="(year(epoch_ms({0})) * 100 + month(epoch_ms({0})))",
        widens=True,
    ),
}

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _ATOM = range(7)
_LEVELS: dict[Op, int] = {
    Op.OR: _OR,
    Op.AND: _AND,
    Op.NOT: _NOT,
    **dict.fromkeys(
        (Op.IS_NULL, Op.IN, Op.BETWEEN, Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE), _COMPARE
    ),
    Op.ADD: _SUM,
    Op.SUB: _SUM,
    Op.DAY: _SUM,
    Op.MUL: _PRODUCT,
}
"""How tightly each operation holds together; the rest are atoms."""


def render(
    expression: Expression,
    dialect: Dialect,
    *,
    bound: int | Placeholder | None = None,
    alias: str | None = None,
) -> str:
    """Write the SQL of an expression.

    ``bound`` is the cut-off (wall time, ms), or a placeholder for it, and is needed only where the
    expression mentions it. ``alias`` is put before each column. Raises ValueError for an unknown
    dialect, a missing or impossible cut-off, an unsafe alias.
    """
    if dialect not in _ENGINES:
        raise ValueError(f"no dialect {dialect!r}; there are {', '.join(DIALECTS)}")
    if alias is not None and not _ALIAS.fullmatch(alias):
        raise ValueError(f"{alias!r} cannot be an alias")
    engine = _ENGINES[dialect]
    return _Renderer(engine, _bound_sql(expression, engine, bound), alias).sql(expression.root)


def written(node: Node) -> str:
    """Write a tree in the language of measures, with the names of its definitions."""
    return _Writer().sql(node)


def _bound_sql(expression: Expression, engine: _Engine, bound: int | Placeholder | None) -> str:
    if isinstance(bound, Placeholder):
        return f"CAST({bound.text} AS BIGINT)" if engine.widens else bound.text
    if bound is None:
        if expression.mentions_bound:
            raise ValueError(f"{expression.where} depends on the clock: give its bound")
        return ""
    if type(bound) is not int or abs(bound) > _MAX_BOUND:
        raise ValueError(f"the bound is milliseconds as an integer, not {bound!r}")
    text = str(bound) if bound >= 0 else f"({bound})"
    return f"CAST({text} AS BIGINT)" if engine.widens and abs(bound) < 2**31 else text


class _Renderer:
    def __init__(self, engine: _Engine, bound: str, alias: str | None) -> None:
        self.engine = engine
        self.bound = bound
        self.prefix = f"{alias}." if alias else ""

    def sql(self, node: Node) -> str:
        args = node.args
        match node.op:
            case Op.COLUMN:
                return self._column(node)
            case Op.NUMBER:
                return str(node.value)
            case Op.TEXT:
                return "'" + str(node.value).replace("'", "''") + "'"
            case Op.BOOLEAN:
                return self.engine.true if node.value else self.engine.false
            case Op.NULL:
                return "NULL"
            case Op.OR:
                return " OR ".join(self._beside(arg, _NOT) for arg in args)
            case Op.AND:
                return " AND ".join(self._beside(arg, _NOT) for arg in args)
            case Op.NOT:
                return self._not(args[0])
            case Op.IS_NULL | Op.IN | Op.BETWEEN:
                return self._test(node, "")
            case Op.ADD | Op.SUB:
                # The right side of a difference keeps its own parentheses.
                return (
                    f"{self._wide(args[0], _SUM)} {node.op.value} {self._beside(args[1], _PRODUCT)}"
                )
            case Op.MUL:
                return f"{self._wide(args[0], _PRODUCT)} * {self._beside(args[1], _ATOM)}"
            case Op.NEG:
                return f"(-{self._beside(args[0], _ATOM)})"
            case Op.DAY:
                return self._day(args[0])
            case Op.MONTH:
                return self.engine.month.format(self.sql(args[0]), day=self._day(args[0]))
            case Op.CASE:
                return self._case(args)
            case Op.ABS | Op.NULLIF | Op.COALESCE:
                return f"{node.op.value}({', '.join(self.sql(arg) for arg in args)})"
        return f"{self._beside(args[0], _SUM)} {node.op.value} {self._beside(args[1], _SUM)}"

    def _beside(self, node: Node, least: int) -> str:
        """Write the node's SQL, in parentheses unless it binds at least so tightly."""
        text = self.sql(node)
        return text if _LEVELS.get(node.op, _ATOM) >= least else f"({text})"

    def _wide(self, node: Node, least: int) -> str:
        """Write the left operand of arithmetic 64 bits wide, which the right one follows."""
        wide = node.type is not Type.INTEGER or node.op in ARITHMETIC - {Op.NEG}
        if wide or not self.engine.widens:
            return self._beside(node, least)
        return f"CAST({self.sql(node)} AS BIGINT)"

    def _column(self, node: Node) -> str:
        if node.value != BOUND.name:
            return f"{self.prefix}{node.value}"
        return self.bound

    def _not(self, arg: Node) -> str:
        if arg.op in (Op.IS_NULL, Op.IN, Op.BETWEEN):
            return self._test(arg, "NOT ")
        return f"NOT {self._beside(arg, _ATOM)}"

    def _test(self, node: Node, negation: str) -> str:
        subject = self._beside(node.args[0], _SUM)
        if node.op is Op.IS_NULL:
            return f"{subject} IS {negation}NULL"
        others = [self._beside(arg, _SUM) for arg in node.args[1:]]
        if node.op is Op.IN:
            return f"{subject} {negation}IN ({', '.join(others)})"
        return f"{subject} {negation}BETWEEN {others[0]} AND {others[1]}"

    def _day(self, arg: Node) -> str:
        shifted = f"({self._beside(arg, _SUM)} + {_SHIFT_DAYS * DAY_MS})"
        return f"{shifted} {self.engine.divide} {DAY_MS} - {_SHIFT_DAYS}"

    def _case(self, args: tuple[Node, ...]) -> str:
        pairs = zip(args[0::2], args[1::2], strict=False)
        branches = [f"WHEN {self.sql(when)} THEN {self.sql(then)}" for when, then in pairs]
        if len(args) % 2:
            branches.append(f"ELSE {self.sql(args[-1])}")
        return f"CASE {' '.join(branches)} END"


class _Writer(_Renderer):
    """Writer of the language of measures instead of an engine's SQL."""

    def __init__(self) -> None:
        engine = _Engine(true="true", false="false", divide="", month="month({0})", widens=False)
        super().__init__(engine, BOUND.name, None)

    def sql(self, node: Node) -> str:
        if node.op is not Op.NAMED:
            return super().sql(node)
        said = innermost(node)
        return str(said.value) if said.args[0].args else self.sql(said.args[0])

    def _beside(self, node: Node, least: int) -> str:
        return self.sql(node) if node.op is Op.NAMED else super()._beside(node, least)

    def _day(self, arg: Node) -> str:
        return f"day({self.sql(arg)})"
