"""Delegation: nobody grants more than they hold, in place or in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from phucvu.accounts.policy.deciding import Who
from phucvu.accounts.policy.resources import Resource
from phucvu.accounts.policy.roles import Standing
from phucvu.accounts.policy.table import TABLE, Answer

__all__ = ["Hindrance", "hindrance"]


class Hindrance(StrEnum):
    """Reason why a grant may not be given."""

    BACKWARDS = "backwards"
    SELF = "self"
    NOT_ALLOWED = "not_allowed"
    OTHER_UNIT = "other_unit"
    TOO_LONG = "too_long"


def hindrance(
    giver: Who,
    path: Sequence[int],
    first: date,
    end: date,
    *,
    day: date,
    to_oneself: bool = False,
) -> Hindrance | None:
    """Return why `giver` may not grant this on `day`; None where nothing hinders it.

    `path` is the unit's id and those above it. A grant that lets others grant (the IT centre's) is
    limited like any other, so a grant never exceeds the giver's own.
    """
    if end <= first:
        return Hindrance.BACKWARDS
    if Standing.ADMINISTRATOR in giver.standings:
        return None
    if to_oneself:
        return Hindrance.SELF
    # Of every role one holds, those that grant; each has to carry the new grant alone.
    granting = [
        held
        for held in giver.held
        if held.in_force(day) and TABLE[Resource.GRANTS].get(held.role) is Answer.SUBTREE
    ]
    if not granting:
        return Hindrance.NOT_ALLOWED
    above = [held for held in granting if held.unit_id in path]
    if not above:
        return Hindrance.OTHER_UNIT
    if not any(held.first <= first and (held.end is None or end <= held.end) for held in above):
        return Hindrance.TOO_LONG
    return None
