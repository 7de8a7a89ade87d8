"""Measure: one named count, compiled to SQL of each engine with the months in which it counts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from phucvu.measures.expressions import Expression
from phucvu.measures.rendering import Dialect, Placeholder, render
from phucvu.measures.tree import Op, canonical, make
from phucvu.measures.turning import Turning, turning_of
from phucvu.measures.vocabulary import Type

__all__ = ["NOT_ENDED", "Measure"]

NOT_ENDED = 999912
"""The month (yyyymm) in which what has not ended is counted: after every real one."""

_DIGEST_FORM = "phucvu measure 1"


@dataclass(frozen=True)
class Measure:
    """One named count (``value`` is None) or sum over one kind of fact.

    A fact counts when ``when`` is true; null does not count. ``placed`` and ``ended`` are the
    wall times that put it in its months. A ``clock`` measure mentions ``bound``: a fact begins to
    count at a moment of its own (``turning``), and what counts is what turned by the bound.
    """

    name: str
    when: Expression
    value: Expression | None
    clock: bool
    placed: Expression
    ended: Expression
    fact: str

    @cached_property
    def digest(self) -> str:
        """Return 16 hex digits that are equal for measures that count the same, whatever their
        name.
        """
        parts = [_DIGEST_FORM, self.fact, canonical(self.when.root)]
        parts.append("count" if self.value is None else canonical(self.value.root))
        parts += [canonical(self.placed.root), canonical(self.ended.root)]
        parts.append("clock" if self.clock else "counted")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    @cached_property
    def turning(self) -> Turning | None:
        """Return the activation of a clock measure; None of a measure without a clock."""
        return turning_of(self.when) if self.clock else None

    @cached_property
    def columns(self) -> frozenset[str]:
        """Return every column on which the count of a fact and its months depend."""
        value = self.value.columns if self.value else frozenset()
        return self.when.columns | value | self.placed.columns | self.ended.columns

    def when_sql(
        self, dialect: Dialect, *, bound: int | Placeholder | None = None, alias: str | None = None
    ) -> str:
        """Write the condition as boolean SQL; ``bound`` and ``alias`` as in ``render``."""
        return render(self.when, dialect, bound=bound, alias=alias)

    def value_sql(
        self, dialect: Dialect, *, bound: int | Placeholder | None = None, alias: str | None = None
    ) -> str:
        """Write the amount one fact adds to the measure, as SQL that is an integer and never
        null.
        """
        when = self.when_sql(dialect, bound=bound, alias=alias)
        return f"CASE WHEN {when} THEN {self._amount_sql(dialect, alias)} ELSE 0 END"

    def _amount_sql(self, dialect: Dialect, alias: str | None = None) -> str:
        if self.value is None:
            return "1"
        value = render(self.value, dialect, alias=alias)
        return f"coalesce({value}, 0)" if self.value.nullable else value

    def still_sql(self, dialect: Dialect) -> str:
        """Write the part of the condition that does not depend on the clock, as boolean SQL."""
        return render(self.turning.still if self.turning else self.when, dialect)

    def total_sql(self, dialect: Dialect) -> str:
        """Write the sum of what facts add once they count: an aggregate of 64 bits, never null."""
        still = self.still_sql(dialect)
        if self.value is None:  # counting is quicker than adding ones up
            return f"COUNT(CASE WHEN {still} THEN 1 END)"
        return f"CAST(SUM(CASE WHEN {still} THEN {self._amount_sql(dialect)} ELSE 0 END) AS BIGINT)"

    def since_sql(self, dialect: Dialect) -> str | None:
        """Write the activation time of a fact (wall time, ms) as SQL; None without a clock."""
        return render(self.turning.since, dialect) if self.turning else None

    def since_month_sql(self, dialect: Dialect) -> str | None:
        """Write the month (yyyymm) of the activation time as SQL; None without a clock."""
        return render(_month_of(self.turning.since), dialect) if self.turning else None

    def placed_month_sql(self, dialect: Dialect, *, alias: str | None = None) -> str:
        """Write the month a fact is placed in (yyyymm) as SQL; null where it has no place."""
        return render(_month_of(self.placed), dialect, alias=alias)

    def ended_month_sql(self, dialect: Dialect, *, alias: str | None = None) -> str:
        """Write the month a fact ended in (yyyymm) as SQL; NOT_ENDED where it has not."""
        return f"coalesce({render(_month_of(self.ended), dialect, alias=alias)}, {NOT_ENDED})"


def _month_of(moment: Expression) -> Expression:
    root = make(Op.MONTH, Type.INTEGER, moment.nullable, moment.root)
    return Expression(moment.where, f"month({moment.text})", root)
