"""Scopes of senders: a key's subtree, or as far as an account's grants go."""

from __future__ import annotations

from phucvu.accounts.models import ApiKey
from phucvu.accounts.policy import Scope
from phucvu.units.tree import UnitEras

__all__ = ["covers", "home_of", "reach_of_key"]


def reach_of_key(key: ApiKey | None) -> Scope | None:
    """Return the subtree of a key's unit; None, for everywhere, without a key."""
    return None if key is None else Scope(subtrees=frozenset({key.unit_id}))


def covers(reach: Scope, units: UnitEras, unit_id: int) -> bool:
    """Tell whether a unit lies within the scope, on whatever day."""
    if reach.everywhere or unit_id in reach.own:
        return True
    return any(units.within(top, unit_id) for top in reach.subtrees)


def home_of(reach: Scope | None) -> int | None:
    """Return the unit a batch is brought for, where there is exactly one."""
    tops = set() if reach is None or reach.everywhere else reach.own | reach.subtrees
    return next(iter(tops)) if len(tops) == 1 else None
