"""Leading roles: a department states figures of the indicators it leads, and of no others.

Which these are is law, and stands in the edition (`leads`, with its clause). Here stands only who
is limited by it: a leading role that an edition does not name states nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from phucvu.accounts.policy.deciding import Reach, Who, reach
from phucvu.accounts.policy.roles import LEADING, Role
from phucvu.accounts.policy.things import Thing

__all__ = ["FiguresReach", "Leads", "figures_reach"]

Leads = Mapping[str, frozenset[str]]
"""By the leading role, the indicators that an edition gives it."""


@dataclass(frozen=True, slots=True)
class FiguresReach(Reach):
    """Scope of reported values: the units, and the leading roles by which they are reported.

    `parts` holds each leading role with its scope; None stands for roles without a limit.
    """

    parts: tuple[tuple[Role | None, Reach], ...] = ()

    def indicators(
        self, leads: Leads, within: Callable[[Reach], bool] = bool
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


def figures_reach(who: Who, day: date) -> FiguresReach:
    """Find how far one may state figures on the day."""

    def part(role: Role | None) -> Reach:
        standings = who.standings if role is None else frozenset()
        held = (each for each in who.held if (each.role if each.role in LEADING else None) == role)
        return reach(Who(standings, tuple(held)), Thing.FIGURES, day)

    whole = reach(who, Thing.FIGURES, day)
    parts = ((role, part(role)) for role in (None, *LEADING))
    return FiguresReach(whole.everywhere, whole.subtrees, whole.own, tuple(parts))
