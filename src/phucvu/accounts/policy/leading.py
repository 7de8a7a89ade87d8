"""Which indicators a department leads: of those alone it states figures.

From the city's plan 1073/KH-UBND (28 February 2023), part III: 3 (Văn hóa - Thông tin: online
provision and submission), 5 (Tư pháp: certified e-copies), 6 (Công an: use of the population
database). Nội vụ (4) takes the results as evidence and states none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from phucvu.accounts.policy.deciding import Who
from phucvu.accounts.policy.roles import Role, Standing
from phucvu.accounts.policy.table import TABLE, Answer
from phucvu.accounts.policy.things import Thing

__all__ = ["LED", "figures_within"]

LED: Mapping[Role | Standing, frozenset[str]] = MappingProxyType(
    {
        Role.JUSTICE: frozenset({"4.7"}),
        Role.POLICE: frozenset({"4.5", "4.6"}),
        Role.CULTURE: frozenset({"3.1", "3.2", "3.3"}),
    }
)
"""By role, the indicators it leads; a role that is not named here is not limited."""


def figures_within(who: Who, day: date, path: Sequence[int]) -> frozenset[str] | None:
    """The indicators whose figures one may state of a unit; None for every one, empty for none.

    `path` is the unit's id and those above it; without it: of whatever unit.
    """
    found: set[str] = set()
    for role, unit_id in who.on(day):
        answer = TABLE[Thing.FIGURES].get(role, Answer.NO)
        own = answer is Answer.OWN and (not path or unit_id == path[0])
        below = answer is Answer.SUBTREE and (not path or unit_id in path)
        if answer is Answer.YES or own or below:
            if role not in LED:
                return None
            found |= LED[role]
    return frozenset(found)
