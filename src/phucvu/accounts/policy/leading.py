"""Which indicators a department leads: of those alone it states figures.

From the city's plan 1073/KH-UBND (28 February 2023), part III: 3 (Văn hóa - Thông tin: online
provision and submission), 5 (Tư pháp: certified e-copies), 6 (Công an: use of the population
database). Nội vụ (4) takes the results as evidence and states none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from phucvu.accounts.policy.deciding import Reach, Who, reach
from phucvu.accounts.policy.roles import Role, Standing
from phucvu.accounts.policy.things import Thing

__all__ = ["LED", "FiguresReach", "figures_reach"]

LED: Mapping[Role | Standing, frozenset[str]] = MappingProxyType(
    {
        Role.JUSTICE: frozenset({"4.7"}),
        Role.POLICE: frozenset({"4.5", "4.6"}),
        Role.CULTURE: frozenset({"3.1", "3.2", "3.3"}),
    }
)
"""By role, the indicators it leads; a role that is not named here is not limited."""


@dataclass(frozen=True, slots=True)
class FiguresReach(Reach):
    """The units of which one may state figures, and of which indicators.

    `parts`: each set of indicators with how far it goes; None is every indicator.
    """

    parts: tuple[tuple[frozenset[str] | None, Reach], ...] = ()

    def indicators(self, within: Callable[[Reach], bool] = bool) -> frozenset[str] | None:
        """The indicators one may state of a unit; None for every one, empty for none.

        `within` says whether the unit lies in a reach; without it: of whatever unit.
        """
        found: frozenset[str] = frozenset()
        for indicators, part in self.parts:
            if within(part):
                if indicators is None:
                    return None
                found |= indicators
        return found


def figures_reach(who: Who, day: date) -> FiguresReach:
    """How far one may state figures on the day."""

    def part(indicators: frozenset[str] | None) -> Reach:
        standings = (each for each in who.standings if LED.get(each) == indicators)
        held = (each for each in who.held if LED.get(each.role) == indicators)
        return reach(Who(frozenset(standings), tuple(held)), Thing.FIGURES, day)

    whole = reach(who, Thing.FIGURES, day)
    parts = ((each, part(each)) for each in (None, *LED.values()))
    return FiguresReach(whole.everywhere, whole.subtrees, whole.own, tuple(parts))
