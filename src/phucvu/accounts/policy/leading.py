"""Leading roles: a department states figures of the indicators it leads, and of no others.

Which these are is law, and stands in the edition (`leads`, with its clause). Here stands only who
is limited by it: a leading role that an edition does not name states nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from phucvu.accounts.policy.deciding import Scope, Who, reach
from phucvu.accounts.policy.resources import Resource
from phucvu.accounts.policy.roles import LEADING, Role

__all__ = ["FiguresScope", "Leads", "figures_scope"]

Leads = Mapping[str, frozenset[str]]
"""By the leading role, the indicators that an edition gives it."""


@dataclass(frozen=True, slots=True)
class FiguresScope(Scope):
    """Scope of reported values: the units, and the leading roles by which they are reported.

    `parts` holds each leading role with its scope; None stands for roles without a limit.
    """

    parts: tuple[tuple[Role | None, Scope], ...] = ()

    def indicators(
        self, leads: Leads, within: Callable[[Scope], bool] = bool
    ) -> frozenset[str] | None:
        """List the indicators one may state of a unit; None for every one, empty for none.

        `leads` is of the edition that scores the figure's period. `within` says whether the unit
        lies in a reach; without it: of whatever unit.
        """
        found: frozenset[str] = frozenset()
        for role, part in self.parts:
            if within(part):
                if role is None:
                    return None
                found |= leads.get(role, frozenset())
        return found


def figures_scope(who: Who, day: date) -> FiguresScope:
    """Find how far one may state figures on the day."""

    def part(role: Role | None) -> Scope:
        standings = who.standings if role is None else frozenset()
        held = (each for each in who.held if (each.role if each.role in LEADING else None) == role)
        return reach(Who(standings, tuple(held)), Resource.FIGURES, day)

    whole = reach(who, Resource.FIGURES, day)
    parts = ((role, part(role)) for role in (None, *LEADING))
    return FiguresScope(whole.everywhere, whole.subtrees, whole.own, tuple(parts))
